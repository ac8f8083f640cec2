//! Members of an export, as bytes of tar.
//!
//! Every field that does not follow from the page is fixed (owner and time are 0), so that equal stores
//! have equal exports.

use std::io::{self, Write};

use tar::{EntryType, Header};

/// Bytes of a block; content is padded to whole ones.
const BLOCK: usize = 512;

/// Most bytes of a name that a header has.
const NAME_MAX: usize = 100;

/// Writes a file. Neither path nor record may hold a line break. `record` is kept as the comment of a pax header, which programs that unpack tars pass
/// over.
pub(super) fn put_member(
    out: &mut impl Write,
    path: &str,
    record: Option<&str>,
    bytes: &[u8],
) -> io::Result<()> {
    let is_plain = path.len() <= NAME_MAX && path.is_ascii();
    let mut extended = Vec::new();
    if let Some(record) = record {
        put_record(&mut extended, "comment", record);
    }
    if !is_plain {
        put_record(&mut extended, "path", path);
    }
    if !extended.is_empty() {
        let header = header("pax_header", EntryType::XHeader, extended.len());
        put_padded(out, &header, &extended)?;
    }
    let name = if is_plain { path } else { "page" };
    put_padded(out, &header(name, EntryType::Regular, bytes.len()), bytes)
}

/// Writes the end mark.
pub(super) fn put_end(out: &mut impl Write) -> io::Result<()> {
    out.write_all(&[0; 2 * BLOCK])
}

/// A record of a pax header: its length, which counts its own digits, a key and a value.
fn put_record(out: &mut Vec<u8>, key: &str, value: &str) {
    let rest = key.len() + value.len() + " =\n".len();
    let mut length = rest;
    while rest + length.to_string().len() != length {
        length = rest + length.to_string().len();
    }
    out.extend_from_slice(format!("{length} {key}={value}\n").as_bytes());
}

/// The header of a file whose name is ASCII and fits.
fn header(name: &str, kind: EntryType, size: usize) -> Header {
    let mut header = Header::new_ustar();
    // Not by `set_path`, which judges a name by the rules of the machine.
    for (to, from) in header.as_old_mut().name.iter_mut().zip(name.bytes()) {
        *to = from;
    }
    header.set_entry_type(kind);
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(size as u64);
    header.set_cksum();
    header
}

fn put_padded(out: &mut impl Write, header: &Header, bytes: &[u8]) -> io::Result<()> {
    out.write_all(header.as_bytes())?;
    out.write_all(bytes)?;
    let padding = bytes.len().next_multiple_of(BLOCK) - bytes.len();
    out.write_all(&[0; BLOCK][..padding])
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn names_of_any_length_and_records_are_read_back() {
        let names = [1, 99, 100, 101, 255, 256, 980, 990, 1000].map(|length| "a".repeat(length));
        let others = ["港口/a b.md", "page", "ü"].map(str::to_owned);
        for name in names.into_iter().chain(others) {
            for record in [None, Some(""), Some("{\"a\": 1}")] {
                let mut out = Vec::new();
                put_member(&mut out, &name, record, b"text").unwrap();
                put_end(&mut out).unwrap();
                assert_eq!(out.len() % BLOCK, 0);
                let mut archive = tar::Archive::new(&*out);
                let mut entries = archive.entries().unwrap();
                let mut entry = entries.next().unwrap().unwrap();
                assert_eq!(entry.path_bytes(), name.as_bytes());
                let comment = entry.pax_extensions().unwrap().and_then(|mut records| {
                    records.find_map(|one| {
                        let one = one.unwrap();
                        (one.key() == Ok("comment")).then(|| one.value().unwrap().to_owned())
                    })
                });
                assert_eq!(comment.as_deref(), record);
                let mut text = String::new();
                entry.read_to_string(&mut text).unwrap();
                assert_eq!(text, "text");
                drop(entry);
                assert!(entries.next().is_none());
            }
        }
    }
}
