//! Small records ⇄ bytes: the one module that calls bincode.
//!
//! bincode is unmaintained (`docs/design.md`), so the bytes must outlive it: the golden vectors
//! below pin them. Hot columns have layouts of their own and do not come here.
//!
//! The encoding: integers as varints (one byte up to 250, else a marker and little endian), lengths
//! likewise, structs as their fields in order, options as a byte and the value.

use ::bincode::Options;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The bytes of a record.
///
/// A record is a plain struct or enum with derived `Serialize`; no `flatten`, `skip`, `tag` or
/// `untagged`, which bincode cannot read back.
#[allow(
    clippy::expect_used,
    reason = "bincode fails only on sequences of unknown length, and derived ones know theirs"
)]
pub(crate) fn encode_record<T: Serialize>(record: &T) -> Vec<u8> {
    ::bincode::DefaultOptions::new()
        .serialize(record)
        .expect("a record of derived parts has a known length")
}

/// The record of some bytes; trailing bytes are refused.
///
/// The message of a failure has no path: the caller knows the part and adds it.
pub(crate) fn decode_record<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    // No limit is set: bincode ignores it for slices, and the slice itself bounds what is read.
    ::bincode::DefaultOptions::new()
        .deserialize(bytes)
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Shape {
        Point,
        Line(u32, i32),
        Named { name: String },
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Sample {
        small: u64,
        middle: u64,
        large: u64,
        huge: u64,
        signed: i64,
        flag: bool,
        text: String,
        none: Option<u8>,
        some: Option<u8>,
        list: Vec<Shape>,
        bytes: Vec<u8>,
    }

    fn sample() -> Sample {
        Sample {
            small: 250,
            middle: 251,
            large: 70_000,
            huge: 1 << 40,
            signed: -3,
            flag: true,
            text: "día 日".into(),
            none: None,
            some: Some(7),
            list: vec![
                Shape::Point,
                Shape::Line(1, -1),
                Shape::Named { name: "n".into() },
            ],
            bytes: vec![0, 255],
        }
    }

    const GOLDEN: &[u8] = &[
        250, // small: one byte
        251, 251, 0, // middle: marker of u16
        252, 0x70, 0x11, 0x01, 0x00, // large: marker of u32
        253, 0, 0, 0, 0, 0, 1, 0, 0, // huge: marker of u64
        5, // signed: zigzag
        1, // flag
        8, b'd', 0xC3, 0xAD, b'a', b' ', 0xE6, 0x97, 0xA5, // text: bytes, then UTF-8
        0,    // none
        1, 7, // some
        3, 0, 1, 1, 1, 2, 1, b'n', // list: length, then variant and fields
        2, 0, 255, // bytes
    ];

    #[test]
    fn the_bytes_are_pinned() {
        assert_eq!(encode_record(&sample()), GOLDEN);
    }

    #[test]
    fn pinned_bytes_read_back() {
        assert_eq!(decode_record::<Sample>(GOLDEN).unwrap(), sample());
    }

    #[test]
    fn trailing_bytes_are_refused() {
        let mut bytes = GOLDEN.to_vec();
        bytes.push(0);
        assert!(decode_record::<Sample>(&bytes).is_err());
    }

    #[test]
    fn every_shorter_input_is_refused() {
        for end in 0..GOLDEN.len() {
            assert!(
                decode_record::<Sample>(&GOLDEN[..end]).is_err(),
                "{end} bytes"
            );
        }
    }

    #[test]
    fn a_length_beyond_the_input_is_refused_without_reserving_it() {
        let bytes = [253, 255, 255, 255, 255, 255, 255, 255, 127];
        assert!(decode_record::<Vec<u8>>(&bytes).is_err());
        assert!(decode_record::<String>(&bytes).is_err());
    }
}
