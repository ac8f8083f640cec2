//! Chunks with right checksums and other content: a quick look passes them, a full one does not.

use std::collections::BTreeMap;

use super::kit::{copy, look, rewrite, segments, whole};
use crate::segment::{Part, PartContent};

/// Bytes of a part that are turned.
const TURNED: usize = 16;

#[test]
fn a_full_look_finds_other_content_in_every_part() {
    let storage = whole();
    let (mut tried, mut found, mut parts) = (0, 0, 0);
    let mut missed: BTreeMap<String, u32> = BTreeMap::new();
    for segment in segments(&storage) {
        let meta = segment.meta.clone();
        for (number, chunks) in &meta.chunks {
            let part = Part::from_number(*number).unwrap();
            let content = PartContent::of(&segment, part).unwrap();
            if *chunks == 0 || content.len() == 0 {
                continue;
            }
            parts += 1;
            let mut last = None;
            for i in 0..TURNED {
                let at = i * content.len() / TURNED;
                if last.replace(at) == Some(at) {
                    continue;
                }
                let damaged = copy(&*storage);
                let (turned, entry) = content.turned(at, 1 << (i % 4));
                rewrite(&*damaged, &segment, part, turned);
                tried += 1;
                // Some parts are read when a store is opened.
                let Some((quick, full)) = look(damaged) else {
                    found += 1;
                    continue;
                };
                assert!(quick.is_sound(), "{part:?} {at}: {:?}", quick.findings);
                if full.is_sound() {
                    *missed.entry(format!("{part:?}")).or_default() += 1;
                    println!(
                        "missed: {part:?} byte {at} of {}, entry {entry:?}",
                        content.len()
                    );
                } else {
                    found += 1;
                }
            }
        }
    }
    println!("{tried} damages of content in {parts} parts, {found} found, missed {missed:?}");
    assert!(parts > 30 && tried > 300);
    // A tag that a listing alone gives, and to an event of another segment: the bytes of listings are not
    // stored, so that what they say cannot be held against them. And what the layout of an added page says
    // of lists that the page does not have.
    assert!(
        missed
            .keys()
            .all(|part| part == "Terms" || part == "Layouts"),
        "{missed:?}"
    );
    assert!(tried - found <= 5, "{missed:?}");
}
