//! `.zip`: by its directory, which stands at its end; an archive that is cut short has none, and
//! nothing of it is read.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use zip::read::ZipFileEntry;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::sink::{Flow, Sink, WalkEnd};
use crate::error::Error;
use crate::event::escaped;

/// Bytes read from the disk at once: about a page. Every entry begins with a seek, which throws the
/// rest away.
const BUFFER: usize = 8 << 10;

/// The flag of an entry whose name is marked as UTF-8.
const UTF8: u16 = 1 << 11;

/// What entries are packed with that are not unpacked here.
const METHODS: [(CompressionMethod, &str); 7] = [
    (CompressionMethod::SHRINK, "Shrink"),
    (CompressionMethod::IMPLODE, "Implode"),
    (CompressionMethod::DEFLATE64, "Deflate64"),
    (CompressionMethod::BZIP2, "bzip2"),
    (CompressionMethod::LZMA, "LZMA"),
    (CompressionMethod::ZSTD, "Zstandard"),
    (CompressionMethod::XZ, "XZ"),
];

/// Hands over every entry. Gives a message where entries are damaged or the directory is. Of
/// entries with one name only the last is there, as when the archive is unpacked.
pub(super) fn read(path: &Path, sink: &mut Sink<'_>) -> Flow<Option<String>> {
    let file = File::open(path).map_err(|source| {
        WalkEnd::Failed(Error::Storage {
            path: path.to_path_buf(),
            operation: "open",
            source,
        })
    })?;
    let mut archive = match ZipArchive::new(BufReader::with_capacity(BUFFER, file)) {
        Ok(archive) => archive,
        Err(error) => return Ok(Some(format!("cut short or damaged: {error}"))),
    };
    let mut names = Names::default();
    let mut gap = None;
    for index in 0..archive.len() {
        if let Err(message) = hand_over(&mut archive, index, &mut names, sink)? {
            // Entries stand for themselves: the others can still be read.
            gap.get_or_insert(message);
        }
    }
    names.note(sink);
    Ok(gap)
}

/// Hands over one entry; a message where it is damaged.
fn hand_over(
    archive: &mut ZipArchive<BufReader<File>>,
    index: usize,
    names: &mut Names,
    sink: &mut Sink<'_>,
) -> Flow<Result<(), String>> {
    // Its directory entry first, which names entries that cannot be unpacked, too.
    let entry = match archive.by_index_data(index) {
        Ok(entry) => entry,
        Err(error) => return Ok(Err(format!("entry {index} is damaged: {error}"))),
    };
    let name = names.read(&entry);
    let size = entry.size();
    let unreadable = match entry.encrypted() {
        true => Some("it is encrypted".to_owned()),
        false => unpackable(entry.compression()),
    };
    if entry.is_dir() || name.ends_with(b"/") {
        return Ok(Ok(()));
    }
    if entry.is_symlink() {
        sink.refuse(&name, "it is a symbolic link; links are not followed")?;
        return Ok(Ok(()));
    }
    let Some(page) = sink.enter(&name)? else {
        return Ok(Ok(()));
    };
    if size > sink.limits.page_bytes {
        sink.page(page, size, || Ok(Vec::new()))?;
        return Ok(Ok(()));
    }
    if let Some(reason) = unreadable {
        sink.page(page, 0, || Err(reason))?;
        return Ok(Ok(()));
    }
    let read = match archive.by_index(index) {
        Ok(file) => {
            let mut bytes = sink.buffers.empty(size);
            // The size that the directory states is no promise.
            let most = sink.limits.page_bytes.saturating_add(1);
            // The directory may list them in another order than they lie in.
            let end = file.data_start().unwrap_or(0) + file.compressed_size();
            sink.position = sink.position.max(end);
            match file.take(most).read_to_end(&mut bytes) {
                Ok(_) => Ok(bytes),
                Err(error) => Err((error.to_string(), true)),
            }
        }
        Err(error @ ZipError::UnsupportedArchive(_)) => Err((error.to_string(), false)),
        Err(error) => Err((error.to_string(), true)),
    };
    match read {
        Ok(bytes) => {
            sink.count_unpacked(bytes.len() as u64)?;
            sink.page(page, size, || Ok(bytes))?;
            Ok(Ok(()))
        }
        Err((error, damaged)) => {
            let message = format!("{} is damaged: {error}", escaped(&page));
            sink.page(page, 0, || Err(format!("it cannot be unpacked: {error}")))?;
            Ok(if damaged { Err(message) } else { Ok(()) })
        }
    }
}

