//! Rows → events, as clean text.
//!
//! `Segment::event_page` returns a row as it was written, and `page::to_event` makes the event from
//! it. Here the related list, about 90 % of an event, is read without making that page: its
//! contexts would be joined only to be split again. Reading whole events by id takes half the time.
//! A test compares the result with that of the two steps.

use std::borrow::Cow;

use super::body::{self, push};
use super::header;
use super::read::UNKNOWN_TAG;
use crate::error::Result;
use crate::event::{Event, EventId, Related, clean_title};
use crate::page::{self, EventPage};
use crate::segment::block::{Block, Malformed, touch_all};
use crate::segment::entries::NO_SUCH_ROW;
use crate::segment::link::{LinkList, LinkTarget};
use crate::segment::{Part, Segment, TermField, read_counts};

impl Segment {
    /// The whole event of a row. Of a Markdown page without the related ones, which only a snapshot
    /// knows.
    pub fn event(&self, row: u32) -> Result<Event> {
        if self.is_markdown(row)? {
            return Ok(self.markdown_event(row)?.0);
        }
        let date = self.known_date_of(row)?;
        let mut name = String::new();
        let mut page = self.with_entry(Part::Headers, row, |entry| {
            let (kind, lang, title) = header::read(entry, date.packed(), &mut name)?;
            let mut page = EventPage::blank(date, lang, kind.event_kind()?);
            page.text.reserve(512);
            page.title = push(&mut page, title);
            Ok(page)
        })?;
        page.id = push(&mut page, &name);
        let dictionaries = self.body_dictionaries()?;
        let terms = self.spellings(TermField::Tag)?;
        let tags = self.with_entry(Part::Bodies, row, |entry| {
            let tags = body::decode(entry, &mut page, &dictionaries)?
                .tags
                .into_iter();
            tags.map(|tag| terms.get(tag).map(str::to_owned).ok_or(UNKNOWN_TAG))
                .collect()
        });
        let tags = terms.checked(dictionaries.checked(tags))?;
        let mut event = page::to_event(&page, tags, self.flags()?.superseded.contains(row));
        event.related = self.related(row)?;
        Ok(event)
    }

    /// The related list of a row.
    fn related(&self, row: u32) -> Result<Vec<Related>> {
        let (block, within) = self.block_of(Part::Links, row)?;
        let mut related = Vec::new();
        self.each_related(
            self.entry_of(Part::Links, &block, within)?,
            |id, title, tags| {
                let mut entry = Related::new(EventId::from_canonical(id), title);
                entry.tags = tags.map(str::to_owned).collect();
                related.push(entry);
            },
        )?;
        Ok(related)
    }

    /// Calls `each` with id, title and tags of each entry of a related list, in its order. `stored`
    /// is the row's entry in the links part.
    ///
    /// The headers of all targets are looked up before the first is read, so that their cache
    /// misses overlap: see [`touch_all`].
    pub(super) fn each_related<'s>(
        &'s self,
        stored: &[u8],
        mut each: impl FnMut(&str, Cow<'_, str>, &mut dyn Iterator<Item = &'s str>),
    ) -> Result<()> {
        let malformed = |message: Malformed| self.malformed(Part::Links, message);
        let terms = self.spellings(TermField::Tag)?;
        let list = LinkList::read(stored).map_err(malformed)?;
        if list.tags().iter().any(|&tag| tag >= terms.len()) {
            return Err(malformed(UNKNOWN_TAG));
        }
        let rows = list.links().filter_map(|(target, ..)| target.row());
        let rows: Vec<u32> = rows.collect();
        let headers = read_counts::count_targets(|| self.blocks_of(Part::Headers, &rows))?;
        touch_all(headers.iter().map(|(block, within)| block.touch(*within)));
        let mut headers = headers.iter();
        let mut name = String::new();
        for (target, title, tags) in list.links() {
            let mut tags = tags.iter().filter_map(|&tag| terms.get(tag));
            match target {
                LinkTarget::Id(id) => each(id, clean_title(title.unwrap_or_default()), &mut tags),
                LinkTarget::Row(target) => {
                    name.clear();
                    let own = self.target_header(target, headers.next(), &mut name)?;
                    each(&name, clean_title(title.unwrap_or(own)), &mut tags);
                }
            }
        }
        terms.checked(Ok(()))
    }

    /// Reads the header of a link's target: appends its name and returns its title.
    fn target_header<'b>(
        &self,
        target: u32,
        found: Option<&'b (Block, u32)>,
        name: &mut String,
    ) -> Result<&'b str> {
        let date = self.packed_date_of(target)?;
        let entry = found.and_then(|(block, within)| block.entry(*within));
        let read = entry.ok_or(NO_SUCH_ROW).and_then(|entry| {
            let (_, _, title) = header::read(entry, date, name)?;
            Ok(title)
        });
        read.map_err(|message| self.malformed(Part::Headers, message))
    }
}
