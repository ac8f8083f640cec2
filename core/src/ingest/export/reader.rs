//! An export, read member by member.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;
use tar::{Archive, Entries, Header, PaxExtensions};

use super::members::{FIRST, FORMAT, FirstMember, LAST, LastMember, PageRecord, RECORD};
use crate::error::{Error, Result};

/// Bytes read at once.
const BUFFER: usize = 128 << 10;

/// Most bytes of a member: no page has more, and the first member is held in memory.
const MEMBER_MAX: u64 = 1 << 30;

/// Most bytes of a header before a member.
const EXTENSION_MAX: u64 = 1 << 20;

/// Bytes that are taken for a member before they came.
const AHEAD: u64 = 1 << 20;

/// A page of an export.
pub(super) struct MemberPage {
    pub path: String,
    pub record: PageRecord,
    pub bytes: Vec<u8>,
}

/// A file of the archive.
struct Member {
    name: Vec<u8>,
    record: Option<String>,
    bytes: Vec<u8>,
}

/// The bytes of an archive, unpacked, and how many were read of it.
pub(super) struct Unpacked<'r> {
    inner: Box<dyn Read + 'r>,
    pub position: Rc<Cell<u64>>,
}

struct CountedReader<R>(R, Rc<Cell<u64>>);

impl<R: Read> Read for CountedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        self.1.set(self.1.get() + read as u64);
        Ok(read)
    }
}

impl<'r> Unpacked<'r> {
    /// Reads what an export is packed with, or what somebody packed it with anew.
    pub fn new(from: impl Read + 'r) -> io::Result<Self> {
        let position = Rc::new(Cell::new(0));
        let counted = CountedReader(from, Rc::clone(&position));
        let mut packed = BufReader::with_capacity(BUFFER, counted);
        let inner: Box<dyn Read + 'r> = match packed.fill_buf()? {
            [0x28, 0xB5, 0x2F, 0xFD, ..] => {
                Box::new(zstd::stream::read::Decoder::with_buffer(packed)?)
            }
            [0x1F, 0x8B, ..] => Box::new(MultiGzDecoder::new(packed)),
            _ => Box::new(packed),
        };
        Ok(Self { inner, position })
    }
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer)
    }
}

/// Whether the first member of an archive is that of an export. An archive that cannot be read is none:
/// its own reader says why.
pub(super) fn begins_as_export(from: impl Read) -> bool {
    let mut header = Header::new_old();
    let read = Unpacked::new(from).and_then(|mut from| from.read_exact(header.as_mut_bytes()));
    read.is_ok() && *header.path_bytes() == *FIRST.as_bytes()
}

/// Reads the pages of an export in their order.
pub(super) struct ExportReader<'a, 'r> {
    name: PathBuf,
    entries: Entries<'a, Unpacked<'r>>,
    pub first: FirstMember,
    /// What was seen so far; events are not known here.
    seen: LastMember,
    /// What the last member says, once it came.
    pub last: Option<LastMember>,
}

impl<'a, 'r> ExportReader<'a, 'r> {
    /// Reads the first member.
    pub fn new(archive: &'a mut Archive<Unpacked<'r>>, name: PathBuf) -> Result<Self> {
        let damaged = |error: io::Error| Error::Archive {
            path: name.clone(),
            message: format!("cut short or damaged: {error}"),
        };
        let entries = archive.entries().map_err(damaged)?.raw(true);
        let mut reader = Self {
            name,
            entries,
            first: FirstMember::default(),
            seen: LastMember::default(),
            last: None,
        };
        let first = reader.member().map_err(|error| match error {
            Error::Archive { path, message } => Error::Archive {
                path,
                message: format!("{message}; what is no export of a store, use ingest for"),
            },
            other => other,
        })?;
        let Some(first) = first.filter(|first| first.name == FIRST.as_bytes()) else {
            return Err(reader.failed(format!(
                "is no export of a store: its first member is not {FIRST}; use ingest, which reads other \
                 archives"
            )));
        };
        let value: serde_json::Value = reader.json(&first)?;
        let format = value.get("format").and_then(serde_json::Value::as_u64);
        if format.is_some_and(|format| format > u64::from(FORMAT)) {
            let by = value.get("eventstore").and_then(|by| by.as_str());
            return Err(reader.failed(format!(
                "is an export of format {}, written by eventstore {}; this version reads up to {FORMAT}; \
                 upgrade eventstore",
                format.unwrap_or_default(),
                by.unwrap_or("of no known version"),
            )));
        }
        reader.first = reader.json(&first)?;
        Ok(reader)
    }

