//! A directory on disk, in the order of its paths.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use super::scope::Scope;
use super::sink::{Flow, Sink, WalkEnd};
use crate::error::Error;

/// Hands over every file below a directory. Links are not followed: they may lead out of it or in
/// circles.
///
/// Not by the `walkdir` crate: it sorts a folder `a/` before a file `a-b`, though the paths below
/// it come behind, and reports what it cannot list as one error among the entries.
pub(super) fn read(root: &Path, sink: &mut Sink<'_>) -> Flow<Option<String>> {
    // That the root itself cannot be read is no gap in an archive but a failure.
    if let Err(source) = fs::read_dir(root) {
        return Err(WalkEnd::Failed(Error::Storage {
            path: root.to_path_buf(),
            operation: "list",
            source,
        }));
    }
    let mut gap = None;
    folder(root, &[], sink, &mut gap)?;
    Ok(gap)
}

/// One entry of a folder.
struct Item {
    /// Its name as bytes, a folder's with a slash behind it: in their order paths of all files are
    /// sorted.
    key: Vec<u8>,
    entry: fs::DirEntry,
    kind: fs::FileType,
}

/// The entries of a folder, sorted, as far as it can be listed; and why it ends early.
fn list(path: &Path) -> (Vec<Item>, Option<std::io::Error>) {
    let mut items = Vec::new();
    let listed = fs::read_dir(path).and_then(|entries| {
        for entry in entries {
            let entry = entry?;
            let kind = entry.file_type()?;
            let mut key = entry.file_name().into_encoded_bytes();
            if kind.is_dir() {
                key.push(b'/');
            }
            items.push(Item { key, entry, kind });
        }
        Ok(())
    });
    items.sort_by(|a, b| a.key.cmp(&b.key));
    (items, listed.err())
}

fn folder(path: &Path, above: &[u8], sink: &mut Sink<'_>, gap: &mut Option<String>) -> Flow {
    let (items, failure) = list(path);
    let hidden = above.starts_with(b".") || memchr::memmem::find(above, b"/.").is_some();
    if let Some(error) = failure.filter(|_| !hidden) {
        // What it holds is unknown, as behind the end of an archive that is cut short.
        gap.get_or_insert(format!("{}: {error}", path.display()));
    }
    for Item { key, entry, kind } in items {
        let below = [above, &key].concat();
        if let Scope::Range(range) = &sink.scope
            && !match kind.is_dir() {
                true => range.has_folder(&below),
                false => range.has_path(&below),
            }
        {
            continue;
        }
        if let Scope::Names(cutter) = &mut sink.scope
            && !kind.is_dir()
        {
            cutter.see_path(&below);
        }
        if kind.is_dir() {
            if below.split(|byte| *byte == b'/').count() - 1 > sink.limits.depth {
                if hidden {
                    continue;
                }
                // Fails in the same words as for an archive.
                sink.enter(&[&below, &b"x"[..]].concat())?;
            }
            folder(&entry.path(), &below, sink, gap)?;
        } else if hidden {
            sink.enter(&below)?;
        } else if kind.is_symlink() {
            sink.refuse(&below, "it is a symbolic link; links are not followed")?;
        } else if !kind.is_file() {
            sink.refuse(&below, "it is a device, a pipe or a socket")?;
        } else if let Some(page) = sink.enter(&below)? {
            file(&entry.path(), page, sink)?;
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
