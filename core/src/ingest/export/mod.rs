//! Store → archive that holds all of it, and back: `Store::export` and `Store::import`.
//!
//! | file | question |
//! | --- | --- |
//! | `members` | what do the first and the last member say, and the record beside a page |
//! | `listing_text` | how does a listing stand in an export, of which the store holds links alone |
//! | `tar_writer` | which bytes of tar are a member |
//! | `write` | a snapshot into an archive |
//! | `reader` | an archive of that kind, member by member |
//! | `import` | its pages into a store |
//! | `entry` | the calls of `Store` |

mod entry;
mod import;
mod listing_text;
mod members;
mod reader;
mod tar_writer;
mod write;

pub use entry::ExportOptions;
pub(crate) use entry::write_file;
pub(crate) use members::{MemberKind, SalvageNote};
pub use write::ExportReport;
pub(crate) use write::{ExportContent, ExportedRow, page_of, sort_rows};

pub(super) use import::{import_path, is_export};
