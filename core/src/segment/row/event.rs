//! Whole events of rows, as clean text.
//!
//! [`Segment::event_page`] gives a row back as it was written, and `page::to_event` makes the model of it. This is the
//! same in one step for the related list, most of an event: no page is put together, whose contexts would be joined
//! only to be parted again. Whole events by id take half the time; a test holds it to the two steps.

use std::borrow::Cow;
use std::hint::black_box;

use crate::error::Result;
use crate::event::{Date, Event, EventId, Related, clean_title};
use crate::page::{self, EventPage, PageKind};
use crate::segment::block::chunk::Part;
use crate::segment::link::encode::{Listed, Target};
use crate::segment::row::body::{self as row, push};
use crate::segment::row::header as head;
use crate::segment::row::read::Dictionaries;
use crate::segment::segment::{Field, Segment};
use crate::segment::{RowKind, reads};

impl Segment {
    /// The whole event of a row.
    pub fn event(&self, row: u32) -> Result<Event> {
        let packed = self.packed_date_of(row)?;
        let date = Date::from_packed(packed).unwrap_or(Date::MIN);
        let mut name = String::new();
        let mut page = self.with_entry(Part::Heads, row, |entry| {
            let (kind, lang, title) = head::read(entry, packed, &mut name)?;
            let kind = match kind {
                RowKind::Opinion => PageKind::Opinion,
                _ => PageKind::News,
            };
            let mut page = EventPage::blank(date, lang, kind);
            page.text.reserve(512);
            page.title = push(&mut page, title);
            Ok(page)
        })?;
        page.id = push(&mut page, &name);
        let texts = Dictionaries {
            categories: self.spellings(Field::Category)?,
            sources: self.spellings(Field::Source)?,
        };
        let rest = self.with_entry(Part::Rows, row, |entry| {
            row::decode(entry, &mut page, &texts)
        })?;
        let terms = self.spellings(Field::Tag)?;
        let tags = rest.tags.into_iter().filter(|&tag| tag < terms.len());
        let tags = tags.map(|tag| terms.spelling(tag).to_owned()).collect();
        let mut event = page::to_event(&page, tags, self.flags()?.superseded.contains(row));
        event.related = self.related(row)?;
        Ok(event)
    }

    /// The related list of a row.
    fn related(&self, row: u32) -> Result<Vec<Related>> {
        let (block, within) = self.block_of(Part::Links, row)?;
        let mut related = Vec::new();
        self.each_related(
            block.entry(within).unwrap_or_default(),
            |id, title, tags| {
                let mut entry = Related::new(EventId::from_canonical(id), title);
                entry.tags = tags.map(str::to_owned).collect();
                related.push(entry);
            },
        )?;
        Ok(related)
    }

    /// Id, title and tags of each entry of the related list of a row whose stored links these are.
    ///
    /// The heads of all targets are fetched before one is read, so that waits for memory overlap: see
    /// [`crate::segment::block::cache::Shelf::at_hand`].
    pub(in crate::segment) fn each_related<'s>(
        &'s self,
        stored: &[u8],
        mut each: impl FnMut(&str, Cow<'_, str>, &mut dyn Iterator<Item = &'s str>),
    ) -> Result<()> {
        let terms = self.spellings(Field::Tag)?;
        let listed =
            Listed::read(stored).map_err(|message| self.malformed(Part::Links, message))?;
        if listed.tags().iter().any(|&tag| tag >= terms.len()) {
            return Err(self.malformed(Part::Links, "an unknown tag"));
        }
        let row = |target| match target {
            Target::Row(row) => Some(row),
            Target::Id(_) => None,
        };
        let rows = listed.links().filter_map(|(target, ..)| row(target));
        let rows: Vec<u32> = rows.collect();
        let heads = reads::of_targets(|| self.blocks_of(Part::Heads, &rows))?;
        let touched = heads.iter().map(|(block, within)| block.touch(*within));
        black_box(touched.fold(0, |sum, byte| sum ^ byte));
        let mut heads = heads.iter();
        let mut name = String::new();
        for (target, title, tags) in listed.links() {
            let mut tags = tags.iter().map(|&tag| terms.spelling(tag));
            match target {
                Target::Id(id) => each(id, clean_title(title.unwrap_or_default()), &mut tags),
                Target::Row(target) => {
                    let date = self.packed_date_of(target)?;
                    name.clear();
                    let entry = heads.next().and_then(|(block, i)| block.entry(*i));
                    let (_, _, own) = entry
                        .ok_or("a block lacks a row")
                        .and_then(|entry| head::read(entry, date, &mut name))
                        .map_err(|message| self.malformed(Part::Heads, message))?;
                    each(&name, clean_title(title.unwrap_or(own)), &mut tags);
                }
            }
        }
        Ok(())
    }
}
