//! The answer to a query on one snapshot.

use std::ops::{Bound, RangeBounds};
use std::sync::{Arc, OnceLock};

use roaring::RoaringBitmap;

use super::explain;
use super::facets::{self, Facet, Facets};
use super::model::Query;
use super::plan::Plan;
use super::timeline::{self, By, Timeline};
use super::token::Token;
use super::walk::{Order, Rows, Walk};
use crate::error::{Error, Result};
use crate::event::{Date, Event, EventId, ParseError};
use crate::store::{RowRef, Snapshot};

/// The events that answer a query, in an order.
///
/// Hits are lazy: nothing is read before something is asked of them. They are bound to the state of the store at their
/// making, so a count, a slice and a later iteration agree, whatever is written in between. They are cheap to clone,
/// and keep the segments they read from being removed.
///
/// Counts, facets and timelines read no event. The order is by (date, id), oldest first, unless [`Hits::order`] turns
/// it around.
///
/// ```
/// use eventstore::Order;
/// # let store = eventstore::Store::memory()?;
/// # for (day, slug, tag) in [(2, "a", "Sea"), (9, "b", "Land"), (9, "c", "sea")] {
/// #     let date = eventstore::Date::new(2017, 3, day).unwrap();
/// #     let mut event = eventstore::Event::new(format!("2017/03/{day}/{slug}").parse()?, date, slug);
/// #     event.tags = vec![tag.to_owned()];
/// #     store.add([event])?;
/// # }
/// let hits = store.query("tag:sea 2017")?;
/// assert_eq!(hits.count()?, 2);
/// assert_eq!(hits.first()?.unwrap().id.as_str(), "2017/03/2/a");
/// let newest = hits.order(Order::MinusDate)?.slice(..1);
/// for event in &newest {
///     assert_eq!(event?.title, "c");
/// }
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Clone)]
pub struct Hits {
    snapshot: Arc<Snapshot>,
    query: Arc<Query>,
    order: Order,
    /// The part of the whole answer that these hits are, in its order; `None` for all of it.
    window: Option<Window>,
    found: Arc<Found>,
}

/// Places in the whole answer; the end may lie behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Window {
    start: u64,
    end: u64,
}

/// What was found out about the whole answer, shared by all hits of one query on one snapshot.
#[derive(Default)]
struct Found {
    rows: OnceLock<Rows>,
    count: OnceLock<u64>,
}

/// Some events of an answer, and the token that the rest follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// At most as many as were asked for.
    pub events: Vec<Event>,
    /// What [`Hits::page`] takes for the page behind this one; `None` if this was the last.
    pub next: Option<String>,
}

impl Hits {
    pub(super) fn new(snapshot: Arc<Snapshot>, query: Query) -> Self {
        Self {
            snapshot,
            query: Arc::new(query),
            order: Order::Date,
            window: None,
            found: Arc::default(),
        }
    }

    /// What was asked.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// Those of these events that answer a further query too: text, or a [`Query`].
    ///
    /// # Errors
    /// If the text is no query; if these hits are a slice (narrow first, then slice).
    ///
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// let spring = store.query("2017-03..2017-05")?;
    /// let sport = spring.where_("category:sport")?;
    /// assert_eq!(sport.query().to_string(), "2017-03..2017-05 category:sport");
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn where_<Q>(&self, query: Q) -> Result<Self>
    where
        Q: TryInto<Query>,
        ParseError: From<Q::Error>,
    {
        self.whole("narrowed")?;
        let further = query.try_into().map_err(ParseError::from)?;
        let mut narrowed = Self::new(self.snapshot.clone(), &*self.query & &further);
        narrowed.order = self.order;
        Ok(narrowed)
    }

    /// The same events in another order.
    ///
    /// # Errors
    /// If these hits are a slice.
    pub fn order(&self, order: Order) -> Result<Self> {
        self.whole("put in another order")?;
        Ok(Self {
            order,
            ..self.clone()
        })
    }

    /// How many they are. Reads no event; the count of one tag takes microseconds.
    ///
    /// # Errors
    /// [`Error::Corrupt`] and [`Error::Storage`] when what is stored cannot be read.
    pub fn count(&self) -> Result<u64> {
        let total = self.total()?;
        Ok(self.window.map_or(total, |window| {
            window.end.min(total).saturating_sub(window.start)
        }))
    }

