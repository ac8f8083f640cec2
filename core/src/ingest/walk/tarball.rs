//! `.tar`, `.tar.gz`, `.tar.zst`: the entries of a tar archive, one pass; a second one for hard links.
//!
//! The `tar` crate knows the fields of a header. Its reader of whole archives is not used: it stops at
//! the end mark of the first of several joined archives, refuses headers whose size is blank (volume
//! labels), and keeps names of any length in memory.

use std::path::{Path, PathBuf};

use tar::Header;

use super::blocks::{BLOCK, Blocks, Broken};
use super::format::{Format, is_tar};
use super::hard_links::HardLinks;
use super::path::plain;
use super::sink::{Flow, Sink, Stop};
use crate::error::Error;

/// Most bytes of headers before an entry. Long names stand in headers of any stated size.
const HEADER_BYTES: u64 = 4 << 20;

/// A tar archive on disk.
pub(super) struct Tarball {
    path: PathBuf,
    format: Format,
}

/// What an entry of a tar archive is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    /// A folder, or what a program wrote about the archive: its label, lists of names, access rights.
    NoFile,
    HardLink,
    /// Something that holds no page, and why.
    Refused(&'static str),
}

impl Kind {
    /// Types that are unknown are files, as the standard says.
    fn of(header: &Header) -> Self {
        match header.as_old().linkflag[0] {
            b'1' => Self::HardLink,
            b'2' => Self::Refused("it is a symbolic link; links are not followed"),
            b'3' | b'4' | b'6' => Self::Refused("it is a device or a pipe"),
            b'S' => Self::Refused(SPARSE),
            b'M' => Self::Refused("it is the rest of a file that begins in another volume"),
            b'5' | b'A' | b'D' | b'E' | b'I' | b'N' | b'V' => Self::NoFile,
            _ => Self::File,
        }
    }
}

const SPARSE: &str = "it is a sparse file";

/// An entry, before whose content the reader stands.
struct TarEntry {
    kind: Kind,
    name: Vec<u8>,
    /// The name that a link leads to.
    target: Vec<u8>,
    size: u64,
}

impl TarEntry {
    fn padded(&self) -> u64 {
        padded(self.size)
    }
}

/// What the headers before an entry say of it.
#[derive(Default)]
struct Extended {
    bytes: u64,
    long_name: Option<Vec<u8>>,
    long_target: Option<Vec<u8>>,
    pax_name: Option<Vec<u8>>,
    pax_target: Option<Vec<u8>>,
    size: Option<u64>,
    sparse: bool,
}

impl Tarball {
    pub(super) fn new(path: &Path, format: Format) -> Self {
        Self {
            path: path.to_path_buf(),
            format,
        }
    }

