"""The real archives, as acceptance: every event of the store against a second reader of its page.

Skipped, and said so, where `../shared/data` is absent.
"""

import datetime
import importlib.util
import re
import tarfile
import unicodedata
from collections import defaultdict
from pathlib import Path

import eventstore
import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"


def reader():
    """`tests/oracle/independent_reader.py`, which shares no code with the store."""
    spec = importlib.util.spec_from_file_location(
        "independent_reader", ROOT / "tests/oracle/independent_reader.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def chinese_pages():
    archive = DATA / "context-zh.tar.gz"
    if not archive.exists():
        pytest.skip(f"{archive} is absent")
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile():
                yield member.name, tar.extractfile(member).read()


def english_pages():
    folder = DATA / "context-en"
    if not folder.exists():
        pytest.skip(f"{folder} is absent")
    for path in sorted(folder.rglob("*.md")):
        yield path.relative_to(folder).as_posix(), path.read_bytes()


def is_event(path):
    return path.startswith("news/") and Path(path).name not in ("index.md", "README.md")


def fields(event):
    """The store's event as the second reader writes one."""

    def parts(item, names):
        return {name: getattr(item, name) for name in names}

    related = [{"id": r.id, "title": r.title, "tags": list(r.tags)} for r in event.related]
    return {
        "id": event.id,
        "date": event.date.isoformat(),
        "category": next(iter(event.categories), None),
        "title": event.title,
        "summary": event.summary,
        "sources": [parts(s, ("name", "url", "image")) for s in event.sources],
        "cover_image": event.cover_image,
        "changes": [parts(c, ("id", "title", "at", "kind")) for c in event.changes],
        "related": related,
        "kind": event.kind,
        "lang": event.lang,
    }


def fold(text):
    return unicodedata.normalize("NFC", text.casefold())


def compare(store, pages):
    """Every field and the bytes of every event; and its tags, where no page but events gives any."""
    read = reader().read
    theirs = {}
    for path, data in pages:
        if is_event(path):
            page = read(path, data.decode())
            event = store[page["id"]]
            assert fields(event) == page
            assert store.raw(page["id"]) == data
            theirs[page["id"]] = (page, event)
    return theirs


def test_a_second_reader_agrees_on_every_event_of_the_chinese_archive(ran):
    with eventstore.memory() as store:
        pages = dict(chinese_pages())
        report = store.ingest(DATA / "context-zh.tar.gz")
        assert (report.files, report.added, report.failed) == (15_814, 8_984, 0)
        theirs = compare(store, pages.items())
        assert len(theirs) == len(store) == 8_984
        tags = defaultdict(dict)
        for page, _ in theirs.values():
            own = [page["category"]] if page["category"] else []
            links = [(link["id"], link["tags"]) for link in page["related"]]
            for target, said in [(page["id"], own), *links]:
                for tag in said:
                    for event in {page["id"], target}:
                        shown = tags[event].setdefault(fold(tag), tag)
                        tags[event][fold(tag)] = min(shown, tag)
        for page, event in theirs.values():
            assert sorted(event.tags) == sorted(tags[page["id"]].values()), page["id"]
        distinct = {form for said in tags.values() for form in said}
        assert len(distinct) == store.stats().tags == 5_050
        counts = {count.value: count.count for count in store.tags()}
        assert sum(counts.values()) == sum(len(said) for said in tags.values())
        ran(f"{len(theirs)} Chinese events compared with a second reader")


def test_a_second_reader_agrees_on_every_english_page_and_commas_are_told(ran):
    pages = dict(english_pages())
    with eventstore.memory() as store:
        store.ingest(DATA / "context-en")
        theirs = compare(store, pages.items())
        assert len(theirs) == 40
        tags = {count.value for count in store.query(superseded=True).facets("tags", top=None)}
        assert "Reston, Virginia" in tags
        assert not {"Reston", "Virginia"} & tags
        # The front page names two towns beside an event that is not in the folder: put, it has both tags.
        lines = pages["README.md"].decode().split("\n")
        line = next(i for i, line in enumerate(lines) if "St. Anthony, St. Paul" in line)
        event = re.search(r"/news/(.*)\.md\)$", lines[line - 1])[1]
        year, month, day, _ = event.split("/")
        date = datetime.date(int(year), int(month), int(day))
        store.add(eventstore.Event(id=event, date=date, title="Put by a program."))
        assert {"St. Anthony", "St. Paul"} <= set(store[event].tags)
        ran(f"{len(theirs)} English events compared with a second reader")


def test_in_both_editions_no_day_page_supersedes_an_event_of_the_other_language():
    if not (DATA / "context-en").exists() or not (DATA / "context-zh.tar.gz").exists():
        pytest.skip(f"{DATA} is absent")
    with eventstore.memory() as store:
        store.ingest(DATA / "context-en")
        alone = set(store.query(superseded="only").ids())
        assert alone, "some English pages are superseded by their own day pages"
        store.ingest(DATA / "context-zh.tar.gz")
        assert set(store.query(superseded="only").ids()) == alone
        assert store.stats().chinese == 8_984