    /// Whether there is none.
    ///
    /// # Errors
    /// As [`Hits::count`].
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.count()? == 0)
    }

    /// The first event, if there is one.
    ///
    /// # Errors
    /// As [`Hits::count`].
    pub fn first(&self) -> Result<Option<Event>> {
        self.get(0)
    }

    /// The event at a place, counted from 0. Passes over those before it without reading them.
    ///
    /// # Errors
    /// As [`Hits::count`].
    pub fn get(&self, place: u64) -> Result<Option<Event>> {
        if place >= self.count()? {
            return Ok(None);
        }
        let start = self.window.map_or(0, |window| window.start);
        let next = self.walk(start.saturating_add(place))?.next()?;
        next.map(|at| self.event(at)).transpose()
    }

    /// Their ids, in order. Reads ids only, not whole events.
    ///
    /// # Errors
    /// As [`Hits::count`].
    pub fn ids(&self) -> Result<Vec<EventId>> {
        let count = self.count()?;
        let mut walk = self.walk(self.window.map_or(0, |window| window.start))?;
        let mut ids = Vec::with_capacity(count as usize);
        while (ids.len() as u64) < count
            && let Some(at) = walk.next()?
        {
            let segment = &self.snapshot.views[at.view].segment;
            ids.push(EventId::from_canonical(&segment.row_head(at.row)?.name));
        }
        Ok(ids)
    }

    /// The events at some places, as hits of their own. Costs nothing; slices of slices compose.
    ///
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// let hits = store.query("")?;
    /// let some = hits.slice(10..).slice(..5); // places 10 to 14
    /// # assert_eq!(some.count()?, 0);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn slice(&self, places: impl RangeBounds<u64>) -> Self {
        let from = match places.start_bound() {
            Bound::Included(&place) => place,
            Bound::Excluded(&place) => place.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let to = match places.end_bound() {
            Bound::Included(&place) => place.saturating_add(1),
            Bound::Excluded(&place) => place,
            Bound::Unbounded => u64::MAX,
        };
        if (from, to) == (0, u64::MAX) {
            return self.clone();
        }
        let outer = self.window.unwrap_or(Window {
            start: 0,
            end: u64::MAX,
        });
        let start = outer.start.saturating_add(from).min(outer.end);
        let end = outer.start.saturating_add(to).min(outer.end).max(start);
        Self {
            window: Some(Window { start, end }),
            ..self.clone()
        }
    }

    /// Up to `size` events behind a token, or from the beginning.
    ///
    /// The token of a page works on later states of the store too: it holds the last event's date and id, and the next
    /// page begins strictly behind these, even if that event is gone. It belongs to the query and the order.
    ///
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// # for (day, slug, tag) in [(2, "a", "Sea"), (9, "b", "Land"), (9, "c", "sea")] {
    /// #     let date = eventstore::Date::new(2017, 3, day).unwrap();
    /// #     let mut event = eventstore::Event::new(format!("2017/03/{day}/{slug}").parse()?, date, slug);
    /// #     event.tags = vec![tag.to_owned()];
    /// #     store.add([event])?;
    /// # }
    /// let hits = store.query("")?;
    /// let first = hits.page(2, None)?;
    /// assert_eq!(first.events.len(), 2);
    /// let last = hits.page(2, first.next.as_deref())?;
    /// assert_eq!((last.events.len(), last.next), (1, None));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    ///
    /// # Errors
    /// A [`ParseError`] if the token is damaged or belongs to another query or order; if these hits are a slice, or the
    /// size is 0.
    pub fn page(&self, size: usize, after: Option<&str>) -> Result<Page> {
        self.whole("read page by page")?;
        self.snapshot.check()?;
        if size == 0 {
            return Err(Error::InvalidArgument {
                what: "size",
                message: "a page of 0 events never ends; ask for at least 1".to_owned(),
            });
        }
        let mut walk = match after {
            None => self.walk(0)?,
            Some(text) => {
                let token = Token::read(text, &self.query, self.order)?;
                let rows = self.rows()?;
                Walk::behind(
                    self.snapshot.clone(),
                    rows,
                    self.order,
                    token.day,
                    &token.id,
                )?
            }
        };
        let mut rows = Vec::new();
        while rows.len() < size
            && let Some(at) = walk.next()?
        {
            rows.push(at);
        }
        let (events, failed) = self.events(&rows);
        if let Some(error) = failed {
            return Err(error);
        }
        let next = match events.last() {
            Some(last) if walk.has_next()? => Some(
                Token {
                    day: last.date.map_or(0, Date::packed),
                    id: last.id.as_str().to_owned(),
                }
                .write(&self.query, self.order),
            ),
            _ => None,
        };
        Ok(Page { events, next })
    }

    /// How many of these events each day, week, month or year has, beside how many there are.
    ///
    /// Every bucket of the query's time that lies within the store's days is there, empty ones too. The store's days
    /// are those from its first to its last event under the query's rule of superseded events.
    ///
    /// ```
    /// use eventstore::By;
    /// # let store = eventstore::Store::memory()?;
    /// # for (day, slug, tag) in [(2, "a", "Sea"), (9, "b", "Land"), (9, "c", "sea")] {
    /// #     let date = eventstore::Date::new(2017, 3, day).unwrap();
    /// #     let mut event = eventstore::Event::new(format!("2017/03/{day}/{slug}").parse()?, date, slug);
    /// #     event.tags = vec![tag.to_owned()];
    /// #     store.add([event])?;
    /// # }
    /// let weeks = store.query("tag:land")?.timeline(By::Week)?;
    /// let found: Vec<_> = weeks.iter().map(|week| (week.label.as_str(), week.count, week.share())).collect();
    /// assert_eq!(found, [("2017-W09", 0, Some(0.0)), ("2017-W10", 1, Some(0.5))]);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Hits::count`].
    pub fn timeline(&self, by: By) -> Result<Timeline> {
        timeline::timeline(&self.snapshot, &self.query, &self.picked()?, by)
    }

    /// The commonest values of a field among these events, with exact counts: `top` of them, or all.
    ///
    /// `hits.where_(field:value).count()` gives the same count.
    ///
    /// ```
    /// use eventstore::Facet;
    /// # let store = eventstore::Store::memory()?;
    /// # for (day, slug, tag) in [(2, "a", "Sea"), (9, "b", "Land"), (9, "c", "sea")] {
    /// #     let date = eventstore::Date::new(2017, 3, day).unwrap();
    /// #     let mut event = eventstore::Event::new(format!("2017/03/{day}/{slug}").parse()?, date, slug);
    /// #     event.tags = vec![tag.to_owned()];
    /// #     store.add([event])?;
    /// # }
    /// let tags = store.query("2017-03")?.facets(Facet::Tags, Some(1))?;
    /// assert_eq!((tags[0].value.as_str(), tags[0].count, tags.distinct), ("Sea", 2, 2));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Hits::count`].
    pub fn facets(&self, by: Facet, top: Option<usize>) -> Result<Facets> {
        facets::facets(&self.snapshot, &self.picked()?, by, "", top)
    }

    /// How the answer is found, and what was read for it, as text for people.
    ///
    /// Finds and counts the answer anew. Of a slice it also reads the events, a hundred at most, and says what that
    /// took. The wording may change.
    ///
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// assert!(store.query("tag:sea")?.explain()?.starts_with("query     tag:sea\n"));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Hits::count`].
    pub fn explain(&self) -> Result<String> {
        self.snapshot.check()?;
        let anew = Self {
            found: Arc::default(),
            ..self.clone()
        };
        let slice = self.window.map(|_| anew.iter());
        explain::explain(&self.snapshot, &self.query, self.order, slice)
    }

    fn whole(&self, deed: &str) -> Result<()> {
        match self.window {
            None => Ok(()),
            Some(_) => Err(Error::InvalidArgument {
                what: "hits",
                message: format!("a slice of hits cannot be {deed}; do that first, then slice"),
            }),
        }
    }

    fn total(&self) -> Result<u64> {
        self.snapshot.check()?;
        if let Some(&count) = self.found.count.get() {
            return Ok(count);
        }
        let count = match self.found.rows.get() {
            Some(rows) => rows.iter().map(RoaringBitmap::len).sum(),
            None => {
                let plan = Plan::new(&self.query, &self.snapshot)?;
                let mut count = 0;
                for view in 0..self.snapshot.views.len() {
                    count += plan.count(view)?;
                }
                count
            }
        };
        Ok(*self.found.count.get_or_init(|| count))
    }

    /// The rows of the whole answer.
    pub(super) fn rows(&self) -> Result<Rows> {
        if let Some(rows) = self.found.rows.get() {
            return Ok(rows.clone());
        }
        let plan = Plan::new(&self.query, &self.snapshot)?;
        let rows: Result<Vec<_>> = (0..self.snapshot.views.len())
            .map(|view| plan.rows(view))
            .collect();
        let rows = Arc::new(rows?);
        Ok(self.found.rows.get_or_init(|| rows).clone())
    }

    /// The rows of these hits: of the window, if they are a slice.
    fn picked(&self) -> Result<Rows> {
        self.snapshot.check()?;
        let rows = self.rows()?;
        let Some(window) = self.window else {
            return Ok(rows);
        };
        let mut picked = vec![RoaringBitmap::new(); rows.len()];
        let mut walk = self.walk(window.start)?;
        for _ in 0..self.count()? {
            let Some(at) = walk.next()? else { break };
            picked[at.view].insert(at.row);
        }
        Ok(Arc::new(picked))
    }

    fn walk(&self, skip: u64) -> Result<Walk> {
        self.snapshot.check()?;
        Walk::new(self.snapshot.clone(), self.rows()?, self.order, skip)
    }

    /// Through these hits: through the window, if they are a slice.
    pub(super) fn walk_window(&self) -> Result<Walk> {
        self.walk(self.window.map_or(0, |window| window.start))
    }

    /// What was asked, if it may still be read.
    #[cfg(feature = "arrow")]
    pub(super) fn snapshot(&self) -> Result<&Snapshot> {
        self.snapshot.check()?;
        Ok(&self.snapshot)
    }

    pub(super) fn event(&self, at: RowRef) -> Result<Event> {
        self.snapshot.check()?;
        self.snapshot.views[at.view].segment.event(at.row)
    }
}

impl std::fmt::Debug for Hits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hits")
            .field("query", &self.query)
            .field("order", &self.order)
            .field("window", &self.window)
            .finish_non_exhaustive()
    }
}
