//! What was looked at, and what is wrong.

use std::fmt;

use crate::error::{Error, Result};
use crate::event::{escaped, unknown, words};
use crate::number::{bytes, grouped};
use crate::segment::Flaw;

/// How much of a store is looked at.
///
/// ```
/// use eventstore::VerifyDepth;
///
/// assert_eq!(VerifyDepth::default(), VerifyDepth::Quick);
/// assert_eq!("full".parse::<VerifyDepth>()?, VerifyDepth::Full);
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum VerifyDepth {
    /// The bytes: every chunk is there, and its checksum is right.
    #[default]
    Quick,
    /// Also what the bytes say: rows, indexes, and what follows from the pages.
    Full,
}

words!(VerifyDepth, unknown; Quick = "quick", Full = "full");

/// Something in a store that cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Finding {
    /// The number of the segment; none of what is about the store.
    pub segment: Option<u32>,
    /// The part of the segment, as `docs/format.md` names it, or the law.
    pub part: String,
    /// The path of the page, where it is about one.
    pub path: Option<String>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(segment) = self.segment {
            write!(f, "segment {segment} ")?;
        }
        write!(f, "{}: ", self.part)?;
        if let Some(path) = &self.path {
            write!(f, "{}: ", escaped(path))?;
        }
        f.write_str(&escaped(&self.message))
    }
}

/// One of the things that were looked at.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct VerifyStep {
    /// `chunks`, `rows`, `indexes` or `law`.
    pub name: &'static str,
    /// How many chunks, rows, segments or events.
    pub count: u64,
    /// Time that it took.
    pub seconds: f64,
}

/// What [`Store::verify`](crate::Store::verify) has looked at, and what is wrong.
///
/// # Examples
/// ```
/// use eventstore::{Store, VerifyDepth};
/// let report = Store::memory()?.verify(VerifyDepth::Full)?;
/// assert!(report.is_sound() && report.is_complete);
/// assert_eq!((report.chunks, report.found), (0, 0));
/// assert!(report.to_string().ends_with("\nnothing is wrong"));
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct VerifyReport {
    /// Chunks that the manifest names.
    pub chunks: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Segments.
    pub segments: u64,
    /// Rows that were read, deleted ones included; 0 of a quick look.
    pub rows: u64,
    /// What was looked at, in this order.
    pub steps: Vec<VerifyStep>,
    /// Whether all was looked at that was asked for. What is damaged hides what hangs on it: rows are
    /// not read where a chunk is damaged, and nothing is compared with rows that cannot be read.
    pub is_complete: bool,
    /// Whether it is a resolved store: tags, twins and superseded events were given with its pages, so a full
    /// look has no step `law`.
    pub is_resolved: bool,
    /// What is wrong: the first hundred findings.
    pub findings: Vec<Finding>,
    /// How many findings there were.
    pub found: u64,
    /// Time that it took.
    pub seconds: f64,
}

/// As `eventstore verify` prints it: a line for each step and for each finding that is listed.
impl fmt::Display for VerifyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines: Vec<String> = self.steps.iter().map(|step| self.line_of(step)).collect();
        lines.extend(self.findings.iter().map(Finding::to_string));
        let more = self.found.saturating_sub(self.findings.len() as u64);
        if more > 0 {
            lines.push(format!("… and {} more", grouped(more)));
        }
        if self.is_resolved {
            lines.push(
                "a resolved store: tags, twins and superseded events are as they were given"
                    .to_owned(),
            );
        }
        if !self.is_complete {
            lines.push("what hangs on damaged bytes was not looked at".to_owned());
        }
        if self.is_sound() {
            lines.push("nothing is wrong".to_owned());
        }
        f.write_str(&lines.join("\n"))
    }
}

impl VerifyReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.found == 0
    }

    fn line_of(&self, step: &VerifyStep) -> String {
        let (name, seconds) = (step.name, step.seconds);
        let line = format!("{name:<8} {:>12} {seconds:>9.3} s", grouped(step.count));
        match name {
            CHUNKS => format!("{line}  {}", bytes(self.bytes)),
            _ => line,
        }
    }
}

/// The step that looks at the bytes.
pub(super) const CHUNKS: &str = "chunks";

/// Findings that a report lists at most.
const LISTED: usize = 100;

/// Findings as they come.
#[derive(Default)]
pub(super) struct Findings {
    pub list: Vec<Finding>,
    pub count: u64,
}

impl Findings {
    /// Counts a finding, and keeps it if it is one of the first.
    pub fn push(&mut self, finding: impl FnOnce() -> Finding) {
        self.count += 1;
        if self.list.len() < LISTED {
            self.list.push(finding());
        }
    }

    /// Keeps what an error says of stored bytes as a finding. Any other error ends the work.
    pub fn keep<T>(&mut self, segment: u32, result: Result<T>) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(error) => {
                self.push_error(Some(segment), error)?;
                Ok(None)
            }
        }
    }

    /// The same for what is about no segment.
    pub fn keep_of_store(&mut self, result: Result<()>) -> Result<()> {
        result.or_else(|error| self.push_error(None, error))
    }

    fn push_error(&mut self, segment: Option<u32>, error: Error) -> Result<()> {
        let Flaw { part, message, .. } = Flaw::of_error(error)?;
        self.push(|| Finding {
            segment,
            part,
            path: None,
            message,
        });
        Ok(())
    }

    /// Adds those of another list behind these.
    pub fn append(&mut self, other: Self) {
        let room = LISTED - self.list.len();
        self.list.extend(other.list.into_iter().take(room));
        self.count += other.count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_as_the_steps_and_what_is_wrong() {
        let step = |name, count| VerifyStep {
            name,
            count,
            seconds: 0.25,
        };
        let mut report = VerifyReport {
            steps: vec![step(CHUNKS, 1_200), step("rows", 31)],
            bytes: 4_519_000,
            is_complete: true,
            ..VerifyReport::default()
        };
        let steps = "chunks          1,200     0.250 s  4.5 MB\nrows               31     0.250 s";
        assert_eq!(report.to_string(), format!("{steps}\nnothing is wrong"));
        report.is_complete = false;
        report.found = 3;
        report.findings = vec![Finding {
            segment: Some(2),
            part: "rows".to_owned(),
            path: Some("a\u{1b}[2J.md".to_owned()),
            message: "no such day".to_owned(),
        }];
        let wrong = "segment 2 rows: a\\u{1b}[2J.md: no such day\n… and 2 more\n\
                     what hangs on damaged bytes was not looked at";
        assert_eq!(report.to_string(), format!("{steps}\n{wrong}"));
    }
}
