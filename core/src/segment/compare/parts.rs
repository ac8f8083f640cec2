//! Blocks, whole parts, referrers, and the tags beside links.

use super::{Flaw, FlawSink};
use crate::error::Result;
use crate::segment::link::{StoredLink, decode_links, decode_referrers};
use crate::segment::lookup::{legacy_names, recode_names};
use crate::segment::row::Flags;
use crate::segment::write::{IndexParts, LinkText, PendingRow};
use crate::segment::{Part, Segment};

impl Segment {
    /// Whether a part has the entries and the chunks that its index says.
    pub(super) fn compare_block_counts(
        &self,
        made: &IndexParts,
        found: &mut FlawSink<'_>,
    ) -> Result<()> {
        let (rows, all) = (self.meta.rows, made.targets());
        let headers = match self.has_external_ids() {
            true => all,
            false => rows,
        };
        for (part, entries) in [
            (Part::Headers, headers),
            (Part::Bodies, rows),
            (Part::Links, rows),
            (Part::Raw, self.flags()?.raw.len() as u32),
            (Part::Backlinks, all),
        ] {
            let Some((_, index)) = part.in_blocks() else {
                continue;
            };
            if self.meta.chunks_of(index) == 0 {
                continue;
            }
            let (has, chunks) = self.block_ends(part)?;
            if has != entries {
                let message = format!("it says {has} entries, and there are {entries}");
                found(Flaw::new(index, None, message));
            }
            let named = self.meta.chunks_of(part);
            if chunks != named {
                let message = format!("it says {chunks} chunks, and the manifest {named}");
                found(Flaw::new(index, None, message));
            }
        }
        // Its rows were read, and each of them has its layout.
        self.layouts()?;
        Ok(())
    }

    /// The parts that are read whole.
    pub(super) fn compare_whole(&self, made: &IndexParts, found: &mut FlawSink<'_>) -> Result<()> {
        for (part, bytes) in &made.whole {
            let (part, stored) = match self.of_older_version(*part)? {
                Some(older) => older,
                None if self.lacks_parts() && self.meta.chunks_of(*part) == 0 => continue,
                None => (*part, self.part(*part)?),
            };
            if stored == *bytes {
                continue;
            }
            match part {
                Part::Flags => self.compare_flags(bytes, found)?,
                Part::Fingerprints => {
                    let pairs = stored.chunks(2).zip(bytes.chunks(2));
                    let row = pairs.take_while(|(a, b)| a == b).count() as u32;
                    let message = "the fingerprint is that of another name";
                    found(Flaw::new(part, Some(row), message));
                }
                _ => found(Flaw::new(part, None, "it does not say what the rows say")),
            }
        }
        Ok(())
    }

    /// The part that an older version had in the place of one, and what it would be today; none if the
    /// segment has the part of today, or neither.
    fn of_older_version(&self, part: Part) -> Result<Option<(Part, Vec<u8>)>> {
        let older = match part {
            Part::ExternalDays | Part::ExternalFingerprints => Some(Part::LegacyExternalIds),
            _ => legacy_names(part),
        };
        let Some(older) = older.filter(|older| self.meta.chunks_of(*older) > 0) else {
            return Ok(None);
        };
        let bytes = match part {
            Part::ExternalDays => self.external_ids()?.encode()?.0,
            Part::ExternalFingerprints => self.external_ids()?.encode()?.1,
            _ => self.parsed(older, recode_names)?,
        };
        Ok(Some((older, bytes)))
    }

    fn compare_flags(&self, bytes: &[u8], found: &mut FlawSink<'_>) -> Result<()> {
        let made = Flags::read(bytes, self.meta.rows)
            .map_err(|message| self.malformed(Part::Flags, message))?;
        // Older versions wrote fewer sets.
        if *self.flags()? == made && !self.lacks_parts() {
            found(Flaw::new(
                Part::Flags,
                None,
                "its sets are not written as they are",
            ));
        }
        for ((name, stored), (_, made)) in self.flags()?.sets().zip(made.sets()) {
            for row in stored ^ made {
                let message = match stored.contains(row) {
                    true => format!("the row is in the set {name}, where it does not belong"),
                    false => format!("the row is missing in the set {name}"),
                };
                found(Flaw::new(Part::Flags, Some(row), message));
            }
        }
        Ok(())
    }

    /// The rows that link to each row and to each external id.
    pub(super) fn compare_referrers(
        &self,
        made: &IndexParts,
        found: &mut FlawSink<'_>,
    ) -> Result<()> {
        if self.meta.chunks_of(Part::BacklinksIndex) == 0 {
            return Ok(());
        }
        let flaws = self.map_blocks(Part::Backlinks, |first, block| {
            let (mut flaws, mut expected) = (Vec::new(), Vec::new());
            for (target, entry) in (first..).zip(block.entries()) {
                expected.clear();
                made.put_referrers(target, &mut expected);
                if entry != expected {
                    let stored = decode_referrers(entry, self.rows())?;
                    let expected = decode_referrers(&expected, self.rows())?;
                    flaws.push(Flaw::new(
                        Part::Backlinks,
                        Some(target),
                        rows_differ("", &stored, &expected),
                    ));
                }
            }
            Ok(flaws)
        })?;
        flaws.into_iter().flatten().for_each(found);
        Ok(())
    }

    /// The tags beside each link, against the context cut anew.
    pub(super) fn compare_link_tags(
        &self,
        rows: &[Box<PendingRow>],
        made: &IndexParts,
        found: &mut FlawSink<'_>,
    ) -> Result<()> {
        let flaws = self.map_blocks(Part::Links, |first, block| {
            let mut flaws = Vec::new();
            for (row, entry) in (first..).zip(block.entries()) {
                let Some(pending) = rows.get(row as usize) else {
                    break;
                };
                let links: Result<Vec<StoredLink<'_>>, _> = decode_links(entry).collect();
                let is_same = links?.iter().enumerate().all(|(i, link)| {
                    let Some(new) = pending.links.list.get(i) else {
                        return false;
                    };
                    let tags = pending.links.tags_of(i).iter();
                    let tags = tags.map(|&tag| made.tag_terms[tag as usize]);
                    match &link.tags {
                        Some(stored) => stored.iter().copied().eq(tags),
                        None => new.context == LinkText::NONE,
                    }
                });
                if !is_same {
                    let message = "the tags beside a link are not those of its context";
                    flaws.push(Flaw::new(Part::Links, Some(row), message));
                }
            }
            Ok(flaws)
        })?;
        flaws.into_iter().flatten().for_each(found);
        Ok(())
    }
}

/// What a list of rows has too much or lacks.
pub(super) fn rows_differ(of: &str, stored: &[u32], made: &[u32]) -> String {
    let lists = |rows: &[u32], row: u32| rows.binary_search(&row).is_ok();
    let missing = made.iter().find(|&&row| !lists(stored, row));
    let extra = stored.iter().find(|&&row| !lists(made, row));
    match (missing, extra) {
        (Some(row), _) => format!("{of}row {row} is missing"),
        (_, Some(row)) => format!("{of}row {row} does not belong there"),
        _ => format!("{of}its rows differ"),
    }
}
