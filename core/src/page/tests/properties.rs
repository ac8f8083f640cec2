//! Laws of reading and rendering, over generated pages.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::super::context::{Formats, Labels, Numbering};
use super::super::*;
use super::moved::moved;
use super::read;
use super::round_trips::LIMITS;
use super::spec::cases;
use crate::event::{ChangeKind, Date};

/// A page in the making: fields are put into one text.
#[derive(Debug, Clone)]
struct Fields {
    lang: Edition,
    date: (i16, i8, i8),
    slug: String,
    layout: Layout,
    category: Option<String>,
    title: String,
    summary: Option<String>,
    sources: Vec<(String, String, Option<String>)>,
    cover: Option<String>,
    changes: Vec<(String, String, bool)>,
    related: Vec<(String, String, Option<String>)>,
}

const WORDS: [&str; 24] = [
    "Alba",
    "bridge",
    "it's",
    "渡轮恢复",
    "港口",
    "，",
    "&amp;",
    "&nbsp;",
    "&#039;",
    "[x",
    "y]",
    "](",
    "(z)",
    "''Q''",
    "# ",
    "_",
    "*",
    "<div>",
    "2.5",
    "é",
    "-{zh-hans:a; zh-hant:b;}-",
    "Context:",
    "消息:",
    "ﬀ",
];

fn words(most: usize) -> impl Strategy<Value = String> {
    let word =
        prop_oneof![8 => select(&WORDS[..]).prop_map(str::to_owned), 1 => "[^\\x00-\\x1f]{1,4}"];
    (
        any::<bool>(),
        prop::collection::vec(word, 1..=most),
        any::<bool>(),
    )
        .prop_map(|(before, words, after)| {
            let edge = |there| if there { " " } else { "" };
            format!("{}{}{}", edge(before), words.join(" "), edge(after))
        })
}

/// Text that a field which brackets or labels delimit may have.
fn plain() -> impl Strategy<Value = String> {
    words(4).prop_map(|text| text.replace("](", "").replace(") _", ""))
}

fn title() -> impl Strategy<Value = String> {
    words(8).prop_map(|text| format!("{text}T"))
}

fn id() -> impl Strategy<Value = String> {
    (
        1990i16..2030,
        1i8..=12,
        1i8..=28,
        "[a-z0-9-]{1,8}|[渡轮港口]{1,4}",
    )
        .prop_map(|(year, month, day, slug)| format!("{year}/{month:02}/{day}/s{slug}"))
}

fn url() -> impl Strategy<Value = String> {
    "(https?:)?//[a-z.]{1,9}/[a-z?=&;()% ]{0,9}".prop_map(|url| url.replace(") [", ""))
}

fn layout(lang: Edition) -> impl Strategy<Value = Layout> {
    let words = Labels::of(lang);
    let formats = prop_oneof![
        Just(Formats::None),
        Just(Formats::Bare),
        (0u8..2).prop_map(Formats::Folder)
    ];
    let numbering = || {
        select(vec![
            Numbering::One,
            Numbering::Repeated,
            Numbering::Counted,
        ])
    };
    let labels = (
        0..words.sources.len() as u8,
        0..words.related.len() as u8,
        0..words.changes.len() as u8,
        0..words.context.len() as u8,
    );
    (formats, 0u8..2, 0u8..2, labels, numbering(), numbering()).prop_map(
        |(
            formats,
            day_folder,
            link_folder,
            (sources, related, changes, context),
            cover,
            current,
        )| Layout {
            formats,
            day_folder,
            link_folder,
            sources,
            related,
            changes,
            context,
            cover,
            current,
            blank_first: false,
        },
    )
}

fn fields() -> impl Strategy<Value = Fields> {
    let head =
        select(vec![Edition::En, Edition::Zh]).prop_flat_map(|lang| (Just(lang), layout(lang)));
    let source = (plain(), url(), prop::option::of(url()));
    let change = (words(4), id(), any::<bool>());
    let context = words(3).prop_map(|text| text.replace("](", ""));
    let related = (words(5), id(), prop::option::of(context));
    let lists = (
        prop::collection::vec(source, 0..4),
        prop::option::of(url()),
        prop::collection::vec(change, 0..4),
        prop::collection::vec(related, 0..5),
    );
    let texts = (
        prop::option::of(prop_oneof![Just(String::new()), words(2)]),
        title(),
        prop::option::of(words(6).prop_map(|text| format!("{text}S"))),
    );
    (
        head,
        (1900i16..2100, 1i8..=12, 1i8..=28),
        "[a-z-]{1,9}",
        texts,
        lists,
    )
        .prop_map(
            |(
                (lang, layout),
                date,
                slug,
                (category, title, summary),
                (sources, cover, changes, related),
            )| Fields {
                lang,
                date,
                slug: format!("{slug}x"),
                layout,
                category,
                title,
                summary,
                sources,
                cover,
                changes,
                related,
            },
        )
}

