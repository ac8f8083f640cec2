//! A reader that answers questions of words by reading every text, to compare a store with.
//!
//! It shares no code with the index and the plan of a query: it takes events from a store, cuts their texts, and looks
//! through all of them for each question. `cut` cuts texts of plain letters by itself; other texts come cut.

#![allow(dead_code, unused_imports, reason = "each test file uses a part")]

mod bm25;
mod compare;
mod cut;
mod question;
mod reader;

pub use compare::{Tally, compare, compare_events};
pub use cut::{cut, is_han};
pub use question::{Alphabet, Question};
pub use reader::Reader;
