//! What an ingest did.

use std::collections::BTreeMap;
use std::fmt;

use super::examine::PageChange;
use super::passed_over::{self, PassOverReason, PassedOver};
use crate::error::PageError;
use crate::event::escaped;
use crate::number::{bytes, counted, grouped, plural};
use crate::store::Shared;

/// Most failed pages that a report describes, and most notes; beyond, they are only counted.
const KEPT: usize = 1000;

/// What an ingest did: every file of the archive is counted in exactly one place.
///
/// `files` = `added` + `undated` + `changed` + `relinked` + `rewritten` + `unchanged` + `listings` + `twins` +
/// `others` + `failed`; [`Report::partition_holds`] checks it.
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
    /// Events that the store did not have. Undated ones are counted apart.
    pub added: u64,
    /// Events that the store did not have, of pages without a date.
    pub undated: u64,
    /// Events of which anything but the related list differs, such as the title or the body.
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
    /// Files that are no such page: free pages, images, everything that is not Markdown, templates,
    /// hidden folders. [`passed_over`](Self::passed_over) says which and why.
    pub others: u64,
    /// Pages that cannot be read, and entries that are refused.
    pub failed: u64,
    /// Of each failed page the path, the line and the reason; the first thousand.
    pub errors: Vec<PageError>,
    /// Why the others were passed over, such as `not Markdown`, `hidden folder`, `template`; of how many
    /// files, and three of their paths.
    pub passed_over: BTreeMap<String, PassedOver>,
    /// The profile by which Markdown pages were read, and what it was taken by, such as `jekyll, by
    /// _config.yml`; none where no tool is known.
    pub profile: Option<String>,
    /// Drafts among the pages that were parsed; they are counted where other pages are, too.
    pub drafts: u64,
    /// Where the dates of the Markdown pages that were parsed came from: such as `key date`, `file
    /// name`, and how many.
    pub dated_by: BTreeMap<String, u64>,
    /// Events that were removed because the archive does not have them any more (`prune`).
    pub removed: u64,
    /// Events whose own pages did not change, but whose tags or `superseded` did.
    pub retagged: u64,
    /// How many more events of the store are superseded than before: no day page of their day lists them.
    pub superseded: u64,
    /// Event pages that the archive holds, new or not, twins included. 0 where it is no archive of
    /// events; a note then says what was found.
    pub events: u64,
    /// Pages that were parsed: 0 if nothing changed.
    pub parsed: u64,
    /// Bytes of all pages read.
    pub bytes: u64,
    /// Seconds that it took.
    pub seconds: f64,
    /// What a person may want to know, such as a heading's date that differs from the path's; the
    /// first thousand.
    pub notes: Vec<String>,
    /// Number of all notes.
    pub noted: u64,
}

impl Report {
    /// Whether the counts of files add up.
    #[must_use]
    pub fn partition_holds(&self) -> bool {
        let events = self.added + self.undated + self.changed + self.relinked + self.rewritten;
        let rest = self.unchanged + self.listings + self.twins + self.others + self.failed;
        self.files == events + rest
    }

    /// The count of pages of a kind of change.
    fn count_of(&mut self, change: PageChange) -> &mut u64 {
        match change {
            PageChange::Added => &mut self.added,
            PageChange::Undated => &mut self.undated,
            PageChange::Changed => &mut self.changed,
            PageChange::Relinked => &mut self.relinked,
            PageChange::Rewritten => &mut self.rewritten,
            PageChange::Listing => &mut self.listings,
            PageChange::Other => &mut self.others,
        }
    }

    /// Takes down how many more events of the store are superseded than the `before` that were, behind the
    /// last commit. Unless the store was closed meanwhile, in which case the commit stands all the same.
    pub(super) fn count_superseded(&mut self, before: u64, shared: &Shared) {
        if let Ok(now) = shared.snapshot() {
            self.superseded = now.superseded_events().saturating_sub(before);
        }
    }

    /// Counts a page.
    pub(super) fn count(&mut self, change: PageChange) {
        *self.count_of(change) += 1;
    }

    /// Takes a count back: the page turned out to be something else.
    pub(super) fn uncount(&mut self, change: PageChange) {
        *self.count_of(change) -= 1;
    }

    /// Counts a file among the others, under the reason why it is passed over.
    pub(super) fn pass_over(&mut self, reason: PassOverReason, path: &str) {
        self.others += 1;
        passed_over::add(&mut self.passed_over, reason, path);
    }

    /// Takes a file that was passed over back.
    pub(super) fn take_back_passed_over(&mut self, reason: PassOverReason, path: &str) {
        self.others -= 1;
        passed_over::take_back(&mut self.passed_over, reason, path);
    }