    /// The next page; none once the last member came.
    pub fn page(&mut self) -> Result<Option<MemberPage>> {
        let Some(member) = self.member()? else {
            return match self.last {
                Some(_) => Ok(None),
                None => Err(self.failed(format!(
                    "ends too early: its last member, {LAST}, is missing"
                ))),
            };
        };
        if self.last.is_some() {
            return Err(self.failed(format!("holds a member behind {LAST}")));
        }
        if member.name == LAST.as_bytes() {
            let last: LastMember = self.json(&member)?;
            if (last.pages, last.bytes) != (self.seen.pages, self.seen.bytes) {
                return Err(self.failed(format!(
                    "holds {} pages of {} bytes, and its last member says {} of {}: it was changed",
                    self.seen.pages, self.seen.bytes, last.pages, last.bytes,
                )));
            }
            self.last = Some(last);
            return self.page();
        }
        self.seen.pages += 1;
        self.seen.bytes += member.bytes.len() as u64;
        let mut record = match &member.record {
            Some(json) => serde_json::from_str(json).map_err(|error| {
                self.failed(format!("the record of a page cannot be read: {error}"))
            })?,
            None => PageRecord::default(),
        };
        let name = String::from_utf8(member.name)
            .map_err(|_| self.failed("the name of a member is not UTF-8".to_owned()))?;
        Ok(Some(MemberPage {
            path: record.path.take().unwrap_or(name),
            record,
            bytes: member.bytes,
        }))
    }

    /// What is wrong with the archive.
    pub fn failed(&self, message: String) -> Error {
        Error::Archive {
            path: self.name.clone(),
            message,
        }
    }

    fn json<T: serde::de::DeserializeOwned>(&self, member: &Member) -> Result<T> {
        serde_json::from_slice(&member.bytes).map_err(|error| {
            let name = String::from_utf8_lossy(&member.name);
            self.failed(format!("{name} cannot be read: {error}"))
        })
    }

    fn member(&mut self) -> Result<Option<Member>> {
        let read = self.read_member();
        let read = read.map_err(|error| self.failed(format!("cut short or damaged: {error}")))?;
        match read {
            Some(Err(message)) => Err(self.failed(message)),
            Some(Ok(member)) => Ok(Some(member)),
            None => Ok(None),
        }
    }

    /// Reads a member with the headers before it, whose sizes are bounded: the entries of the `tar` crate
    /// that are not raw hold whatever such a header states.
    fn read_member(&mut self) -> io::Result<Option<Result<Member, String>>> {
        let (mut long_name, mut record) = (None, None);
        loop {
            let Some(entry) = self.entries.next() else {
                return Ok(None);
            };
            let mut entry = entry?;
            let kind = entry.header().entry_type();
            let is_extension = kind.is_pax_local_extensions() || kind.is_gnu_longname();
            let name = long_name.take();
            let name = name.unwrap_or_else(|| entry.path_bytes().into_owned());
            let (size, most) = match is_extension {
                true => (entry.size(), EXTENSION_MAX),
                false => (entry.size(), MEMBER_MAX),
            };
            let shown = String::from_utf8_lossy(&name);
            if !is_extension && !kind.is_file() {
                return Ok(Some(Err(format!("{shown}: a member that is no file"))));
            }
            if size > most {
                return Ok(Some(Err(format!("{shown}: a member of {size} bytes"))));
            }
            let mut bytes = Vec::with_capacity(size.min(AHEAD) as usize);
            entry.read_to_end(&mut bytes)?;
            if bytes.len() as u64 != size {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if kind.is_gnu_longname() {
                bytes.truncate(
                    bytes
                        .iter()
                        .position(|byte| *byte == 0)
                        .unwrap_or(bytes.len()),
                );
                long_name = Some(bytes);
            } else if is_extension {
                for extension in PaxExtensions::new(&bytes) {
                    let extension = extension?;
                    match extension.key() {
                        Ok("path") => long_name = Some(extension.value_bytes().to_vec()),
                        Ok("comment") => {
                            let comment = extension.value().unwrap_or_default();
                            record = comment.strip_prefix(RECORD).map(str::to_owned);
                        }
                        _ => {}
                    }
                }
            } else {
                return Ok(Some(Ok(Member {
                    name,
                    record,
                    bytes,
                })));
            }
        }
    }
}
