//! Lists of numbers, packed: 128 at a time with as many bits as the largest of them needs, and what is
//! left as varints. Rows of a term are ascending, so the gaps between them are packed.

use bitpacking::{BitPacker, BitPacker4x};

use super::varint::{ByteReader, Malformed, put_u32};

/// Numbers of a full block.
const BLOCK: usize = BitPacker4x::BLOCK_LEN;

/// Bytes of a full block with the widest numbers.
const BLOCK_BYTES_MAX: usize = BLOCK * 4;

/// Appends numbers. How many they are is the reader's to know.
pub(in crate::segment) fn put_packed(out: &mut Vec<u8>, numbers: &[u32]) {
    let packer = BitPacker4x::new();
    let mut packed = [0; BLOCK_BYTES_MAX];
    let (blocks, rest) = numbers.as_chunks::<BLOCK>();
    for block in blocks {
        let width = packer.num_bits(block);
        let length = packer.compress(block, &mut packed, width);
        out.push(width);
        out.extend_from_slice(&packed[..length]);
    }
    for &number in rest {
        put_u32(out, number);
    }
}

/// Appends `count` numbers that [`put_packed`] wrote.
pub(in crate::segment) fn read_packed(
    reader: &mut ByteReader<'_>,
    count: usize,
    out: &mut Vec<u32>,
) -> Result<(), Malformed> {
    let mut block = [0; BLOCK];
    // 128 numbers take a byte at least: what is not there is not believed.
    out.reserve(count.min(reader.left().saturating_mul(BLOCK)));
    for _ in 0..count / BLOCK {
        unpack(reader, &mut block)?;
        out.extend_from_slice(&block);
    }
    for _ in 0..count % BLOCK {
        out.push(reader.u32()?);
    }
    Ok(())
}

/// Reads numbers that [`put_packed`] wrote a few at a time, a block in memory.
pub(in crate::segment) struct PackedReader<'b> {
    reader: ByteReader<'b>,
    /// Numbers behind the block in memory.
    left: usize,
    block: [u32; BLOCK],
    /// What of the block is not read yet.
    unread: std::ops::Range<usize>,
    /// Numbers that lie in two blocks.
    joined: Vec<u32>,
}

impl<'b> PackedReader<'b> {
    /// A reader of `count` numbers.
    pub fn new(bytes: &'b [u8], count: usize) -> Self {
        Self {
            reader: ByteReader::new(bytes),
            left: count,
            block: [0; BLOCK],
            unread: 0..0,
            joined: Vec::new(),
        }
    }

    /// The next numbers.
    #[inline]
    pub fn take(&mut self, count: usize) -> Result<&[u32], Malformed> {
        if count <= self.unread.len() {
            let from = self.unread.start;
            self.unread.start += count;
            return Ok(&self.block[from..from + count]);
        }
        self.take_joined(count)
    }

    fn take_joined(&mut self, count: usize) -> Result<&[u32], Malformed> {
        self.joined.clear();
        while self.joined.len() < count {
            if self.unread.is_empty() {
                self.load()?;
            }
            let some = self.unread.len().min(count - self.joined.len());
            let from = self.unread.start;
            self.joined
                .extend_from_slice(&self.block[from..from + some]);
            self.unread.start += some;
        }
        Ok(&self.joined)
    }

    /// Appends the next numbers.
    pub fn take_into(&mut self, mut count: usize, out: &mut Vec<u32>) -> Result<(), Malformed> {
        while count > 0 {
            if self.unread.is_empty() {
                self.load()?;
            }
            let some = self.unread.len().min(count);
            let from = self.unread.start;
            out.extend_from_slice(&self.block[from..from + some]);
            self.unread.start += some;
            count -= some;
        }
        Ok(())
    }

    /// Passes over numbers. Whole blocks are not unpacked.
    #[inline]
    pub fn skip(&mut self, mut count: usize) -> Result<(), Malformed> {
        if count <= self.unread.len() {
            self.unread.start += count;
            return Ok(());
        }
        count -= self.unread.len();
        self.unread = 0..0;
        while count >= BLOCK && self.left >= BLOCK {
            let width = self.reader.u8()?;
            self.reader
                .slice(BitPacker4x::compressed_block_size(width.min(32)))?;
            self.left -= BLOCK;
            count -= BLOCK;
        }
        while count > 0 {
            self.load()?;
            let some = self.unread.len().min(count);
            self.unread.start += some;
            count -= some;
        }
        Ok(())
    }

