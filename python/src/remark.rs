//! The line below an answer: what may be wrong where it is empty, what it leaves out, how it is counted.

use eventstore::{Hits, Result};

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
    /// Of hits: what may be wrong where there are none, else what they leave out.
    pub fn of_hits(hits: &Hits) -> Result<Self> {
        let remark = match hits.hint()? {
            Some(hint) => Some(format!("hint: {hint}")),
            None => hits.left_out()?,
        };
        Ok(Self(remark.map(|remark| visible(&remark).into_owned())))
    }

    /// Of counts of some hits' values: the hits' own where they count nothing, and else how they are counted
    /// where they are more than the hits.
    pub fn of_counts(hits: &Hits, counts: impl Iterator<Item = u64>) -> Result<Self> {
        let (counted, events) = (counts.sum::<u64>(), hits.count()?);
        match counted {
            0 => Self::of_hits(hits),
            counted if counted > events => Ok(Self(Some(format!(
                "{counted} for {events} events, one for each value"
            )))),
            _ => Ok(Self::default()),
        }
    }

    /// Of similar events, where there are none.
    pub fn of_no_similar() -> Self {
        Self(Some("no other event here shares a tag with it".to_owned()))
    }

    pub fn text(&self) -> Option<&str> {
        self.0.as_deref()
    }
}
