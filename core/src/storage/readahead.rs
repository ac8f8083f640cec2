//! A read buffer for a pass over values that lie one behind the other in a file.

use std::fs::File;
use std::io;

/// Bytes that one read fetches: some fifty blocks, and little beside the caches of a processor.
const READAHEAD: usize = 64 << 10;

/// A window of a file. One system call fills it with some fifty values.
#[derive(Default)]
pub(crate) struct Readahead {
    start: u64,
    bytes: Vec<u8>,
}

impl Readahead {
    /// `length` bytes of the file from `start` on, read from it if the window does not have them.
    /// `None` where the file ends before or cannot be read.
    pub(super) fn bytes(&mut self, file: &File, start: u64, length: usize) -> Option<&[u8]> {
        let offset = self.offset(start, length).or_else(|| {
            self.bytes.resize(READAHEAD, 0);
            self.start = start;
            let read = read_some_at(file, &mut self.bytes, start).unwrap_or_default();
            self.bytes.truncate(read);
            self.offset(start, length)
        })?;
        self.bytes.get(offset..offset + length)
    }

    /// Where in the window these bytes of the file begin, if all of them are in it.
    fn offset(&self, start: u64, length: usize) -> Option<usize> {
        let offset = usize::try_from(start.checked_sub(self.start)?).ok()?;
        (offset + length <= self.bytes.len()).then_some(offset)
    }
}

/// Fills `out` from an offset of the file.
#[cfg(unix)]
pub(super) fn read_at(file: &File, out: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, out, offset)
}

/// Reads as many bytes as there are, and fit.
#[cfg(unix)]
pub(super) fn read_some_at(file: &File, out: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, out, offset)
}

/// As on Unix. It moves the file's own position, which nobody uses.
#[cfg(windows)]
pub(super) fn read_some_at(file: &File, out: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, out, offset)
}

#[cfg(windows)]
pub(super) fn read_at(file: &File, mut out: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !out.is_empty() {
        match read_some_at(file, out, offset) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => {
                out = &mut out[read..];
                offset += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

// Elsewhere nothing is read at a position: values are read through sled, and readers cannot read.
#[cfg(not(any(unix, windows)))]
pub(super) fn read_at(_: &File, _: &mut [u8], _: u64) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(any(unix, windows)))]
pub(super) fn read_some_at(_: &File, _: &mut [u8], _: u64) -> io::Result<usize> {
    Err(io::ErrorKind::Unsupported.into())
}
