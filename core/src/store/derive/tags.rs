//! Which tags an event has and whether it is superseded, from what stored and new pages say.

use std::borrow::Cow;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::new_links::NewLinks;
use super::stored::{AskedEvent, Evidence, StoredEvidence};
use crate::error::Result;
use crate::page::{Edition, Page};
use crate::pool;
use crate::segment::{Interners, PendingRow, RowHeader, TermField, superseding_day};
use crate::stop::Stop;
use crate::store::change::RemovedRows;
use crate::store::snapshot::{RowRef, Snapshot};

/// What is derived for one event.
#[derive(Default)]
pub(super) struct Derived {
    /// Tags by their numbers, each once.
    pub tags: Vec<u32>,
    pub superseded: bool,
}

/// What is derived for the events that a write touches.
pub(super) struct Derivation {
    /// Of each new row.
    pub of_rows: Vec<Derived>,
    /// Stored events whose stored tags or supersession are no longer right.
    pub retagged: Vec<(RowRef, Derived)>,
}

/// Derives the tags of the new rows, and of every stored event that they or the removed rows can
/// change.
///
/// The tags of stored pages are read and numbered on one core. All else works on sets of numbers,
/// on all cores.
pub(super) fn derive_tags(
    snapshot: &Snapshot,
    rows: &[Box<PendingRow>],
    removed: &RemovedRows,
    interners: &mut Interners,
    stop: &Stop,
) -> Result<Derivation> {
    let mut pages = AllEvidence {
        rows,
        new: NewLinks::new(rows, interners),
        stored: StoredEvidence::new(snapshot, removed),
    };
    let asked: Vec<Option<AskedEvent>> = rows
        .iter()
        .map(|row| row.number().zip(row.lang()).filter(|_| row.is_live_event()))
        .collect();
    let evidence = pages.stored.of_events(&asked, interners, stop)?;
    let nothing = Evidence::default();
    let derive = |(i, row): (usize, &PendingRow)| {
        stop.check()?;
        if row.is_live_event() && row.markdown().is_some() {
            // A Markdown page says its tags itself, and no day page lists it.
            let mut tags = row.tags.clone();
            interners.tags.distinct(&mut tags);
            return Ok(Derived {
                tags,
                superseded: false,
            });
        }
        let Some(lang) = row.lang().filter(|_| row.is_live_event()) else {
            return Ok(Derived::default());
        };
        let evidence = evidence.get(i).unwrap_or(&nothing);
        let own = [row.links.tags.as_slice(), &row.tags].concat();
        let id = row.name(&interners.ids);
        Ok(Derived {
            tags: pages.tags(own, row.number(), lang, evidence, interners),
            superseded: pages.is_superseded(id, row.number(), lang, evidence),
        })
    };
    let of_rows: Result<Vec<Derived>> = pool::run(|| {
        let rows = rows.par_iter().map(|row| &**row);
        rows.enumerate().map(derive).collect()
    });
    let of_rows = of_rows?;
    let retagged = match snapshot.views.is_empty() {
        true => Vec::new(),
        false => pages.retagged(interners, stop)?,
    };
    Ok(Derivation { of_rows, retagged })
}

/// All pages that say something about events: the new ones and the stored ones that stay.
struct AllEvidence<'a> {
    rows: &'a [Box<PendingRow>],
    new: NewLinks,
    stored: StoredEvidence<'a>,
}

/// Why a stored event has to be looked at again, besides that new pages link to it.
#[derive(Debug, Clone, Copy, Default)]
struct Touch {
    /// A page that linked to it was removed or changed.
    lost_link: bool,
    /// A day page of its day was added or removed.
    day_page: bool,
}

/// A stored event that a write may change.
struct TouchedEvent {
    at: RowRef,
    touch: Touch,
    header: RowHeader,
    /// Its tags as they are stored, sorted.
    stored_tags: Vec<u32>,
    /// Its tags with those that new pages add; `None` if they have to be derived from all pages.
    extended_tags: Option<Vec<u32>>,
}

