//! `.tar`, `.tar.gz`, `.tar.zst`: one pass, nothing kept but the entry at hand.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use flate2::bufread::MultiGzDecoder;
use tar::{Archive, EntryType};

use super::format::{Format, is_tar};
use super::sink::{Flow, Sink, Stop};
use crate::error::Error;

/// Bytes read from the disk, and unpacked, at once: inflating into small buffers takes half as long again.
const BUFFER: usize = 128 << 10;

/// Most bytes of headers before an entry. Long names stand in headers of any stated size, which are read to memory.
const HEADER_BYTES: u64 = 4 << 20;

/// What the readers below an archive tell each other.
#[derive(Default)]
struct Gauge {
    /// Bytes of the file read.
    position: Cell<u64>,
    /// Bytes unpacked since they were last counted.
    unpacked: Cell<u64>,
    /// Bytes that may be unpacked before the next entry; none while an entry is read.
    allowance: Cell<Option<u64>>,
    /// The end of the unpacked bytes was met.
    ended: Cell<bool>,
}

/// Counts what is read from the disk.
struct Raw(File, Rc<Gauge>);

impl Read for Raw {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        self.1.position.set(self.1.position.get() + read as u64);
        Ok(read)
    }
}

/// Counts what is unpacked, keeps headers short, and ends when the consumer wants no more.
struct Unpacked<'a> {
    inner: BufReader<Box<dyn Read>>,
    /// Bytes that were read or passed over.
    passed: u64,
    gauge: Rc<Gauge>,
    stop: &'a AtomicBool,
}

impl Unpacked<'_> {
    fn go_on(&self) -> io::Result<()> {
        match self.stop.load(Ordering::Relaxed) {
            true => Err(io::Error::other("stopped")),
            false => Ok(()),
        }
    }

    fn count(&mut self, read: u64) -> io::Result<()> {
        self.passed += read;
        let gauge = &self.gauge;
        gauge.unpacked.set(gauge.unpacked.get() + read);
        if let Some(allowance) = gauge.allowance.get() {
            let left = allowance
                .checked_sub(read)
                .ok_or_else(|| io::Error::other("a header of more than 4 MiB"))?;
            gauge.allowance.set(Some(left));
        }
        Ok(())
    }
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.go_on()?;
        let read = self.inner.read(buffer)?;
        self.gauge
            .ended
            .set(self.gauge.ended.get() | (read == 0 && !buffer.is_empty()));
        self.count(read as u64)?;
        Ok(read)
    }
}

/// Forward only: passes over padding where it lies in the buffer. Without it, the archive's reader clears 32 KiB before
/// each entry to read the padding into them, a tenth of the processor's time of an ingest that finds nothing changed.
impl Seek for Unpacked<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let mut left = match to {
            SeekFrom::Current(distance) => u64::try_from(distance).map_err(io::Error::other)?,
            _ => return Err(io::ErrorKind::Unsupported.into()),
        };
        while left > 0 {
            self.go_on()?;
            let here = match self.inner.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                filled => filled?.len(),
            };
            if here == 0 {
                self.gauge.ended.set(true);
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let step = here.min(usize::try_from(left).unwrap_or(usize::MAX));
            self.inner.consume(step);
            self.count(step as u64)?;
            left -= step as u64;
        }
        Ok(self.passed)
    }
}

