"""The pages of the sample archive, byte for byte as the site would have written them."""

from __future__ import annotations

from datetime import date, timedelta

from .edition import Edition, Event, Item, Layout, Link, Listing, Opinion, heading_of, place_of


def formats(stem: str) -> str:
    links = "  ".join(f"[{kind}]({stem}.{kind.lower()})" for kind in ("HTML", "JSON", "XML"))
    return f"\nFormats: {links}  \n\n"


def event_page(event: Event) -> str:
    look = event.look
    day = f"/news/{place_of(event.date)}/index.md"
    out = formats(f"/news/{event.id}") if look.formats else ""
    out += f"### [{heading_of(event.date)}]({day})\n\n"
    if look.categories and event.category is not None:
        out += f"##### {event.category}\n"
    out += f"# {event.title}\n\n{event.summary or ''}\n\n"
    if event.sources:
        out += f"\n### {look.sources_heading}:\n\n"
        for number, (name, url, *image) in enumerate(event.sources, 1):
            tail = f" [IMG]({image[0]})" if image else ""
            out += f"{number}. [{name}]({url}){tail}\n"
        if event.cover:
            # The site did not count the cover image: it repeats the number 1.
            out += f"1. [Cover Image]({event.cover})\n"
    if event.changes:
        out += "\n### Changes:\n\n"
        for number, (title, at_id, at, kind) in enumerate(event.changes, 1):
            # The current version repeats the number before it.
            number = number if at else number - 1
            when = f"{at} ({kind})" if at else f"({kind})"
            out += f"{number}. [{title}](/news/{at_id}.md) _{when}_\n"
    if event.related:
        out += "\n### 有关:\n\n" if event.lang == "zh" else "\n### Related:\n\n"
        for number, link in enumerate(event.related, 1):
            out += f"{number}. {related_link(link, look)}\n"
    return out


def related_link(link: Link, look: Layout) -> str:
    target = f"{look.link_root}/{link.id}.md"
    return f"[{link.title}]({target}) _{look.related_label}: {', '.join(link.context)}_"


def line_tags(item: Item, look: Layout) -> list[str]:
    return sorted(item.tags) if look.sorted_lines else item.tags


def english_items(items: list[Item], look: Layout, categories: bool) -> str:
    out = ""
    heading = ""
    for item in items:
        if categories and item.category and item.category != heading:
            heading = item.category
            out += f"##### {heading}\n"
        out += f"### [{item.title}](/news/{item.id}.md)\n"
        if item.summary:
            out += f"{item.summary}\n"
        elif item.tags:
            out += f"_Context: {', '.join(line_tags(item, look))}_\n"
        out += "\n"
    return out


def has_line(item: Item, layout: str) -> bool:
    """Whether a listing of this layout shows the item's tags."""
    if layout.startswith("z"):
        # Versions before November 2019 had the line.
        return layout != "z4"
    return item.summary is None


def chinese_items(items: list[Item], layout: str, look: Layout) -> str:
    out = ""
    heading = ""
    for item in items:
        if item.category != heading:
            heading = item.category
            out += f"##### {heading}\n"
        out += f"### [{item.title}]({look.link_root}/{item.id}.md)\n"
        if has_line(item, layout):
            out += f"_{look.related_label}: {', '.join(item.tags)}_\n"
    return out


def previous(day: date) -> str:
    return f"{place_of(day - timedelta(days=1))}/index.md"


def day_page(listing: Listing) -> str:
    [(day, items)] = listing.days
    look = listing.look
    out = formats(f"{place_of(day)}/index") if look.formats else ""
    out += f"## [{heading_of(day)}]({look.link_root}/{place_of(day)}/index.md)\n\n"
    if listing.layout.startswith("z"):
        out += chinese_items(items, listing.layout, look)
        return out + f"## [前一天...]({look.link_root}/{previous(day)})\n\n"
    out += english_items(items, look, look.categories)
    return out + f"## [Previous Day...]({look.link_root}/{previous(day)})\n\n"