impl AllEvidence<'_> {
    /// The links of new rows to an id.
    fn new_links(&self, id: Option<u32>) -> &[(u32, u32)] {
        id.map_or(&[], |id| self.new.to(id))
    }

    /// The tags of an event: from its own page, from new pages, from stored pages.
    fn tags(
        &self,
        own: Vec<u32>,
        id: Option<u32>,
        lang: Edition,
        evidence: &Evidence,
        interners: &Interners,
    ) -> Vec<u32> {
        let mut tags = own;
        let mut lines: Vec<Cow<'_, [u32]>> = Vec::new();
        for &(r, i) in self.new_links(id) {
            let row = &self.rows[r as usize];
            let context = row.links.tags_of(i as usize);
            match row.page {
                Page::Event(_) => tags.extend_from_slice(context),
                _ if row.lang() == Some(lang) => lines.push(context.into()),
                _ => {}
            }
        }
        tags.extend_from_slice(&evidence.tags);
        lines.extend(evidence.lines.iter().map(|line| line.as_slice().into()));
        interners.tags.distinct(&mut tags);
        if !lines.is_empty() {
            let has_comma = |&&tag: &&u32| interners.tags.text(tag).contains(", ");
            let known: Vec<u32> = tags.iter().filter(has_comma).copied().collect();
            for line in lines {
                push_line_tags(&line, &known, interners, &mut tags);
            }
            interners.tags.distinct(&mut tags);
        }
        tags
    }

    fn is_superseded(
        &self,
        id: &str,
        number: Option<u32>,
        lang: Edition,
        evidence: &Evidence,
    ) -> bool {
        let Some(day) = superseding_day(id) else {
            return false;
        };
        let is_listed =
            evidence.is_listed || number.is_some_and(|number| self.new.lists(number, lang));
        !is_listed && (evidence.has_day_page || self.new.days.contains(&(lang, day)))
    }

    /// The stored events that stay and that the write may change, in order of rows.
    fn touched(&self, interners: &Interners) -> Result<Vec<(RowRef, Touch)>> {
        // That an event is added or removed touches no other event; what its page says does.
        let mut lost: FxHashSet<String> = FxHashSet::default();
        let mut days = self.new.days.clone();
        for at in self.stored.removed.rows() {
            let segment = &self.stored.snapshot.views[at.segment_index].segment;
            let flags = segment.flags()?;
            if !flags.twins.contains(at.row) {
                lost.extend(segment.targets(at.row)?);
            }
            if flags.day_pages.contains(at.row) {
                let lang = if flags.zh.contains(at.row) {
                    Edition::Zh
                } else {
                    Edition::En
                };
                days.insert((lang, segment.packed_date_of(at.row)?));
            }
        }
        let mut touched: FxHashMap<RowRef, Touch> = FxHashMap::default();
        let targets: Vec<u32> = self.new.targets().collect();
        let find = |&id: &u32| self.stored.snapshot.find(interners.ids.id(id));
        let stored: Result<Vec<Option<RowRef>>> =
            pool::run(|| targets.par_iter().map(find).collect());
        for at in stored?.into_iter().flatten() {
            touched.entry(at).or_default();
        }
        for id in &lost {
            if let Some(at) = self.stored.snapshot.find(id)? {
                touched.entry(at).or_default().lost_link = true;
            }
        }
        for (lang, day) in days {
            for (segment_index, view) in self.stored.snapshot.views.iter().enumerate() {
                let zh = &view.segment.flags()?.zh;
                for row in view.segment.rows_placed_on(day)? {
                    if view.live.contains(row) && zh.contains(row) == (lang == Edition::Zh) {
                        touched
                            .entry(RowRef { segment_index, row })
                            .or_default()
                            .day_page = true;
                    }
                }
            }
        }
        let mut kept = Vec::with_capacity(touched.len());
        for (at, touch) in touched {
            let segment = &self.stored.snapshot.views[at.segment_index].segment;
            // What other pages say about a Markdown page does not count.
            if !self.stored.removed.contains(at) && !segment.is_markdown(at.row)? {
                kept.push((at, touch));
            }
        }
        let mut touched = kept;
        touched.sort_unstable_by_key(|&(at, _)| at);
        Ok(touched)
    }

    /// The stored events whose stored tags or supersession are no longer right.
    ///
    /// Segments are read on all cores, in the order of rows. Only numbering tags needs one core.
    fn retagged(
        &mut self,
        interners: &mut Interners,
        stop: &Stop,
    ) -> Result<Vec<(RowRef, Derived)>> {
        let snapshot = self.stored.snapshot;
        let segment = |at: RowRef| &snapshot.views[at.segment_index].segment;
        let events = self.read_touched(interners, stop)?;
        let asked: Vec<Option<AskedEvent>> = events
            .iter()
            .map(|event| {
                let needs_evidence = event.extended_tags.is_none() || event.touch.day_page;
                needs_evidence
                    .then(|| (interners.ids.number(&event.header.name), event.header.lang))
            })
            .collect();
        let evidence = self.stored.of_events(&asked, interners, stop)?;
        let own: Result<Vec<Vec<String>>> = pool::run(|| {
            let own = events.par_iter().map(|event| match event.extended_tags {
                Some(_) => Ok(Vec::new()),
                None => segment(event.at).own_tags(event.at.row),
            });
            own.collect()
        });
        let mut retagged = Vec::new();
        for ((event, evidence), own) in events.into_iter().zip(&evidence).zip(own?) {
            let (id, lang) = (&event.header.name, event.header.lang);
            let number = interners.ids.find(id);
            let tags = match event.extended_tags {
                Some(tags) => tags,
                None => {
                    let own = own.iter().map(|tag| interners.tags.number(tag)).collect();
                    self.tags(own, number, lang, evidence, interners)
                }
            };
            let was = segment(event.at).flags()?.superseded.contains(event.at.row);
            let superseded = match event.touch.day_page {
                true => self.is_superseded(id, number, lang, evidence),
                false => was,
            };
            if tags != event.stored_tags || superseded != was {
                retagged.push((event.at, Derived { tags, superseded }));
            }
        }
        Ok(retagged)
    }

    /// Reads the touched events: their headers and their tags.
    fn read_touched(&self, interners: &mut Interners, stop: &Stop) -> Result<Vec<TouchedEvent>> {
        let snapshot = self.stored.snapshot;
        let segment = |at: RowRef| &snapshot.views[at.segment_index].segment;
        let touched = self.touched(interners)?;
        let read = |&(at, _): &(RowRef, Touch)| {
            stop.check()?;
            Ok((
                segment(at).row_header(at.row)?,
                segment(at).tags_of(at.row)?,
            ))
        };
        let read: Result<Vec<(RowHeader, Vec<u32>)>> =
            pool::run(|| touched.par_iter().map(read).collect());
        let mut events = Vec::with_capacity(touched.len());
        for ((at, touch), (header, tags)) in touched.into_iter().zip(read?) {
            let terms = segment(at).dictionary(TermField::Tag)?;
            let texts = tags.iter().map(|&tag| terms.spelling(tag));
            let stored_tags = interners.tags.numbers(texts);
            let extended_tags = match touch.lost_link {
                true => None,
                false => self.extended_tags(&header, &stored_tags, interners),
            };
            events.push(TouchedEvent {
                at,
                touch,
                header,
                stored_tags,
                extended_tags,
            });
        }
        Ok(events)
    }

    /// The tags of a stored event to which no link was lost: the stored ones and those that new
    /// pages add. `None` where a tag with a comma is among them, since it may join pieces of
    /// context lines that are stored already.
    ///
    /// The result is that of deriving them from all pages (the property test of the invariant
    /// compares both) in a tenth of the time. It is the common case: an archive that comes in
    /// several commits links back to the earlier ones.
    fn extended_tags(
        &self,
        header: &RowHeader,
        stored: &[u32],
        interners: &Interners,
    ) -> Option<Vec<u32>> {
        let mut tags = stored.to_vec();
        for &(r, i) in self.new_links(interners.ids.find(&header.name)) {
            let row = &self.rows[r as usize];
            if row.event().is_some() || row.lang() == Some(header.lang) {
                tags.extend_from_slice(row.links.tags_of(i as usize));
            }
        }
        if tags
            .iter()
            .any(|&tag| interners.tags.text(tag).contains(", "))
        {
            return None;
        }
        interners.tags.distinct(&mut tags);
        Some(tags)
    }
}

/// Appends the tags of a context line, which comes cut at its commas.
///
/// A tag may hold a comma itself, and a listing does not show which commas belong to a tag. So
/// neighbouring pieces are joined where the joined text is one of `known`: those of the event's
/// tags with a comma that its other pages show. The longest such run is taken first. (The rule for
/// event pages is in `page/context/comma_rule.rs`.)
fn push_line_tags(line: &[u32], known: &[u32], interners: &Interners, out: &mut Vec<u32>) {
    if known.is_empty() {
        out.extend_from_slice(line);
        return;
    }
    let mut i = 0;
    while i < line.len() {
        let mut taken = 1;
        let mut tag = line[i];
        let mut joined = interners.tags.text(line[i]).to_owned();
        for (length, &next) in line[i..].iter().enumerate().skip(1) {
            joined.push_str(", ");
            joined.push_str(interners.tags.text(next));
            if let Some(number) = interners.tags.find_folded(&joined, known) {
                (taken, tag) = (length + 1, number);
            }
        }
        out.push(tag);
        i += taken;
    }
}
