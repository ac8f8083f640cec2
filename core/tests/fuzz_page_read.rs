//! The body of the fuzz target `page_read` over a fixed number of pages, so that stable CI runs it too.
//!
//! Pages of the sample archives and of the specification are cut, joined and changed by a fixed stream of random
//! numbers: a failure comes again on every machine. `FUZZ_SECONDS=600 FUZZ_SEED=2 cargo test --release --test
//! fuzz_page_read` goes on for longer, with other numbers.

mod support;

use std::path::Path;

use eventstore::fuzzing::read_page;
use support::project;

const CASES: u64 = 4_000;

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

/// The pages of a specification, as they stand in its files.
fn specified(folder: &Path) -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    pages(folder, &mut files);
    let texts = files
        .into_iter()
        .map(|file| String::from_utf8(file).unwrap());
    let of_file = |text: String| -> Vec<Vec<u8>> {
        let cases = text.split("%% page\n").skip(1);
        let page = |case: &str| case.split("\n%% ").next().unwrap().to_owned() + "\n";
        cases.map(|case| page(case).into_bytes()).collect()
    };
    texts.flat_map(of_file).collect()
}

#[test]
fn no_page_made_of_pieces_of_pages_breaks_a_promise_of_the_reader() {
    let mut archive = Vec::new();
    pages(&project().join("examples/archive"), &mut archive);
    assert!(archive.len() > 100, "the sample archive is there");
    // As many pages with front matter as others.
    let mut markdown = Vec::new();
    pages(&project().join("examples/blog"), &mut markdown);
    markdown.extend(specified(&project().join("tests/pages/markdown")));
    assert!(markdown.len() > 90, "the specification is there");
    archive.extend(markdown);
    for page in &archive {
        read_page(page);
    }
    let number = |name: &str| std::env::var(name).ok()?.parse().ok();
    let mut random = Random(number("FUZZ_SEED").unwrap_or(1));
    let seconds = number("FUZZ_SECONDS").map(std::time::Duration::from_secs);
    let started = std::time::Instant::now();
    let goes_on = |case: u64| match seconds {
        Some(seconds) => started.elapsed() < seconds,
        None => case < CASES,
    };
    let mut case = 0;
    while goes_on(case) {
        case += 1;
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
    println!("{case} pages read");
}
