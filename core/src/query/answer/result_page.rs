//! An answer page by page: whole events, or what a list shows of them.

use std::borrow::Cow;

use super::hits::Hits;
use super::page_token::{PageToken, RankToken};
use crate::error::{Error, Result};
use crate::event::{AsId, Date, Event, EventId, ParseError, Time, clean_title};
use crate::query::run::RowCursor;
use crate::segment::RowKind;
use crate::store::{RowRef, Snapshot};

/// Some events of an answer, and the token for those that follow.
///
/// # Examples
///
/// ```
#[doc = include_str!("../example_store.txt")]
/// let hits = store.query("")?;
/// let mut titles = Vec::new();
/// let mut token = None;
/// loop {
///     let page = hits.page(2, token.as_deref())?;
///     titles.extend(page.events.into_iter().map(|event| event.title));
///     match page.next {
///         Some(next) => token = Some(next),
///         None => break,
///     }
/// }
/// assert_eq!(titles, ["a", "b", "c"]);
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ResultPage<T = Event> {
    /// At most as many events as were asked for; of [`Hits::headings`] their headings.
    pub events: Vec<T>,
    /// By relevance the score of each of these events, as [`Hits::scores`] has it; else empty.
    pub scores: Vec<f64>,
    /// The token for the next page. `None` if this is the last page.
    pub next: Option<String>,
}

/// What a list shows of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Heading {
    /// The event's id.
    pub id: EventId,
    /// Its day; none of an undated page.
    pub date: Option<Date>,
    /// The time of the day, where its page says one.
    pub time: Option<Time>,
    /// Its title, as [`Event::title`] has it.
    pub title: String,
    /// Whether a day page of its date does not list it.
    pub superseded: bool,
}

impl AsId for Heading {
    fn as_id(&self) -> std::result::Result<Cow<'_, EventId>, ParseError> {
        Ok(Cow::Borrowed(&self.id))
    }
}

impl Event {
    /// What a list shows of it.
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../example_store.txt")]
    /// let event = store.query("tag:sea")?.first()?.expect("there is one");
    /// assert_eq!(event.heading().title, event.title);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn heading(&self) -> Heading {
        Heading {
            id: self.id.clone(),
            date: self.date,
            time: self.time,
            title: self.title.clone(),
            superseded: self.superseded,
        }
    }
}

