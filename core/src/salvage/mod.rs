//! What a damaged store still holds → an archive in the form of an export.
//!
//! The engine is not opened: it would take a damaged byte for the end of its log and write over what lies
//! behind. Chunks are found by their headers wherever they lie, and each is verified by its checksum.
//!
//! | question | file |
//! | --- | --- |
//! | which whole chunks do the files hold | `core/src/storage/salvage/` |
//! | which segments are these | `segments` |
//! | what stands in for parts that all rows hang on | `mend` |
//! | which days and which terms were it | `days`, `terms` |
//! | can the page of a row be given, byte for byte | `row` |
//! | which pages are given | `run` |
//! | what was given and what is lost | `report` |

mod days;
mod mend;
mod report;
mod row;
mod run;
mod segments;
mod terms;
#[cfg(test)]
mod tests;

pub use report::{LostPage, SalvageBasis, SalvageReport};
pub use run::salvage;
