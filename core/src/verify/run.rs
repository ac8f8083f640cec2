//! What is looked at, in which order.

use std::time::Instant;

use super::chunks::check_chunks;
use super::law::{LiveRow, check_law};
use super::report::{CHUNKS, Finding, Findings, VerifyDepth, VerifyReport, VerifyStep};
use super::rows::{SegmentRows, finding, read_rows};
use crate::error::Result;
use crate::page::PARSER_VERSION;
use crate::segment::{Flaw, Interners};
use crate::store::{RowRef, Snapshot, Store};

impl Store {
    /// Looks whether the newest state is whole: [`Snapshot::verify`].
    ///
    /// # Errors
    /// As [`Snapshot::verify`].
    ///
    /// # Examples
    /// ```
    /// # use eventstore::{Date, Event, Store, VerifyDepth};
    /// # let store = Store::memory()?;
    /// # let date = Date::new(2017, 3, 2).unwrap();
    /// # store.add([Event::new("2017/03/2/flood".parse()?, date, "A flood")])?;
    /// let report = store.verify(VerifyDepth::Full)?;
    /// assert!(report.is_sound(), "{:?}", report.findings);
    /// assert_eq!(report.rows, 1);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn verify(&self, depth: VerifyDepth) -> Result<VerifyReport> {
        self.snapshot()?.verify(depth)
    }
}

impl Snapshot {
    /// Looks whether this state is whole, and says what is wrong. Writes nothing.
    ///
    /// A quick look compares the files with the checksums of the last clean shutdown, if nothing was written
    /// since, reads every chunk and compares its checksum, on all cores. A full one also reads every
    /// row, renders its page and compares hashes; makes all indexes anew from the rows and compares them;
    /// and derives twins, tags and superseded events from all pages as if they came at once. It takes
    /// as long as reading all pages again and about a KB of memory a page.
    ///
    /// # Errors
    /// [`Storage`](crate::Error::Storage) where the bytes cannot be read; [`Closed`](crate::Error::Closed),
    /// [`Forked`](crate::Error::Forked). What is wrong with the bytes is a finding, no error.
    pub fn verify(&self, depth: VerifyDepth) -> Result<VerifyReport> {
        self.check()?;
        self.check_one_store("verify")?;
        let mut look = Look {
            snapshot: self,
            report: VerifyReport::default(),
            findings: Findings::default(),
        };
        let started = Instant::now();
        look.chunks()?;
        look.report.is_complete = match depth {
            VerifyDepth::Quick => true,
            VerifyDepth::Full => look.findings.count == 0 && look.content()?,
        };
        let Look {
            mut report,
            findings,
            ..
        } = look;
        report.segments = self.views.len() as u64;
        report.findings = findings.list;
        report.found = findings.count;
        report.seconds = started.elapsed().as_secs_f64();
        Ok(report)
    }
}

/// A look at a store.
struct Look<'s> {
    snapshot: &'s Snapshot,
    report: VerifyReport,
    findings: Findings,
}

impl Look<'_> {
    fn chunks(&mut self) -> Result<()> {
        let started = Instant::now();
        self.findings
            .keep_of_store(self.snapshot.storage.check_files())?;
        let checked = check_chunks(self.snapshot, &mut self.findings)?;
        self.report.chunks = checked.chunks;
        self.report.bytes = checked.bytes;
        self.step(CHUNKS, checked.chunks, started);
        Ok(())
    }

    /// Rows, indexes and the law. False if some of it could not be looked at.
    fn content(&mut self) -> Result<bool> {
        self.manifest();
        let mut interners = Interners::default();
        let mut live = Vec::new();
        let mut is_complete = true;
        let (mut rows_seconds, mut indexes_seconds, mut compared) = (0.0, 0.0, 0);
        for (segment_index, view) in self.snapshot.views.iter().enumerate() {
            let started = Instant::now();
            let read = read_rows(view, &mut interners, &mut self.findings)?;
            self.report.rows += read.rows.len() as u64;
            rows_seconds += started.elapsed().as_secs_f64();
            if !read.is_whole {
                is_complete = false;
                continue;
            }
            let started = Instant::now();
            self.indexes(segment_index, &read, &interners)?;
            compared += 1;
            indexes_seconds += started.elapsed().as_secs_f64();
            let SegmentRows { rows, own_tags, .. } = read;
            for (number, (mut row, own)) in (0..).zip(rows.into_iter().zip(own_tags)) {
                if view.deleted.contains(number) {
                    continue;
                }
                row.raw = None;
                live.push(LiveRow {
                    at: RowRef {
                        segment_index,
                        row: number,
                    },
                    stored_tags: std::mem::replace(&mut row.tags, own),
                    row,
                });
            }
        }
        self.push_step("rows", self.report.rows, rows_seconds);
        self.push_step("indexes", compared, indexes_seconds);
        self.report.is_resolved = self.snapshot.manifest.resolved;
        if is_complete && !self.report.is_resolved {
            let started = Instant::now();
            let events = live.len() as u64;
            // No page of its own: a state without any.
            let empty = self.snapshot.without_pages();
            check_law(self.snapshot, &empty, live, interners, &mut self.findings)?;
            self.step("law", events, started);
        }
        Ok(is_complete)
    }

    /// Numbers of the manifest that hang on nothing else.
    fn manifest(&mut self) {
        let manifest = &self.snapshot.manifest;
        for entry in &manifest.segments {
            let next = manifest.next_segment;
            if entry.meta.id >= next || entry.deletes > next {
                let id = entry.meta.id;
                self.findings.push(|| Finding {
                    segment: Some(id),
                    part: "manifest".to_owned(),
                    path: None,
                    message: format!("the next number is {next}, and it was used already"),
                });
            }
        }
    }

    fn indexes(
        &mut self,
        segment_index: usize,
        read: &SegmentRows,
        interners: &Interners,
    ) -> Result<()> {
        let segment = &self.snapshot.views[segment_index].segment;
        let is_read_today = segment.meta.parser == PARSER_VERSION;
        let findings = &mut self.findings;
        segment.compare(&read.rows, interners, is_read_today, &mut |flaw| {
            let Flaw { part, row, message } = flaw;
            findings.push(|| {
                let row = row.and_then(|row| read.rows.get(row as usize));
                let path = row.map(|row| row.path(&interners.ids).into_owned());
                finding(segment, &part, path, message)
            });
        })
    }

    fn step(&mut self, name: &'static str, count: u64, started: Instant) {
        self.push_step(name, count, started.elapsed().as_secs_f64());
    }

    fn push_step(&mut self, name: &'static str, count: u64, seconds: f64) {
        self.report.steps.push(VerifyStep {
            name,
            count,
            seconds,
        });
    }
}