    /// Hands over every entry. Gives a message where the archive has more that could not be read.
    pub(super) fn read(&self, sink: &mut Sink<'_>) -> Flow<Option<String>> {
        let mut blocks = self.open()?;
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

    fn open(&self) -> Flow<Blocks> {
        Blocks::open(&self.path, self.format).map_err(|source| {
            Stop::Failed(Error::Storage {
                path: self.path.clone(),
                operation: "read",
                source,
            })
        })
    }

    /// What is wrong with the archive, in words; an error where it is whole but cannot be unpacked here.
    fn damaged(&self, error: &std::io::Error, sink: &Sink<'_>) -> Flow<String> {
        // The decoder has no other mark of this than its text.
        if self.format == Format::TarZst && error.to_string().contains("too much memory") {
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
            Format::Tar if block.len() < BLOCK => None,
            Format::Tar => Some("is no tar archive, or a damaged one"),
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
        let mut index = 0;
        while let Some(entry) = next_entry(blocks, sink)? {
            index += 1;
            sink.position = sink.position.max(blocks.position());
            if links.concern(&entry.name) || links.are_many() {
                // A link leads to what the name stood for until now.
                self.read_linked(links, sink)?;
            }
            match entry.kind {
                Kind::NoFile => {}
                Kind::Refused(reason) => sink.refuse(&entry.name, reason)?,
                Kind::HardLink => {
                    if let Some(page) = sink.enter(&entry.name)? {
                        match plain(&entry.target) {
                            Some(target) => links.push(page, target, index),
                            None => sink.page(page, 0, || Err(NO_TARGET.to_owned()))?,
                        }
                    }
                }
                // Old archives mark a folder by its slash alone.
                Kind::File if entry.name.ends_with(b"/") => {}
                Kind::File => {
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

    /// Hands over the pages that hard links stand for. Their content lies in entries before them, so
    /// the archive is read again from its start, as far as the last link.
    fn read_linked(&self, links: &mut HardLinks, sink: &mut Sink<'_>) -> Flow {
        if links.is_empty() {
            return Ok(());
        }
        match self.read_targets(&mut self.open()?, links, sink) {
            // The first pass reports the damage.
            Ok(()) | Err(Broken::Damaged(_)) => {}
            Err(Broken::Stopped(stop)) => return Err(stop),
        }
        for page in links.take_rest() {
            sink.page(page, 0, || Err(NO_TARGET.to_owned()))?;
        }
        Ok(())
    }

    fn read_targets(
        &self,
        blocks: &mut Blocks,
        links: &mut HardLinks,
        sink: &mut Sink<'_>,
    ) -> Result<(), Broken> {
        let mut index = 0;
        while index < links.last_index()
            && let Some(entry) = next_entry(blocks, sink)?
        {
            index += 1;
            let pages = match entry.kind {
                Kind::File => links.behind(&entry.name, index),
                _ => Vec::new(),
            };
            if pages.is_empty() || entry.size > sink.limits.page_bytes {
                for page in pages {
                    sink.page(page, entry.size, || Ok(Vec::new()))?;
                }
                blocks.skip(entry.padded(), sink)?;
                continue;
            }
            let bytes = content(blocks, &entry, sink)?;
            for page in pages {
                sink.page(page, entry.size, || Ok(bytes.clone()))?;
            }
        }
        Ok(())
    }
}

const NO_TARGET: &str = "it is a hard link to a file that the archive does not hold before it";

fn content(blocks: &mut Blocks, entry: &TarEntry, sink: &mut Sink<'_>) -> Result<Vec<u8>, Broken> {
    let mut bytes = sink.buffers.filled(entry.size);
    blocks.fill(&mut bytes, sink)?;
    blocks.skip(entry.padded() - entry.size, sink)?;
    Ok(bytes)
}

/// The bytes that content of a size takes in the archive.
fn padded(size: u64) -> u64 {
    size.div_ceil(BLOCK as u64).saturating_mul(BLOCK as u64)
}

fn damage(message: &str) -> Broken {
    Broken::Damaged(std::io::Error::other(message))
}

/// The next entry; none at the end of the last archive in the file.
fn next_entry(blocks: &mut Blocks, sink: &mut Sink<'_>) -> Result<Option<TarEntry>, Broken> {
    let mut extended = Extended::default();
    loop {
        let mut block = blocks.next(sink)?;
        if block.len() == BLOCK && block.iter().all(|byte| *byte == 0) {
            match behind_end_mark(blocks, sink)? {
                Some(first) => block = first,
                None if extended.bytes > 0 => {
                    return Err(damage("the entry that a header announces is missing"));
                }
                None => return Ok(None),
            }
        }
        if block.is_empty() {
            return Err(damage("the archive's end mark is missing"));
        }
        if block.len() < BLOCK || !is_tar(&block) {
            return Err(damage("a header is cut off or its checksum is wrong"));
        }
        let header = Header::from_byte_slice(&block);
        let size = match header.as_old().size {
            // As volume labels have it.
            size if size.iter().all(|byte| matches!(byte, 0 | b' ')) => 0,
            _ => header.entry_size()?,
        };
        let kind = header.as_old().linkflag[0];
        if matches!(kind, b'L' | b'K' | b'x' | b'X' | b'g') {
            extended.bytes = extended.bytes.saturating_add(size).saturating_add(1);
            if extended.bytes > HEADER_BYTES {
                return Err(damage("a header of more than 4 MiB"));
            }
            let mut bytes = vec![0; size as usize];
            blocks.fill(&mut bytes, sink)?;
            blocks.skip(padded(size) - size, sink)?;
            match kind {
                b'L' => extended.long_name = Some(without_end(bytes)),
                b'K' => extended.long_target = Some(without_end(bytes)),
                // What a git archive says about itself.
                b'g' => extended.bytes -= size + 1,
                _ => extended.read_pax(&bytes),
            }
            continue;
        }
        if kind == b'S' {
            skip_sparse_headers(header, blocks, sink)?;
        }
        return Ok(Some(extended.entry(header, size)));
    }
}

/// The first header of another archive that was joined to the one before. Bytes of another kind are
/// not read, and noted.
fn behind_end_mark(blocks: &mut Blocks, sink: &mut Sink<'_>) -> Result<Option<Vec<u8>>, Broken> {
    loop {
        let block = blocks.next(sink)?;
        if block.is_empty() {
            return Ok(None);
        }
        if block.iter().all(|byte| *byte == 0) {
            continue;
        }
        if is_tar(&block) {
            return Ok(Some(block));
        }
        sink.unread = true;
        sink.notes.push(
            "bytes behind the archive's end mark are no tar archive and were not read".to_owned(),
        );
        blocks.drain(sink)?;
        return Ok(None);
    }
}

/// The lists of holes that do not fit the header of a sparse file.
fn skip_sparse_headers(
    header: &Header,
    blocks: &mut Blocks,
    sink: &mut Sink<'_>,
) -> Result<(), Broken> {
    /// Where a block of such a list says whether another one follows.
    const MORE: usize = 504;
    let mut more = header.as_gnu().is_some_and(tar::GnuHeader::is_extended);
    while more {
        let block = blocks.next(sink)?;
        more = block.get(MORE).is_some_and(|byte| *byte == 1);
    }
    Ok(())
}

/// A name of a header of its own, which ends in a NUL.
fn without_end(mut name: Vec<u8>) -> Vec<u8> {
    if name.last() == Some(&0) {
        name.pop();
    }
    name
}

impl Extended {
    /// Records of `length key=value` and a line end, where the length counts the whole record. The
    /// `tar` crate's own reader takes a line end in a value for the end of the record.
    fn read_pax(&mut self, bytes: &[u8]) {
        let mut left = bytes;
        while let Some((record, behind)) = pax_record(left) {
            left = behind;
            let Some(equals) = record.iter().position(|byte| *byte == b'=') else {
                continue;
            };
            let (key, value) = (&record[..equals], record[equals + 1..].to_vec());
            match key {
                b"path" | b"GNU.sparse.name" => self.pax_name = Some(value),
                b"linkpath" => self.pax_target = Some(value),
                b"size" => {
                    self.size = std::str::from_utf8(&value)
                        .ok()
                        .and_then(|n| n.parse().ok())
                }
                _ => {}
            }
            self.sparse |= key.starts_with(b"GNU.sparse.");
        }
    }

    fn entry(self, header: &Header, size: u64) -> TarEntry {
        let kind = match Kind::of(header) {
            Kind::File if self.sparse => Kind::Refused(SPARSE),
            kind => kind,
        };
        let own_name = || header.path_bytes().into_owned();
        let own_target = || header.link_name_bytes().unwrap_or_default().into_owned();
        // Links, folders and devices have no content, whatever size they state.
        let size = match header.as_old().linkflag[0] {
            b'1'..=b'6' => 0,
            _ => self.size.unwrap_or(size),
        };
        TarEntry {
            kind,
            name: self.long_name.or(self.pax_name).unwrap_or_else(own_name),
            target: self
                .long_target
                .or(self.pax_target)
                .unwrap_or_else(own_target),
            size,
        }
    }
}

/// The first record of a list, without its length and its line end, and what follows it.
fn pax_record(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let space = bytes.iter().position(|byte| *byte == b' ')?;
    let length: usize = std::str::from_utf8(&bytes[..space]).ok()?.parse().ok()?;
    let record = bytes.get(space + 1..length.checked_sub(1)?)?;
    Some((record, bytes.get(length..)?))
}
