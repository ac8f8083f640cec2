//! Pages in memory → parts.
//!
//! | question | answer |
//! | --- | --- |
//! | a page that waits for its commit | [`PendingRow`] |
//! | numbers for tags and ids, within one commit | [`Interners`] |
//! | the bytes of a page that is kept verbatim | [`KeptPage`] |
//! | pending rows → the chunks of a segment | [`build`] |
//! | the indexes that rows give, to check those of a segment | [`IndexParts`] |
//!
//! `build` collects the terms of all rows (`collect_terms`), the rows that links lead to
//! (`link_targets`), what Markdown pages can be called
//! (`page_names`), the words of texts (`new_words`), then writes the blocks and the whole parts (`builder`).

mod builder;
mod collect_terms;
mod ids;
mod index_parts;
mod interner;
mod interners;
mod kept_page;
mod link_targets;
mod new_words;
mod page_names;
mod pending_links;
mod pending_row;
mod tags;

pub(crate) use builder::{NewSegment, build};
pub(crate) use ids::IdInterner;
pub(super) use index_parts::IndexParts;
pub(crate) use interner::Interner;
pub(crate) use interners::Interners;
pub(crate) use kept_page::KeptPage;
pub(super) use pending_links::LinkText;
pub(crate) use pending_row::{PendingRow, PendingRows};
pub(crate) use tags::sort_tags;
