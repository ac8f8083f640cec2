//! The native half of the Python package `eventstore`.
//!
//! It binds the core and adds nothing: each function converts its arguments, detaches from the interpreter, calls the
//! core and converts the result. One file per concept, each with `register`.

mod arrow;
mod cli;
mod convert;
mod errors;
mod event;
mod hits;
mod html;
mod ingest;
mod part;
mod query;
mod record;
mod report;
mod store;
mod timeline;

use pyo3::prelude::*;

/// Events are many small strings, and the stages of an ingest free what other threads made, where libc's allocator locks:
/// whole events by id and loading take a tenth and a fifth less.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[pymodule(gil_used = false)]
mod _eventstore {
    use super::*;

    #[pymodule_init]
    fn init(m: &Bound<'_, PyModule>) -> PyResult<()> {
        m.add("__version__", env!("CARGO_PKG_VERSION"))?;
        event::register(m)?;
        query::register(m)?;
        store::register(m)?;
        hits::register(m)?;
        timeline::register(m)?;
        report::register(m)?;
        cli::register(m)
    }
}
