//! Any bytes as a page: reading ends, and what is read keeps its promises.

use std::borrow::Cow;

use crate::page::{
    self, ArchiveChoice, LogicalPath, Page, PageLimits, Profile, Reading, line_pieces, render,
    to_event,
};

const LIMITS: PageLimits = PageLimits {
    bytes: 1 << 20,
    items: 1_000,
};

/// Paths for each way into the page reader: an event page, a day page, an opinion, a free page, a
/// front page.
const PATHS: [&str; 9] = [
    "news/2017/03/2/a.md",
    "news/2017/03/2/index.md",
    "opinion/2017/04/4/a/index.md",
    "a.md",
    "index.md",
    "_posts/2017-03-02-a.md",
    "2018/notes/index.mdx",
    "a.rst",
    "a.org",
];

/// Reads bytes as a Markdown page and checks what every such page must hold.
fn read_markdown(path: &str, bytes: Vec<u8>) {
    let Some(id) = crate::EventId::of_path(path) else {
        return;
    };
    let length = bytes.len();
    // The length chooses the profile, too.
    let profile = Profile::ALL[1 + length % (Profile::ALL.len() - 1)];
    let choice = ArchiveChoice {
        profile,
        ..ArchiveChoice::default()
    };
    match page::read_kept(path, path, &id, bytes, &LIMITS, &choice) {
        Ok(read) => {
            assert!(!read.page.title.is_empty(), "an event has a title");
            assert!(
                read.page.text.is_char_boundary(read.page.body as usize),
                "the body is text"
            );
            assert_eq!(read.date_rule.is_some(), read.page.moment.is_some());
            assert!(
                read.notes.iter().all(|note| note.offset <= length),
                "a note lies in the page"
            );
        }
        Err(error) => assert!(error.offset <= length, "an error lies in the page"),
    }
}

/// Reads bytes as a page and checks what every page must hold, however it was made.
///
/// The number of bytes chooses the path, so that a plain page file is an input as it is.
///
/// # Panics
///
/// Where the reader breaks a promise: that is what fuzzing looks for.
pub fn read_page(bytes: &[u8]) {
    let path = PATHS[bytes.len() % PATHS.len()];
    match page::read(path, &LogicalPath::of(path), bytes.to_vec(), &LIMITS) {
        Ok(Reading::Page(Page::Event(page))) => {
            let own = page.text.as_bytes().get(..bytes.len());
            assert_eq!(own, Some(bytes), "the text begins with the page");
            let event = to_event(&page, Vec::new(), false);
            assert!(!event.title.is_empty(), "an event has a title");
            let ids = event.related.iter().map(|related| &related.id);
            for id in ids.chain([&event.id]) {
                assert_eq!(
                    id.as_str().parse().as_ref(),
                    Ok(id),
                    "an id is read as itself"
                );
            }
            // What is asked of an event must answer, and rendering must come to an end of its own.
            let _ = (event.summary_html(), event.body_html(), event.url());
            let rendered = render(&page);
            if let Ok(Reading::Page(Page::Event(again))) = page::read(
                path,
                &LogicalPath::of(path),
                rendered.clone().into_bytes(),
                &LIMITS,
            ) {
                assert_eq!(render(&again), rendered, "rendering is stable");
            }
        }
        Ok(Reading::Page(Page::Listing(page))) => {
            for item in &page.items {
                let id = page.get(item.target).parse::<crate::EventId>();
                assert!(id.is_ok(), "a target is an id");
                let mut pieces: Vec<Cow<'_, str>> = Vec::new();
                line_pieces(item.context.map_or("", |span| page.get(span)), &mut pieces);
                assert!(
                    pieces.iter().all(|piece| !piece.is_empty()),
                    "a tag has letters"
                );
            }
        }
        Ok(Reading::Page(Page::Markdown(_) | Page::Other) | Reading::NoPage) => {}
        Ok(Reading::Foreign { bytes: page, .. }) => {
            assert_eq!(page, bytes, "an unclaimed page is given back");
            read_markdown(path, page);
        }
        Err(error) => {
            assert!(error.offset <= bytes.len(), "an error lies in the page");
            assert!(
                error.line >= 1 && error.column >= 1,
                "lines and columns count from 1"
            );
            assert!(
                error.path == path && !error.message.is_empty(),
                "an error says where"
            );
        }
    }
}
