"""A second reader of event pages, written from the format's description alone, without code of the store.

`read(path, text)` gives one event page (both editions, all layouts) as a dict of clean values, with which the
store is compared. Strict: a page that does not match from first to last character raises ValueError.
"""
import html
import re
import unicodedata

WORDS = {"Source": "en", "Sources": "en", "Related": "en", "Context": "en", "Formats": "en",
         "/zh": "zh", "信息来源": "zh", "有关": "zh", "消息": "zh", "上下文": "zh"}
PAGE = re.compile(
    r"(?:\n(?P<formats>Formats): [^\n]*\n\n)?"
    r"### \[(?P<date>\d{4}-\d\d-\d\d?)\]\((?P<folder>/zh)?/news/[\d/]+/index\.md\)\n\n"
    r"(?:##### (?P<category>[^\n]*)\n)?# (?P<title>[^\n]*)\n\n(?P<summary>[^\n]*)\n\n"
    r"(?:\n### (?P<s_label>Sources?|信息来源):\n\n(?P<sources>(?:\d+\. [^\n]*\n)*))?"
    r"(?:\n### Changes:\n\n(?P<changes>(?:\d+\. [^\n]*\n)*))?"
    r"(?:\n### (?P<r_label>Related|有关):\n\n(?P<related>(?:\d+\. [^\n]*\n)*))?")
ITEM = re.compile(r"\d+\. \[")
SOURCE = re.compile(r"(?P<name>.*?)\]\((?P<url>.*?)\)(?: \[IMG\]\((?P<image>(?:(?!\) \[IMG\]\().)*)\))?")
LINK = re.compile(r"(?P<title>.*)\]\((?:/zh)?/news/(?P<id>\d{4}/\d\d/\d\d?/[^/]*?)\.md\)(?: _(?P<note>.*)_)?")
NOTE = re.compile(r"(?P<label>Context|消息|上下文): (?P<tags>.*)")
VERSION = re.compile(r"(?:(?P<at>.*) )?\((?P<kind>First version|Update|Current version)\)")
MARK = re.compile(r"\[(https?:[^\]]*)\]|-\{(.*?)\}-")
KINDS = {"First version": "first", "Update": "update", "Current version": "current"}


def clean(text):
    """Entities decoded, white space single, trimmed, NFC; None if nothing is left."""
    return unicodedata.normalize("NFC", " ".join(html.unescape(text or "").split())) or None


def clean_title(text):
    """As `clean`, without wiki marks, unless there is nothing else."""
    return clean(MARK.sub(shown, (text or "").strip())) or clean(text)


def shown(mark):
    """Of a bracketed address its label; of a text in variants of Chinese the best form."""
    address, variants = mark.groups()
    if address is not None:
        return address.partition(" ")[2].strip()
    forms = {}
    for piece in variants.split(";"):
        code, colon, form = piece.partition(":")
        if colon and re.fullmatch(r"zh(-.*)?", code.strip()):
            last = forms.setdefault(code.strip(), [form])
        elif not forms:
            return variants
        elif piece.strip():
            last.append(piece)
    best = next((code for code in ("zh-hans", "zh-cn", "zh", *forms) if code in forms), None)
    return ";".join(forms[best]).strip() if best else variants


def clean_url(text):
    """Trimmed, without the angle brackets of Markdown; in a URL, entities end in a semicolon."""
    url = re.sub(r"^<(.*)>$", r"\1", (text or "").strip()).strip()
    return re.sub(r"&#?[A-Za-z0-9]+;", lambda found: html.unescape(found[0]), url) or None


def items(block, pattern):
    """The parts of each line of a numbered list."""
    for line in (block or "").split("\n")[:-1]:
        start = ITEM.match(line).end()
        found = pattern.fullmatch(line, start)
        if not found:
            raise ValueError(f"no item of this list: {line}")
        yield found


def language(words, title):
    """By the labels of the page, else by the script of its title."""
    told = next((WORDS[word] for word in words if word), None)
    ideographs = len(re.findall(r"[\u3400-\u9fff]", title))
    latin = sum(bool(re.search(r"[A-Za-z]", word)) for word in title.split())
    return told or ("zh" if ideographs and ideographs >= latin else "en")


def split(context, lang, own, link):
    """Tags of a context; in English neighbours out of order, or together in both texts, are one tag."""
    tags = []
    for piece in context.split(", "):
        joined = f"{tags[-1]}, {piece}".strip() if tags else ""
        out_of_order = tags and (clean(piece) or "") < (clean(tags[-1]) or "")
        both = joined in link and any(joined in text for text in own)
        if tags and lang == "en" and clean(piece) and clean(tags[-1]) and (out_of_order or both):
            tags[-1] = joined
        else:
            tags.append(piece)
    return [tag for tag in map(clean, tags) if tag]


def read(path, text):
    """One event page as a dict of clean values."""
    page = PAGE.fullmatch(text)
    if not page:
        raise ValueError(f"{path}: no event page")
    place = re.search(r"news/(\d{4})/(\d\d?)/(\d\d?)/([^/]+)\.md$", path)
    year, month, day, slug = place.groups()
    sources = list(items(page["sources"], SOURCE))
    related = [(link, link["note"] and NOTE.fullmatch(link["note"])) for link in items(page["related"], LINK)]
    covers = [source for source in sources if source["name"] == "Cover Image" and source["image"] is None][:1]
    changes = [(link, VERSION.fullmatch(link["note"])) for link in items(page["changes"], LINK)]
    labels = [page["s_label"], page["r_label"], *(note["label"] for _, note in related if note)]
    labels += [page["formats"], page["folder"]]
    lang = language(labels, page["title"])
    own = (page["title"], page["summary"])
    return {
        "id": unicodedata.normalize("NFC", f"{year}/{int(month):02}/{int(day)}/{slug}"),
        "date": "{}-{}-{:0>2}".format(*page["date"].split("-")),
        "category": clean(page["category"]), "title": clean_title(page["title"]), "summary": clean(page["summary"]),
        "sources": [{"name": clean(s["name"]) or "", "url": clean_url(s["url"]) or "",
                     "image": clean_url(s["image"])} for s in sources if s not in covers],
        "cover_image": clean_url(covers[0]["url"]) if covers else None,
        "changes": [{"id": link["id"], "title": clean_title(link["title"]) or "", "at": note["at"],
                     "kind": KINDS[note["kind"]]} for link, note in changes],
        "related": [{"id": link["id"], "title": clean_title(link["title"]) or "",
                     "tags": split(note["tags"], lang, own, link["title"]) if note else []}
                    for link, note in related],
        "kind": "news", "lang": lang,
    }
