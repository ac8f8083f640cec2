//! Which tags an event has and whether it is superseded: weighs what the held pages and the new pages say.

use rustc_hash::{FxHashMap, FxHashSet};

use super::resolve::Gone;
use super::snapshot::{RowRef, Snapshot};
use crate::error::Result;
use crate::event::Lang;
use crate::event::text::clean;
use crate::page::{self, EventPage, ListingKind, Page};
use crate::segment::{Field, NewRow, RowHead, Vocabulary, id_day};
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
pub(super) fn weigh(
    snapshot: &Snapshot,
    rows: &[NewRow],
    gone: &Gone,
    vocabulary: &mut Vocabulary,
    stop: &Stop,
) -> Result<Evidence> {
    let new = NewLinks::index(rows);
    let mut scales = Scales {
        snapshot,
        rows,
        gone,
        new,
        days: FxHashMap::default(),
        tags: Vec::new(),
    };
    let mut outcomes = Vec::with_capacity(rows.len());
    for row in rows {
        stop.check()?;
        let outcome = match row.event().filter(|_| !row.twin) {
            Some(event) => {
                scales.own(row, event, vocabulary);
                let tags = scales.tags(row.name(), event.lang, vocabulary)?;
                (tags, scales.superseded(row.name(), event.lang)?)
            }
            None => Outcome::default(),
        };
        outcomes.push(outcome);
    }
    let mut retagged = Vec::new();
    if !snapshot.views.is_empty() {
        for (at, touch) in scales.touched()? {
            stop.check()?;
            if let Some((tags, superseded)) = scales.changed(at, touch, vocabulary)? {
                retagged.push((at, tags, superseded));
            }
        }
    }
    Ok(Evidence { outcomes, retagged })
}

/// The links of the new rows turned around: target → (row, link).
struct NewLinks<'a> {
    numbers: FxHashMap<&'a str, u32>,
    starts: Vec<u32>,
    links: Vec<(u32, u32)>,
    /// (target, language) of links on day pages of the target's own day.
    listed: FxHashSet<(u32, Lang)>,
    /// Days of the new day pages.
    days: FxHashSet<(Lang, u32)>,
}

fn targets(row: &NewRow) -> impl Iterator<Item = &str> {
    let (events, listings) = match &row.page {
        Page::Event(page) if !row.twin => (Some(page), None),
        Page::Listing(page) => (None, Some(page)),
        _ => (None, None),
    };
    let related = events
        .into_iter()
        .flat_map(|page| page.related.iter().map(|item| page.get(item.target)));
    related.chain(
        listings
            .into_iter()
            .flat_map(|page| page.items.iter().map(|item| page.get(item.target))),
    )
}

impl<'a> NewLinks<'a> {
    fn index(rows: &'a [NewRow]) -> Self {
        let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
        let mut pairs: Vec<(u32, (u32, u32))> = Vec::new();
        let (mut listed, mut days) = (FxHashSet::default(), FxHashSet::default());
        for (r, row) in rows.iter().enumerate() {
            let day_page = match &row.page {
                Page::Listing(page) => match page.kind {
                    ListingKind::Day(day) => Some((page.lang, day.packed())),
                    _ => None,
                },
                _ => None,
            };
            days.extend(day_page);
            for (i, target) in targets(row).enumerate() {
                let next = numbers.len() as u32;
                let number = *numbers.entry(target).or_insert(next);
                pairs.push((number, (r as u32, i as u32)));
                if let Some((lang, day)) = day_page
                    && id_day(target) == Some(day)
                {
                    listed.insert((number, lang));
                }
            }
        }
        let mut starts = vec![0u32; numbers.len() + 1];
        for (number, _) in &pairs {
            starts[*number as usize + 1] += 1;
        }
        for i in 0..numbers.len() {
            starts[i + 1] += starts[i];
        }
        let mut next = starts.clone();
        let mut links = vec![(0, 0); pairs.len()];
        for (number, link) in pairs {
            links[next[number as usize] as usize] = link;
            next[number as usize] += 1;
        }
        Self {
            numbers,
            starts,
            links,
            listed,
            days,
        }
    }

    fn to(&self, id: &str) -> &[(u32, u32)] {
        match self.numbers.get(id) {
            Some(&n) => {
                &self.links[self.starts[n as usize] as usize..self.starts[n as usize + 1] as usize]
            }
            None => &[],
        }
    }
}

struct Scales<'a> {
    snapshot: &'a Snapshot,
    rows: &'a [NewRow],
    gone: &'a Gone,
    new: NewLinks<'a>,
    /// Held day pages by language and day.
    days: FxHashMap<(Lang, u32), Vec<RowRef>>,
    /// Evidence so far, vocabulary numbers.
    tags: Vec<u32>,
}

