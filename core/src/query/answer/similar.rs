//! The events that share most tags with one: the rule by which the site made its lists of related events.
//!
//! Reads the rows of each of the event's tags, and the headers of what is shown.

use std::borrow::Cow;
use std::cell::Cell;
use std::cmp::Reverse;

use roaring::RoaringBitmap;

use super::hits::Hits;
use super::result_page::Heading;
use super::slice_of::slice_of;
use crate::error::{Error, Result};
use crate::event::{AsId, EventId, ParseError, fold};
use crate::query::Query;
use crate::query::run::{admitted, union};
use crate::segment::TermField;
use crate::store::{RowRef, SegmentView, Snapshot, Store};

/// An event that shares tags with the one that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Similar {
    /// Its id, day and title.
    pub heading: Heading,
    /// The tags that both have, in the order and the spelling of the one that was asked for.
    pub shared: Vec<String>,
}

impl Similar {
    /// An event that shares these tags.
    #[must_use]
    pub fn new(heading: Heading, shared: Vec<String>) -> Self {
        Self { heading, shared }
    }
}

/// The events that share most tags with one, by [`Hits::similar`]. It derefs to a slice of [`Similar`], the
/// most similar first.
///
/// The value holds what is shown of its events and nothing of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SimilarEvents {
    /// The event that was asked for.
    pub of: EventId,
    /// Those that share tags with it.
    pub events: Vec<Similar>,
}

impl SimilarEvents {
    /// The events that are similar to one.
    #[must_use]
    pub fn new(of: EventId, events: Vec<Similar>) -> Self {
        Self { of, events }
    }
}

slice_of!(SimilarEvents, events: Similar);

impl AsId for Similar {
    fn as_id(&self) -> std::result::Result<Cow<'_, EventId>, ParseError> {
        self.heading.as_id()
    }
}

impl Hits {
    /// Of these events those that share most tags with an event, which itself is not among them: `top`
    /// of them, or as many as share one. By the number of tags, then the newest first, then by id.
    ///
    /// Costs some 2 ns for each event that has one of the tags, and reads no row but that of the event.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the store does not have the event, [`Error::InvalidArgument`] if `top` is
    /// 0; else as [`Hits::count`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use eventstore::{Date, Event, Store};
    /// # let store = Store::memory()?;
    /// let day = Date::new(2017, 3, 2);
    /// let event = |name: &str, tags: &[&str]| -> Result<Event, eventstore::Error> {
    ///     let mut event = Event::new(format!("2017/03/2/{name}").parse()?, day, name);
    ///     event.tags = tags.iter().map(|tag| tag.to_string()).collect();
    ///     Ok(event)
    /// };
    /// store.add([event("flood", &["River", "Dam"])?, event("breach", &["Dam", "River"])?])?;
    /// store.add([event("ferry", &["river"])?, event("strike", &["Harbour"])?])?;
    ///
    /// let similar = store.query("2017-03")?.similar("2017/03/2/flood", 10)?;
    /// let found: Vec<_> = similar.iter().map(|one| (&*one.heading.title, one.shared.len())).collect();
    /// assert_eq!(found, [("breach", 2), ("ferry", 1)]);
    /// assert_eq!(similar[1].shared, ["River"]);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn similar(&self, id: impl AsId, top: usize) -> Result<SimilarEvents> {
        // The event itself may lie in any store.
        let hits = self.of_all_stores()?;
        let rows = hits.selected_rows()?;
        let allowed = rows.iter().map(Cow::Borrowed).collect();
        similar(&hits.snapshot, id, allowed, top)
    }
}

impl Snapshot {
    /// [`Hits::similar`] of all events but superseded ones, drafts and undated pages.
    ///
    /// # Errors
    /// As [`Hits::similar`].
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../example_store.txt")]
    /// let similar = store.snapshot()?.similar("2017/03/2/a", 1)?;
    /// assert_eq!(similar[0].shared, ["Sea"]);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn similar(&self, id: impl AsId, top: usize) -> Result<SimilarEvents> {
        self.check()?;
        let rule = Query::new().rule();
        let allowed = self.views.iter().map(|view| admitted(view, rule)).collect();
        similar(self, id, allowed, top)
    }
}

