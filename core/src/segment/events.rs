//! Whole events of rows, as clean text.
//!
//! [`Segment::event_page`] gives a row back as it was written, and `page::to_event` makes the model of it. This is the
//! same in one step for the related list, most of an event: no page is put together, whose contexts would be joined
//! only to be parted again. Whole events by id take half the time; a test holds it to the two steps.

use std::borrow::Cow;

use super::chunk::Part;
use super::cursor::Cursor;
use super::head;
use super::links::{self, Target};
use super::reader::{Field, Segment};
use super::row::{self, push};
use super::rows::Dictionaries;
use super::{RowKind, reads};
use crate::error::Result;
use crate::event::text::clean;
use crate::event::{Date, Event, EventId, Kind, Related};
use crate::page::{self, EventPage};

impl Segment {
    /// The whole event of a row.
    pub fn event(&self, row: u32) -> Result<Event> {
        let packed = self.packed_date_of(row)?;
        let date = Date::from_packed(packed).unwrap_or(Date::MIN);
        let mut name = String::new();
        let mut page = self.with_entry(Part::Heads, row, |entry| {
            let (kind, lang, title) = head::read(entry, packed, &mut name)?;
            let kind = match kind {
                RowKind::Opinion => Kind::Opinion,
                _ => Kind::News,
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
        let mut related = Vec::new();
        let (mut links, mut heads) = (
            Cursor::new(self, Part::Links),
            Cursor::new(self, Part::Heads),
        );
        self.each_related(row, &mut links, &mut heads, |id, title, tags| {
            related.push(Related {
                id: EventId::from_canonical(id),
                title: title.into_owned(),
                tags: tags.map(str::to_owned).collect(),
            });
        })?;
        Ok(related)
    }

    /// Id, title and tags of each entry of a row's related list.
    pub(super) fn each_related<'s>(
        &'s self,
        row: u32,
        links: &mut Cursor<'s>,
        heads: &mut Cursor<'s>,
        mut each: impl FnMut(&str, Cow<'_, str>, &mut dyn Iterator<Item = &'s str>),
    ) -> Result<()> {
        let terms = self.spellings(Field::Tag)?;
        let entry = links.entry(row)?;
        let mut name = String::new();
        for link in links::decode(entry) {
            let link = link.map_err(|message| self.malformed(Part::Links, message))?;
            let tags = link.tags.as_deref().unwrap_or_default();
            if tags.iter().any(|&tag| tag >= terms.len()) {
                return Err(self.malformed(Part::Links, "an unknown tag"));
            }
            let mut tags = tags.iter().map(|&tag| terms.spelling(tag));
            match link.target {
                Target::Id(id) => each(id, clean(link.title.unwrap_or_default()), &mut tags),
                Target::Row(target) => {
                    let date = self.packed_date_of(target)?;
                    name.clear();
                    reads::of_targets(|| {
                        heads.with(target, |entry| {
                            let (_, _, title) = head::read(entry, date, &mut name)?;
                            each(&name, clean(link.title.unwrap_or(title)), &mut tags);
                            Ok(())
                        })
                    })?;
                }
            }
        }
        Ok(())
    }
}