fn page(fields: &Fields) -> EventPage {
    let mut text = String::new();
    let mut put = |part: &str| {
        let start = text.len() as u32;
        text.push_str(part);
        Span {
            start,
            end: text.len() as u32,
        }
    };
    let (year, month, day) = fields.date;
    let changes = fields.changes.len();
    let change = |(i, (title, target, timed)): (usize, &(String, String, bool))| {
        let last = i + 1 == changes;
        let kind = if last {
            ChangeKind::Current
        } else if i == 0 {
            ChangeKind::First
        } else {
            ChangeKind::Update
        };
        (
            title.clone(),
            target.clone(),
            timed.then_some("2017-12-20 06:30:07"),
            kind,
        )
    };
    let changes: Vec<_> = fields.changes.iter().enumerate().map(change).collect();
    let mut made = EventPage {
        id: put(&format!("{year:04}/{month:02}/{day}/{}", fields.slug)),
        date: Date::new(year, month, day).unwrap(),
        lang: fields.lang,
        kind: PageKind::News,
        layout: fields.layout.clone(),
        category: fields.category.as_deref().map(&mut put),
        title: put(&fields.title),
        summary: fields.summary.as_deref().map(&mut put),
        sources: fields
            .sources
            .iter()
            .map(|(name, url, image)| SourceItem {
                name: put(name),
                url: put(url),
                image: image.as_deref().map(&mut put),
            })
            .collect(),
        cover_image: fields.cover.as_deref().map(&mut put),
        changes: changes
            .iter()
            .map(|(title, target, at, kind)| ChangeItem {
                title: put(title),
                target: put(target),
                at: at.map(&mut put),
                kind: *kind,
            })
            .collect(),
        related: fields
            .related
            .iter()
            .map(|(title, target, context)| RelatedItem {
                title: put(title),
                target: put(target),
                context: context.as_deref().map(&mut put),
            })
            .collect(),
        author: None,
        body: None,
        stated: Vec::new(),
        text: String::new(),
    };
    made.text = text;
    made
}

/// Paths and bytes of a few random pages. Of their links about a third lead to each other with a text of their own, a
/// third with the other's title.
pub(crate) fn archive() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let links = prop::collection::vec((any::<Index>(), 0..3), 5);
    prop::collection::vec((fields(), links), 1..8).prop_map(|pages| {
        let id = |fields: &Fields| {
            let (year, month, day) = fields.date;
            format!("{year:04}/{month:02}/{day}/{}", fields.slug)
        };
        let heads: Vec<(String, String)> = pages
            .iter()
            .map(|(fields, _)| (id(fields), fields.title.clone()))
            .collect();
        let linked = |(mut fields, links): (Fields, Vec<(Index, i32)>)| {
            for (related, (other, how)) in fields.related.iter_mut().zip(links) {
                let (id, title) = other.get(&heads);
                if how > 0 {
                    related.1 = id.clone();
                }
                if how > 1 {
                    related.0 = title.clone();
                }
            }
            let bytes = render(&page(&fields)).into_bytes();
            (format!("news/{}.md", id(&fields)), bytes)
        };
        pages.into_iter().map(linked).collect()
    })
}

/// Reads bytes and touches all that was read.
fn exercise(path: &str, bytes: Vec<u8>) {
    let size = bytes.len();
    match read(path, &LogicalPath::of(path), bytes.clone(), &LIMITS) {
        Ok(Page::Event(page)) => {
            assert_eq!(&page.text.as_bytes()[..size], bytes);
            let again = moved(&page);
            assert_eq!(render(&again), render(&page));
            let event = to_event(&page, Vec::new(), false);
            assert_eq!(to_event(&again, Vec::new(), false), event);
            assert!(!event.title.is_empty());
            let _ = event.summary_html();
            assert_eq!(
                event.id.as_str().parse::<crate::EventId>().unwrap(),
                event.id
            );
            for related in &event.related {
                assert_eq!(
                    related.id.as_str().parse::<crate::EventId>().unwrap(),
                    related.id
                );
            }
        }
        Ok(Page::Listing(page)) => {
            assert_eq!(&page.text.as_bytes()[..size], bytes);
            for item in &page.items {
                page.get(item.target).parse::<crate::EventId>().unwrap();
                let mut pieces = Vec::new();
                line_pieces(item.context.map_or("", |span| page.get(span)), &mut pieces);
                assert!(pieces.iter().all(|piece| !piece.is_empty()));
                let _ = page.get(item.title);
            }
        }
        Ok(Page::Markdown(_) | Page::Other) => {}
        Err(error) => {
            assert!(error.offset <= size && error.line >= 1 && error.column >= 1);
            assert!(!error.message.is_empty() && error.path == path);
        }
    }
}

