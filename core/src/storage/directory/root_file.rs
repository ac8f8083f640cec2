//! `CURRENT`, `CLEAN` and `PLACES`: small files that carry their own check.
//!
//! ```text
//! eventstore current 10␊          magic, kind of file, format version of the store
//! data data-000001␊              the data directory that the file belongs to
//! payload 1234␊                  length in bytes
//! …1234 bytes…␊
//! crc32 0a1b2c3d␊                of everything above
//! ```
//!
//! Every later version keeps the first line and the last one. So a store of a newer version is told
//! from a damaged one.

use std::path::Path;

use crate::error::{Error, Result};

/// The newest store format that this library reads, and the one that it writes.
pub(in crate::storage) const FORMAT: u32 = 10;

const MAGIC: &str = "eventstore";
const TAIL: &str = "\ncrc32 ";
/// `TAIL`, eight hexadecimal digits and a line end.
const TAIL_LENGTH: usize = TAIL.len() + 8 + 1;

/// The content of such a file.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::storage) struct SealedFile {
    /// Name of the data directory, such as `data-000001`.
    pub data: String,
    pub payload: Vec<u8>,
}

impl SealedFile {
    /// The bytes of the file. `what` is `current`, `clean` or `places`.
    pub(in crate::storage) fn render(&self, what: &str) -> Vec<u8> {
        self.render_version(what, FORMAT)
    }

    fn render_version(&self, what: &str, version: u32) -> Vec<u8> {
        let length = self.payload.len();
        let mut bytes = format!(
            "{MAGIC} {what} {version}\ndata {}\npayload {length}\n",
            self.data
        )
        .into_bytes();
        bytes.extend_from_slice(&self.payload);
        let crc = crc32fast::hash(&bytes);
        bytes.extend_from_slice(format!("{TAIL}{crc:08x}\n").as_bytes());
        bytes
    }

    /// Bytes of such a file that begins with these bytes, by its first lines. Nothing is checked yet.
    pub(in crate::storage) fn length(bytes: &[u8]) -> Option<usize> {
        let (_, rest) = line(bytes)?;
        let (_, rest) = line(rest)?;
        let (length, rest) = line(rest)?;
        let length: usize = length.strip_prefix("payload ")?.parse().ok()?;
        (bytes.len() - rest.len())
            .checked_add(length)?
            .checked_add(TAIL_LENGTH)
    }

    /// Reads the bytes of a file; `store` and `part` (the name of the file) are for errors.
    ///
    /// # Errors
    /// [`Error::Corrupt`] where the check fails, [`Error::UnsupportedVersion`] where it holds and
    /// the version is newer.
    pub(in crate::storage) fn read(
        bytes: &[u8],
        what: &str,
        store: &Path,
        part: &str,
    ) -> Result<Self> {
        let corrupt = |message: &str| Error::Corrupt {
            path: store.to_path_buf(),
            part: part.to_owned(),
            chunk: None,
            message: message.to_owned(),
        };
        if !has_magic(bytes) {
            return Err(corrupt("does not begin with `eventstore`"));
        }
        let body = bytes
            .len()
            .checked_sub(TAIL_LENGTH)
            .ok_or_else(|| corrupt("is cut short"))?;
        let (body, tail) = bytes.split_at(body);
        let expected = format!("{TAIL}{:08x}\n", crc32fast::hash(body));
        if tail != expected.as_bytes() {
            return Err(corrupt("the checksum does not match"));
        }
        let (header, rest) = line(body).ok_or_else(|| corrupt("has no header"))?;
        let version = header
            .strip_prefix(MAGIC)
            .and_then(|rest| rest.strip_prefix(' '))
            .and_then(|rest| rest.strip_prefix(what))
            .and_then(|rest| rest.strip_prefix(' '))
            .and_then(|version| version.parse::<u32>().ok())
            .ok_or_else(|| corrupt("has another header"))?;
        if version > FORMAT {
            return Err(Error::UnsupportedVersion {
                path: store.to_path_buf(),
                found: version,
                supported: FORMAT,
            });
        }
        let (data, rest) = line(rest)
            .and_then(|(line, rest)| Some((line.strip_prefix("data ")?, rest)))
            .ok_or_else(|| corrupt("names no data directory"))?;
        let (length, payload) = line(rest)
            .and_then(|(line, rest)| Some((line.strip_prefix("payload ")?, rest)))
            .ok_or_else(|| corrupt("has no payload"))?;
        if length.parse() != Ok(payload.len()) {
            return Err(corrupt("the payload has another length"));
        }
        Ok(Self {
            data: data.to_owned(),
            payload: payload.to_vec(),
        })
    }
}

/// Whether bytes begin as these files do. Other databases have a file called `CURRENT` too.
pub(super) fn has_magic(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC.as_bytes())
}

fn line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = memchr::memchr(b'\n', bytes)?;
    Some((std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::super::CURRENT;
    use super::*;

    fn sealed() -> SealedFile {
        SealedFile {
            data: "data-000007".into(),
            payload: b"any\nbytes\0\xFF".to_vec(),
        }
    }

    fn read(bytes: &[u8]) -> Result<SealedFile> {
        SealedFile::read(bytes, "current", Path::new("/s"), CURRENT)
    }

    #[test]
    fn what_is_written_reads_back_and_shows_its_version_as_text() {
        let bytes = sealed().render("current");
        assert!(bytes.starts_with(b"eventstore current 10\ndata data-000007\npayload 11\n"));
        assert_eq!(read(&bytes).unwrap(), sealed());
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_seen() {
        let bytes = sealed().render("current");
        for place in 0..bytes.len() {
            for bit in 0..8 {
                let mut bytes = bytes.clone();
                bytes[place] ^= 1 << bit;
                assert!(
                    matches!(read(&bytes), Err(Error::Corrupt { .. })),
                    "byte {place} bit {bit}"
                );
            }
            assert!(matches!(read(&bytes[..place]), Err(Error::Corrupt { .. })));
        }
    }

    #[test]
    fn a_newer_version_is_told_from_damage() {
        let bytes = sealed().render_version("current", FORMAT + 1);
        match read(&bytes) {
            Err(Error::UnsupportedVersion {
                found, supported, ..
            }) => assert_eq!((found, supported), (FORMAT + 1, FORMAT)),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_clean_file_is_no_root() {
        assert!(matches!(
            read(&sealed().render("clean")),
            Err(Error::Corrupt { .. })
        ));
    }
}
