//! Running queries on real stores in memory, against a reader that goes through every event.

mod answers;
mod hints;
mod hints_of_times;
mod laws;
pub(crate) mod model;
mod pages;
mod reads;
mod split_timelines;
pub(crate) mod stores;