def front_page(listing: Listing, opinions: list[Opinion]) -> str:
    look = listing.look
    chinese = listing.layout.startswith("z")
    names = (
        ("今天", "昨天", "昨天前一天", "前一天...")
        if chinese
        else ("News", "Yesterday", "Day Before Yesterday", "Previous Day...")
    )
    out = "\n\n" if chinese else formats("/index") if look.formats else ""
    for place, (day, items) in enumerate(listing.days):
        out += f"## [{names[place]}](/news/{place_of(day)}/index.md)\n\n"
        if chinese:
            out += chinese_items(items, listing.layout, look)
        else:
            out += english_items(items, look, categories=False)
        if listing.opinion and place == 0:
            out += f"## Opinion\n{opinion_item(opinions[0])}"
        out += "---\n\n"
    last = listing.days[-1][0]
    return out + f"## [{names[3]}](/news/{previous(last)})\n\n---\n\n"


def opinion_item(opinion: Opinion) -> str:
    return f"### [{opinion.title}](/{opinion.id}/index.md)\n{opinion.teaser}\n\n"


def opinion_page(opinion: Opinion) -> str:
    return f"\n# {opinion.title}\n#### by {opinion.author}\n\n{opinion.body.strip()}\n"


FAQ = """
## FAQ

### What is this archive?

A small invented archive, written as sample data. No place, person or event in it exists.

### May I use it?

Yes, under the licences of the project that it belongs to.

### Who counts the ferries?

See [Why we count ferries](/opinion/2016/05/9/why-we-count-ferries/index.md).
"""

API = """
## API

Every page of the archive is plain Markdown. The tree is by year, month and day:

- /news/[YYYY]/[MM]/[DD]/index, the list of a day
- /news/[YYYY]/[MM]/[DD]/[title], one event
- /opinion/[YYYY]/[MM]/[DD]/[title]/index, one opinion
"""

# Front matter is another format, so the page is refused and the message says why.
HTML = """<article>
<h1>A page from another publishing system strays into the archive.</h1>
<p>2019-11-30, Hallmere</p>
</article>
"""

# November has thirty days.
BAD_DATE = (
    formats("/news/2019/11/30/the-day-that-never-was")
    + """### [2019-11-31](/news/2019/11/31/index.md)

##### Hallmere
# The clocks of Hallmere show the thirty-first of November.

The town hall blames a spring.

"""
)

BROKEN = {
    "news/2019/11/30/a-page-from-another-publishing-system.md": (HTML, "HTML"),
    "news/2019/11/30/the-day-that-never-was.md": (BAD_DATE, "no such day"),
}


def archive(editions: list[Edition]) -> dict[str, str]:
    """Every file of the archive: path → text."""
    files: dict[str, str] = {}

    def put(path: str, text: str) -> None:
        assert path not in files, f"two pages want {path}"
        files[path] = text

    for edition in editions:
        # Both editions have the same paths, so the Chinese one lies in a folder of its own.
        root = "zh/" if edition.lang == "zh" else ""
        for event in edition.events:
            put(f"{root}news/{event.id}.md", event_page(event))
            if event.padded_twin:
                padded = event.id.replace(place_of(event.day), event.day.strftime("%Y/%m/%d"))
                assert padded != event.id, "a day of two digits has no second spelling"
                put(f"{root}news/{padded}.md", event_page(event))
        for listing in [*edition.days, *edition.fronts]:
            is_day = listing in edition.days
            text = day_page(listing) if is_day else front_page(listing, edition.opinions)
            put(root + listing.path, text)
            if listing.readme:
                put(root + listing.path.replace("index.md", "README.md"), text)
        for place, opinion in enumerate(edition.opinions):
            # Of the first opinion both names are there, of the others only README.md, as on the site.
            if place == 0:
                put(f"{root}{opinion.id}/index.md", opinion_page(opinion))
            put(f"{root}{opinion.id}/README.md", opinion_page(opinion))
        if edition.opinions:
            listed = "## Opinion\n" + "".join(map(opinion_item, edition.opinions))
            put(f"{root}opinion/index.md", listed)
            put(f"{root}opinion/README.md", listed)
    put("faq/index.md", FAQ)
    put("api/README.md", API)
    for path, (text, _) in BROKEN.items():
        put(path, text)
    return files
