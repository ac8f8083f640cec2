//! `.zip`: by its directory, which stands at its end; an archive that is cut short has none and tells nothing.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use super::sink::{Flow, Sink, Stop};
use crate::error::Error;

/// Bytes read from the disk at once: about a page. Every entry begins with a seek, which throws the rest away.
const BUFFER: usize = 8 << 10;

pub(super) fn read(path: &Path, sink: &mut Sink<'_>) -> Flow<Option<String>> {
    let file = File::open(path).map_err(|source| {
        Stop::Failed(Error::Storage {
            path: path.to_path_buf(),
            operation: "open",
            source,
        })
    })?;
    let mut archive = match ZipArchive::new(BufReader::with_capacity(BUFFER, file)) {
        Ok(archive) => archive,
        Err(error) => return Ok(Some(format!("cut short or damaged: {error}"))),
    };
    let mut gap = None;
    for index in 0..archive.len() {
        if let Err(message) = entry(&mut archive, index, sink)? {
            // Entries stand for themselves: the others can still be read.
            gap.get_or_insert(message);
        }
    }
    Ok(gap)
}

/// Tells one entry; a message where it is damaged.
fn entry(
    archive: &mut ZipArchive<BufReader<File>>,
    index: usize,
    sink: &mut Sink<'_>,
) -> Flow<Result<(), String>> {
    // Its directory entry first, which tells also of entries that cannot be unpacked.
    let (name, size, is_folder, is_link, encrypted) = match archive.by_index_data(index) {
        Ok(file) => (
            String::from_utf8(file.name_raw().to_vec()),
            file.size(),
            file.is_dir(),
            file.is_symlink(),
            file.encrypted(),
        ),
        Err(error) => return Ok(Err(format!("entry {index} is damaged: {error}"))),
    };
    let name = match name {
        // Some programs on Windows write their own separator.
        Ok(name) if name.contains('\\') && !name.contains('/') => name.replace('\\', "/"),
        Ok(name) => name,
        Err(error) => {
            let shown = String::from_utf8_lossy(error.as_bytes()).into_owned();
            sink.refuse(shown, "its name is not UTF-8")?;
            return Ok(Ok(()));
        }
    };
    if is_folder || name.ends_with('/') {
        return Ok(Ok(()));
    }
    if is_link {
        sink.refuse(name, "it is a link; links are not followed")?;
        return Ok(Ok(()));
    }
    let Some(page) = sink.enter(&name)? else {
        return Ok(Ok(()));
    };
    if encrypted || size > sink.limits.page_bytes {
        sink.page(page, size, || Err("it is encrypted".into()))?;
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
        Err(
            error @ (ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_)),
        ) => Err((error.to_string(), false)),
        Err(error) => Err((error.to_string(), true)),
    };
    match read {
        Ok(bytes) => {
            sink.count_unpacked(bytes.len() as u64)?;
            sink.page(page, size, || Ok(bytes))?;
            Ok(Ok(()))
        }
        Err((error, damaged)) => {
            let message = format!("{name} is damaged: {error}");
            sink.page(page, 0, || Err(format!("it cannot be unpacked: {error}")))?;
            Ok(if damaged { Err(message) } else { Ok(()) })
        }
    }
}
