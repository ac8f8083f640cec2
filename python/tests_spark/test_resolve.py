"""What Spark works out of all pages is what one store answers, event by event."""

import pytest
from conftest import ROOT, one_store, shared, write_tar
from eventstore import spark as es_spark
from pyspark.errors import PySparkException
from pyspark.sql import functions as f

COLUMNS = [
    *("id", "date", "categories", "title", "summary", "tags", "sources", "related", "cover_image", "changes"),
    *("authors", "kind", "lang", "superseded", "draft", "offset", "meta", "body"),
]


def differing(found, expected):
    """What differs between two tables of events, by id: empty if nothing does."""
    found, expected = (table.sort_by("id") for table in (found, expected))
    if not found["id"].equals(expected["id"]):
        return {"id": set(found["id"].to_pylist()) ^ set(expected["id"].to_pylist())}
    # Rows as dictionaries take gigabytes; they are made of columns that differ.
    wrong = [name for name in COLUMNS if not found[name].equals(expected[name])]
    rows = [table.select(["id", *wrong]).to_pylist() for table in (found, expected)]
    return (
        {one["id"]: (one, other) for one, other in zip(*rows, strict=True) if one != other} if wrong else {}
    )


def check(spark, archives):
    """Compares all events, and counts by month and by tag."""
    store = one_store(archives)
    hits = store.query("superseded:yes draft:yes undated:yes")
    expected = hits.select(*COLUMNS).to_arrow()
    pages = spark.read.format("eventstore").load(list(archives))
    events = es_spark.resolve(pages).where("not twin").select(*COLUMNS).persist()
    wrong = differing(events.toArrow(), expected)
    assert not wrong, (len(wrong), next(iter(wrong.items())))
    answered = events.where("not superseded and not draft and date is not null")
    assert answered.count() == len(store.query())
    by_month = answered.groupBy(f.date_format("date", "yyyy-MM").alias("month")).count().collect()
    timeline = {bucket.label: bucket.count for bucket in store.timeline("month") if bucket.count}
    assert {row["month"]: row["count"] for row in by_month} == timeline
    by_tag = answered.select(f.explode("tags").alias("tag")).groupBy("tag").count().collect()
    counts = {}
    for row in by_tag:
        form = row["tag"].casefold()
        counts[form] = counts.get(form, 0) + row["count"]
    facets = {}
    for count in store.facets("tags", None):
        form = count.value.casefold()
        facets[form] = facets.get(form, 0) + count.count
    assert counts == facets
    events.unpersist()
    return expected.num_rows


def test_the_sample_archive(spark):
    assert check(spark, [str(ROOT / "examples" / "archive")]) == 73


def test_the_chinese_archive_in_twelve_tars(spark, chinese_tars):
    assert check(spark, chinese_tars) > 8_000


def test_the_english_pages(spark):
    assert check(spark, [shared("context-en")]) > 40


@pytest.mark.parametrize("name", ["hexo-site", "jekyll-docs", "react-native-blog"])
def test_front_matter_archives_with_their_links(spark, name):
    assert check(spark, [shared(f"front-matter/{name}.tar.gz")]) > 50


def test_synthetic_pages(spark, synthetic):
    assert check(spark, [synthetic]) > 1_000


def event(title, category="", lang="en", related=()):
    """A page of an event of 2017-03-02, whose category says which of several pages it is."""
    sources = {"en": "Source", "zh": "信息来源"}[lang]
    lines = ["### [2017-03-02](/news/2017/03/2/index.md)", "", *([f"##### {category}"] if category else [])]
    lines += [f"# {title}. ", "", "", "", "", f"### {sources}:", "", "1. [Post](https://post.example/1)", ""]
    if related:
        lines += ["### Related:", ""]
        links = [
            f"{at}. [{name}. ](/news/2017/03/2/{name}.md) _Context: {tags}_" for at, (name, tags) in related
        ]
        lines += [*links, ""]
    return "\n".join(lines).encode()


def day_page(listed, lang="en"):
    """The day page of 2017-03-02."""
    label, before = {"en": ("Context", "Previous Day..."), "zh": ("上下文", "前一天...")}[lang]
    lines = ["## [2017-03-02](/news/2017/03/02/index.md)", ""]
    for name, tags in listed:
        lines += [f"### [{name}. ](/news/2017/03/2/{name}.md)", f"_{label}: {tags}_"]
    return "\n".join([*lines, f"## [{before}](/news/2017/03/01/index.md)", ""]).encode()


