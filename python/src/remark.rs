//! The line below an answer: what may be wrong where it is empty, what it leaves out, how it is counted.

use eventstore::{Facet, Hits, Result, SplitTimeline};
use eventstore_cli::text::{counted, repeated_counts};

use crate::display::visible;

/// A line below an answer. It is no part of the answer's value: equal answers may have another one, and
/// a pickle has none.
#[derive(Clone, Default)]
pub struct Remark(Option<String>);

impl PartialEq for Remark {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Remark {
    /// What may be wrong where there are no hits, else what they leave out.
    pub fn of_hits(hits: &Hits) -> Self {
        let remark = || -> Result<_> {
            Ok(match hits.hint()? {
                Some(hint) => Some(format!("hint: {hint}")),
                None => hits.left_out()?,
            })
        };
        // An answer that is there is not lost for what would be said of it.
        Self::new(remark().ok().flatten())
    }

    /// Of facets that have no value.
    pub fn of_no_facets(hits: &Hits, by: &Facet) -> Self {
        Self::of_nothing(hits, &format!("a value of {by}"))
    }

    /// Of a timeline that counts nothing.
    pub fn of_no_counts(hits: &Hits) -> Self {
        Self::of_nothing(hits, "a date")
    }

    /// Of a timeline whose counts are more than its events.
    pub fn of_split(hits: &Hits, split: &SplitTimeline) -> Self {
        match split.iter().all(|bucket| bucket.count == 0) {
            true => Self::of_no_counts(hits),
            false => Self::new(repeated_counts(hits, split).ok().flatten()),
        }
    }

    /// Of similar events, where there are none.
    pub fn of_no_similar() -> Self {
        Self::new(Some("no other event here shares a tag with it".to_owned()))
    }

    /// Why nothing of some hits is counted: there are none, or none has what is counted.
    fn of_nothing(hits: &Hits, what: &str) -> Self {
        match hits.count() {
            Ok(count @ 1..) => Self::new(Some(format!(
                "none of {} has {what}",
                counted(count, "event", "events")
            ))),
            _ => Self::of_hits(hits),
        }
    }

    fn new(text: Option<String>) -> Self {
        Self(text.map(|text| visible(&text).into_owned()))
    }

    pub fn text(&self) -> Option<&str> {
        self.0.as_deref()
    }
}