impl Store {
    /// [`Snapshot::similar`] of the newest state.
    ///
    /// # Errors
    /// As [`Snapshot::similar`], and [`Error::Closed`].
    pub fn similar(&self, id: impl AsId, top: usize) -> Result<SimilarEvents> {
        self.snapshot()?.similar(id, top)
    }
}

/// `allowed`: of each view the rows that may be given.
fn similar(
    snapshot: &Snapshot,
    id: impl AsId,
    allowed: Vec<Cow<'_, RoaringBitmap>>,
    top: usize,
) -> Result<SimilarEvents> {
    if top == 0 {
        return Err(Error::InvalidArgument {
            what: "top",
            message: "no event at all is asked for; ask for at least 1".to_owned(),
        });
    }
    let id = id.as_id()?.into_owned();
    let own = snapshot.find_stored(&id)?;
    let tags = Tags::of(snapshot, own)?;
    let mut found = Vec::new();
    let mut rows_of_tags = Vec::new();
    for (segment_index, (view, allowed)) in snapshot.views.iter().zip(&allowed).enumerate() {
        let rows = tags.rows(view)?;
        let own = (own.segment_index == segment_index).then_some(own.row);
        for (shared, row) in best(view, &rows, own, allowed, top)? {
            let day = view.segment.packed_date_of(row)?;
            found.push((Reverse((shared, day)), RowRef { segment_index, row }));
        }
        rows_of_tags.push(rows);
    }
    found.sort_unstable_by_key(|(place, _)| *place);
    // Of those on the last one's day the time and the id decide, which only their headers say.
    if let Some(&(last, _)) = found.get(top - 1) {
        found.truncate(found.partition_point(|(place, _)| *place <= last));
    }
    let mut similar = Vec::with_capacity(found.len());
    for (_, at) in found {
        let rows = rows_of_tags[at.segment_index].iter().zip(&tags.spelled);
        let shared = rows.filter(|(rows, _)| rows.contains(at.row));
        similar.push(Similar {
            heading: Heading::read(snapshot, at)?,
            shared: shared.map(|(_, tag)| tag.clone()).collect(),
        });
    }
    let place = |one: &Similar| Reverse((one.shared.len(), one.heading.date, one.heading.time));
    similar.sort_by(|a, b| (place(a), &a.heading.id).cmp(&(place(b), &b.heading.id)));
    similar.truncate(top);
    Ok(SimilarEvents::new(id, similar))
}

/// The tags of an event, each once whatever its spelling.
struct Tags {
    spelled: Vec<String>,
    folded: Vec<String>,
}

impl Tags {
    fn of(snapshot: &Snapshot, own: RowRef) -> Result<Self> {
        let mut tags = Self {
            spelled: Vec::new(),
            folded: Vec::new(),
        };
        let segment = &snapshot.views[own.segment_index].segment;
        for tag in segment.spelled_tags(own.row)? {
            let folded = fold(&tag).into_owned();
            if !tags.folded.contains(&folded) {
                tags.folded.push(folded);
                tags.spelled.push(tag);
            }
        }
        Ok(tags)
    }

    /// The rows of a view that have each of the tags.
    fn rows<'v>(&self, view: &'v SegmentView) -> Result<Vec<Cow<'v, RoaringBitmap>>> {
        let terms = view.segment.postings(TermField::Tag)?;
        let rows = self.folded.iter().map(|folded| {
            let spellings = terms.find(folded)?;
            union(terms, &[spellings], view.segment.rows())
        });
        rows.collect()
    }
}

thread_local! {
    static COUNTERS: Cell<Counters> = Cell::default();
}

/// Rows whose counters are looked at together: most rows have none of the tags.
const GROUP: usize = 64;
/// Groups whose marks are in one number.
const GROUPS_OF_MARKS: usize = 64;
/// Rows that are read from a set at once.
const ROWS_AT_ONCE: usize = 256;

/// For each row of a view how many of the tags it has. All are 0 between two questions.
#[derive(Default)]
struct Counters {
    counts: Vec<u16>,
    /// A bit for each group that has a row with one of the tags.
    marks: Vec<u64>,
}

