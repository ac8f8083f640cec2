//! The body of the fuzz target `page_read` over a fixed number of pages, so that stable CI runs it too.
//!
//! Pages of the sample archive are cut, joined and changed by a fixed stream of random numbers: a
//! failure comes again on every machine.

mod support;

use std::path::Path;

use eventstore::fuzzing::read_page;
use support::project;

const CASES: u32 = 4_000;

/// SplitMix64, as in `benches/src/random.rs`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, below: usize) -> usize {
        self.next() as usize % below.max(1)
    }

    /// A piece of a page, of at most 200 bytes.
    fn piece<'p>(&mut self, page: &'p [u8]) -> &'p [u8] {
        let from = self.below(page.len());
        let bytes = self.below(200);
        &page[from..(from + bytes).min(page.len())]
    }
}

fn pages(folder: &Path, found: &mut Vec<Vec<u8>>) {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            pages(&path, found);
        } else {
            found.push(std::fs::read(path).unwrap());
        }
    }
}

#[test]
fn no_page_made_of_pieces_of_pages_breaks_a_promise_of_the_reader() {
    let mut archive = Vec::new();
    pages(&project().join("examples/archive"), &mut archive);
    assert!(archive.len() > 100, "the sample archive is there");
    for page in &archive {
        read_page(page);
    }
    let mut random = Random(1);
    for case in 0..CASES {
        let mut page = archive[random.below(archive.len())].clone();
        for _ in 0..=random.below(3) {
            let at = random.below(page.len());
            match random.below(4) {
                0 => drop(page.drain(at..(at + random.below(60)).min(page.len()))),
                1 => {
                    let other = random.below(archive.len());
                    page.splice(at..at, random.piece(&archive[other]).to_vec());
                }
                2 => page.insert(at, random.next() as u8),
                _ => page.truncate(at),
            }
        }
        let shown = String::from_utf8_lossy(&page).into_owned();
        std::panic::catch_unwind(|| read_page(&page))
            .unwrap_or_else(|_| panic!("case {case}:\n{shown}"));
    }
}
