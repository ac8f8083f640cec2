//! The events that match a query on one snapshot.

use std::borrow::Cow;
use std::ops::{Bound, RangeBounds};
use std::sync::{Arc, Mutex, OnceLock};

use roaring::RoaringBitmap;

use super::facets::{self, Facet, Facets};
use super::ranking::Ranking;
use super::split_timeline::{self, SplitTimeline};
use super::suggest::with_known_values;
use super::timeline::{self, By, Timeline};
use crate::error::{Error, Result};
use crate::event::{Event, EventId, ParseError};
use crate::query::entry::days_read;
use crate::query::model::Query;
use crate::query::run::{Order, QueryPlan, RowCursor, RowSets, Weights, check_indexed};
use crate::store::{RowRef, Snapshot};

/// The events that match a query, in an order: by date and id, oldest first, unless
/// [`Hits::order`] says otherwise.
///
/// Hits are lazy: nothing is read until something is asked of them. Counts, facets and timelines
/// read no event at all.
///
/// They belong to the state of the store at which they were made. So a count, a slice and a later
/// iteration agree, whatever is written in between. Until they are dropped, the segments that they
/// read stay on disk. Cloning them is cheap; clones share what was found out about the answer: the
/// rows, at most one bit for each row of the store, and the count.
///
/// # Examples
///
/// ```
/// use eventstore::{Date, Event, Order, Store};
/// let store = Store::memory()?;
/// for (day, slug, tag) in [(2, "a", "Sea"), (9, "b", "Land"), (9, "c", "sea")] {
///     let id = format!("2017/03/{day}/{slug}").parse()?;
///     let mut event = Event::new(id, Date::new(2017, 3, day).unwrap(), slug);
///     event.tags = vec![tag.to_owned()];
///     store.add([event])?;
/// }
/// let hits = store.query("tag:sea 2017")?;
/// assert_eq!(hits.count()?, 2);
/// assert_eq!(hits.first()?.unwrap().id.as_str(), "2017/03/2/a");
/// let newest = hits.order(Order::NewestFirst)?.slice(..1);
/// for event in &newest {
///     assert_eq!(event?.title, "c");
/// }
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct Hits {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) query: Arc<Query>,
    pub(super) order: Order,
    pub(super) weights: Weights,
    /// Which part of the answer these hits are. `None` for the whole answer.
    pub(super) slice: Option<SliceBounds>,
    pub(super) cached: Arc<CachedAnswer>,
}

/// Positions in the whole answer, counted from 0. The end may lie after its last event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SliceBounds {
    pub start: u64,
    pub end: u64,
}

/// What was found out about the whole answer. All hits of one query on one snapshot share it.
#[derive(Default)]
pub(super) struct CachedAnswer {
    rows: OnceLock<RowSets>,
    count: OnceLock<u64>,
    /// The best of the answer by relevance, as many as were asked for.
    pub(super) ranked: Mutex<Option<Arc<Ranking>>>,
}

impl CachedAnswer {
    /// Of an answer whose rows are these.
    pub(super) fn of(rows: Vec<RoaringBitmap>) -> Self {
        let count: u64 = rows.iter().map(RoaringBitmap::len).sum();
        Self {
            rows: OnceLock::from(Arc::new(rows)),
            count: OnceLock::from(count),
            ranked: Mutex::default(),
        }
    }
}

impl Hits {
    pub(in crate::query) fn new(snapshot: Arc<Snapshot>, query: Query) -> Self {
        Self {
            snapshot,
            query: Arc::new(query),
            order: Order::OldestFirst,
            weights: Weights::default(),
            slice: None,
            cached: Arc::default(),
        }
    }

