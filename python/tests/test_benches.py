"""What holds the comparison with other engines to the truth: a different answer is told."""

from __future__ import annotations

import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

BENCHES = Path(__file__).resolve().parents[2] / "benches"
sys.path.insert(0, str(BENCHES))

import changed  # noqa: E402
from rivals import answers, table  # noqa: E402

WHOLE = (30, ["2017/03/2/a", "2017/03/2/b"])


@pytest.mark.parametrize(
    ("row", "other", "told"),
    [
        ("month", (30, ["2017/03/2/a", "2017/03/2/c"]), "2017/03/2/b and 2017/03/2/c"),
        ("month", (30, ["2017/03/2/b", "2017/03/2/a"]), "first differing id"),
        ("month", (30, ["2017/03/2/a"]), "2017/03/2/b"),
        ("month", (31, WHOLE[1]), "30 and 31 letters"),
        ("month", [31, 2], "30 and 31"),
    ],
)
def test_a_different_answer_of_whole_events_is_told(row: str, other: Any, told: str) -> None:
    with pytest.raises(answers.Differ) as differ:
        answers.compare(row, {"one": WHOLE, "other": other})
    assert row in str(differ.value)
    assert told in str(differ.value)


@pytest.mark.parametrize(
    ("row", "one", "other"),
    [
        ("count", 7, 8),
        ("timeline", [["2017-03", 1]], [["2017-04", 1]]),
        ("timeline", [["2017-03", 1]], [["2017-03", 1], ["2017-04", 1]]),
        ("facets_tag", [["ferry", 2], ["storm", 1]], [["ferry", 2], ["storm", 2]]),
        ("pages", (30, ["a", "b"]), (30, ["b", "a"])),
        ("pages", (30, ["a", "b"]), [30, 3]),
        ("update", [{"size": 3, "whole": WHOLE}], [{"size": 3, "whole": (31, WHOLE[1])}]),
    ],
)
def test_any_other_difference_is_told(row: str, one: Any, other: Any) -> None:
    with pytest.raises(answers.Differ):
        answers.compare(row, {"one": one, "other": other})


def test_answers_that_agree_pass_and_are_counted() -> None:
    other = (30, list(reversed(WHOLE[1])))
    assert answers.compare("gets", {"one": WHOLE, "other": other, "sum and number": [30, 2]}) == 2
    assert answers.compare("facets_tag", {"one": [("ferry", 2)], "other": [["ferry", 2]]}) == 1
    assert answers.compare("pages", {"one": WHOLE, "other": WHOLE, "sum and number": [30, 2]}) == 2


def test_shares_are_of_both_forms_of_sqlite_and_the_best_rival_is_named() -> None:
    engines = {
        "eventstore": {"count": {"ms": [1, 2, 9]}},
        "SQLite": {"count": {"ms": [8]}},
        "SQLite, plain": {"count": {"ms": [40]}},
        "DuckDB": {"count": {"ms": [6]}},
        "plain sled": {"count": {"ms": [1]}},
    }
    row = {"key": "count", "row": "Count", "unit": "ms"}
    text = table.markdown(table.lines([row], engines, frozenset({"plain sled"})), list(engines))
    head, _, cells = text.splitlines()
    assert head.endswith("| share of SQLite | share of SQLite, plain | ahead of the best rival |")
    assert cells.endswith("| 0.25 | 0.05 | 3 × (DuckDB) |")


def test_a_share_of_the_pages_is_changed_by_a_word_in_the_title(tmp_path: Path) -> None:
    source, after, before = (tmp_path / name for name in ("source.tar", "after.tar", "before.tar"))
    page = b"### [2017-03-2](/news/2017/03/2/index.md)\n\n#  A lighthouse is lit. \n"
    with tarfile.open(source, "w") as tar:
        changed.put(tar, "news/2017/03/2/index.md", b"# 2017-03-2\n")
        for number in range(200):
            changed.put(tar, f"news/2017/03/2/page-{number}.md", page)
    ids = changed.write(source, after, 0.1, before)
    assert 5 < len(ids) < 40
    assert all(id.startswith("2017/03/2/page-") for id in ids)
    assert pages(after) == [page.replace(b"A light", b"Again: A light")] * len(ids)
    assert pages(before) == [page] * len(ids)


def pages(archive: Path) -> list[bytes]:
    with tarfile.open(archive) as tar:
        return [file.read() for entry in tar if (file := tar.extractfile(entry))]
