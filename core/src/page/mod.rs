//! Pages: bytes → [`Page`], and an event page back to its bytes.
//!
//! | question | file |
//! | --- | --- |
//! | how do a file's bytes become a page, and what may it hold? | `read`, `limits` |
//! | what does a page say, as written? | `model` |
//! | what does its path say? | `logical_path` |
//! | where is a mistake in it? | `lines` |
//! | what is its prose, as text and as HTML? | `markdown` |
//! | how are pages of the Context's format read, rendered and made? | `context/` |
//!
//! `context` is the only page format so far. A further format is a folder beside it, from which
//! `read` takes the same [`Page`].

mod context;
mod limits;
mod lines;
mod logical_path;
mod markdown;
mod model;
mod read;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use context::push_english_guess;
pub(crate) use context::{
    Layout, compare_english_guess, compare_guess, context_tags, from_event, guess_slug,
    line_pieces, push_guess, render, to_event,
};
pub(crate) use limits::PageLimits;
pub(crate) use logical_path::LogicalPath;
pub(crate) use model::{
    ChangeItem, Edition, EventPage, Listing, ListingItem, ListingKind, Page, PageKind, RelatedItem,
    SourceItem, Span,
};
pub(crate) use read::{PARSER_VERSION, read};
