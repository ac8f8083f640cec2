//! `.tar`, `.tar.gz`, `.tar.zst`: one pass over the entries, and a second one for hard links.

use std::path::{Path, PathBuf};

use super::blocks::{BLOCK, Blocks, Broken};
use super::format::{ArchiveFormat, is_tar};
use super::hard_links::{HardLinks, LinkedFile, LinkedFiles, LinkedPages};
use super::path::plain;
use super::scope::{PartRange, Scope};
use super::sink::{Flow, Sink, WalkEnd};
use super::tar_entry::{TarEntry, TarEntryKind, next_entry};
use crate::error::Error;

/// A tar archive on disk.
pub(super) struct Tarball {
    path: PathBuf,
    format: ArchiveFormat,
}

impl Tarball {
    pub(super) fn new(path: &Path, format: ArchiveFormat) -> Self {
        Self {
            path: path.to_path_buf(),
            format,
        }
    }

    /// Hands over every entry. Gives a message where the archive has more that could not be read.
    pub(super) fn read(&self, sink: &mut Sink<'_>) -> Flow<Option<String>> {
        let mut blocks = self.open_at(match sink.scope {
            Scope::Range(PartRange::Members { start, .. }) => start,
            _ => 0,
        })?;
        let mut links = HardLinks::default();
        let ended = match self.check_start(&mut blocks, sink) {
            Ok(()) => self.files(&mut blocks, &mut links, sink),
            Err(broken) => Err(broken),
        };
        let truncated = match ended {
            Ok(()) => None,
            Err(Broken::Damaged(error)) => Some(self.damaged(&error, sink)?),
            Err(Broken::Stopped(stop)) => return Err(stop),
        };
        self.read_linked(&mut links, sink)?;
        Ok(truncated)
    }

    fn open_at(&self, offset: u64) -> Flow<Blocks> {
        Blocks::open_at(&self.path, self.format, offset).map_err(|source| {
            WalkEnd::Failed(Error::Storage {
                path: self.path.clone(),
                operation: "read",
                source,
            })
        })
    }

    /// What is wrong with the archive, in words; an error where it is whole but cannot be unpacked
    /// here.
    fn damaged(&self, error: &std::io::Error, sink: &Sink<'_>) -> Flow<String> {
        // The decoder has no other mark of this than its text.
        if self.format == ArchiveFormat::TarZst && error.to_string().contains("too much memory") {
            return Err(sink.failed(
                "is packed with a zstd window over 128 MiB, which is not unpacked; pack it again \
                 with `--long=27` at most"
                    .to_owned(),
            ));
        }
        Ok(format!("cut short or damaged: {error}"))
    }

    /// Refuses what is no tar archive at all.
    fn check_start(&self, blocks: &mut Blocks, sink: &mut Sink<'_>) -> Result<(), Broken> {
        let block = blocks.next(sink)?;
        let zeros = block.iter().all(|byte| *byte == 0);
        let what = match self.format {
            // The end mark alone is an empty archive.
            _ if zeros || is_tar(&block) => None,
            ArchiveFormat::Tar if block.len() < BLOCK => None,
            ArchiveFormat::Tar => Some("is no tar archive, or a damaged one"),
            _ => Some("is compressed, but holds no tar archive"),
        };
        blocks.give_back(block);
        match what {
            Some(what) => Err(Broken::Stopped(sink.failed(format!(
                "{what}; accepted are .tar, .tar.gz, .tar.zst and .zip"
            )))),
            None => Ok(()),
        }
    }