pub(super) fn read(path: &Path, format: Format, sink: &mut Sink<'_>) -> Flow<Option<String>> {
    let gauge = Rc::new(Gauge::default());
    let storage = |source: io::Error| {
        Stop::Failed(Error::Storage {
            path: path.to_path_buf(),
            operation: "read",
            source,
        })
    };
    let file = File::open(path).map_err(storage)?;
    let file = BufReader::with_capacity(BUFFER, Raw(file, Rc::clone(&gauge)));
    let unpacking: Box<dyn Read> = match format {
        Format::TarGz => Box::new(MultiGzDecoder::new(file)),
        Format::TarZst => {
            Box::new(zstd::stream::read::Decoder::with_buffer(file).map_err(storage)?)
        }
        _ => Box::new(file),
    };
    let mut inner = BufReader::with_capacity(BUFFER, unpacking);
    let damaged = |error: &io::Error| format!("cut short or damaged: {error}");
    match inner.fill_buf() {
        Err(error) => return Ok(Some(damaged(&error))),
        Ok(head) => {
            // The end mark alone is an empty archive. A buffer may hold less than a header though more follows; then
            // the archive's own reader judges.
            let zeros = head.iter().all(|byte| *byte == 0);
            if head.len() >= 512 && !zeros && !is_tar(head) {
                let what = match format {
                    Format::Tar => "is no tar archive, or a damaged one",
                    _ => "is compressed, but holds no tar archive",
                };
                return Err(sink.failed(format!(
                    "{what}; accepted are .tar, .tar.gz, .tar.zst and .zip"
                )));
            }
        }
    }
    let mut archive = Archive::new(Unpacked {
        inner,
        passed: 0,
        gauge: Rc::clone(&gauge),
        stop: sink.stop,
    });
    gauge.allowance.set(Some(HEADER_BYTES));
    let truncated = match entries(&mut archive, &gauge, sink)? {
        Some(error) => Some(damaged(&error)),
        None if gauge.ended.get() => {
            Some("cut short: the archive's end mark is missing".to_owned())
        }
        None => {
            // What follows the end mark is padding, and then the checksum over everything.
            drain(&mut archive.into_inner(), u64::MAX, &gauge, sink)?.map(|error| damaged(&error))
        }
    };
    if truncated.is_some() && sink.stop.load(Ordering::Acquire) {
        return Err(Stop::Asked);
    }
    Ok(truncated)
}

/// Tells every entry; the error that ended it, if it was no end mark.
fn entries(
    archive: &mut Archive<Unpacked<'_>>,
    gauge: &Gauge,
    sink: &mut Sink<'_>,
) -> Flow<Option<io::Error>> {
    let entries = match archive.entries_with_seek() {
        Ok(entries) => entries,
        Err(error) => return Ok(Some(error)),
    };
    for entry in entries {
        let mut entry = match entry {
            Ok(entry) => entry,
            Err(error) => return Ok(Some(error)),
        };
        gauge.allowance.set(None);
        sink.position = gauge.position.get();
        let size = entry.size();
        let kind = entry.header().entry_type();
        let name = match String::from_utf8(entry.path_bytes().into_owned()) {
            Ok(name) => Some(name),
            Err(error) => {
                if kind != EntryType::Directory {
                    let shown = String::from_utf8_lossy(error.as_bytes()).into_owned();
                    sink.refuse(shown, "its name is not UTF-8")?;
                }
                None
            }
        };
        let mut page = None;
        match (name, kind) {
            // What a git archive says about itself, and folders, are no files.
            (None, _) | (_, EntryType::XGlobalHeader | EntryType::Directory) => {}
            (Some(name), EntryType::Regular | EntryType::Continuous) => {
                // Old archives mark a folder by its slash alone.
                if !name.ends_with('/') {
                    page = sink.enter(&name)?;
                }
            }
            (Some(name), EntryType::Symlink | EntryType::Link) => {
                sink.refuse(name, "it is a link; links are not followed")?;
            }
            (Some(name), _) => sink.refuse(name, "it is a device, a pipe or a sparse file")?,
        }
        if let Some(page) = page {
            if size <= sink.limits.page_bytes {
                let mut bytes = sink.buffers.filled(size);
                match entry.read_exact(&mut bytes) {
                    Err(error) => return Ok(Some(error)),
                    Ok(()) => sink.page(page, size, || Ok(bytes))?,
                }
            } else {
                sink.page(page, size, || Ok(Vec::new()))?;
            }
        }
        if let Some(error) = drain(&mut entry, u64::MAX, gauge, sink)? {
            return Ok(Some(error));
        }
        gauge.allowance.set(Some(HEADER_BYTES));
    }
    Ok(None)
}

/// Reads on and throws away, counting; the error that ended it.
fn drain(
    reader: &mut dyn Read,
    mut most: u64,
    gauge: &Gauge,
    sink: &mut Sink<'_>,
) -> Flow<Option<io::Error>> {
    gauge.allowance.set(None);
    // Mostly there is nothing left, so it is small: a page's worth to clear for each entry showed in profiles.
    let mut buffer = [0; 512];
    loop {
        sink.count_unpacked(gauge.unpacked.replace(0))?;
        let want = buffer
            .len()
            .min(usize::try_from(most).unwrap_or(usize::MAX));
        match reader.read(&mut buffer[..want]) {
            Ok(0) => return Ok(None),
            Ok(read) => most -= read as u64,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Ok(Some(error)),
        }
    }
}