def test_which_of_several_pages_counts_and_what_it_says(spark, tmp_path):
    day = "news/2017/03/2"
    first = [
        # Of two files of one path in the store the first by the folders before it, of one name the later.
        (f"x/{day}/copy.md", event("copy", "Later folder")),
        (f"a/{day}/copy.md", event("copy", "First folder")),
        (f"{day}/again.md", event("again", "Earlier member")),
        (f"{day}/again.md", event("again", "Later member")),
        (f"{day}/broken.md", event("broken", "Earlier member")),
        (f"{day}/broken.md", b"### broken"),
        # Of two paths of one id the usual one; the other page says nothing.
        ("news/2017/03/02/usual.md", event("usual", "Other path", related=[(1, ("told", "From a twin"))])),
        (f"{day}/usual.md", event("usual", "Usual path")),
        ("news/2017/03/02/edition.md", event("edition", "English")),
        (f"{day}/turns.md", event("turns", "English")),
        (f"{day}/replaced.md", event("replaced", "First archive")),
        (f"{day}/kept.md", event("kept", "First archive")),
        (f"{day}/told.md", event("told", related=[(1, ("replaced", "Sea, Land")), (2, ("copy", "b, a"))])),
        (f"{day}/told.md.txt", b"no page"),
        (f"{day}/index.md", day_page([("told", "Listed, a, b"), ("copy", "b, a, c")])),
    ]
    second = [
        (f"{day}/edition.md", event("另一个版本", "Chinese", "zh")),
        (f"{day}/turns.md", event("轮流", "Chinese", "zh")),
        (f"{day}/replaced.md", event("replaced", "Second archive")),
        (f"{day}/kept.md", b"### broken"),
        ("news/2017/03/02/index.md", day_page([("told", "sea, listed")])),
        ("zh/news/2017/03/02/index.md", day_page([("told", "中文标签"), ("copy", "中文标签")], "zh")),
    ]
    # An edition has an id from its first page on, not from the page that took that one's place.
    third = [(f"{day}/turns.md", event("turns", "English again"))]
    members = {"a": first, "b": second, "c": third}
    archives = [write_tar(tmp_path / f"{name}.tar", pages) for name, pages in members.items()]
    assert check(spark, archives) == 8
    store = one_store(archives)
    categories = {event.id.split("/")[-1]: event.categories for event in store.query("superseded:yes")}
    assert categories["copy"] == ("First folder",)
    assert categories["again"] == ("Later member",)
    assert categories["usual"] == ("Usual path",)
    assert categories["edition"] == ("English",)
    assert categories["turns"] == ("English again",)
    assert categories["replaced"] == ("Second archive",)
    assert "broken" not in categories
    told = store["2017/03/2/told"].tags
    assert "Listed" in told
    assert not {"From a twin", "中文标签"} & set(told)
    assert "b, a" in store["2017/03/2/copy"].tags


def test_ids_tags_and_links_of_pages_with_front_matter(spark, tmp_path):
    page = "---\ntitle: {title}\ndate: 2017-03-02\ntags: [{tags}]\n---\n{body}\n"
    pages = [
        (
            "site/notes/A.md",
            page.format(title="A", tags="Sea, sea, Land", body="[[b]] [x](../index.md) [[c]]"),
        ),
        ("site/notes/b.md", page.format(title="B", tags="Été", body="[[A|to a]] [[A]] [[b]] [gone](x.md)")),
        ("site/b.md", page.format(title="Other b", tags="", body="[[notes/b]] [y](notes/A)")),
        (
            "site/c/index.md",
            page.format(title="C", tags="", body="[up](/b)").replace("tags:", "aliases: [C]\ntags:"),
        ),
        ("site/c.md", page.format(title="Twin of C", tags="Twin", body="[[A]]")),
        ("site/index.md", page.format(title="Home", tags="", body="![[A]] [z](c/)")),
    ]
    archive = write_tar(tmp_path / "notes.tar", [(path, text.encode()) for path, text in pages])
    assert check(spark, [archive]) == 5


def test_other_pages_and_twins_are_there_for_a_writer(spark, tmp_path, sample_pages):
    archive = write_tar(tmp_path / "a.tar", sorted(sample_pages.items()))
    pages = spark.read.format("eventstore").option("page", "true").load(archive)
    kinds = es_spark.resolve(pages, other_pages=True).groupBy("page_kind", "twin").count().collect()
    found = {(row["page_kind"], row["twin"]): row["count"] for row in kinds}
    assert found[("event", False)] == 73
    assert found[("free_page", False)] == 2
    assert {kind for kind, _ in found} == {"event", "day_page", "front_page", "opinions", "free_page"}


def test_a_file_that_was_read_twice_is_named(spark, tmp_path, sample_pages):
    archive = write_tar(tmp_path / "a.tar", sorted(sample_pages.items()))
    pages = spark.read.format("eventstore").load(archive)
    with pytest.raises(PySparkException, match=r"a\.tar was read twice: give each file once"):
        es_spark.resolve(pages.union(pages)).count()


def test_a_column_that_is_missing_is_named(spark):
    pages = (
        spark.read.format("eventstore").option("columns", "id,tags").load(str(ROOT / "examples" / "archive"))
    )
    with pytest.raises(ValueError, match="resolve needs the column archive"):
        es_spark.resolve(pages)
