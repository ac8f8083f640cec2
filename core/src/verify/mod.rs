//! Whether a store is whole: its chunks, its rows, its indexes, and the law by which events follow from
//! pages.
//!
//! | question | file |
//! | --- | --- |
//! | what is looked at, in which order | `run` |
//! | what was looked at, and what is wrong | `report` |
//! | is every chunk there and whole | `chunks` |
//! | are the stored fields of a page those of the page that was put | `rows` |
//! | do twins, tags and superseded events follow from the pages | `law` |
//! | are the indexes of a segment those of its rows | `core/src/segment/compare/` |

mod chunks;
mod law;
mod report;
mod rows;
mod run;
#[cfg(test)]
mod tests;

pub use report::{Finding, VerifyDepth, VerifyReport, VerifyStep};
