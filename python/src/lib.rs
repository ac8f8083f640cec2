//! The native half of the Python package `eventstore`.
//!
//! It binds the core and adds nothing: each function converts its arguments, detaches from the
//! interpreter, calls the core and converts the result. There is one file per concept, each with
//! `register`.
//!
//! The docstrings are those of the stub `python/eventstore/_eventstore.pyi`, and `build.rs` makes
//! two macros of it. `docstring!(Store.add)` is the text of the stub. `signed_docstring!(open)` has
//! the stub's signature before it, for calls with a default that pyo3 cannot show by itself; these
//! say `text_signature = None`.

// Library code returns an error where it cannot go on; tests may stop at once.
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

// Before the modules, which use its macros.
include!(concat!(env!("OUT_DIR"), "/docstrings.rs"));

mod arrow;
mod cli;
mod convert;
mod display;
mod errors;
mod event;
mod event_values;
mod highlight;
mod hits;
mod hits_iterator;
mod ingest;
mod key;
mod limits;
mod many;
mod meta;
mod moving;
mod notebook;
mod other_names;
mod pages;
mod part;
mod path;
mod query;
mod reader;
mod record;
mod remark;
mod report;
mod result_page;
mod salvage;
mod selection;
mod sequence;
mod shown_hits;
mod similar;
mod split_timeline;
mod stats;
mod store;
mod store_reports;
mod terminal;
mod timeline;

use pyo3::prelude::*;

/// Events are many small strings, and an ingest frees in one thread what another made, which makes
/// the allocator of libc wait for a lock. With this one, reading whole events by id takes a tenth
/// less time, and loading an archive a fifth less.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[pymodule(gil_used = false)]
mod _eventstore {
    use super::*;

    #[pymodule_init]
    fn init(m: &Bound<'_, PyModule>) -> PyResult<()> {
        eventstore_cli::give_memory_back_early();
        m.add("__version__", env!("CARGO_PKG_VERSION"))?;
        event::register(m)?;
        query::register(m)?;
        reader::register(m)?;
        store::register(m)?;
        many::register(m)?;
        hits::register(m)?;
        result_page::register(m)?;
        highlight::register(m)?;
        timeline::register(m)?;
        split_timeline::register(m)?;
        similar::register(m)?;
        report::register(m)?;
        store_reports::register(m)?;
        limits::register(m)?;
        salvage::register(m)?;
        selection::register(m)?;
        pages::register(m)?;
        stats::register(m)?;
        cli::register(m)
    }
}
