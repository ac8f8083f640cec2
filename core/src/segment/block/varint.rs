//! The two shapes of which parts are made: varints (LEB128), and byte strings after their length.
//!
//! Written by hand, although crates do it: it is forty lines, its errors are the texts that
//! `Corrupt` shows, and reading a header or a posting is mostly the loop in [`ByteReader::u32`].

/// Appends a number as a varint.
pub(crate) fn put_u32(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends the length of a string, then its bytes.
pub(crate) fn put_str(out: &mut Vec<u8>, text: &str) {
    put_u32(out, text.len() as u32);
    out.extend_from_slice(text.as_bytes());
}

/// Reads what [`put_u32`] and [`put_str`] wrote. Bytes that are too short or malformed are an
/// error, never a panic.
#[derive(Clone, Copy)]
pub(crate) struct ByteReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// What is wrong with bytes that this format did not write.
pub(crate) type Malformed = &'static str;

impl<'a> ByteReader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub fn is_empty(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// Number of bytes that are not read yet.
    pub fn left(&self) -> usize {
        self.bytes.len().saturating_sub(self.at)
    }

    /// Number of bytes read so far.
    pub fn position(&self) -> usize {
        self.at
    }

    pub fn u8(&mut self) -> Result<u8, Malformed> {
        let byte = *self.bytes.get(self.at).ok_or("ends too early")?;
        self.at += 1;
        Ok(byte)
    }

    pub fn u32(&mut self) -> Result<u32, Malformed> {
        let mut value = 0u32;
        for shift in (0..35).step_by(7) {
            let byte = self.u8()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err("a number is too long")
    }

    pub fn slice(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let end = self.at.checked_add(length).ok_or("a length is too large")?;
        let slice = self.bytes.get(self.at..end).ok_or("ends too early")?;
        self.at = end;
        Ok(slice)
    }

    pub fn str(&mut self) -> Result<&'a str, Malformed> {
        let length = self.u32()? as usize;
        std::str::from_utf8(self.slice(length)?).map_err(|_| "text is not UTF-8")
    }

    pub fn rest(&mut self) -> &'a [u8] {
        let rest = &self.bytes[self.at.min(self.bytes.len())..];
        self.at = self.bytes.len();
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let mut out = Vec::new();
        for value in [0, 1, 127, 128, 16_383, 16_384, u32::MAX] {
            put_u32(&mut out, value);
        }
        put_str(&mut out, "köln 科隆");
        let mut reader = ByteReader::new(&out);
        for value in [0, 1, 127, 128, 16_383, 16_384, u32::MAX] {
            assert_eq!(reader.u32(), Ok(value));
        }
        assert_eq!(reader.str(), Ok("köln 科隆"));
        assert!(reader.is_empty());
        assert!(reader.u32().is_err());
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(ByteReader::new(&[0x80; 8]).u32().is_err());
        assert!(ByteReader::new(&[5, b'a']).str().is_err());
        assert!(ByteReader::new(&[2, 0xff, 0xfe]).str().is_err());
    }
}
