"""What is shown never raises and never steers a terminal, whatever the store or the archive holds."""

import io
import os
import pickle
import re
import subprocess
import sys
import unicodedata
import zipfile
from html.parser import HTMLParser

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


def columns(line):
    """How many columns of a terminal a line takes."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in line)
    return len(line) + wide


LONG = "恩内特大桥 The Ennet Bridge opens to traffic, and sixty thousand people cross it on foot " * 2


def a_store_of(count, **fields):
    store = es.memory()
    fields = {
        "title": LONG,
        "tags": ["盐港", "Ennet Bridge", "A tag <b>", "Northmark, Kent", "Z" * 30],
    } | fields
    store.add(
        es.Event(id=f"2017/03/{day}/a", date=f"2017-03-{day:02}", **fields) for day in range(1, count + 1)
    )
    return store


def everything_shown(store):
    hits = store.query()
    (one, *_) = hits
    counts = [hits.timeline("day"), hits.timeline("day", split="tags"), hits.facets("tags")]
    return [
        *(hits, hits.page(3), *counts, store, store.snapshot()),
        store.stats(),
        one,
        store.similar(one),
        store.similar(one)[0],
        store.ingest({"news/2017/03/2/b.md": b"---\n"}),
    ]


@pytest.mark.parametrize("width", [40, 61, 80, 200])
def test_no_line_is_wider_than_the_terminal(monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    hits = a_store_of(12).query()
    split = hits.timeline("day", split="tags", top=None)
    for answer in (hits, hits.timeline("day"), split, hits.facets("tags"), hits.similar(hits[0], 12)):
        head, *lines = repr(answer).splitlines()
        # The terminal breaks a sentence, a table it would not.
        lines = [line for line in lines if " counts of " not in line]
        assert head.startswith(f"<{type(answer).__name__} ")
        assert max(map(columns, lines)) <= width
    rows = repr(hits).splitlines()
    assert rows[1].split() == ["date", "title", "tags"]
    assert len({columns(row.split("…  ")[0]) for row in rows[2:-1]}) == 1
    assert (len(rows), rows[-1]) == (1 + 1 + 10 + 1, "… 2 more")


def test_many_counts_are_shown_by_their_ends(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    store = a_store_of(28)
    lines = repr(store.timeline("day")).splitlines()
    assert lines[0] == "<Timeline by day, 28 items>"
    assert lines[1] == "2017-03-01  1  " + "█" * 25
    assert (len(lines), lines[11], lines[-1][:10]) == (22, "… 8 more", "2017-03-28")
    store.add(es.Event(id="2017/03/1/b", date="2017-03-01", title="B"))
    assert repr(store.timeline("day")).splitlines()[2] == "2017-03-02  1  " + "█" * 12 + "▌"
    told = "hint: no event has tag:none"
    assert repr(store.query("tag:none").facets("tags")) == f"<Facets by tag, 0 items>\n{told}"
    assert repr(store.query("tag:none")) == "<Hits 0 of Query('tag:none')>\nhint: no event has tag:none"


def test_what_a_notebook_shows_has_inline_styles_alone_and_is_escaped():
    store = a_store_of(
        12, sources=[es.Source("<i>", "javascript:alert(1)"), es.Source("P", "https://p.example/?a&b")]
    )
    for answer in everything_shown(store):
        html = answer._repr_html_()
        tags = []
        parser = HTMLParser()
        parser.handle_starttag = lambda tag, attributes, tags=tags: tags.append((tag, attributes))
        parser.feed(html)
        names = {tag for tag, _ in tags}
        assert names <= {"a", "b", "br", "div", "p", "small", "table", "thead", "tbody", "tr", "th", "td"}
        attributes = {name for _, given in tags for name, _ in given}
        assert attributes <= {"href", "rel", "style", "title"}
        assert {value for _, given in tags for name, value in given if name == "href"} <= {
            "https://p.example/?a&b"
        }
        # Colours that both a light and a dark page show.
        colours = re.findall(r"(?:background|border|color)[^:;]*:[^;\"]*", html)
        plain = {"border-collapse:collapse", "color:inherit"}
        assert all("rgba(" in colour or colour in plain for colour in colours), colours


def test_titles_are_cut_with_the_whole_in_a_tooltip():
    html = a_store_of(12).query()._repr_html_()
    assert "10 of 12 events" in html
    assert f'title="{LONG.strip()}"' in html
    assert html.count("…</td>") == 20
    assert "<small>2 events: tag:x</small>" in a_store_of(2, tags=["x"]).query("tag:x")._repr_html_()
    assert "title=" not in a_store_of(1, title="Short", tags=["x"]).query()._repr_html_()


def test_counts_have_bars_by_their_share_of_the_most():
    store = a_store_of(2, tags=["x"])
    store.add(es.Event(id="2017/03/3/b", date="2017-03-03", title="B", tags=["x", "y"]))
    html = store.facets("tags")._repr_html_()
    assert re.findall(r"width:([\d.]+)%", html) == ["100.0", "33.3"]
    timeline = store.query("tag:y").timeline("month")._repr_html_()
    assert re.findall(r"<th style[^>]*>([^<]*)<", timeline) == ["month", "count", "of all", ""]
    store.add(es.Event(id="2017/04/3/c", date="2017-04-03", title="C"))
    split = store.timeline("month", split="tags")._repr_html_()
    assert re.findall(r"<div title=[^>]*>([^<]*)<", split) == ["x", "y", "(other)"]
    # Parts of the longest bar, which has four counts; those of nothing are not drawn.
    assert re.findall(r"width:([\d.]+)%", split) == ["75.0", "25.0", "25.0"]
    colours = re.findall(r"background-color:([^\"]*)", split)
    assert colours[:3] == [*dict.fromkeys(colours)]
    assert colours[3:] == [colours[0], colours[1], colours[2]]


def test_a_split_timeline_is_a_table_with_a_column_for_each_value(monkeypatch):
    store = a_store_of(28, tags=["Sea", "A tag whose name is a long one"])
    store.add(es.Event(id="2017/03/1/b", date="2017-03-01", title="B", tags=["sea"]))
    store.add(es.Event(id="2017/03/29/b", date="2017-03-29", title="B", tags=["Land"]))
    store.add(es.Event(id="2017/03/29/c", date="2017-03-29", title="C"))
    monkeypatch.setenv("COLUMNS", "80")
    head, names, *rows, told = repr(store.timeline("day", split="tags")).splitlines()
    assert told == "59 counts of 31 events: one for each tag of an event"
    assert head == "<SplitTimeline by day of tag, 116 items>"
    assert names == "day         Sea  A tag whose name is a long one  Land  (other)"
    assert [row.split() for row in (rows[0], rows[-1])] == [
        ["2017-03-01", "2", "1", "0", "0"],
        ["2017-03-29", "0", "0", "1", "1"],
    ]
    assert (len(rows), rows[10]) == (21, "… 9 more")
    monkeypatch.setenv("COLUMNS", "40")
    assert "A tag w…" in repr(store.timeline("day", split="tags"))
    monkeypatch.setenv("COLUMNS", "20")
    many = repr(store.timeline("day", split="word", top=20)).splitlines()
    assert many[-2].startswith("… ")
    assert max(map(columns, many[1:-1])) <= 40
    told = "hint: the store has no event"
    assert repr(es.memory().timeline(split="tags")) == f"<SplitTimeline by month of tag, 0 items>\n{told}"


def test_no_text_of_an_event_steers_a_terminal_or_a_notebook():
    text = STEERING.replace("\r", "")
    store = a_store_of(2, title=text, tags=[text], summary=text)
    for answer in everything_shown(store):
        assert not CONTROLS & set(answer._repr_html_())
        assert not CONTROLS & set(repr(answer))


def test_a_selection_shows_its_first_rows_in_its_own_columns(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    store = es.memory()
    long = "A title that is longer than what a terminal of forty columns holds"
    store.add(
        [
            es.Event(id=f"2017/03/2/{n}", date="2017-03-02", title=f"{long} <{n}>", tags=["a", "b"])
            for n in range(12)
        ]
    )
    lines = repr(store.query().select("date", "title", "tags")).splitlines()
    assert lines[0] == "<Selection of date, title, tags from <Hits 12 of Query('')>>"
    assert lines[1] == "date        title" + " " * 19 + "tags"
    assert lines[2].startswith("2017-03-02  A title that")
    assert lines[2].endswith("…  a; b")
    assert len(lines) == 13
    assert lines[-1] == "… 2 more"
    assert max(map(len, lines[1:])) == 40
    wide = repr(store.query().select("*")).splitlines()
    assert wide[1].endswith("  …")
    assert max(map(len, wide[1:])) <= 40
    assert repr(store.query("1999").select("id")).splitlines() == [
        "<Selection of id from <Hits 0 of Query('1999')>>",
        "hint: no event is of 1999; all are of 2017-03-02",
    ]


def test_an_empty_answer_says_what_may_be_wrong_and_any_answer_what_it_leaves_out():
    store = es.memory()
    store.add(es.Event(id="2017/03/2/a", date="2017-03-02", title="A", tags=["Sea <b>"]))
    store.add(es.Event(id="notes/a", date=None, title="A note", tags=["Sea <b>"]))
    for query, remark in (
        ('tag:"Sae <b>"', 'hint: no event has tag:"Sae <b>"; did you mean tag:"Sea <b>"?'),
        (
            "2018 2017",
            "hint: no day lies both in 2018.. and in ..2017; one range is FIRST..LAST",
        ),
        ('tag:"Sea <b>"', "1 undated is left out; undated:yes adds it"),
        ("undated:yes", None),
        ("2017", None),
    ):
        hits = store.query(query)
        for answer in (hits, hits.select("id", "title")):
            shown, html = repr(answer).splitlines(), answer._repr_html_()
            if remark is None:
                assert not any(part in shown[-1] + html for part in ("hint: ", "left out"))
                continue
            assert shown[-1] == remark
            escaped = remark.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
            assert f"<div><small>{escaped}</small></div>" in html
    assert store.query("undated:yes")[5:].hint() is None


def test_an_empty_answer_says_what_may_be_wrong_also_where_it_counts():
    store = es.memory()
    store.add(
        es.Event(id=f"2017/03/{day}/a", date=f"2017-03-0{day}", title="A flood", tags=["Sea"])
        for day in (2, 4)
    )
    hits = store.query("tag:Lnad")
    told = "hint: no event has tag:Lnad"
    for answer in (hits.facets("tag"), hits.timeline(), hits.timeline(split="tag")):
        assert repr(answer).endswith(f"\n{told}")
        assert f"<div><small>{told}</small></div>" in answer._repr_html_()
    later = store.query("flood 2031")
    told = "hint: no event is of 2031; all are of 2017-03-02 to 2017-03-04"
    for answer in (later, later.facets("tag"), later.timeline()):
        assert repr(answer).endswith(f"\n{told}")
    told = "no other event here shares a tag with it"
    store.add(es.Event(id="2017/03/9/b", date="2017-03-09", title="Alone"))
    assert told in repr(store.similar("2017/03/9/b"))
    assert told in store.similar("2017/03/9/b")._repr_html_()
    # Hits that have none of what is counted.
    store.add(es.Event(id="notes/a", title="A note", body="Text."))
    undated = store.query("undated:only")
    for answer in (undated.timeline(), undated.timeline(split="tag")):
        assert repr(answer).endswith("\nnone of 1 event has a date")
    assert repr(store.facets("author")).endswith("\nnone of 3 events has a value of author")
    for answer in (store.facets("tag"), store.timeline(), store.timeline(split="tag")):
        assert "hint" not in repr(answer) + answer._repr_html_()
    # It is no part of the value.
    empty = hits.facets("tag")
    assert pickle.loads(pickle.dumps(empty)) == empty == es.Facets("tag", [], 0)


def test_counts_of_several_values_of_an_event_say_that_they_are_more_than_the_events():
    store = es.memory()
    store.add(
        es.Event(id=f"2017/03/{day}/a", date=f"2017-03-0{day}", title="A", tags=["Sea", "Land"][:day])
        for day in (1, 2)
    )
    told = "3 counts of 2 events: one for each tag of an event"
    split = store.timeline(split="tag")
    assert repr(split).endswith(f"\n{told}")
    assert told in split._repr_html_()
    assert told not in repr(store.timeline(split="lang"))
    assert told not in repr(store.query("-tag:Land").timeline(split="tag"))
    # What has no date is in no bucket.
    store.add(es.Event(id=f"notes/{name}", title="A note", body="Text.") for name in "abc")
    assert repr(store.query("undated:yes").timeline(split="tag")).endswith(f"\n{told}")
    store.remove("2017/03/1/a")
    assert "\n2 counts of 1 event: " in repr(store.timeline(split="tag"))


def test_an_answer_by_relevance_shows_scores_and_the_words_that_were_asked_for():
    store = es.memory()
    store.add(
        es.Event(
            id=f"2017/03/{day}/a", date=f"2017-03-0{day}", title=f"<b>{word}", summary=f"After the {word}."
        )
        for day, word in ((1, "flood"), (2, "storm"))
    )
    hits = store.query("flood").order("relevance")
    score = f"{hits.scores[0]:.2f}"
    header, row = repr(hits).splitlines()[1:]
    assert header.split() == ["score", "date", "title", "snippet"]
    assert row.split(maxsplit=3) == [score, "2017-03-01", "<b>flood", "After the [flood]."]
    html = hits._repr_html_()
    assert all(part in html for part in (f">{score}<", ">snippet<", ">flood</span>", "&lt;b&gt;flood"))
    assert "<b>" not in html
    store.add(
        es.Event(
            id="2017/03/3/a", date="2017-03-03", title="C", summary=f"A flood {STEERING.replace(chr(13), '')}"
        )
    )
    assert not CONTROLS & set(store.query("flood").order("relevance")._repr_html_())
    assert "score" not in repr(store.query("flood"))
    told = "no word counts, so that relevance is newest first"
    without = store.query().order("relevance")
    assert told in repr(without)
    assert told in without._repr_html_()
    assert [event.date.day for event in without] == [3, 2, 1]


def test_a_store_without_events_says_so(tmp_path):
    with es.open(tmp_path / "typo.store") as store:
        path = repr(str(tmp_path / "typo.store"))
        says = "0 events: it is empty; store.ingest(archive) or store.add(events) fills it"
        assert repr(store) == f"<Store {path}, {says}>"
        assert says in store._repr_html_()
        assert repr(store.query("flood")).endswith("\nhint: the store has no event")
        store.add(es.Event(id="2017/03/2/a", date="2017-03-02", title="A"))
        assert repr(store) == f"<Store {path}, 1 events>"
    for keywords in ({"create": False}, {"read_only": True}):
        with pytest.raises(es.PathNotFoundError, match=r"No such file or directory: .*missing\.store"):
            es.open(tmp_path / "missing.store", **keywords)
    assert not (tmp_path / "missing.store").exists()


def test_a_key_that_steers_a_terminal_is_shown_without_it():
    facets = es.memory().facets("meta.\x1b[31mx")
    assert not CONTROLS & set(repr(facets) + facets._repr_html_())
    with pytest.raises(TypeError, match="Facets takes a number or a slice in brackets, not str"):
        facets["2014"]


def test_a_selection_in_a_notebook_is_a_table_that_is_escaped():
    store = es.memory()
    title = STEERING.replace("\r", "")
    store.add(es.Event(id="2017/03/2/a", date="2017-03-02", title=f"<b>{title}</b>" + 80 * "x"))
    html = store.query().select("title", "date")._repr_html_()
    assert html.startswith("<div><table")
    assert html.index(">title<") < html.index(">date<")
    assert "<b>" not in html
    assert not CONTROLS & set(html)
    assert html.endswith("<small>1 event</small></div>")
    selection = store.query("tag:A").select("title")
    store.close()
    assert selection._repr_html_() == "<small>closed: tag:A</small>"
    assert repr(selection) == "<Selection of title from <Hits of Query('tag:A'), closed>>"


def test_a_report_says_in_a_notebook_what_is_left_out_of_answers():
    store = es.memory()
    report = store.ingest({"a.md": b"# A\n\nNo day.\n", "b.md": b"---\ndate: 2017-03-02\n---\nB.\n"})
    assert "left out of answers: 1 undated (ask with undated:yes)" in str(report)
    html = report._repr_html_()
    assert "left out of answers: 1 undated (ask with undated:yes)" in html
    assert "dates from" in html


def test_a_text_is_not_looked_for_among_records():
    store = es.memory()
    store.add(es.Event(id="2017/03/2/a", date="2017-03-02", title="A", tags=["Sea"]))
    for answer in (store.facets("tags"), store.timeline("year"), store.similar("2017/03/2/a")):
        with pytest.raises(TypeError, match="holds records, not texts"):
            "Sea" in answer  # noqa: B015
    facets = store.facets("tags")
    assert facets[0] in facets
    assert es.Count("Land", 1) not in facets


def test_a_long_timeline_shows_both_ends_and_facets_say_of_how_many_they_are():
    store = es.memory()
    store.add(
        es.Event(id=f"{year}/03/2/a", date=f"{year}-03-02", title="A", tags=[f"T{year}"])
        for year in range(1900, 2000)
    )
    html = store.timeline("year")._repr_html_()
    assert all(f">{year}<" in html for year in (1900, 1924, 1975, 1999))
    assert ">1925<" not in html
    assert ">1974<" not in html
    assert "50 of 100" in html
    facets = store.facets("tags", top=20)
    assert "20 of 100" in facets._repr_html_()
    assert repr(facets).startswith("<Facets by tag, 100 values, 20 items>")
    assert "100 values" not in repr(store.facets("tags", top=None))