impl Hits {
    /// Up to `size` events after a token, or from the beginning. Reads these events, on all cores
    /// if there are many.
    ///
    /// A token holds the date and the id of the last event of its page, and the next page begins
    /// strictly after these. So it works on later states of the store too, even if that event was
    /// removed. It belongs to one query and one order. A token by relevance holds a position: it belongs
    /// to one state of the store, since each commit may change scores.
    ///
    /// # Errors
    /// A [`ParseError`] if the token is damaged or belongs to another query or order, or, by relevance, to
    /// another state of the store;
    /// [`Error::InvalidArgument`] if the size is 0 or if these hits are a slice; else as
    /// [`Hits::count`].
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../example_store.txt")]
    /// let hits = store.query("")?;
    /// let first = hits.page(2, None)?;
    /// assert_eq!(first.events.len(), 2);
    /// let last = hits.page(2, first.next.as_deref())?;
    /// assert_eq!((last.events.len(), last.next), (1, None));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn page(&self, size: usize, after: Option<&str>) -> Result<ResultPage> {
        let read = |rows: &[RowRef]| {
            let (events, failed) = self.events(rows);
            failed.map_or(Ok(events), Err)
        };
        self.page_of(size, after, read, |event| {
            token_behind(event.date, event.time, &event.id)
        })
    }

    /// Like [`Hits::page`], but of each event its heading alone, which is a tenth of the work and
    /// reads a tenth as much. The tokens are the same.
    ///
    /// # Errors
    /// As [`Hits::page`].
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../example_store.txt")]
    /// let page = store.query("tag:sea")?.headings(1, None)?;
    /// assert_eq!(page.events[0].title, "a");
    /// assert_eq!(page.events[0].date, "2017-03-02".parse().ok());
    /// assert!(page.next.is_some());
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn headings(&self, size: usize, after: Option<&str>) -> Result<ResultPage<Heading>> {
        let read = |rows: &[RowRef]| {
            let headings = rows.iter().map(|&at| Heading::read(&self.snapshot, at));
            headings.collect()
        };
        self.page_of(size, after, read, |heading: &Heading| {
            token_behind(heading.date, heading.time, &heading.id)
        })
    }

    /// A page of what is read of its rows. `behind` gives the token behind one of these by date.
    fn page_of<T>(
        &self,
        size: usize,
        after: Option<&str>,
        read: impl Fn(&[RowRef]) -> Result<Vec<T>>,
        behind: impl Fn(&T) -> PageToken,
    ) -> Result<ResultPage<T>> {
        self.check_whole("read page by page")?;
        self.snapshot.check()?;
        if size == 0 {
            return Err(Error::InvalidArgument {
                what: "size",
                message: "a page of 0 events never ends; ask for at least 1".to_owned(),
            });
        }
        let Some(order) = self.order.by_date() else {
            return self.page_by_relevance(size, after, read);
        };
        let mut cursor = match after {
            None => self.cursor_at(0, u64::MAX)?,
            Some(text) => {
                let token = PageToken::read(text, &self.query, order)?;
                let (snapshot, rows) = (self.snapshot.clone(), self.rows()?);
                RowCursor::after(snapshot, rows, order, token.day, &token.within_day)?
            }
        };
        let events = read(&next_rows(&mut cursor, size)?)?;
        let next = match events.last() {
            Some(last) if cursor.has_next()? => Some(behind(last).write(&self.query, order)),
            _ => None,
        };
        Ok(ResultPage {
            events,
            scores: Vec::new(),
            next,
        })
    }

    /// A page by relevance. A commit may change any score, so a token belongs to its state of the store.
    fn page_by_relevance<T>(
        &self,
        size: usize,
        after: Option<&str>,
        read: impl Fn(&[RowRef]) -> Result<Vec<T>>,
    ) -> Result<ResultPage<T>> {
        let commit = self.snapshot.manifest.commit;
        let print = RankToken::fingerprint(&self.query, &self.weights);
        let start = match after {
            None => 0,
            Some(text) => RankToken::read(text, print, commit)?,
        };
        let end = start.saturating_add(size as u64);
        let rows = next_rows(&mut self.cursor_at(start, end)?, size)?;
        let events = read(&rows)?;
        let scores = self.slice(start..end).scores()?;
        let next = (end < self.total()?).then(|| RankToken::write(print, commit, end));
        Ok(ResultPage {
            events,
            scores,
            next,
        })
    }
}

impl Heading {
    /// Reads what the row of an event says. Costs its header.
    pub(super) fn read(snapshot: &Snapshot, at: RowRef) -> Result<Self> {
        let segment = &snapshot.views[at.segment_index].segment;
        let header = segment.row_header(at.row)?;
        Ok(Self {
            id: EventId::from_canonical(&header.name),
            date: segment.date_of(at.row)?,
            time: header.millis.and_then(Time::from_millis),
            title: match header.kind {
                RowKind::Markdown => header.title,
                _ => clean_title(&header.title).into_owned(),
            },
            superseded: segment.flags()?.superseded.contains(at.row),
        })
    }
}

/// The token of a page that ends with an event.
fn token_behind(date: Option<Date>, time: Option<Time>, id: &EventId) -> PageToken {
    PageToken {
        day: date.map_or(0, Date::packed),
        within_day: (time.map(Time::millis), id.as_str().to_owned()),
    }
}

/// The next rows of a cursor, at most so many.
fn next_rows(cursor: &mut RowCursor, size: usize) -> Result<Vec<RowRef>> {
    let mut rows = Vec::new();
    while rows.len() < size
        && let Some(at) = cursor.next()?
    {
        rows.push(at);
    }
    Ok(rows)
}
