//! The CRC-32 of a file: in one pass that shows its bytes, or on several cores.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::error::Result;
use crate::storage::directory::cannot;
use crate::storage::readahead::read_at;

/// Bytes read at once: what fits into the cache of a core.
const BUFFER: usize = 256 << 10;

/// Threads at most: more do not read a file faster.
const THREADS_MAX: usize = 4;

/// The checksum of a file. `visit` gets its bytes as they are read.
pub(super) fn checksum(path: &Path, mut visit: impl FnMut(&[u8])) -> Result<u32> {
    let mut hasher = crc32fast::Hasher::new();
    let mut file = File::open(path).map_err(cannot("open", path))?;
    let mut buffer = vec![0; BUFFER];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hasher.finalize()),
            Ok(read) => {
                hasher.update(&buffer[..read]);
                visit(&buffer[..read]);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(cannot("read", path)(error)),
        }
    }
}

/// The checksum of a file that nobody writes to, on several cores.
///
/// Its threads are its own. A caller may hold a lock that a thread of the library's pool waits for: see
/// [`pool::run`](crate::pool::run).
pub(super) fn parallel_checksum(path: &Path) -> Result<u32> {
    let length = fs::metadata(path).map_err(cannot("read", path))?.len();
    let buffers = length.div_ceil(BUFFER as u64);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let threads = cores.min(THREADS_MAX).min((buffers / 4) as usize);
    let next = AtomicU64::new(0);
    // All of them go through the file together, so that a disk reads it in order.
    let read = || -> io::Result<Vec<(u64, crc32fast::Hasher)>> {
        let file = File::open(path)?;
        let mut buffer = vec![0; BUFFER];
        let mut sums = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= buffers {
                return Ok(sums);
            }
            let start = number * BUFFER as u64;
            let part = &mut buffer[..(length - start).min(BUFFER as u64) as usize];
            read_at(&file, part, start)?;
            let mut hasher = crc32fast::Hasher::new();
            hasher.update(part);
            sums.push((number, hasher));
        }
    };
    let sums = thread::scope(|scope| {
        // Where the system gives no thread, this one reads everything.
        let others: Vec<_> = (1..threads)
            .map_while(|_| thread::Builder::new().spawn_scoped(scope, read).ok())
            .collect();
        let mut sums = read()?;
        for other in others {
            let joined = other.join();
            sums.extend(joined.unwrap_or_else(|_| Err(io::Error::other("a thread ended")))?);
        }
        Ok(sums)
    });
    let mut sums = sums.map_err(cannot("read", path))?;
    sums.sort_by_key(|(number, _)| *number);
    let mut whole = crc32fast::Hasher::new();
    sums.iter().for_each(|(_, sum)| whole.combine(sum));
    Ok(whole.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_threads_find_the_checksum_that_one_finds() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("file");
        let bytes: Vec<u8> = (0..40 * BUFFER + 7)
            .map(|at| (at * at / 251) as u8)
            .collect();
        for length in [
            0,
            1,
            BUFFER - 1,
            BUFFER,
            8 * BUFFER,
            9 * BUFFER + 1,
            bytes.len(),
        ] {
            fs::write(&path, &bytes[..length]).unwrap();
            let sum = crc32fast::hash(&bytes[..length]);
            assert_eq!(parallel_checksum(&path).unwrap(), sum, "{length}");
            let mut seen = 0;
            let one = checksum(&path, |bytes| seen += bytes.len()).unwrap();
            assert_eq!((one, seen), (sum, length));
        }
        let error = parallel_checksum(&home.path().join("none")).unwrap_err();
        assert!(error.to_string().contains("none"), "{error}");
    }
}