    /// The same hits as rows of all stores, where these are rows of some of several.
    pub(super) fn of_all_stores(&self) -> Result<Cow<'_, Self>> {
        if self.snapshot.part_of.is_none() {
            return Ok(Cow::Borrowed(self));
        }
        let (whole, own) = (self.snapshot.whole()?, self.rows()?);
        let rows = whole.views.iter().map(|view| {
            let mut views = self.snapshot.views.iter();
            let here = views.position(|own| Arc::ptr_eq(own, view));
            here.map_or_else(RoaringBitmap::new, |here| own[here].clone())
        });
        let cached = Arc::new(CachedAnswer::of(rows.collect()));
        Ok(Cow::Owned(Self {
            snapshot: whole,
            cached,
            ..self.clone()
        }))
    }

    /// The query that these hits match.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// The order of these hits.
    ///
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// use eventstore::Order;
    /// assert_eq!(store.query("")?.ordered_by(), Order::OldestFirst);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    #[must_use]
    pub fn ordered_by(&self) -> Order {
        self.order
    }

    /// The hits that match a further query too: text, or a [`Query`]. Reads nothing yet.
    ///
    /// # Errors
    /// A [`ParseError`] if the text is no query; [`Error::InvalidArgument`] if these hits are a
    /// slice: narrow first, then slice.
    ///
    /// # Examples
    ///
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// let spring = store.query("2017-03..2017-05")?;
    /// let sport = spring.narrow("category:sport")?;
    /// assert_eq!(sport.query().to_string(), "2017-03..2017-05 category:sport");
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn narrow<Q>(&self, query: Q) -> Result<Self>
    where
        Q: TryInto<Query>,
        ParseError: From<Q::Error>,
    {
        self.check_whole("narrowed")?;
        let mut narrowed = match query.try_into() {
            Ok(further) => {
                let query = &*self.query & &further;
                Self::new(self.snapshot.of_days(days_read(&query))?, query)
            }
            Err(error) => {
                return Err(with_known_values(&*self.snapshot.whole()?, error.into()).into());
            }
        };
        narrowed.order = self.order;
        narrowed.weights = self.weights;
        Ok(narrowed)
    }

    /// The same events in another order. Costs nothing.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if these hits are a slice: order first, then slice.
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../example_store.txt")]
    /// use eventstore::Order;
    /// let newest = store.query("")?.order(Order::NewestFirst)?;
    /// assert_eq!(newest.first()?.unwrap().title, "c");
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn order(&self, order: Order) -> Result<Self> {
        self.check_whole("put in another order")?;
        Ok(Self {
            order,
            ..self.clone()
        })
    }

    /// The number of events. Reads no event; counting one tag takes microseconds.
    ///
    /// # Errors
    /// [`Error::Corrupt`] or [`Error::Storage`] if stored data cannot be read, and
    /// [`Error::Closed`] or [`Error::Forked`] if the store may not be read any more.
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../example_store.txt")]
    /// assert_eq!(store.query("tag:sea")?.count()?, 2);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn count(&self) -> Result<u64> {
        let total = self.total()?;
        Ok(self.slice.map_or(total, |slice| {
            slice.end.min(total).saturating_sub(slice.start)
        }))
    }

    /// Whether there is no event. Costs as much as [`Hits::count`].
    ///
    /// # Errors
    /// As [`Hits::count`].
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.count()? == 0)
    }

    /// The first event, if there is one. Reads that event alone, some 10 µs.
    ///
    /// # Errors
    /// As [`Hits::count`].
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../example_store.txt")]
    /// assert_eq!(store.query("tag:land")?.first()?.unwrap().title, "b");
    /// assert_eq!(store.query("tag:air")?.first()?, None);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn first(&self) -> Result<Option<Event>> {
        self.get(0)
    }

    /// The event at a position, counted from 0. Does not read the events before it.
    ///
    /// # Errors
    /// As [`Hits::count`].
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../example_store.txt")]
    /// assert_eq!(store.query("")?.get(1)?.unwrap().title, "b");
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn get(&self, position: u64) -> Result<Option<Event>> {
        if position >= self.count()? {
            return Ok(None);
        }
        let start = self.slice.map_or(0, |slice| slice.start);
        let position = start.saturating_add(position);
        let next = self
            .cursor_at(position, position.saturating_add(1))?
            .next()?;
        next.map(|at| self.event(at)).transpose()
    }

    /// The ids of the events, in order. Reads the ids, not whole events; all of them are in memory
    /// at once.
    ///
    /// # Errors
    /// As [`Hits::count`].
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../example_store.txt")]
    /// let ids = store.query("tag:sea")?.ids()?;
    /// assert_eq!(ids[1].as_str(), "2017/03/9/c");
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn ids(&self) -> Result<Vec<EventId>> {
        let count = self.count()?;
        let mut cursor = self.cursor()?;
        let mut ids = Vec::with_capacity(count as usize);
        while (ids.len() as u64) < count
            && let Some(at) = cursor.next()?
        {
            let segment = &self.snapshot.views[at.segment_index].segment;
            ids.push(EventId::from_canonical(&segment.row_header(at.row)?.name));
        }
        Ok(ids)
    }

    /// The events at a range of positions, as hits of their own. Costs nothing. A slice can be
    /// sliced again; its positions are then counted from its own start.
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../example_store.txt")]
    /// let some = store.query("")?.slice(1..).slice(..1); // the second event
    /// assert_eq!(some.ids()?[0].as_str(), "2017/03/9/b");
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn slice(&self, positions: impl RangeBounds<u64>) -> Self {
        let from = match positions.start_bound() {
            Bound::Included(&position) => position,
            Bound::Excluded(&position) => position.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let to = match positions.end_bound() {
            Bound::Included(&position) => position.saturating_add(1),
            Bound::Excluded(&position) => position,
            Bound::Unbounded => u64::MAX,
        };
        if (from, to) == (0, u64::MAX) {
            return self.clone();
        }
        let outer = self.slice.unwrap_or(SliceBounds {
            start: 0,
            end: u64::MAX,
        });
        let start = outer.start.saturating_add(from).min(outer.end);
        let end = outer.start.saturating_add(to).min(outer.end).max(start);
        Self {
            slice: Some(SliceBounds { start, end }),
            ..self.clone()
        }
    }

    /// The number of these events in each day, week, month or year, beside the number of all
    /// events in it. Reads no event.
    ///
    /// There is a bucket, maybe an empty one, for each part of the query's time that lies within
    /// the store's days. These go from its first to its last event that the query's rule for
    /// superseded events admits.
    ///
    /// # Errors
    /// As [`Hits::count`].
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../example_store.txt")]
    /// use eventstore::By;
    /// let weeks = store.query("tag:land")?.timeline(By::Week)?;
    /// assert_eq!((weeks[0].label.as_str(), weeks[0].count), ("2017-W09", 0));
    /// assert_eq!((weeks[1].label.as_str(), weeks[1].share()), ("2017-W10", Some(0.5)));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn timeline(&self, by: By) -> Result<Timeline> {
        // Its ends are those of all stores.
        let hits = self.of_all_stores()?;
        timeline::timeline(&hits.snapshot, &hits.query, &hits.selected_rows()?, by)
    }

    /// The timeline of each of the `top` most frequent values of a field, or of all of them, one below the
    /// other in each bucket. Reads no event.
    ///
    /// The values are those of [`Hits::facets`], and the counts of each add up to that of the facet but for
    /// undated events. What has none of them comes last, without a value.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if `top` is 0, and for more than a million counts; else as
    /// [`Hits::facets`].
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../example_store.txt")]
    /// use eventstore::{By, Facet};
    /// let weeks = store.query("")?.split_timeline(By::Week, Facet::Tag, Some(1))?;
    /// let found: Vec<_> = weeks.iter().map(|one| (&*one.label, one.value.as_deref(), one.count)).collect();
    /// assert_eq!(found, [
    ///     ("2017-W09", Some("Sea"), 1), ("2017-W09", None, 0),
    ///     ("2017-W10", Some("Sea"), 1), ("2017-W10", None, 1),
    /// ]);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn split_timeline(
        &self,
        by: By,
        split: Facet,
        top: Option<usize>,
    ) -> Result<SplitTimeline> {
        self.check_countable(&split)?;
        let hits = self.of_all_stores()?;
        let rows = hits.selected_rows()?;
        split_timeline::split_timeline(&hits.snapshot, &hits.query, &rows, by, split, top)
    }

    /// The most frequent values of a field among these events, with exact counts: `top` of them,
    /// or all. Reads no event.
    ///
    /// The count of a value is that of `hits.narrow(field:value)`, of a word that of `hits.narrow(word)`.
    ///
    /// The first call for a field that counts few events inverts the postings of each segment that
    /// it reads and keeps that: two bytes for each row and value, or four in a large segment.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if `top` is 0; of words [`Error::NotIndexed`] if the texts of too many
    /// events would be read; else as [`Hits::count`].
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../example_store.txt")]
    /// use eventstore::Facet;
    /// let tags = store.query("2017-03")?.facets(Facet::Tag, Some(1))?;
    /// assert_eq!((tags[0].value.as_str(), tags[0].count, tags.distinct), ("Sea", 2, 2));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn facets(&self, by: Facet, top: Option<usize>) -> Result<Facets> {
        self.check_countable(&by)?;
        // Values are spelled as most events of all stores have them.
        let hits = self.of_all_stores()?;
        facets::count_values(&hits.snapshot, &hits.selected_rows()?, by, "", top)
    }

    /// Whether the values of a field can be counted without reading too many texts.
    fn check_countable(&self, by: &Facet) -> Result<()> {
        match by {
            Facet::Word => check_indexed(&self.query, &self.snapshot),
            _ => Ok(()),
        }
    }

    pub(super) fn check_whole(&self, deed: &str) -> Result<()> {
        match self.slice {
            None => Ok(()),
            Some(_) => Err(Error::InvalidArgument {
                what: "hits",
                message: format!("a slice of hits cannot be {deed}; do that first, then slice"),
            }),
        }
    }

    /// The number of events of the whole answer.
    pub(super) fn total(&self) -> Result<u64> {
        self.snapshot.check()?;
        if let Some(&count) = self.cached.count.get() {
            return Ok(count);
        }
        let count = match self.cached.rows.get() {
            Some(rows) => rows.iter().map(RoaringBitmap::len).sum(),
            None => {
                let plan = QueryPlan::new(&self.query, &self.snapshot)?;
                let mut count = 0;
                for view in 0..self.snapshot.views.len() {
                    count += plan.count(view)?;
                }
                count
            }
        };
        Ok(*self.cached.count.get_or_init(|| count))
    }

    /// The rows of the whole answer.
    pub(crate) fn rows(&self) -> Result<RowSets> {
        if let Some(rows) = self.cached.rows.get() {
            return Ok(rows.clone());
        }
        let plan = QueryPlan::new(&self.query, &self.snapshot)?;
        let rows: Result<Vec<_>> = (0..self.snapshot.views.len())
            .map(|view| plan.rows(view))
            .collect();
        let rows = Arc::new(rows?);
        Ok(self.cached.rows.get_or_init(|| rows).clone())
    }

    /// The rows of these hits: those of the slice, if they are one.
    pub(super) fn selected_rows(&self) -> Result<RowSets> {
        self.snapshot.check()?;
        let rows = self.rows()?;
        if self.slice.is_none() {
            return Ok(rows);
        }
        let mut selected = vec![RoaringBitmap::new(); rows.len()];
        let mut cursor = self.cursor()?;
        for _ in 0..self.count()? {
            let Some(at) = cursor.next()? else { break };
            selected[at.segment_index].insert(at.row);
        }
        Ok(Arc::new(selected))
    }

    /// A cursor over the positions of the whole answer from one on. By relevance it ends before another.
    pub(super) fn cursor_at(&self, skip: u64, end: u64) -> Result<RowCursor> {
        self.snapshot.check()?;
        let snapshot = self.snapshot.clone();
        match self.order.by_date() {
            Some(order) => RowCursor::new(snapshot, self.rows()?, order, skip),
            None => {
                let ranking = self.ranking(end)?;
                let rows = ranking.rows.iter().map(|row| row.at);
                let rows = rows.take(usize::try_from(end).unwrap_or(usize::MAX));
                let rows = rows.skip(usize::try_from(skip).unwrap_or(usize::MAX));
                Ok(RowCursor::ranked(snapshot, rows.collect()))
            }
        }
    }

    /// A cursor at the first of these hits: at the start of the slice, if they are one.
    pub(crate) fn cursor(&self) -> Result<RowCursor> {
        let (start, end) = self
            .slice
            .map_or((0, u64::MAX), |slice| (slice.start, slice.end));
        self.cursor_at(start, end)
    }

    /// The snapshot, if it may still be read.
    #[cfg(feature = "arrow")]
    pub(crate) fn snapshot(&self) -> Result<&Snapshot> {
        self.snapshot.check()?;
        Ok(&self.snapshot)
    }

    pub(super) fn event(&self, at: RowRef) -> Result<Event> {
        self.snapshot.check()?;
        self.snapshot.event(at)
    }
}

impl std::fmt::Debug for Hits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hits")
            .field("query", &self.query)
            .field("order", &self.order)
            .field("slice", &self.slice)
            .finish_non_exhaustive()
    }
}
