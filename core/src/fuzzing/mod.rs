//! What the fuzz targets in `fuzz/` call: one function for each reader of bytes that come from outside, and
//! inputs to begin with.
//!
//! | bytes from | body |
//! | --- | --- |
//! | a page | [`read_page`] |
//! | whoever types a query, an id, a day or a page token | [`read_query`] |
//! | the chunks and the manifest of a store | [`read_stored`] |
//! | `CURRENT`, `CLEAN`, `PLACES` | [`read_store_files`] |
//! | an export | [`import_export`] |
//! | a `.tar`, `.tar.gz`, `.tar.zst` or `.zip` | [`read_archive`] |
//! | the data file of a damaged store | [`salvage_data`] |
//!
//! A body panics where a reader breaks a promise: that is what fuzzing looks for. The same bodies run over a
//! fixed number of inputs in `core/tests/fuzzed.rs`.
//!
//! No part of the public API: it may change with any version.

#![allow(
    clippy::unwrap_used,
    reason = "what a body needs to begin is there, or nothing is tested"
)]

mod archive;
mod ask;
mod base;
mod export;
mod page;
mod query;
mod salvage;
mod store_files;
mod stored;
mod tar_blocks;

pub use archive::read_archive;
pub use export::import_export;
pub use page::read_page;
pub use query::read_query;
pub use salvage::salvage_data;
pub use store_files::read_store_files;
pub use stored::read_stored;

use crate::analysis::Analyzer;
use crate::event::searched_title;

/// A body with inputs to begin with.
#[derive(Debug, Clone, Copy)]
pub struct FuzzTarget {
    /// The name of the program in `fuzz/fuzz_targets/`.
    pub name: &'static str,
    /// Reads an input; panics where a promise is broken.
    pub body: fn(&[u8]),
    /// Inputs that are read without an error, most of them.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// Every body.
pub const TARGETS: [FuzzTarget; 7] = [
    FuzzTarget {
        name: "page_read",
        body: read_page,
        seeds: base::page_seeds,
    },
    FuzzTarget {
        name: "query",
        body: read_query,
        seeds: query::seeds,
    },
    FuzzTarget {
        name: "stored",
        body: read_stored,
        seeds: stored::seeds,
    },
    FuzzTarget {
        name: "store_files",
        body: read_store_files,
        seeds: store_files::seeds,
    },
    FuzzTarget {
        name: "import",
        body: |bytes| drop(import_export(bytes)),
        seeds: export::seeds,
    },
    FuzzTarget {
        name: "archive",
        body: read_archive,
        seeds: archive::seeds,
    },
    FuzzTarget {
        name: "salvage",
        body: salvage_data,
        seeds: salvage::seeds,
    },
];

/// The tokens of a text with their positions.
#[must_use]
pub fn tokens(text: &str) -> Vec<(String, u32)> {
    let mut tokens = Vec::new();
    Analyzer::default().tokens(text, |term, position| {
        tokens.push((term.to_owned(), position))
    });
    tokens
}

/// [`tokens`] of a title as its page has it, by which the event is found.
#[must_use]
pub fn title_tokens(written: &str) -> Vec<(String, u32)> {
    tokens(&searched_title(written))
}
