//! The Context's page format.
//!
//! A page is recognised by its content first, by its path second. The skeleton of an event page is
//! read by a grammar of lines; pulldown-cmark reads prose only.
//!
//! | question | file |
//! | --- | --- |
//! | which kind of page is this text? | `parse`, `preamble` |
//! | how is an event page, a listing, an opinion read? | `event_page`, `listing`, `opinion` |
//! | what are the parts of one line? | `heading`, `item`, `link` |
//! | which words do the editions use? | `labels` |
//! | how does an event page become text again? | `layout`, `render` |
//! | which tags does a context line have? | `comma_rule` |
//! | which slug does the site make of a title? | `slug` |
//! | which event is a page, and which page an event? | `to_event`, `from_event` |

mod comma_rule;
mod event_page;
mod from_event;
mod heading;
mod item;
mod labels;
mod layout;
mod link;
mod listing;
mod opinion;
mod parse;
mod preamble;
mod render;
mod slug;
mod spans;
mod to_event;

/// Raised whenever the same bytes may be read as another page of the Context. Unchanged pages of a segment
/// that an earlier version read are then read again.
pub(crate) const PARSER_VERSION: u32 = 3;

pub(crate) use comma_rule::{context_tags, line_pieces};
pub(crate) use from_event::from_event;
pub(crate) use layout::Layout;
pub(super) use parse::{Parsed, parse};
pub(crate) use render::render;
pub(crate) use slug::push_english_guess;
pub(crate) use slug::{compare_english_guess, compare_guess, guess_slug, push_guess};
pub(crate) use to_event::to_event;
#[cfg(test)]
pub(super) use {
    labels::{LABELS, Labels},
    layout::{Formats, Numbering},
};
