//! What the checksum of a chunk says of the nonce that it covers.
//!
//! A checksum covers header, nonce and payload, and CRC-32 is linear: the CRC of a whole is made of those of
//! its pieces, each moved by the bytes behind it. So header, payload and checksum of a whole chunk
//! give the CRC of the nonce, which is one for all chunks of an opening, while damaged chunks give any.
//! Chunks of an unknown opening are thus verified by their agreement, and a nonce of that CRC is as good
//! as the one that was drawn.

/// The polynomial of CRC-32, its highest power left out, the lowest in the highest bit.
const POLYNOMIAL: u32 = 0xedb8_8320;

/// x⁰ in this order of bits.
const ONE: u32 = 1 << 31;

/// The powers of x repeat after so many: the polynomial is primitive.
const PERIOD: u64 = u32::MAX as u64;

/// Product of two polynomials, modulo the one of CRC-32.
fn product(a: u32, mut b: u32) -> u32 {
    let mut sum = 0;
    for bit in (0..u32::BITS).rev() {
        if a >> bit & 1 == 1 {
            sum ^= b;
        }
        b = b >> 1 ^ if b & 1 == 1 { POLYNOMIAL } else { 0 };
    }
    sum
}

/// The power of x that moves a CRC by some bits, forwards.
fn moving_by(bits: u64) -> u32 {
    let (mut power, mut square, mut left) = (ONE, ONE >> 1, bits % PERIOD);
    while left > 0 {
        if left & 1 == 1 {
            power = product(square, power);
        }
        square = product(square, square);
        left >>= 1;
    }
    power
}

/// The same backwards.
fn moving_back_by(bits: u64) -> u32 {
    moving_by(PERIOD - bits % PERIOD)
}

/// The CRC of the eight bytes between two pieces, from that of the whole: `sum`.
pub(super) fn nonce_checksum(before: &[u8], after: &[u8], sum: u32) -> u32 {
    let moved = sum ^ crc32fast::hash(after);
    let up_to_nonce = product(moving_back_by(8 * after.len() as u64), moved);
    up_to_nonce ^ product(moving_by(64), crc32fast::hash(before))
}

/// The CRC of a nonce.
pub(super) fn checksum_of(nonce: u64) -> u32 {
    crc32fast::hash(&nonce.to_le_bytes())
}

/// A nonce of this CRC; not 0, which stands for none.
pub(super) fn nonce_of(checksum: u32) -> u64 {
    let first = [1, 0, 0, 0];
    // What four bytes behind these must have as their CRC, and which bytes have it.
    let behind = checksum ^ product(moving_by(32), crc32fast::hash(&first));
    let bytes = !product(moving_back_by(32), !behind);
    u64::from(bytes) << 32 | u64::from(u32::from_le_bytes(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nonce_of_a_whole_chunk_shows_and_one_like_it_is_found() {
        let mut seed = 7u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            seed >> 11 ^ seed << 13
        };
        let mut seen = 0;
        for length in (0..40).chain([1000, 7145]) {
            let nonce = next();
            let before: Vec<u8> = (0..19).map(|_| next() as u8).collect();
            let after: Vec<u8> = (0..length).map(|_| next() as u8).collect();
            let sum =
                |nonce: u64| crc32fast::hash(&[&before[..], &nonce.to_le_bytes(), &after].concat());
            let found = nonce_checksum(&before, &after, sum(nonce));
            assert_eq!(found, checksum_of(nonce), "{length}");
            let like = nonce_of(found);
            assert_eq!(sum(like), sum(nonce));
            assert_ne!(like, 0);
            assert_ne!(nonce_checksum(&before, &after, sum(nonce) ^ 1), found);
            seen += 1;
        }
        println!("{seen} chunks");
    }
}
