"""What is shown never raises and never steers a terminal, whatever the store or the archive holds."""

import io
import os
import subprocess
import sys
import zipfile

import eventstore as es
import pytest

# Escape sequences, a carriage return, C1 controls, marks that turn the direction of text around.
STEERING = "a\x1b[31m\rb\x9b2J\u202ec\u2066d\u061ce\u200ef\u200fg"
CONTROLS = {"\x1b", "\r", "\x9b", "\u202e", "\u2066", "\u061c", "\u200e", "\u200f"}


def test_hits_of_a_closed_store_show_themselves():
    store = es.memory()
    hits, snapshot = store.query("tag:A"), store.snapshot()
    store.close()
    assert repr(hits) == "<Hits of Query('tag:A'), closed>"
    assert hits._repr_html_() == "<small>closed: tag:A</small>"
    assert repr(store) == "<Store in memory, closed>"
    assert isinstance(repr(snapshot), str)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the platform has no fork")
def test_hits_and_stores_of_a_parent_show_themselves_in_its_child(tmp_path):
    code = (
        "import os, sys, eventstore as es\n"
        "store = es.open(sys.argv[1])\n"
        "hits, snapshot = store.query('tag:A'), store.snapshot()\n"
        "if os.fork() == 0:\n"
        "    print(repr(hits), hits._repr_html_(), repr(store), repr(snapshot), sep='\\n', flush=True)\n"
        "    os._exit(0)\n"
        "os.wait()\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "s")],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    hits, html, store, snapshot = run.stdout.splitlines()
    assert hits == "<Hits of Query('tag:A'), opened in another process>"
    assert html == "<small>opened in another process: tag:A</small>"
    assert store == f"<Store '{tmp_path / 's'}', opened in another process>"
    assert snapshot.startswith("<Snapshot")


def archive_with_bad_names():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(f"news/2017/03/2/{STEERING}.md", b"---\ntitle: x\n---\n")
        archive.writestr(f"news/2017/03/2/../{STEERING}.md", b"x")
    return data.getvalue()


def test_names_of_an_archive_are_shown_and_not_sent(tmp_path):
    path = tmp_path / "names.zip"
    path.write_bytes(archive_with_bad_names())
    for source in (path, {f"news/2017/03/2/{STEERING}.md": b"---\ntitle: x\n---\n"}):
        report = es.memory().ingest(source)
        assert report.failed >= 1
        texts = [report.text, str(report), *report.notes, *map(str, report.errors)]
        with pytest.raises(es.PageError) as caught:
            es.memory().ingest(source, on_error="raise")
        texts.append(str(caught.value))
        for text in texts:
            assert not CONTROLS & set(text), text


def test_a_query_is_shown_and_not_sent_in_its_error():
    with pytest.raises(es.ParseError) as caught:
        es.Query(f"colour:{STEERING}")
    assert not CONTROLS & set(str(caught.value))
    assert caught.value.text == f"colour:{STEERING}"


def test_a_path_is_shown_and_not_sent_in_its_error(tmp_path):
    folder = tmp_path / STEERING
    folder.mkdir()
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    for call in (lambda: es.open(folder), lambda: es.open(folder / "gone", create=False)):
        with pytest.raises(es.EventStoreError) as caught:
            call()
        assert not CONTROLS & set(str(caught.value))
