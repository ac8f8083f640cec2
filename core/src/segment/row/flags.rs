//! Row sets by kind.

use roaring::RoaringBitmap;

use crate::segment::block::{ByteReader, Malformed, put_u32};

/// Declares [`Flags`] with its sets in their order on disk, so that reading and writing name each
/// set and no other list repeats the order.
macro_rules! row_sets {
    ($($(#[$doc:meta])* $set:ident;)*) => {
        /// Row sets by kind, over all rows of the segment, deleted ones included.
        #[derive(Debug, Default, Clone, PartialEq)]
        pub(crate) struct Flags {
            $($(#[$doc])* pub $set: RoaringBitmap,)*
        }

        impl Flags {
            /// Reads the part of a segment of some rows.
            pub fn read(bytes: &[u8], rows: u32) -> Result<Self, Malformed> {
                let mut reader = ByteReader::new(bytes);
                // Segments of older versions end before the newest sets.
                Ok(Self {
                    $($set: match reader.is_empty() {
                        true => RoaringBitmap::new(),
                        false => read_set(&mut reader, rows)?,
                    },)*
                })
            }

            /// The sets with their names.
            pub fn sets(&self) -> impl Iterator<Item = (&'static str, &RoaringBitmap)> {
                [$((stringify!($set), &self.$set)),*].into_iter()
            }

            /// A set by its place on disk.
            #[cfg(test)]
            pub fn set_mut(&mut self, place: usize) -> &mut RoaringBitmap {
                let sets = [$(&mut self.$set),*];
                sets.into_iter().nth(place).unwrap()
            }

            /// The bytes of the part.
            pub fn encode(&self) -> Vec<u8> {
                let mut out = Vec::new();
                $(put_set(&mut out, &self.$set);)*
                out
            }
        }
    };
}

row_sets! {
    /// Rows that are events: no listings, other pages or twins.
    events;
    /// Events that a day page of their date does not list.
    superseded;
    /// Event pages of the opinion tree.
    opinions;
    /// Chinese rows, listings included.
    zh;
    /// Event pages whose id another page owns.
    twins;
    /// Day pages.
    day_pages;
    /// Rows whose page is kept verbatim.
    raw;
    /// Rows that a program added, not read from an archive.
    added;
    /// Day pages, front pages, lists of opinions.
    listings;
    /// Markdown pages, twins included. Since version 4.
    markdown;
    /// Markdown pages that are drafts.
    drafts;
}

fn read_set(reader: &mut ByteReader<'_>, rows: u32) -> Result<RoaringBitmap, Malformed> {
    let length = reader.u32()? as usize;
    let set = RoaringBitmap::deserialize_from(reader.slice(length)?)
        .map_err(|_| "a row set cannot be read")?;
    if set.max().is_some_and(|row| row >= rows) {
        return Err("a row set holds a row that is none");
    }
    Ok(set)
}

fn put_set(out: &mut Vec<u8>, set: &RoaringBitmap) {
    put_u32(out, set.serialized_size() as u32);
    // Writing to memory does not fail.
    let _ = set.serialize_into(out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_sets_on_disk_is_pinned() {
        let set = |row: u32| RoaringBitmap::from_iter([row]);
        let flags = Flags {
            events: set(0),
            superseded: set(1),
            opinions: set(2),
            zh: set(3),
            twins: set(4),
            day_pages: set(5),
            raw: set(6),
            added: set(7),
            listings: set(8),
            markdown: set(9),
            drafts: set(10),
        };
        let bytes = flags.encode();
        let mut reader = ByteReader::new(&bytes);
        for row in 0..11 {
            assert_eq!(read_set(&mut reader, 11), Ok(set(row)));
        }
        assert!(reader.is_empty());
        assert_eq!(Flags::read(&bytes, 11), Ok(flags));
        assert!(Flags::read(&bytes, 10).is_err());
        assert!(Flags::read(&bytes[..bytes.len() - 1], 9).is_err());
    }
}
