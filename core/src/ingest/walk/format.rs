//! What a path is: by its content first, by its name second.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::error::{Error, Result};
use crate::event::PAGE_ENDINGS;

/// The kinds of source on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ArchiveFormat {
    Directory,
    /// One page: a `.md` file, or one with another of the endings of pages.
    Page,
    Tar,
    TarGz,
    TarZst,
    Zip,
}

/// Bytes that a tar header has, and its checksum's place.
const TAR_HEADER: usize = 512;

/// What archives are taken, for errors.
const ACCEPTED: &str = "a folder, .tar, .tar.gz, .tar.zst, .zip or one .md file";

pub(super) fn of(path: &Path) -> Result<ArchiveFormat> {
    let storage = |source: io::Error| Error::Storage {
        path: path.to_path_buf(),
        operation: "read",
        source,
    };
    let metadata = match path.metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Error::PathNotFound {
                path: path.to_path_buf(),
            });
        }
        other => other.map_err(storage)?,
    };
    if metadata.is_dir() {
        return Ok(ArchiveFormat::Directory);
    }
    let unknown = |what: &str| Error::Archive {
        path: path.to_path_buf(),
        message: format!("{what}; accepted are {ACCEPTED}"),
    };
    if !metadata.is_file() {
        return Err(unknown("is a device or a pipe"));
    }
    let mut head = Vec::with_capacity(TAR_HEADER);
    File::open(path)
        .and_then(|file| file.take(TAR_HEADER as u64).read_to_end(&mut head))
        .map_err(storage)?;
    if let Some(format) = by_content(&head) {
        return Ok(format);
    }
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    if PAGE_ENDINGS.iter().any(|ending| name.ends_with(ending)) {
        return Ok(ArchiveFormat::Page);
    }
    if head.is_empty() {
        return Err(unknown("is an empty file"));
    }
    if let Some(other) = other_kind(&head) {
        return Err(unknown(&format!("is a {other} file")));
    }
    // A damaged archive keeps its name; what is wrong with it is for its reader to say.
    for (ending, format) in [
        (".tar", ArchiveFormat::Tar),
        (".tar.gz", ArchiveFormat::TarGz),
        (".tgz", ArchiveFormat::TarGz),
        (".tar.zst", ArchiveFormat::TarZst),
        (".tzst", ArchiveFormat::TarZst),
        (".zip", ArchiveFormat::Zip),
    ] {
        if name.ends_with(ending) {
            return Ok(format);
        }
    }
    Err(unknown("is no archive"))
}

fn by_content(head: &[u8]) -> Option<ArchiveFormat> {
    match head {
        [0x1F, 0x8B, ..] => Some(ArchiveFormat::TarGz),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Some(ArchiveFormat::TarZst),
        // The last two: an empty archive, and one that was cut into volumes.
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] | [b'P', b'K', 7, 8, ..] => {
            Some(ArchiveFormat::Zip)
        }
        _ if is_tar(head) => Some(ArchiveFormat::Tar),
        _ => None,
    }
}

/// Whether a block is a tar header: its checksum holds, in the old formats too, which have no other
/// mark.
pub(super) fn is_tar(head: &[u8]) -> bool {
    let Some(head) = head.get(..TAR_HEADER) else {
        return false;
    };
    let field = String::from_utf8_lossy(&head[148..156]);
    let stated = field.trim_matches(|c: char| c == ' ' || c == '\0');
    let Ok(stated) = u64::from_str_radix(stated, 8) else {
        return false;
    };
    let bytes = head[..148].iter().chain(&head[156..]);
    // The field itself counts as eight spaces.
    stated == bytes.map(|byte| u64::from(*byte)).sum::<u64>() + 8 * 32
}

/// Archives that people have and we do not read.
fn other_kind(head: &[u8]) -> Option<&'static str> {
    let kinds: [(&[u8], &str); 5] = [
        (b"BZh", "bzip2"),
        (b"\xFD7zXZ\0", "xz"),
        (b"7z\xBC\xAF\x27\x1C", "7-Zip"),
        (b"Rar!", "RAR"),
        (b"%PDF", "PDF"),
    ];
    kinds
        .iter()
        .find(|(magic, _)| head.starts_with(magic))
        .map(|(_, name)| *name)
}