    fn files(
        &self,
        blocks: &mut Blocks,
        links: &mut HardLinks,
        sink: &mut Sink<'_>,
    ) -> Result<(), Broken> {
        let (mut index, end) = match sink.scope {
            Scope::Range(PartRange::Members { first, end, .. }) => (first, end),
            _ => (0, u64::MAX),
        };
        loop {
            let offset = blocks.offset();
            if offset >= end {
                break;
            }
            let Some(entry) = next_entry(blocks, sink)? else {
                break;
            };
            if let Scope::Names(cutter) = &mut sink.scope
                && self.format == ArchiveFormat::Tar
            {
                cutter.see_member(offset, index);
            }
            index += 1;
            sink.position = sink.position.max(blocks.position());
            if links.are_many() {
                self.read_linked(links, sink)?;
            }
            if !matches!(entry.kind, TarEntryKind::NoFile | TarEntryKind::HardLink) {
                links.forget(&entry.name);
            }
            match entry.kind {
                TarEntryKind::NoFile => {}
                TarEntryKind::Refused(reason) => sink.refuse(&entry.name, reason)?,
                TarEntryKind::HardLink => {
                    if let Some(page) = sink.enter(&entry.name)? {
                        match plain(&entry.target) {
                            Some(target) => links.push(page, target, index),
                            None => {
                                links.forget(&entry.name);
                                sink.page(page, 0, || Err(NO_TARGET.to_owned()))?;
                            }
                        }
                    }
                }
                // Old archives mark a folder by its slash alone.
                TarEntryKind::File if entry.name.ends_with(b"/") => {}
                TarEntryKind::File => {
                    if let Some(page) = sink.enter(&entry.name)? {
                        if entry.size > sink.limits.page_bytes {
                            sink.page(page, entry.size, || Ok(Vec::new()))?;
                        } else {
                            let bytes = content(blocks, &entry, sink)?;
                            sink.page(page, entry.size, || Ok(bytes))?;
                            continue;
                        }
                    }
                }
            }
            blocks.skip(entry.padded(), sink)?;
        }
        Ok(())
    }

    /// Hands over the pages that hard links stand for. Their content lies in entries before them,
    /// so the archive is read again from its start, as far as the last link. This happens once, and
    /// once more for each 8 MiB of names of links; what it unpacks counts against no limit.
    fn read_linked(&self, links: &mut HardLinks, sink: &mut Sink<'_>) -> Flow {
        if links.is_empty() {
            return Ok(());
        }
        let mut targets = links.take_targets();
        let mut blocks = self.open_at(0)?.uncounted();
        match read_targets(&mut blocks, &mut targets, sink) {
            // The first pass reports the damage.
            Ok(()) | Err(Broken::Damaged(_)) => {}
            Err(Broken::Stopped(stop)) => return Err(stop),
        }
        hand_over(targets.give_held(), sink)?;
        for page in targets.without_file() {
            sink.page(page, 0, || Err(NO_TARGET.to_owned()))?;
        }
        Ok(())
    }
}

fn read_targets(
    blocks: &mut Blocks,
    targets: &mut LinkedFiles,
    sink: &mut Sink<'_>,
) -> Result<(), Broken> {
    let mut index = 0;
    while index < targets.last_index()
        && let Some(entry) = next_entry(blocks, sink)?
    {
        index += 1;
        if entry.kind != TarEntryKind::File || !targets.wants(&entry.name, index) {
            blocks.skip(entry.padded(), sink)?;
            continue;
        }
        let size = entry.size;
        let bytes = match size > sink.limits.page_bytes {
            true => {
                blocks.skip(entry.padded(), sink)?;
                Vec::new()
            }
            false => content(blocks, &entry, sink)?,
        };
        hand_over(
            targets.hold(&entry.name, index, LinkedFile { size, bytes }),
            sink,
        )?;
        if targets.are_many() {
            hand_over(targets.give_held(), sink)?;
        }
    }
    Ok(())
}

/// Hands over links with what they lead to.
fn hand_over(linked: impl IntoIterator<Item = LinkedPages>, sink: &mut Sink<'_>) -> Flow {
    for (pages, file) in linked {
        for page in pages {
            sink.page(page, file.size, || Ok(file.bytes.clone()))?;
        }
    }
    Ok(())
}

const NO_TARGET: &str = "it is a hard link to a file that the archive does not hold before it";

fn content(blocks: &mut Blocks, entry: &TarEntry, sink: &mut Sink<'_>) -> Result<Vec<u8>, Broken> {
    let mut bytes = sink.buffers.filled(entry.size);
    blocks.fill(&mut bytes, sink)?;
    blocks.skip(entry.padded() - entry.size, sink)?;
    Ok(bytes)
}