    /// Notes what was found where no event was; an archive of `.html` files alone is a published site.
    pub(super) fn note_without_events(&mut self, html_files: u64) {
        let passed_over = self.passed_over.iter().map(|(reason, files)| {
            let count = counted(files.count, "file", "files");
            let example = files.examples.first().map(|path| escaped(path));
            let example = example.map_or_else(String::new, |path| format!(", such as {path}"));
            format!("{count} passed over ({reason}){example}")
        });
        let mut found: Vec<String> = passed_over.collect();
        for (count, one, many) in [
            (self.listings, "listing", "listings"),
            (self.unchanged, "unchanged page", "unchanged pages"),
            (self.failed, "failed page", "failed pages"),
        ] {
            if count > 0 {
                found.push(counted(count, one, many));
            }
        }
        let found = found.join("; ");
        let site = match html_files > 0 && self.failed + self.unchanged == 0 {
            true => {
                "; it looks like a published site: give the Markdown files that it was made from"
            }
            false => "",
        };
        self.note(format!("no event page was found, but {found}{site}"));
    }

    /// Counts a failed page; keeps its error if there is room.
    pub(crate) fn fail(&mut self, error: PageError) {
        self.failed += 1;
        if self.errors.len() < KEPT {
            self.errors.push(error);
        }
    }

    /// Takes the failure of a page back: the archive holds its name again, and the later file counts.
    pub(super) fn take_back_failure(&mut self, path: &str) {
        self.failed -= 1;
        if let Some(at) = self.errors.iter().position(|error| error.path == path) {
            self.errors.remove(at);
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
        write!(
            f,
            "{}, {} in {:.2} s",
            counted(self.files, "file", "files"),
            bytes(self.bytes),
            self.seconds
        )?;
        let mut separator = "\n  ";
        for (count, word) in [
            (self.added, "added"),
            (self.undated, "undated"),
            (self.changed, "changed"),
            (self.relinked, "relinked"),
            (self.rewritten, "rewritten"),
            (self.unchanged, "unchanged"),
            (self.listings, plural(self.listings, "listing", "listings")),
            (self.twins, plural(self.twins, "twin", "twins")),
            (self.others, plural(self.others, "other", "others")),
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
        let mut separator = "\n  left out of answers: ";
        for (count, word, admits) in [
            (self.undated, "undated", "undated:yes"),
            (
                self.drafts,
                plural(self.drafts, "draft", "drafts"),
                "draft:yes",
            ),
            (self.superseded, "superseded", "superseded:yes"),
        ] {
            if count > 0 {
                write!(
                    f,
                    "{separator}{} {word} (ask with {admits})",
                    grouped(count)
                )?;
                separator = ", ";
            }
        }
        if let Some(profile) = &self.profile {
            write!(f, "\n  profile {}", escaped(profile))?;
        }
        let mut separator = "\n  dates from ";
        for (rule, count) in &self.dated_by {
            write!(f, "{separator}{rule} ({})", grouped(*count))?;
            separator = ", ";
        }
        for (reason, files) in &self.passed_over {
            let count = grouped(files.count);
            write!(f, "\n  passed over, {reason} ({count}): ")?;
            for (i, path) in files.examples.iter().enumerate() {
                let separator = if i == 0 { "" } else { ", " };
                write!(f, "{separator}{}", escaped(path))?;
            }
            if files.count > files.examples.len() as u64 {
                write!(f, ", …")?;
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
                "\n  … and {}",
                counted(self.noted - SHOWN as u64, "more note", "more notes")
            )?;
        }
        Ok(())
    }
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
            |r| r.pass_over(PassOverReason::NoMarkdown, "a.txt"),
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
    fn what_answers_leave_out_is_told_with_how_to_ask_for_it() {
        let report = Report {
            files: 7,
            added: 5,
            undated: 2,
            drafts: 1,
            superseded: 4,
            ..Report::default()
        };
        let text = report.to_string();
        let line = "\n  left out of answers: 2 undated (ask with undated:yes), 1 draft (ask with draft:yes), \
                    4 superseded (ask with superseded:yes)";
        assert!(text.ends_with(line), "{text}");
    }

    #[test]
    fn one_of_a_kind_is_said_as_one() {
        let mut report = Report {
            files: 3,
            listings: 1,
            twins: 1,
            others: 1,
            ..Report::default()
        };
        let text = report.to_string();
        assert!(text.ends_with("\n  1 listing, 1 twin, 1 other"), "{text}");
        report.files = 1;
        assert!(report.to_string().starts_with("1 file, "));
        (0..6).for_each(|_| report.note("n"));
        assert!(report.to_string().ends_with("… and 1 more note"));
        report.note("n");
        assert!(report.to_string().ends_with("… and 2 more notes"));
    }

    #[test]
    fn names_of_an_archive_send_no_control_characters() {
        let mut report = Report::default();
        report.fail(error("a\u{1b}[31m\u{202E}.md"));
        let text = report.to_string();
        assert!(text.contains(r"a\u{1b}[31m\u{202e}.md:3:1"), "{text}");
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
