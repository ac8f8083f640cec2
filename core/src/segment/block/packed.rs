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
    let packer = BitPacker4x::new();
    let mut block = [0; BLOCK];
    for _ in 0..count / BLOCK {
        let width = reader.u8()?;
        if width > 32 {
            return Err("numbers have more than 32 bits");
        }
        let packed = reader.slice(BitPacker4x::compressed_block_size(width))?;
        packer.decompress(packed, &mut block, width);
        out.extend_from_slice(&block);
    }
    for _ in 0..count % BLOCK {
        out.push(reader.u32()?);
    }
    Ok(())
}

/// Passes over `count` numbers that [`put_packed`] wrote.
pub(in crate::segment) fn skip_packed(
    reader: &mut ByteReader<'_>,
    count: usize,
) -> Result<(), Malformed> {
    for _ in 0..count / BLOCK {
        let width = reader.u8()?;
        if width > 32 {
            return Err("numbers have more than 32 bits");
        }
        reader.slice(BitPacker4x::compressed_block_size(width))?;
    }
    for _ in 0..count % BLOCK {
        reader.u32()?;
    }
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
    out.reserve(count as usize);
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
            let mut reader = ByteReader::new(&bytes);
            skip_packed(&mut reader, numbers.len()).unwrap();
            prop_assert_eq!(reader.u8(), Ok(rest));
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
