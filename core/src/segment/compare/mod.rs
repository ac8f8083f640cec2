//! The indexes of a segment against those that its rows give.
//!
//! The indexes are made anew from the rows and compared byte by byte: each is a function of the rows.
//! Only where bytes differ, or where an older version wrote others, are they read to say what differs.
//!
//! | question | file |
//! | --- | --- |
//! | how many entries blocks have, whole parts, referrers, tags beside links | `parts` |
//! | which term, which word has other rows | `terms`, `words` |

mod parts;
mod terms;
mod words;

use super::Part;
use super::segment::Segment;
use super::write::{IndexParts, Interners, PendingRow};
use crate::error::{Error, Result};

/// Something in a segment that cannot be.
#[derive(Debug)]
pub(crate) struct Flaw {
    /// The name of the part.
    pub part: String,
    /// The row that it is about, where it is about one.
    pub row: Option<u32>,
    pub message: String,
}

impl Flaw {
    pub fn new(part: Part, row: Option<u32>, message: impl Into<String>) -> Self {
        Self {
            part: part.name().to_owned(),
            row,
            message: message.into(),
        }
    }

    /// What an error says of stored bytes; any other error stays one.
    pub fn of_error(error: Error) -> Result<Self> {
        match error {
            Error::Corrupt {
                part,
                chunk,
                message,
                ..
            } => {
                // The name of a part follows the number of its segment.
                let name = part.splitn(3, ' ').nth(2).unwrap_or(&part).to_owned();
                Ok(Self {
                    part: name,
                    row: None,
                    message: match chunk {
                        None => message,
                        Some(chunk) => format!("{message} (chunk {chunk})"),
                    },
                })
            }
            other => Err(other),
        }
    }
}

/// What takes flaws as they are found.
pub(crate) type FlawSink<'s> = dyn FnMut(Flaw) + 's;

impl Segment {
    /// Compares its indexes with those that its rows give, which are in their order. `is_read_today`:
    /// the parser of today has read its pages, so that tags beside links are cut as it cuts them.
    pub(crate) fn compare(
        &self,
        rows: &[Box<PendingRow>],
        interners: &Interners,
        is_read_today: bool,
        found: &mut FlawSink<'_>,
    ) -> Result<()> {
        let made = IndexParts::of(rows, interners, self.has_words())?;
        if let Some(row) = made.misplaced {
            let message = "the row does not stand behind the one before it";
            found(Flaw::new(Part::Headers, Some(row), message));
        }
        for compared in [
            self.compare_block_counts(&made, found),
            self.compare_whole(&made, found),
            self.compare_referrers(&made, found),
            self.compare_terms(&made, found),
            self.compare_words(&made, found),
            match is_read_today {
                true => self.compare_link_tags(rows, &made, found),
                false => Ok(()),
            },
        ] {
            if let Err(error) = compared {
                found(Flaw::of_error(error)?);
            }
        }
        Ok(())
    }
}
