//! Which tags an event has and whether it is superseded: weighs what the held pages and the new pages say.

use std::borrow::Cow;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::held::{Held, Said, superseding_day};
use super::incoming::Incoming;
use super::resolve::Gone;
use super::snapshot::{RowRef, Snapshot};
use crate::error::Result;
use crate::page::{Edition, Page};
use crate::pool;
use crate::segment::{Interners, PendingRow, RowHeader, TermField};
use crate::stop::Stop;

/// Tags as vocabulary numbers, and `superseded`.
pub(super) type Outcome = (Vec<u32>, bool);

/// What weighing found.
pub(super) struct Evidence {
    /// Of each new row.
    pub outcomes: Vec<Outcome>,
    /// Held events whose outcome is no longer what is stored.
    pub retagged: Vec<(RowRef, Vec<u32>, bool)>,
}

/// Weighs the new rows, and every held event that they or the rows that go can touch.
///
/// What held pages say is read and numbered on one core; all else is sets of numbers, on all cores.
pub(super) fn weigh(
    snapshot: &Snapshot,
    rows: &[Box<PendingRow>],
    gone: &Gone,
    vocabulary: &mut Interners,
    stop: &Stop,
) -> Result<Evidence> {
    let mut scales = Scales {
        rows,
        new: Incoming::index(rows, vocabulary),
        held: Held::new(snapshot, gone),
    };
    let asked: Vec<Option<(u32, Edition)>> = rows
        .iter()
        .map(|row| row.number().zip(row.lang()).filter(|_| row.is_live_event()))
        .collect();
    let said = scales.held.say_of(&asked, vocabulary, stop)?;
    let nothing = Said::default();
    let outcome = |(i, row): (usize, &Box<PendingRow>)| {
        stop.check()?;
        let Some(lang) = row.lang().filter(|_| row.is_live_event()) else {
            return Ok(Outcome::default());
        };
        let said = said.get(i).unwrap_or(&nothing);
        let own = [row.links.tags.as_slice(), &row.tags].concat();
        let tags = scales.tags(own, row.number(), lang, said, vocabulary);
        let superseded = scales.superseded(row.name(&vocabulary.ids), row.number(), lang, said);
        Ok((tags, superseded))
    };
    let outcomes: Result<Vec<Outcome>> =
        pool::run(|| rows.par_iter().enumerate().map(outcome).collect());
    let retagged = match snapshot.views.is_empty() {
        true => Vec::new(),
        false => scales.retagged(vocabulary, stop)?,
    };
    Ok(Evidence {
        outcomes: outcomes?,
        retagged,
    })
}

struct Scales<'a> {
    rows: &'a [Box<PendingRow>],
    new: Incoming,
    held: Held<'a>,
}

