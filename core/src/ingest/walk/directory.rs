//! A directory on disk, in the order of its paths.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use super::sink::{Flow, Sink, Stop};
use crate::error::Error;

/// Tells every file below a directory. Links are not followed: they may lead out of it or in circles.
pub(super) fn read(root: &Path, sink: &mut Sink<'_>) -> Flow<Option<String>> {
    // That the root itself cannot be read is no gap in an archive but a failure.
    if let Err(source) = fs::read_dir(root) {
        return Err(Stop::Failed(Error::Storage {
            path: root.to_path_buf(),
            operation: "list",
            source,
        }));
    }
    let mut gap = None;
    folder(root, "", sink, &mut gap)?;
    Ok(gap)
}

/// One entry of a folder; ordered as its whole path is among all paths, so a folder sorts with its slash.
struct Item {
    key: String,
    kind: fs::FileType,
}

fn folder(path: &Path, above: &str, sink: &mut Sink<'_>, gap: &mut Option<String>) -> Flow {
    let mut items = Vec::new();
    let listed = fs::read_dir(path).and_then(|entries| {
        for entry in entries {
            let entry = entry?;
            let kind = entry.file_type()?;
            match entry.file_name().into_string() {
                Ok(mut key) => {
                    if kind.is_dir() {
                        key.push('/');
                    }
                    items.push(Item { key, kind });
                }
                Err(name) => {
                    // Judged after the loop would be as good; there is no order among names that are no text.
                    let name = format!("{above}{}", name.to_string_lossy());
                    items.push(Item {
                        key: format!("\0{name}"),
                        kind,
                    });
                }
            }
        }
        Ok(())
    });
    if let Err(error) = listed {
        // What it holds is unknown, as behind the end of an archive that is cut short.
        gap.get_or_insert(format!("{}: {error}", path.display()));
    }
    items.sort_by(|a, b| a.key.cmp(&b.key));
    for item in items {
        if let Some(shown) = item.key.strip_prefix('\0') {
            sink.refuse(shown, "its name is not UTF-8")?;
            continue;
        }
        let name = item.key.trim_end_matches('/');
        let below = format!("{above}{name}");
        if item.kind.is_dir() {
            if name.starts_with('.') {
                continue;
            }
            if below.split('/').count() > sink.limits.depth {
                // Says so in the same words as for an archive.
                sink.enter(&format!("{below}/x"))?;
            }
            folder(&path.join(name), &format!("{below}/"), sink, gap)?;
        } else if item.kind.is_symlink() {
            sink.refuse(below, "it is a symbolic link; links are not followed")?;
        } else if !item.kind.is_file() {
            sink.refuse(below, "it is a device, a pipe or a socket")?;
        } else if let Some(page) = sink.enter(&below)? {
            file(&path.join(name), page, sink)?;
        }
    }
    Ok(())
}

/// Hands over one file on disk.
pub(super) fn file(path: &Path, page: String, sink: &mut Sink<'_>) -> Flow {
    let most = sink.limits.page_bytes;
    let opened = File::open(path).and_then(|file| Ok((file.metadata()?.len(), file)));
    let (size, file) = match opened {
        Ok((size, file)) => (size, Ok(file)),
        Err(error) => (0, Err(error)),
    };
    sink.count_bytes(size)?;
    let buffers = sink.buffers;
    sink.page(page, size, || {
        let mut bytes = buffers.empty(size);
        // One byte more than allowed: a file that grows meanwhile shows itself.
        file.and_then(|file| file.take(most.saturating_add(1)).read_to_end(&mut bytes))
            .map_err(|error| format!("it cannot be read: {error}"))?;
        Ok(bytes)
    })
}
