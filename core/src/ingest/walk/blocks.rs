//! The bytes of a tar archive, unpacked: blocks of headers, content, and how far the file was read.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;

use super::format::ArchiveFormat;
use super::sink::{Sink, WalkEnd};

/// Bytes read from the disk, and unpacked, at once: inflating into small buffers takes half as long
/// again.
const BUFFER: usize = 128 << 10;

/// Bytes of a block. Headers take one; content is padded to whole ones.
pub(super) const BLOCK: usize = 512;

/// Counts what is read from the disk.
struct CountedFile(File, Rc<Cell<u64>>);

impl Read for CountedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        self.1.set(self.1.get() + read as u64);
        Ok(read)
    }
}

/// Why an archive cannot be read on: its own damage, or the walk's end.
pub(super) enum Broken {
    Damaged(io::Error),
    Stopped(WalkEnd),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Damaged(error)
    }
}

impl From<WalkEnd> for Broken {
    fn from(stop: WalkEnd) -> Self {
        Self::Stopped(stop)
    }
}

/// Reads forward only, and counts what it unpacks against the walk's limits, unless it is
/// [`Blocks::uncounted`].
pub(super) struct Blocks {
    inner: BufReader<Box<dyn Read>>,
    position: Rc<Cell<u64>>,
    /// Bytes of the unpacked archive before the next one.
    offset: u64,
    /// Bytes that were read and given back, to be read again.
    returned: Option<Vec<u8>>,
    /// What it unpacks counts against the walk's limits.
    counted: bool,
}

impl Blocks {
    /// Begins at an offset, which is 0 in a compressed archive.
    pub(super) fn open_at(path: &Path, format: ArchiveFormat, offset: u64) -> io::Result<Self> {
        let position = Rc::new(Cell::new(0));
        let mut file = File::open(path)?;
        if offset > 0 {
            file.seek(SeekFrom::Start(offset))?;
        }
        let file = CountedFile(file, Rc::clone(&position));
        let file = BufReader::with_capacity(BUFFER, file);
        let unpacking: Box<dyn Read> = match format {
            ArchiveFormat::TarGz => Box::new(MultiGzDecoder::new(file)),
            ArchiveFormat::TarZst => Box::new(zstd::stream::read::Decoder::with_buffer(file)?),
            _ => Box::new(file),
        };
        Ok(Self {
            inner: BufReader::with_capacity(BUFFER, unpacking),
            position,
            offset,
            returned: None,
            counted: true,
        })
    }

    /// For what was counted already, and is read again.
    pub(super) fn uncounted(self) -> Self {
        Self {
            counted: false,
            ..self
        }
    }

    fn count(&self, bytes: usize, sink: &mut Sink<'_>) -> Result<(), Broken> {
        if self.counted {
            sink.count_unpacked(bytes as u64)?;
        }
        Ok(())
    }

    /// Bytes of the file read so far.
    pub(super) fn position(&self) -> u64 {
        self.position.get()
    }

    /// Where the next byte lies in the unpacked archive.
    pub(super) fn offset(&self) -> u64 {
        self.offset - self.returned.as_ref().map_or(0, Vec::len) as u64
    }

    /// The next block, of fewer bytes at the end of all, and none behind it.
    pub(super) fn next(&mut self, sink: &mut Sink<'_>) -> Result<Vec<u8>, Broken> {
        if let Some(block) = self.returned.take() {
            return Ok(block);
        }
        sink.go_on()?;
        let mut block = Vec::with_capacity(BLOCK);
        self.inner
            .by_ref()
            .take(BLOCK as u64)
            .read_to_end(&mut block)?;
        self.offset += block.len() as u64;
        self.count(block.len(), sink)?;
        Ok(block)
    }

    /// Gives the block back that [`Blocks::next`] gave last.
    pub(super) fn give_back(&mut self, block: Vec<u8>) {
        self.returned = Some(block);
    }

    /// Fills a buffer.
    pub(super) fn fill(&mut self, bytes: &mut [u8], sink: &mut Sink<'_>) -> Result<(), Broken> {
        sink.go_on()?;
        let returned = self.take_returned(bytes.len());
        let (start, rest) = bytes.split_at_mut(returned.len());
        start.copy_from_slice(&returned);
        self.inner.read_exact(rest)?;
        self.offset += rest.len() as u64;
        self.count(rest.len(), sink)
    }

    /// The first of the bytes that were given back, as many as there are up to `most`.
    fn take_returned(&mut self, most: usize) -> Vec<u8> {
        let Some(mut bytes) = self.returned.take() else {
            return Vec::new();
        };
        if bytes.len() > most {
            self.returned = Some(bytes.split_off(most));
        }
        bytes
    }

    /// Passes over some bytes.
    pub(super) fn skip(&mut self, left: u64, sink: &mut Sink<'_>) -> Result<(), Broken> {
        let most = usize::try_from(left).unwrap_or(usize::MAX);
        let mut left = left - self.take_returned(most).len() as u64;
        while left > 0 {
            sink.go_on()?;
            let here = self.inner.fill_buf()?.len();
            if here == 0 {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
            let step = here.min(usize::try_from(left).unwrap_or(usize::MAX));
            self.inner.consume(step);
            self.offset += step as u64;
            self.count(step, sink)?;
            left -= step as u64;
        }
        Ok(())
    }

    /// Reads to the end and throws away, so that checksums behind the last block are verified.
    pub(super) fn drain(&mut self, sink: &mut Sink<'_>) -> Result<(), Broken> {
        loop {
            let here = self.inner.fill_buf()?.len();
            if here == 0 {
                return Ok(());
            }
            self.skip(here as u64, sink)?;
        }
    }
}
