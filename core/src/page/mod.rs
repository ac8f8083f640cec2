//! Pages: bytes → [`Page`], and an event page back to its bytes.
//!
//! | question | file |
//! | --- | --- |
//! | how do a file's bytes become a page, and what may it hold? | `read`, `limits` |
//! | what does a page say, as written? | `model` |
//! | what does its path say? | `logical_path` |
//! | where is a mistake in it? | `lines` |
//! | what is its prose, as text and as HTML? | `prose` |
//! | what is the whole text of a Markdown body? | `body_text`, `template_link` |
//! | which keys and values does it begin with? | `front_matter/` |
//! | how are pages of the Context's format read, rendered and made? | `context/` |
//! | how are other Markdown pages read? | `markdown/` |
//! | which format is a page of? | `format` |
//!
//! A further format is a folder beside `markdown`, and a line in the table of `format`:
//! `docs/page-formats.md` shows one.

mod body_text;
mod context;
mod format;
mod front_matter;
mod limits;
mod lines;
#[cfg(test)]
mod logbook;
mod logical_path;
mod markdown;
mod model;
mod prose;
mod read;
mod template_link;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use body_text::body_text;
pub(crate) use context::push_english_guess;
pub(crate) use context::{
    Layout, PARSER_VERSION, compare_english_guess, compare_guess, context_tags, from_event,
    guess_slug, line_pieces, push_guess, render, to_event,
};
pub(crate) use limits::PageLimits;
pub(crate) use logical_path::LogicalPath;
pub(crate) use markdown::{
    ArchiveChoice, DateRule, MarkdownPage, Moment, TEMPLATE, local_id, prefix_of_stored,
};
pub(crate) use markdown::{
    Dialect, ExternalLink, LinkKey, LinkKeyKind, PageLink, PageName, PageNameKind, last_part,
};
pub use markdown::{KeyMap, MappedField, Profile};
#[cfg(feature = "arrow")]
pub(crate) use markdown::{kind_of, lang_of};
pub(crate) use model::{
    ChangeItem, Edition, EventPage, Listing, ListingItem, ListingKind, Page, PageKind, RelatedItem,
    SourceItem, Span,
};
pub(crate) use read::{Reading, format_hash, older_format_hashes, read, read_free, read_kept};

/// The links of a Markdown page and its names, read anew.
pub(crate) use markdown::links_and_names as markdown_links;
/// The event of a Markdown page.
pub(crate) use markdown::to_event as markdown_event;
/// The Markdown page of an event, and its path.
pub(crate) use markdown::{from_event as markdown_page, path_of as markdown_path};