impl Scales<'_> {
    /// What a new event page says of itself: its contexts, category, stated tags.
    fn own(&mut self, row: &NewRow, page: &EventPage, vocabulary: &mut Vocabulary) {
        self.tags.clear();
        self.tags.extend_from_slice(&row.contexts.numbers);
        self.stated(page, vocabulary);
    }

    fn stated(&mut self, page: &EventPage, vocabulary: &mut Vocabulary) {
        if let Some(category) = page
            .category
            .map(|span| clean(page.get(span)))
            .filter(|text| !text.is_empty())
        {
            self.tags.push(vocabulary.number(&category));
        }
        self.tags.extend(
            page.stated
                .iter()
                .map(|&tag| vocabulary.number(page.get(tag))),
        );
    }

    /// The same from a held page.
    fn own_held(&mut self, page: &EventPage, vocabulary: &mut Vocabulary) {
        self.tags.clear();
        let mut tags = Vec::new();
        for i in 0..page.related.len() {
            page::context_tags(page, i, &mut tags);
        }
        self.tags
            .extend(tags.iter().map(|tag| vocabulary.number(tag)));
        self.stated(page, vocabulary);
    }

    /// Adds what other pages say to what [`Scales::own`] left, and reduces it to the set.
    fn tags(&mut self, id: &str, lang: Lang, vocabulary: &mut Vocabulary) -> Result<Vec<u32>> {
        let mut lines: Vec<Vec<u32>> = Vec::new();
        for &(r, i) in self.new.to(id) {
            let row = &self.rows[r as usize];
            let context = row.contexts.of(i as usize);
            match row.page {
                Page::Event(_) => self.tags.extend_from_slice(context),
                _ if row.lang() == Some(lang) => lines.push(context.to_vec()),
                _ => {}
            }
        }
        for (view, seen) in self.snapshot.views.iter().enumerate() {
            let segment = &seen.segment;
            let own_row = segment.row_of(id)?;
            for row in segment.linking_rows(id)? {
                let at = RowRef { view, row };
                let flags = segment.flags()?;
                if seen.deleted.contains(row) || self.gone.contains(at) || flags.twins.contains(row)
                {
                    continue;
                }
                let is_event = flags.events.contains(row);
                if !is_event && flags.zh.contains(row) != (lang == Lang::Zh) {
                    continue;
                }
                let terms = segment.terms(Field::Tag)?;
                for context in segment.tags_beside(row, own_row, id)? {
                    let numbers = context
                        .iter()
                        .map(|&term| vocabulary.number(terms.spelling(term)));
                    match is_event {
                        true => self.tags.extend(numbers),
                        false => lines.push(numbers.collect()),
                    }
                }
            }
        }
        let mut tags = std::mem::take(&mut self.tags);
        vocabulary.distinct(&mut tags);
        if !lines.is_empty() {
            let known = |&&tag: &&u32| vocabulary.text(tag).contains(", ");
            let known: Vec<u32> = tags.iter().filter(known).copied().collect();
            for line in lines {
                join_known(&line, &known, vocabulary, &mut tags);
            }
            vocabulary.distinct(&mut tags);
        }
        Ok(tags)
    }

    fn held_day_pages(&mut self, lang: Lang, day: u32) -> Result<&[RowRef]> {
        if !self.days.contains_key(&(lang, day)) {
            let mut found = Vec::new();
            for (view, seen) in self.snapshot.views.iter().enumerate() {
                let flags = seen.segment.flags()?;
                for row in seen.segment.rows_of_day(day)? {
                    let at = RowRef { view, row };
                    let right = flags.day_pages.contains(row)
                        && flags.zh.contains(row) == (lang == Lang::Zh);
                    if right && !seen.deleted.contains(row) && !self.gone.contains(at) {
                        found.push(at);
                    }
                }
            }
            self.days.insert((lang, day), found);
        }
        Ok(&self.days[&(lang, day)])
    }

    fn superseded(&mut self, id: &str, lang: Lang) -> Result<bool> {
        // Day pages list the day's news: that an opinion is missing there says nothing.
        let Some(day) = id_day(id).filter(|_| !id.starts_with("opinion/")) else {
            return Ok(false);
        };
        if let Some(&number) = self.new.numbers.get(id)
            && self.new.listed.contains(&(number, lang))
        {
            return Ok(false);
        }
        let pages = self.held_day_pages(lang, day)?.to_vec();
        for at in &pages {
            let segment = &self.snapshot.views[at.view].segment;
            if !segment
                .tags_beside(at.row, segment.row_of(id)?, id)?
                .is_empty()
            {
                return Ok(false);
            }
        }
        Ok(!pages.is_empty() || self.new.days.contains(&(lang, day)))
    }

    /// Held events that stay and whose outcome the change can touch, and how.
    fn touched(&self) -> Result<Vec<(RowRef, Touch)>> {
        // An event that is new or gone touches no other by being there; what its page says does.
        let mut lost: FxHashSet<String> = FxHashSet::default();
        let mut days = self.new.days.clone();
        for at in self.gone.rows() {
            let segment = &self.snapshot.views[at.view].segment;
            let flags = segment.flags()?;
            if !flags.twins.contains(at.row) {
                lost.extend(segment.targets(at.row)?);
            }
            if flags.day_pages.contains(at.row) {
                let lang = if flags.zh.contains(at.row) {
                    Lang::Zh
                } else {
                    Lang::En
                };
                days.insert((lang, segment.packed_date_of(at.row)?));
            }
        }
        let mut touched: FxHashMap<RowRef, Touch> = FxHashMap::default();
        for &id in self.new.numbers.keys() {
            if let Some(at) = self.snapshot.find(id)? {
                touched.entry(at).or_default();
            }
        }
        for id in &lost {
            if let Some(at) = self.snapshot.find(id)? {
                touched.entry(at).or_default().lost = true;
            }
        }
        for (lang, day) in days {
            for (view, seen) in self.snapshot.views.iter().enumerate() {
                let zh = &seen.segment.flags()?.zh;
                for row in seen.segment.rows_placed_on(day)? {
                    if seen.live.contains(row) && zh.contains(row) == (lang == Lang::Zh) {
                        touched.entry(RowRef { view, row }).or_default().day = true;
                    }
                }
            }
        }
        let mut touched: Vec<_> = touched
            .into_iter()
            .filter(|&(at, _)| !self.gone.contains(at))
            .collect();
        touched.sort_unstable_by_key(|&(at, _)| at);
        Ok(touched)
    }

    /// The outcome of a held event, if it is not what is stored.
    fn changed(
        &mut self,
        at: RowRef,
        touch: Touch,
        vocabulary: &mut Vocabulary,
    ) -> Result<Option<Outcome>> {
        let segment = self.snapshot.views[at.view].segment.clone();
        let terms = segment.terms(Field::Tag)?;
        let stored = segment.tags_of(at.row)?;
        let mut stored: Vec<u32> = stored
            .iter()
            .map(|&term| vocabulary.number(terms.spelling(term)))
            .collect();
        stored.sort_unstable();
        let head = segment.row_head(at.row)?;
        let gained = if touch.lost {
            None
        } else {
            self.gained(&head, &stored, vocabulary)
        };
        let tags = match gained {
            Some(tags) => tags,
            None => {
                let (page, _) = segment.event_page(at.row)?;
                self.own_held(&page, vocabulary);
                self.tags(&head.name, head.lang, vocabulary)?
            }
        };
        let was = segment.flags()?.superseded.contains(at.row);
        let superseded = if touch.day {
            self.superseded(&head.name, head.lang)?
        } else {
            was
        };
        Ok((tags != stored || superseded != was).then_some((tags, superseded)))
    }

    /// The tags of a held event that loses no evidence: what is stored, and what the new pages say. `None` where a tag
    /// with a comma is among them, since that may join pieces of lines that are held already.
    ///
    /// Equal to weighing all anew (the law's property test goes both ways) at a tenth of the cost: an archive in
    /// several commits links back to the ones before.
    fn gained(&self, head: &RowHead, stored: &[u32], vocabulary: &Vocabulary) -> Option<Vec<u32>> {
        let mut tags = stored.to_vec();
        for &(r, i) in self.new.to(&head.name) {
            let row = &self.rows[r as usize];
            if row.event().is_some() || row.lang() == Some(head.lang) {
                tags.extend_from_slice(row.contexts.of(i as usize));
            }
        }
        if tags.iter().any(|&tag| vocabulary.text(tag).contains(", ")) {
            return None;
        }
        vocabulary.distinct(&mut tags);
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
fn join_known(line: &[u32], known: &[u32], vocabulary: &Vocabulary, out: &mut Vec<u32>) {
    if known.is_empty() {
        out.extend_from_slice(line);
        return;
    }
    let mut i = 0;
    while i < line.len() {
        let mut taken = 1;
        let mut tag = line[i];
        let mut joined = vocabulary.text(line[i]).to_owned();
        for (length, &next) in line[i..].iter().enumerate().skip(1) {
            joined.push_str(", ");
            joined.push_str(vocabulary.text(next));
            if let Some(number) = vocabulary.find_folded(&joined, known) {
                (taken, tag) = (length + 1, number);
            }
        }
        out.push(tag);
        i += taken;
    }
}
