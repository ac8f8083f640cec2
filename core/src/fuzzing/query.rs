//! Any text as a query, an id, a day, a page token: it is refused with a place in it, or reads as it prints.

use std::fmt::{Debug, Display};
use std::str::FromStr;
use std::sync::OnceLock;

use super::ask::read_all;
use super::base::filled;
use crate::event::{Date, EventId, Lang, ParseError, Time};
use crate::query::{Days, Query};
use crate::store::Store;

/// Reads bytes as a query and asks a small store; and as the other texts that a caller can write.
///
/// # Panics
///
/// Where a reader breaks a promise.
pub fn read_query(bytes: &[u8]) {
    static STORE: OnceLock<Store> = OnceLock::new();
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let store = STORE.get_or_init(|| filled(Store::memory().unwrap()));
    read::<Query>(text);
    read::<Date>(text);
    read::<Days>(text);
    read::<EventId>(text);
    read::<Lang>(text);
    read::<Time>(text);
    // What the query has of a page token of its own, it is refused by all others.
    let every = store.query("").unwrap();
    let _ = every.page(2, Some(text));
    let _ = store.tags(text, Some(3));
    let _ = store.words(text, Some(3));
    let hits = match store.query(text) {
        Ok(hits) => hits,
        Err(error) => {
            assert!(!error.to_string().is_empty(), "an error says something");
            return;
        }
    };
    let count = hits.count().unwrap();
    assert_eq!(hits.ids().unwrap().len() as u64, count, "{text:?}");
    let _ = hits.explain().unwrap();
    let _ = hits.hint().unwrap();
    read_all(&hits);
    if let Some(event) = hits.first().unwrap() {
        let query = hits.query();
        let _ = event.snippet(query, 40).marked("<b>", "</b>");
        let _ = event.highlight(query);
    }
}

fn read<T: FromStr<Err = ParseError> + Display + Debug + PartialEq>(text: &str) {
    match text.parse::<T>() {
        Ok(read) => {
            let printed = read.to_string();
            assert_eq!(
                printed.parse().as_ref(),
                Ok(&read),
                "{text:?} prints as {printed:?}"
            );
        }
        Err(error) => {
            assert!(error.text.is_char_boundary(error.offset), "{error:?}");
            assert!(!error.to_string().is_empty(), "an error says something");
        }
    }
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    [
        "flood storm -\"flood warning\" fl*",
        "(flood, storm) title:(flood,\"a dam\") -body:x summary:\"it *\"",
        "tag:Syria tag:\"New York\" -tag:(Syria,Iraq)",
        "category:Sport source:syri* domain:post.example author:\"Ida Tolland\"",
        "2014..2016-06 ..2016 2017-03-02",
        "related:2017/03/2/a refers:(2017/03/2/a,2017/03/3/dam)",
        "kind:opinion lang:zh superseded:yes draft:no undated:only",
        "meta.cover.alt:\"A pier\" meta.\"my key\":7 has:tag -has:meta.cover",
        "since:2017 until:2017-03",
        "洪水 \"港口\" ü*",
        "2017-03-02",
        "2017-03-09T06:30:05+01:00",
        "2017/03/2/flood",
        "zh",
        "tag:\"a \\\"quoted\\\" one\" \\-x",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}
