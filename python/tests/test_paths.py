"""Paths as people type them: a home folder, variables, `:memory:`, and what is no path at all."""

from pathlib import Path

import eventstore as es
import pytest

PAGE = {
    "news/2017/03/2/a.md": "### [2017-3-2](/news/2017/03/2/index.md)\n\n##### \n# A. \n\n\n\n\n",
}


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for name, text in PAGE.items():
        path = tmp_path / "archive" / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return tmp_path


@pytest.mark.parametrize("start", ["~", "$HOME", "${HOME}"])
@pytest.mark.parametrize("made", [str, Path])
def test_a_home_folder_is_expanded(home, start, made):
    with es.open(made(f"{start}/news.store")) as store:
        assert store.path == home / "news.store"
        assert store.ingest(made(f"{start}/archive")).added == 1
    assert {path.name for path in home.iterdir()} == {"archive", "news.store"}


def test_a_variable_that_is_not_set_is_part_of_the_name(home):
    with es.open("price in $NO_SUCH_VARIABLE") as store:
        assert store.path == Path("price in $NO_SUCH_VARIABLE")


def test_memory_is_no_folder(home):
    with es.open(":memory:") as store:
        assert store.path is None
        assert store.ingest("archive").added == 1
    assert [path.name for path in home.iterdir()] == ["archive"]


@pytest.mark.parametrize(
    "address",
    ["https://site.example/news.tar.gz", "s3://bucket/news", Path("https://site.example/news.tar.gz")],
)
def test_an_address_is_told_from_a_path(home, address):
    for call in (es.open, es.memory().ingest):
        with pytest.raises(es.InvalidError, match=r"is an address.*download it first"):
            call(address)
    assert [path.name for path in home.iterdir()] == ["archive"]


@pytest.mark.parametrize("pattern", ["*.tar", "archive/news/20??", "~/*.store"])
def test_a_pattern_is_told_from_a_path(home, pattern):
    for call in (es.open, es.memory().ingest):
        with pytest.raises(es.InvalidError, match=r"is a pattern.*glob\.glob"):
            call(pattern)
    assert [path.name for path in home.iterdir()] == ["archive"]


def test_a_name_with_a_star_that_is_there_is_read(home):
    (home / "archive").rename(home / "what?*")
    assert es.memory().ingest("what?*").added == 1
