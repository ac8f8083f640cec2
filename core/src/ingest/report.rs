//! What an ingest did.

use std::fmt;

use super::examine::Class;
use crate::error::PageError;

/// Most failed pages that a report describes, and most notes; beyond, they are only counted.
const KEPT: usize = 1000;

/// What an ingest did: every file of the archive is counted in exactly one place.
///
/// `files` = `added` + `changed` + `relinked` + `rewritten` + `unchanged` + `listings` + `twins` + `others` + `failed`;
/// [`Report::partition_holds`] checks it.
///
/// ```
/// let report = eventstore::Report::default();
/// assert!(report.partition_holds());
/// assert!(report.to_string().starts_with("0 files"));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Report {
    /// Files in the archive.
    pub files: u64,
    /// Events that the store did not have.
    pub added: u64,
    /// Events whose date, title, category, summary or sources differ.
    pub changed: u64,
    /// Events of which only the related list differs.
    pub relinked: u64,
    /// Events of other bytes that say the same.
    pub rewritten: u64,
    /// Files whose bytes the store has.
    pub unchanged: u64,
    /// Day pages, front pages and lists of opinions, new or changed.
    pub listings: u64,
    /// Files that repeat another page.
    pub twins: u64,
    /// Files that are no such page: free pages, images, everything that is not Markdown.
    pub others: u64,
    /// Pages that cannot be read, and entries that are refused.
    pub failed: u64,
    /// Of each failed page the place and the reason; the first thousand.
    pub errors: Vec<PageError>,
    /// Events that were removed because the archive does not have them any more (`prune`).
    pub removed: u64,
    /// Events whose own pages did not change, but whose tags or `superseded` did.
    pub retagged: u64,
    /// Pages that were parsed: 0 if nothing changed.
    pub parsed: u64,
    /// Bytes of all pages read.
    pub bytes: u64,
    /// Seconds that it took.
    pub seconds: f64,
    /// What a person may want to know, such as a heading's date that differs from the path's; the first thousand.
    pub notes: Vec<String>,
    /// Number of all notes.
    pub noted: u64,
}

impl Report {
    /// Whether the counts of files add up.
    pub fn partition_holds(&self) -> bool {
        let events = self.added + self.changed + self.relinked + self.rewritten;
        let rest = self.unchanged + self.listings + self.twins + self.others + self.failed;
        self.files == events + rest
    }

    /// The count of a class of pages.
    fn of(&mut self, class: Class) -> &mut u64 {
        match class {
            Class::Added => &mut self.added,
            Class::Changed => &mut self.changed,
            Class::Relinked => &mut self.relinked,
            Class::Rewritten => &mut self.rewritten,
            Class::Listing => &mut self.listings,
            Class::Other => &mut self.others,
        }
    }

    /// Counts a page.
    pub(super) fn count(&mut self, class: Class) {
        *self.of(class) += 1;
    }

    /// Takes a count back: the page turned out to be something else.
    pub(super) fn uncount(&mut self, class: Class) {
        *self.of(class) -= 1;
    }

    /// Counts a failed page; keeps its error if there is room.
    pub(crate) fn fail(&mut self, error: PageError) {
        self.failed += 1;
        if self.errors.len() < KEPT {
            self.errors.push(error);
        }
    }

    /// Counts a note; keeps it if there is room.
    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.noted += 1;
        if self.notes.len() < KEPT {
            self.notes.push(note.into());
        }
    }
}

/// A block of a few lines for a person; no counts of 0.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 5;
        let megabytes = self.bytes as f64 / 1e6;
        write!(
            f,
            "{} {}, {megabytes:.1} MB in {:.2} s",
            grouped(self.files),
            if self.files == 1 { "file" } else { "files" },
            self.seconds
        )?;
        let mut separator = "\n  ";
        let noun = |count, one, many| if count == 1 { one } else { many };
        for (count, word) in [
            (self.added, "added"),
            (self.changed, "changed"),
            (self.relinked, "relinked"),
            (self.rewritten, "rewritten"),
            (self.unchanged, "unchanged"),
            (self.listings, noun(self.listings, "listing", "listings")),
            (self.twins, noun(self.twins, "twin", "twins")),
            (self.others, noun(self.others, "other", "others")),
            (self.failed, "failed"),
        ] {
            if count > 0 {
                write!(f, "{separator}{} {word}", grouped(count))?;
                separator = ", ";
            }
        }
        let mut separator = "\n  ";
        for (count, word) in [(self.removed, "removed"), (self.retagged, "retagged")] {
            if count > 0 {
                write!(f, "{separator}{} {word}", grouped(count))?;
                separator = ", ";
            }
        }
        for error in self.errors.iter().take(SHOWN) {
            write!(f, "\n  failed: {error}")?;
        }
        if self.failed > SHOWN as u64 && !self.errors.is_empty() {
            write!(
                f,
                "\n  … and {} more failed",
                grouped(self.failed - SHOWN as u64)
            )?;
        }
        for note in self.notes.iter().take(SHOWN) {
            write!(f, "\n  note: {note}")?;
        }
        if self.noted > SHOWN as u64 {
            write!(
                f,
                "\n  … and {} more notes",
                grouped(self.noted - SHOWN as u64)
            )?;
        }
        Ok(())
    }
}

/// 15814 → `15,814`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(path: &str) -> PageError {
        PageError {
            path: path.into(),
            line: 3,
            column: 1,
            offset: 40,
            kind: "bad_date",
            message: "no such day".into(),
        }
    }

    #[test]
    fn every_count_of_files_is_part_of_the_sum() {
        let mut report = Report::default();
        for (step, change) in [
            (|r: &mut Report| r.added += 1) as fn(&mut Report),
            |r| r.changed += 1,
            |r| r.relinked += 1,
            |r| r.rewritten += 1,
            |r| r.unchanged += 1,
            |r| r.listings += 1,
            |r| r.twins += 1,
            |r| r.others += 1,
            |r| r.fail(error("a.md")),
        ]
        .into_iter()
        .enumerate()
        {
            change(&mut report);
            assert!(!report.partition_holds(), "step {step}");
            report.files += 1;
            assert!(report.partition_holds(), "step {step}");
        }
        report.removed += 1;
        report.retagged += 1;
        assert!(report.partition_holds(), "no files");
    }

    #[test]
    fn a_report_reads_as_a_short_block() {
        let mut report = Report {
            files: 15_814,
            added: 8_984,
            listings: 3_415,
            twins: 3_415,
            retagged: 2,
            bytes: 34_000_000,
            seconds: 1.5,
            ..Report::default()
        };
        assert_eq!(
            report.to_string(),
            "15,814 files, 34.0 MB in 1.50 s\n  8,984 added, 3,415 listings, 3,415 twins\n  2 retagged"
        );
        for number in 0..7 {
            report.fail(error(&format!("{number}.md")));
        }
        report.note("something to know");
        let text = report.to_string();
        assert!(text.contains("\n  failed: 0.md:3:1: no such day"), "{text}");
        assert!(text.contains("… and 2 more failed"), "{text}");
        assert!(text.ends_with("note: something to know"), "{text}");
    }

    #[test]
    fn errors_and_notes_are_bounded_but_counted() {
        let mut report = Report::default();
        for _ in 0..KEPT + 5 {
            report.fail(error("a.md"));
            report.note("n");
        }
        assert_eq!(
            (report.errors.len(), report.failed),
            (KEPT, KEPT as u64 + 5)
        );
        assert_eq!((report.notes.len(), report.noted), (KEPT, KEPT as u64 + 5));
    }
}
