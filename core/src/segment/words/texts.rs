//! The texts of a row that have words, as its event shows them.

use std::borrow::Cow;

use super::{FIELDS, Inverter, PartSink, merge};
use crate::error::Result;
use crate::event::searched_title;
use crate::page::{self, EventPage, MarkdownPage};
use crate::segment::Segment;
use crate::stop::Stop;

/// Title, summary and body of a row.
pub(in crate::segment) struct RowTexts<'r>([Cow<'r, str>; FIELDS]);

impl<'r> RowTexts<'r> {
    /// Of a page of the Context, whose title may lie apart.
    pub fn of_event(page: &'r EventPage, title: &'r str) -> Self {
        let body = page.own_body().map(page::body_text);
        Self([
            searched_title(title),
            page.clean_summary().unwrap_or_default(),
            body.map_or(Cow::Borrowed(""), Cow::Owned),
        ])
    }

    /// Of a Markdown page with its bytes.
    pub fn of_markdown(page: &'r MarkdownPage, bytes: &[u8]) -> Self {
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        let body = text.get(page.body as usize..).unwrap_or_default();
        Self([
            Cow::Borrowed(&page.title),
            Cow::Borrowed(page.summary.as_deref().unwrap_or_default()),
            Cow::Owned(page::body_text(body)),
        ])
    }

    pub fn get(&self) -> [&str; FIELDS] {
        std::array::from_fn(|field| &*self.0[field])
    }
}

impl Segment {
    /// The words of all events of the segment, cut from their texts, for a sink of parts. Returns the
    /// index of the dictionary.
    pub(super) fn words_of_rows<'s>(&self, sink: &'s mut PartSink<'s>) -> Result<Vec<u8>> {
        let mut inverter = Inverter::new();
        for row in &self.flags()?.events {
            if self.is_markdown(row)? {
                let page = self.markdown_page(row)?;
                let bytes = self.markdown_bytes(row)?;
                inverter.push(row, RowTexts::of_markdown(&page, &bytes).get());
            } else {
                let (page, _) = self.event_page(row)?;
                let texts = RowTexts::of_event(&page, page.get(page.title));
                inverter.push(row, texts.get());
            }
        }
        let (runs, of_rows) = inverter.finish();
        let mut lengths = vec![[0; FIELDS]; self.rows() as usize];
        for (row, of_row) in of_rows {
            lengths[row as usize] = of_row;
        }
        merge(&runs, &[], lengths, &Stop::default(), sink)
    }
}