impl Scales<'_> {
    fn to(&self, name: Option<u32>) -> &[(u32, u32)] {
        name.map_or(&[], |name| self.new.to(name))
    }

    /// The tags of an event: of what its own page says, of what new pages say, of what held pages say.
    fn tags(
        &self,
        own: Vec<u32>,
        name: Option<u32>,
        lang: Edition,
        said: &Said,
        vocabulary: &Interners,
    ) -> Vec<u32> {
        let mut tags = own;
        let mut lines: Vec<Cow<'_, [u32]>> = Vec::new();
        for &(r, i) in self.to(name) {
            let row = &self.rows[r as usize];
            let context = row.links.tags_of(i as usize);
            match row.page {
                Page::Event(_) => tags.extend_from_slice(context),
                _ if row.lang() == Some(lang) => lines.push(context.into()),
                _ => {}
            }
        }
        tags.extend_from_slice(&said.tags);
        lines.extend(said.lines.iter().map(|line| line.as_slice().into()));
        vocabulary.tags.distinct(&mut tags);
        if !lines.is_empty() {
            let known = |&&tag: &&u32| vocabulary.tags.text(tag).contains(", ");
            let known: Vec<u32> = tags.iter().filter(known).copied().collect();
            for line in lines {
                join_known(&line, &known, vocabulary, &mut tags);
            }
            vocabulary.tags.distinct(&mut tags);
        }
        tags
    }

    fn superseded(&self, id: &str, name: Option<u32>, lang: Edition, said: &Said) -> bool {
        let Some(day) = superseding_day(id) else {
            return false;
        };
        let is_listed = said.is_listed || name.is_some_and(|name| self.new.lists(name, lang));
        !is_listed && (said.has_day_page || self.new.days.contains(&(lang, day)))
    }

    /// Held events that stay and whose outcome the change can touch, and how.
    fn touched(&self, vocabulary: &Interners) -> Result<Vec<(RowRef, Touch)>> {
        // An event that is new or gone touches no other by being there; what its page says does.
        let mut lost: FxHashSet<String> = FxHashSet::default();
        let mut days = self.new.days.clone();
        for at in self.held.gone.rows() {
            let segment = &self.held.snapshot.views[at.view].segment;
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
        let find = |&name: &u32| self.held.snapshot.find(vocabulary.ids.id(name));
        let held: Result<Vec<Option<RowRef>>> =
            pool::run(|| targets.par_iter().map(find).collect());
        for at in held?.into_iter().flatten() {
            touched.entry(at).or_default();
        }
        for id in &lost {
            if let Some(at) = self.held.snapshot.find(id)? {
                touched.entry(at).or_default().lost = true;
            }
        }
        for (lang, day) in days {
            for (view, seen) in self.held.snapshot.views.iter().enumerate() {
                let zh = &seen.segment.flags()?.zh;
                for row in seen.segment.rows_placed_on(day)? {
                    if seen.live.contains(row) && zh.contains(row) == (lang == Edition::Zh) {
                        touched.entry(RowRef { view, row }).or_default().day = true;
                    }
                }
            }
        }
        let mut touched: Vec<_> = touched
            .into_iter()
            .filter(|&(at, _)| !self.held.gone.contains(at))
            .collect();
        touched.sort_unstable_by_key(|&(at, _)| at);
        Ok(touched)
    }

    /// The held events whose outcome is not what is stored, with what it is.
    ///
    /// What segments hold is read on all cores, in the order of rows; only numbering its tags needs one.
    fn retagged(
        &mut self,
        vocabulary: &mut Interners,
        stop: &Stop,
    ) -> Result<Vec<(RowRef, Vec<u32>, bool)>> {
        let snapshot = self.held.snapshot;
        let segment = |at: RowRef| &snapshot.views[at.view].segment;
        let touched = self.touched(vocabulary)?;
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
        for ((at, touch), (head, tags)) in touched.into_iter().zip(read?) {
            let terms = segment(at).dictionary(TermField::Tag)?;
            let numbers = tags.iter().map(|&tag| terms.spelling(tag));
            let mut stored: Vec<u32> = numbers.map(|tag| vocabulary.tags.number(tag)).collect();
            stored.sort_unstable();
            let gained = match touch.lost {
                true => None,
                false => self.gained(&head, &stored, vocabulary),
            };
            events.push((at, touch, head, stored, gained));
        }
        let asked: Vec<Option<(u32, Edition)>> = events
            .iter()
            .map(|(_, touch, head, _, gained)| {
                let asks = gained.is_none() || touch.day;
                asks.then(|| (vocabulary.ids.number(&head.name), head.lang))
            })
            .collect();
        let said = self.held.say_of(&asked, vocabulary, stop)?;
        let own: Result<Vec<Vec<String>>> = pool::run(|| {
            let own = events.par_iter().map(|(at, _, _, _, gained)| match gained {
                Some(_) => Ok(Vec::new()),
                None => segment(*at).own_tags(at.row),
            });
            own.collect()
        });
        let mut retagged = Vec::new();
        for (((at, touch, head, stored, gained), said), own) in events.iter().zip(&said).zip(own?) {
            let name = vocabulary.ids.find(&head.name);
            let tags = match gained {
                Some(tags) => tags.clone(),
                None => {
                    let own = own.iter().map(|tag| vocabulary.tags.number(tag)).collect();
                    self.tags(own, name, head.lang, said, vocabulary)
                }
            };
            let was = segment(*at).flags()?.superseded.contains(at.row);
            let superseded = match touch.day {
                true => self.superseded(&head.name, name, head.lang, said),
                false => was,
            };
            if tags != *stored || superseded != was {
                retagged.push((*at, tags, superseded));
            }
        }
        Ok(retagged)
    }

    /// The tags of a held event that loses no evidence: what is stored, and what the new pages say. `None` where a tag
    /// with a comma is among them, since that may join pieces of lines that are held already.
    ///
    /// Equal to weighing all anew (the law's property test goes both ways) at a tenth of the cost: an archive in
    /// several commits links back to the ones before.
    fn gained(&self, head: &RowHeader, stored: &[u32], vocabulary: &Interners) -> Option<Vec<u32>> {
        let mut tags = stored.to_vec();
        for &(r, i) in self.to(vocabulary.ids.find(&head.name)) {
            let row = &self.rows[r as usize];
            if row.event().is_some() || row.lang() == Some(head.lang) {
                tags.extend_from_slice(row.links.tags_of(i as usize));
            }
        }
        if tags
            .iter()
            .any(|&tag| vocabulary.tags.text(tag).contains(", "))
        {
            return None;
        }
        vocabulary.tags.distinct(&mut tags);
        Some(tags)
    }
}

/// How a change touches a held event: by what new pages say, and
#[derive(Debug, Clone, Copy, Default)]
struct Touch {
    /// by what pages no longer say,
    lost: bool,
    /// by a day page of its day.
    day: bool,
}

/// Takes a line's pieces as tags, but neighbours whose joined form is known from event pages (`known`: those of the
/// event's tags that hold a comma) as that one tag
/// (the longest such run first; `docs/design.md`, the comma rule).
fn join_known(line: &[u32], known: &[u32], vocabulary: &Interners, out: &mut Vec<u32>) {
    if known.is_empty() {
        out.extend_from_slice(line);
        return;
    }
    let mut i = 0;
    while i < line.len() {
        let mut taken = 1;
        let mut tag = line[i];
        let mut joined = vocabulary.tags.text(line[i]).to_owned();
        for (length, &next) in line[i..].iter().enumerate().skip(1) {
            joined.push_str(", ");
            joined.push_str(vocabulary.tags.text(next));
            if let Some(number) = vocabulary.tags.find_folded(&joined, known) {
                (taken, tag) = (length + 1, number);
            }
        }
        out.push(tag);
        i += taken;
    }
}
