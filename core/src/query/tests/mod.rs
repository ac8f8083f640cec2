//! Running queries on real stores in memory, against a reader that goes through every event.

#[cfg(feature = "arrow")]
mod batches;
mod hints;
mod laws;
mod model;
mod pages;
mod reads;
mod stores;
