//! The entries of a tar archive: headers, and the headers before them that hold long names.
//!
//! The `tar` crate knows the fields of a header. Its reader of whole archives is not used: it stops
//! at the end mark of the first of several joined archives, refuses headers whose size is blank
//! (volume labels), and keeps names of any length in memory.

use tar::Header;

use super::blocks::{BLOCK, Blocks, Broken};
use super::format::is_tar;
use super::sink::Sink;

/// Most bytes of headers before an entry. Long names stand in headers of any stated size.
const HEADER_BYTES: u64 = 4 << 20;

/// What an entry of a tar archive is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TarEntryKind {
    File,
    /// A folder, or what a program wrote about the archive: its label, lists of names, access
    /// rights.
    NoFile,
    HardLink,
    /// Something that holds no page, and why.
    Refused(&'static str),
}

impl TarEntryKind {
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
pub(super) struct TarEntry {
    pub kind: TarEntryKind,
    pub name: Vec<u8>,
    /// The name that a link leads to.
    pub target: Vec<u8>,
    pub size: u64,
}

impl TarEntry {
    /// The bytes that its content takes in the archive.
    pub(super) fn padded(&self) -> u64 {
        padded(self.size)
    }
}

/// What the headers before an entry give for it.
#[derive(Default)]
struct Extended {
    bytes: u64,
    long_name: Option<Vec<u8>>,
    long_target: Option<Vec<u8>>,
    pax_name: Option<Vec<u8>>,
    pax_target: Option<Vec<u8>>,
    size: Option<u64>,
    sparse: bool,
    /// A header of the pax format came.
    is_pax: bool,
}

/// The bytes that content of a size takes in the archive.
fn padded(size: u64) -> u64 {
    size.div_ceil(BLOCK as u64).saturating_mul(BLOCK as u64)
}

fn damage(message: &str) -> Broken {
    Broken::Damaged(std::io::Error::other(message))
}

/// The next entry; none at the end of the last archive in the file.
pub(super) fn next_entry(
    blocks: &mut Blocks,
    sink: &mut Sink<'_>,
) -> Result<Option<TarEntry>, Broken> {
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
            extended.is_pax |= matches!(kind, b'x' | b'X');
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
        let size = match kind {
            b'1' => size_of_hard_link(
                header,
                extended.size.unwrap_or(size),
                &extended,
                blocks,
                sink,
            )?,
            // Symbolic links, folders and devices have no content, whatever size they state.
            b'2'..=b'6' => 0,
            _ => extended.size.unwrap_or(size),
        };
        return Ok(Some(extended.entry(header, size)));
    }
}

/// How many bytes of content a hard link has.
///
/// In the ustar format of 1988 and in GNU tar it has none, whatever size it states; in the pax
/// format of 2001 it may have the content of its file (`pax -o linkdata`), and the headers that
/// tell the formats apart are optional. libarchive decides as is done here: a header of pax before
/// the link means pax; old and GNU headers mean no content; where a ustar header stands alone, a
/// header behind the link means no content. GNU tar and Python's `tarfile` never read any, and take
/// such content for headers.
fn size_of_hard_link(
    header: &Header,
    stated: u64,
    extended: &Extended,
    blocks: &mut Blocks,
    sink: &mut Sink<'_>,
) -> Result<u64, Broken> {
    if stated == 0 || extended.is_pax {
        return Ok(stated);
    }
    if header.as_ustar().is_none() {
        return Ok(0);
    }
    let behind = blocks.next(sink)?;
    let is_end = behind.iter().all(|byte| *byte == 0);
    let is_header = is_end || is_tar(&behind);
    blocks.give_back(behind);
    Ok(if is_header { 0 } else { stated })
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
        let kind = match TarEntryKind::of(header) {
            TarEntryKind::File if self.sparse => TarEntryKind::Refused(SPARSE),
            // It has the content of its file.
            TarEntryKind::HardLink if size > 0 => TarEntryKind::File,
            kind => kind,
        };
        let own_name = || header.path_bytes().into_owned();
        let own_target = || header.link_name_bytes().unwrap_or_default().into_owned();
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
