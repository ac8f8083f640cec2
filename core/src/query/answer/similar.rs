//! The events that share most tags with one: the rule by which the site made its lists of related events.
//!
//! Reads the rows of each of the event's tags, and the headers of what is shown.

use std::borrow::Cow;
use std::cell::Cell;
use std::cmp::Reverse;

use roaring::RoaringBitmap;

use super::hits::Hits;
use super::result_page::Heading;
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
    pub fn similar(&self, id: impl AsId, top: usize) -> Result<Vec<Similar>> {
        let rows = self.selected_rows()?;
        let allowed = rows.iter().map(Cow::Borrowed).collect();
        similar(&self.snapshot, id, allowed, top)
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
    pub fn similar(&self, id: impl AsId, top: usize) -> Result<Vec<Similar>> {
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
    pub fn similar(&self, id: impl AsId, top: usize) -> Result<Vec<Similar>> {
        self.snapshot()?.similar(id, top)
    }
}

/// `allowed`: of each view the rows that may be given.
fn similar(
    snapshot: &Snapshot,
    id: impl AsId,
    allowed: Vec<Cow<'_, RoaringBitmap>>,
    top: usize,
) -> Result<Vec<Similar>> {
    if top == 0 {
        return Err(Error::InvalidArgument {
            what: "top",
            message: "no event at all is asked for; ask for at least 1".to_owned(),
        });
    }
    let own = snapshot.find_stored(id.as_id()?.as_ref())?;
    let tags = Tags::of(snapshot, own)?;
    let mut found = Vec::new();
    let mut rows_of_tags = Vec::new();
    for (segment_index, (view, allowed)) in snapshot.views.iter().zip(&allowed).enumerate() {
        let rows = tags.rows(view)?;
        let own = (own.segment_index == segment_index).then_some(own.row);
        let is_allowed = |row: u32| Some(row) != own && allowed.contains(row);
        for (shared, row) in best(view, &rows, top, is_allowed)? {
            let header = view.segment.row_header(row)?;
            let day = view.segment.packed_date_of(row)?;
            let place = (Reverse(shared), Reverse((day, header.millis)), header.name);
            found.push((place, RowRef { segment_index, row }));
        }
        rows_of_tags.push(rows);
    }
    found.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    found.truncate(top);
    let mut similar = Vec::with_capacity(found.len());
    for (_, at) in found {
        let rows = rows_of_tags[at.segment_index].iter().zip(&tags.spelled);
        let shared = rows.filter(|(rows, _)| rows.contains(at.row));
        similar.push(Similar {
            heading: Heading::read(snapshot, at)?,
            shared: shared.map(|(_, tag)| tag.clone()).collect(),
        });
    }
    Ok(similar)
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
        for tag in snapshot.event(own)?.tags {
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
    /// For each row how many of the tags it has; all 0 between two questions.
    static COUNTS: Cell<Vec<u16>> = const { Cell::new(Vec::new()) };
}

/// Counts that are looked at together: most rows have none of the tags.
const GROUP: usize = 32;

/// Rows of a view with how many of the tags each has: the `top` of them, and more of the last one's day,
/// of which the ids decide.
fn best(
    view: &SegmentView,
    rows_of_tags: &[Cow<'_, RoaringBitmap>],
    top: usize,
    is_allowed: impl Fn(u32) -> bool,
) -> Result<Vec<(usize, u32)>> {
    let mut counts = COUNTS.take();
    counts.resize((view.segment.rows() as usize).next_multiple_of(GROUP), 0);
    for rows in rows_of_tags {
        for row in &**rows {
            if let Some(count) = counts.get_mut(row as usize) {
                *count = count.saturating_add(1);
            }
        }
    }
    // By the number of tags, the newest first.
    let mut by_count: Vec<NewestRows> = Vec::new();
    by_count.resize_with(rows_of_tags.len() + 1, NewestRows::default);
    let mut failed = None;
    let groups = counts.chunks_exact_mut(GROUP).enumerate().rev();
    for (group, counts) in groups.filter(|(_, counts)| counts.iter().any(|&count| count > 0)) {
        for (within, count) in counts.iter_mut().enumerate().rev() {
            let row = (group * GROUP + within) as u32;
            let newest = match by_count.get_mut(usize::from(std::mem::take(count))) {
                Some(newest) if row >= newest.first_row => newest,
                _ => continue,
            };
            if is_allowed(row)
                && let Err(error) = newest.push(view, row, top)
            {
                failed.get_or_insert(error);
            }
        }
    }
    COUNTS.set(counts);
    if let Some(error) = failed {
        return Err(error);
    }
    let mut best = Vec::new();
    for (count, newest) in by_count.into_iter().enumerate().skip(1).rev() {
        if best.len() >= top {
            break;
        }
        best.extend(newest.rows.into_iter().map(|row| (count, row)));
    }
    Ok(best)
}

/// The newest rows that have the same number of the tags.
#[derive(Default)]
struct NewestRows {
    /// Descending.
    rows: Vec<u32>,
    /// Rows before this one are not wanted.
    first_row: u32,
}

impl NewestRows {
    fn push(&mut self, view: &SegmentView, row: u32, top: usize) -> Result<()> {
        self.rows.push(row);
        if self.rows.len() == top {
            let day = view.segment.packed_date_of(row)?;
            self.first_row = view.segment.rows_of_day(day)?.start;
        }
        Ok(())
    }
}