impl Counters {
    /// Makes room for some rows.
    fn resize(&mut self, rows: u32) {
        let marks = (rows as usize).div_ceil(GROUP * GROUPS_OF_MARKS);
        self.marks.resize(marks, 0);
        self.counts.resize(marks * GROUP * GROUPS_OF_MARKS, 0);
    }

    /// Counts one more tag for some rows.
    fn add(&mut self, rows: &RoaringBitmap) {
        let mut rows = rows.iter();
        let mut some = [0; ROWS_AT_ONCE];
        loop {
            let some = rows.next_many(&mut some);
            if some.is_empty() {
                return;
            }
            for &mut row in some {
                let group = row as usize / GROUP;
                if let Some(count) = self.counts.get_mut(row as usize) {
                    *count = count.saturating_add(1);
                    self.marks[group / GROUPS_OF_MARKS] |= 1 << (group % GROUPS_OF_MARKS);
                }
            }
        }
    }

    /// The groups that are marked, the newest rows first, each with its highest count.
    fn groups(&self) -> Vec<(usize, u16)> {
        let mut groups = Vec::new();
        for (i, &marks) in self.marks.iter().enumerate().rev() {
            let mut marks = marks;
            while let Some(highest) = marks.checked_ilog2() {
                marks ^= 1 << highest;
                let group = i * GROUPS_OF_MARKS + highest as usize;
                let counts = self.of_group(group).iter();
                // Without an early end, so that several are compared at a time.
                groups.push((group, counts.fold(0, |most, &count| most.max(count))));
            }
        }
        groups
    }

    fn of_group(&self, group: usize) -> &[u16] {
        &self.counts[group * GROUP..(group + 1) * GROUP]
    }

    /// Sets all to 0.
    fn clear(&mut self, groups: &[(usize, u16)]) {
        for &(group, _) in groups {
            self.counts[group * GROUP..(group + 1) * GROUP].fill(0);
        }
        self.marks.fill(0);
    }
}

/// Rows of a view with how many of the tags each has: the `top` of them, and more of the last one's day,
/// of which the ids decide.
fn best(
    view: &SegmentView,
    rows_of_tags: &[Cow<'_, RoaringBitmap>],
    own: Option<u32>,
    allowed: &RoaringBitmap,
    top: usize,
) -> Result<Vec<(u16, u32)>> {
    let mut counters = COUNTERS.take();
    counters.resize(view.segment.rows());
    rows_of_tags.iter().for_each(|rows| counters.add(rows));
    if let Some(own) = own.and_then(|own| counters.counts.get_mut(own as usize)) {
        *own = 0;
    }
    let groups = counters.groups();
    let mut best = Vec::new();
    let mut wanted = groups.iter().map(|(_, most)| *most).max().unwrap_or(0);
    let mut done = Ok(());
    while wanted > 0 && best.len() < top && done.is_ok() {
        done = newest(view, &counters, &groups, wanted, allowed, top, &mut best);
        wanted -= 1;
    }
    counters.clear(&groups);
    COUNTERS.set(counters);
    done.map(|()| best)
}

/// Appends the newest allowed rows that have exactly so many of the tags: `top` of them, and more of the
/// last one's day.
fn newest(
    view: &SegmentView,
    counters: &Counters,
    groups: &[(usize, u16)],
    wanted: u16,
    allowed: &RoaringBitmap,
    top: usize,
    best: &mut Vec<(u16, u32)>,
) -> Result<()> {
    let mut found = 0;
    let mut first_row = 0;
    for &(group, most) in groups {
        let start = group * GROUP;
        if start + GROUP <= first_row {
            break;
        }
        if most < wanted {
            continue;
        }
        for (within, _) in counters
            .of_group(group)
            .iter()
            .enumerate()
            .rev()
            .filter(|(_, count)| **count == wanted)
        {
            let row = (start + within) as u32;
            if (row as usize) < first_row || !allowed.contains(row) {
                continue;
            }
            best.push((wanted, row));
            found += 1;
            if found == top {
                let day = view.segment.packed_date_of(row)?;
                first_row = view.segment.rows_of_day(day)?.start as usize;
            }
        }
    }
    Ok(())
}
