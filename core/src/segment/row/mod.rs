//! What is stored for one page, and reading it back.
//!
//! | question | answer |
//! | --- | --- |
//! | kind, name and title of a row | [`RowHeader`], [`RowKind`] |
//! | all other fields of an event | `body` |
//! | which rows are events, superseded, Chinese and so on | [`Flags`] |
//! | the page of a row, as written | `Segment::page`, `Segment::event_page` |
//! | the event of a row, as clean text | `Segment::event` |
//! | what a Markdown page has instead | `markdown`, [`MarkdownRow`] |
//! | fields of many rows, for columns | [`ColumnReader`] |

mod body;
#[cfg_attr(
    not(feature = "arrow"),
    expect(dead_code, reason = "only arrow/ reads rows for columns")
)]
mod columns;
mod event;
mod flags;
mod header;
mod markdown;
#[cfg_attr(
    not(feature = "arrow"),
    expect(dead_code, reason = "only columns read a row in part")
)]
mod markdown_row;
mod read;

pub(super) use body::{BodyTerms, decode as decode_body, encode as encode_body, push};
#[cfg(feature = "arrow")]
pub(crate) use columns::{ColumnHeader, ColumnReader, ColumnTitle};
pub(crate) use flags::Flags;
pub(crate) use header::MarkdownHeader;
pub(crate) use header::{RowHeader, RowKind, day_of_name, id_day, superseding_day};
pub(super) use header::{
    compare_name, decode as decode_header, encode as encode_header, encode_external,
    external_title, is_found_by_name, path_ending, path_with_ending, read as read_header,
};
pub(crate) use markdown::PageAtPath;
pub(super) use markdown::encode as encode_markdown;
#[cfg(feature = "arrow")]
pub(crate) use markdown_row::MarkdownRow;
pub(crate) use read::{HeaderTable, UNKNOWN_TAG};