const PATHS: [&str; 4] = [
    "news/2017/03/2/a.md",
    "news/2017/03/2/index.md",
    "opinion/2017/04/4/a/index.md",
    "a.md",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_rendered_page_is_read_and_rendered_to_the_same_bytes(fields in fields()) {
        let made = page(&fields);
        let text = render(&made);
        let path = format!("news/{}.md", made.get(made.id));
        let read = read(&path, &LogicalPath::of(&path), text.clone().into_bytes(), &LIMITS);
        let Ok(Page::Event(read)) = read else { panic!("{read:?}\n{text}") };
        prop_assert_eq!(&render(&read), &text);
        let (meant, got) = (to_event(&made, Vec::new(), false), to_event(&read, Vec::new(), false));
        if meant.lang == got.lang {
            prop_assert_eq!(meant, got);
        } else {
            // Without a label the title tells the language.
            prop_assert!(made.sources.is_empty() && made.cover_image.is_none() && made.related.is_empty());
        }
    }

    #[test]
    fn reading_never_panics_on_any_bytes(bytes in any::<Vec<u8>>(), path in select(&PATHS[..])) {
        exercise(path, bytes);
    }

    #[test]
    fn reading_never_panics_on_pieces_of_pages(
        pieces in prop::collection::vec(select(vec![
            "\n", "### [2017-03-2](/news/2017/03/2/index.md)", "## [2017-03-2](/news/2017/03/2/index.md)", "# T", "#### by A", "##### c",
            "### Source:", "### 有关:", "### Changes:", "1. [", "](/news/2017/03/2/b.md)", " _Context: a, b_", "](", ")", " [IMG](", "_", "---",
            "Formats: ", "(Update)_", "## Opinion", "### [", "é", "&", " ",
        ]), 0..30),
        path in select(&PATHS[..]),
    ) {
        exercise(path, pieces.concat().into_bytes());
    }

    #[test]
    fn reading_never_panics_on_mutated_pages(
        which in any::<Index>(), from in any::<Index>(), len in 0usize..40, to in any::<Index>(), byte in prop::option::of(any::<u8>()),
    ) {
        let cases = cases();
        let case = which.get(&cases);
        let mut bytes = case.bytes.clone();
        if bytes.is_empty() {
            return Ok(());
        }
        let from = from.index(bytes.len());
        let cut: Vec<u8> = bytes.drain(from..(from + len).min(bytes.len())).collect();
        let to = to.index(bytes.len() + 1);
        match byte {
            Some(byte) => bytes.insert(to, byte),
            None => drop(bytes.splice(to..to, cut)),
        }
        exercise(&case.path, bytes);
    }
}

/// These take hours if reading is not linear in the page; nothing here is timed.
#[test]
fn hostile_pages_of_a_mebibyte_are_read_in_one_pass() {
    let head = "### [2017-03-2](/news/2017/03/2/index.md)\n\n# T ";
    let size = LIMITS.bytes - 4096;
    let fill = |piece: &str| piece.repeat(size / 3 / piece.len());
    let list = "\n\n\n\n\n### Related:\n\n1. [";
    let link = "](/news/2016/12/31/b.md) _Context: ";
    let mut pages = Vec::new();
    for piece in [
        "[",
        "](",
        "](/news/",
        "](/zh/news/2017/01/1/a.md) _Context: a",
        ") _",
        "&",
        "&amp;",
        "b, a, ",
        "a, ",
        " ",
        "\u{301}",
        "_",
        "甲",
        "1. [a](b) [IMG](",
        "#",
    ] {
        let many = fill(piece);
        pages.push(format!("{head}{many}\n\n\n\n"));
        pages.push(format!("{head}{many}{list}{many}{link}{many}_\n"));
        pages.push(format!(
            "{head}\n\n\n\n\n### Source:\n\n1. [{many}]({many}) [IMG]({many})\n"
        ));
        pages.push(format!("{head}\n\n{many}\n"));
        pages.push(many.clone());
        pages.push(format!("# T\n#### by A\n\n{many}"));
    }
    pages.push("\n".repeat(size));
    pages.push(format!("{head}{}", "\n".repeat(size)));
    let mut read_count = 0;
    for text in pages {
        for path in [PATHS[0], PATHS[2]] {
            if let Ok(Page::Event(page)) = read(
                path,
                &LogicalPath::of(path),
                text.clone().into_bytes(),
                &LIMITS,
            ) {
                let _ = (to_event(&page, Vec::new(), false), render(&page));
                read_count += 1;
            }
        }
    }
    assert!(read_count > 30, "{read_count}");
}

#[test]
fn limits_fail_with_what_to_do() {
    let item = "1. [a](b)\n".repeat(5);
    let text =
        format!("### [2017-03-2](/news/2017/03/2/index.md)\n\n# T\n\n\n\n\n### Source:\n\n{item}");
    let read = |bytes, items| {
        read(
            PATHS[0],
            &LogicalPath::of(PATHS[0]),
            text.clone().into_bytes(),
            &PageLimits { bytes, items },
        )
    };
    assert!(read(text.len(), 5).is_ok());
    let error = read(text.len() - 1, 5).unwrap_err();
    assert_eq!((error.kind, error.line, error.column), ("too_large", 1, 1));
    let error = read(text.len(), 4).unwrap_err();
    assert_eq!(
        (error.kind, error.line, error.column),
        ("too_many_items", 14, 1)
    );
    assert!(error.to_string().contains("raise the limit"));
}
