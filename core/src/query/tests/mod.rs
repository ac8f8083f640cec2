//! Running queries on real stores in memory, against a reader that goes through every event.

mod laws;
mod model;
mod pages;
mod reads;
mod stores;