/// Why an entry that is packed in some way cannot be read; none where it can.
fn unpackable(method: CompressionMethod) -> Option<String> {
    if matches!(
        method,
        CompressionMethod::STORE | CompressionMethod::DEFLATE
    ) {
        return None;
    }
    let known = METHODS.iter().find(|(known, _)| *known == method);
    let name = known.map_or("a method of no known name", |(_, name)| name);
    Some(format!(
        "it is packed with {name}; only stored and deflated entries are read"
    ))
}

/// Names that are not marked as UTF-8. The format prescribes code page 437 for them, many programs
/// write UTF-8, and others write the code page of their country.
#[derive(Default)]
struct Names {
    /// Names that are no UTF-8 and were read by code page 437, and the first of them.
    by_code_page: u64,
    first_by_code_page: String,
    /// Names that are UTF-8 but may be so by chance, and the first of them.
    by_chance: u64,
    first_by_chance: String,
}

impl Names {
    fn read(&mut self, entry: &ZipFileEntry<'_>) -> Vec<u8> {
        let raw = entry.name_raw();
        let count = |count: &mut u64, first: &mut String, name: &str| {
            if *count == 0 {
                first.push_str(name);
            }
            *count += 1;
        };
        match std::str::from_utf8(raw) {
            Ok(name) => {
                if entry.flags().as_u16() & UTF8 == 0 && is_doubtful(name) {
                    count(&mut self.by_chance, &mut self.first_by_chance, name);
                }
                raw.to_vec()
            }
            Err(_) => match entry.name() {
                Ok(name) => {
                    count(&mut self.by_code_page, &mut self.first_by_code_page, &name);
                    name.into_owned().into_bytes()
                }
                Err(_) => raw.to_vec(),
            },
        }
    }

    fn note(self, sink: &mut Sink<'_>) {
        let names = |count: u64| match count {
            1 => "1 name of the archive is".to_owned(),
            _ => format!("{count} names of the archive are"),
        };
        for (count, what, first) in [
            (
                self.by_code_page,
                "no UTF-8 and was read by code page 437, which may be the wrong one",
                self.first_by_code_page,
            ),
            (
                self.by_chance,
                "not marked as UTF-8 and was read as such, which may be wrong",
                self.first_by_chance,
            ),
        ] {
            if count > 0 {
                let first: String = first.chars().take(200).collect();
                let first = escaped(&first);
                sink.notes.push(format!("{} {what}: {first}", names(count)));
            }
        }
    }
}

/// Whether a name may be UTF-8 by chance: each of its letters that is not ASCII takes two bytes, as
/// a Chinese letter in GBK does (`欧元` gives `ŷԪ`), and they are of more than one script.
fn is_doubtful(name: &str) -> bool {
    let mut letters = name.chars().filter(|c| !c.is_ascii());
    let blocks = |c: char| match u32::from(c) {
        0x80..0x250 | 0x2B0..0x370 => 1,
        0x250..0x2B0 => 2,
        0x370..0x400 => 3,
        0x400..0x530 => 4,
        0x530..0x590 => 5,
        0x590..0x600 => 6,
        0x600..0x800 => 7,
        _ => 0,
    };
    let Some(first) = letters.next().map(blocks) else {
        return false;
    };
    let mut mixed = false;
    for block in letters.map(blocks) {
        if block == 0 {
            return false;
        }
        mixed |= block != first;
    }
    mixed && first > 0
}