    fn load(&mut self) -> Result<(), Malformed> {
        let some = self.left.min(BLOCK);
        if some == 0 {
            return Err("a list of numbers ends too early");
        }
        if some == BLOCK {
            unpack(&mut self.reader, &mut self.block)?;
        } else {
            for number in &mut self.block[..some] {
                *number = self.reader.u32()?;
            }
        }
        self.left -= some;
        self.unread = 0..some;
        Ok(())
    }
}

/// Reads a full block.
fn unpack(reader: &mut ByteReader<'_>, block: &mut [u32; BLOCK]) -> Result<(), Malformed> {
    let width = reader.u8()?;
    if width > 32 {
        return Err("numbers have more than 32 bits");
    }
    let packed = reader.slice(BitPacker4x::compressed_block_size(width))?;
    BitPacker4x::new().decompress(packed, block, width);
    Ok(())
}

/// Appends ascending rows, behind their number.
pub(in crate::segment) fn put_rows(out: &mut Vec<u8>, rows: &[u32]) {
    put_u32(out, rows.len() as u32);
    let mut next = 0;
    let mut gaps = [0; BLOCK];
    for rows in rows.chunks(BLOCK) {
        for (gap, &row) in gaps.iter_mut().zip(rows) {
            *gap = row - next;
            next = row + 1;
        }
        put_packed(out, &gaps[..rows.len()]);
    }
}

/// Appends the rows that [`put_rows`] wrote: ascending numbers below `limit`.
pub(in crate::segment) fn read_rows(
    bytes: &[u8],
    limit: u32,
    out: &mut Vec<u32>,
) -> Result<(), Malformed> {
    let mut reader = ByteReader::new(bytes);
    let count = reader.u32()?;
    if count > limit {
        return Err("a term has more rows than there are");
    }
    let first = out.len();
    read_packed(&mut reader, count as usize, out)?;
    if !reader.is_empty() {
        return Err("a list of rows is too long");
    }
    let (mut next, mut sum) = (0u32, 0u64);
    for gap in &mut out[first..] {
        sum += u64::from(*gap) + 1;
        let row = next.wrapping_add(*gap);
        *gap = row;
        next = row.wrapping_add(1);
    }
    // All of them are below the last one, which has not wrapped if the sum is not too large.
    match sum <= u64::from(limit) {
        true => Ok(()),
        false => Err("a posting is no row"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_come_back(numbers in prop::collection::vec(any::<u32>(), 0..400), rest in any::<u8>()) {
            let mut bytes = Vec::new();
            put_packed(&mut bytes, &numbers);
            bytes.push(rest);
            let mut reader = ByteReader::new(&bytes);
            let mut read = Vec::new();
            read_packed(&mut reader, numbers.len(), &mut read).unwrap();
            prop_assert_eq!(&read, &numbers);
            prop_assert_eq!(reader.u8(), Ok(rest));
        }

        #[test]
        fn numbers_come_back_a_few_at_a_time(
            numbers in prop::collection::vec(0u32..1000, 0..600),
            steps in prop::collection::vec((any::<bool>(), 0usize..200), 0..40),
        ) {
            let mut bytes = Vec::new();
            put_packed(&mut bytes, &numbers);
            let mut reader = PackedReader::new(&bytes, numbers.len());
            let mut at = 0;
            for (takes, count) in steps {
                let there = at + count <= numbers.len();
                match takes {
                    true => prop_assert_eq!(reader.take(count).ok(), there.then(|| &numbers[at..at + count])),
                    false => prop_assert_eq!(reader.skip(count).is_ok(), there),
                }
                if !there {
                    break;
                }
                at += count;
            }
        }

        #[test]
        fn rows_come_back(rows in prop::collection::btree_set(0u32..5000, 0..1000)) {
            let rows: Vec<u32> = rows.into_iter().collect();
            let mut bytes = Vec::new();
            put_rows(&mut bytes, &rows);
            let mut read = Vec::new();
            read_rows(&bytes, 5000, &mut read).unwrap();
            prop_assert_eq!(&read, &rows);
            if let Some(&last) = rows.last() {
                read.clear();
                prop_assert_eq!(read_rows(&bytes, last, &mut read), Err("a posting is no row"));
            }
        }

        #[test]
        fn damaged_rows_are_refused_or_ascend(mut bytes in prop::collection::vec(any::<u8>(), 0..200), count in 0u8..=200) {
            bytes.insert(0, count & 0x7f);
            let mut read = Vec::new();
            if read_rows(&bytes, 1000, &mut read).is_ok() {
                prop_assert!(read.is_sorted_by(|a, b| a < b) && read.last().is_none_or(|&last| last < 1000));
            }
        }
    }
}
