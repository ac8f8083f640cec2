//! Markdown pages with front matter, as Hugo, Jekyll, Zola, Pelican, Eleventy, Hexo, Docusaurus,
//! MkDocs, Astro and Obsidian write them, and pages without any.
//!
//! The rules are those that 22,312 real pages of 24 archives asked for: one rule for all tools where
//! they agree, and where they do not, the one that loses nothing.
//!
//! | question | file |
//! | --- | --- |
//! | what does a page say? | `model`, `read` |
//! | what was chosen for the archive: prefix, profile, map? | `archive_choice`, `prefix`, `profile`, `key_map` |
//! | which key has the value, and under which of its names? | `keys` |
//! | which day and time is this text, this path? | `moment`, `path_day` |
//! | which tags, categories and authors are there? | `values` |
//! | what are the title and the summary, where no key gives them? | `body`, `title` |
//! | which language is it? | `language` |
//! | what does no field take? | `rest` |
//! | whom does it link to, and what can it be called? | `links/` |
//! | what does Obsidian read in a body? | `obsidian` |
//! | is it a template, from which a tool makes pages? | `template` |
//! | which event is it? | `to_event` |
//! | which page is an event? | `render` |

mod archive_choice;
mod body;
mod key_map;
mod keys;
mod language;
mod links;
mod model;
mod moment;
mod obsidian;
mod path_day;
mod prefix;
mod profile;
mod read;
mod render;
mod rest;
mod template;
#[cfg(test)]
mod tests;
mod title;
mod to_event;
mod values;

use super::format::KeptFormat;
use super::front_matter;

/// Markdown pages. They take what no other format claims.
pub(super) const FORMAT: KeptFormat = KeptFormat {
    name: "markdown",
    version: 1,
    claims: |text, path| front_matter::find(text, path).is_some(),
    read: read::read_with,
};

pub(crate) use archive_choice::ArchiveChoice;
pub use key_map::{KeyMap, MappedField};
pub(crate) use links::{
    Dialect, ExternalLink, LinkKey, LinkKeyKind, PageLink, PageName, PageNameKind, last_part,
};
pub(crate) use model::{DateRule, MarkdownPage, Moment, ReadPage};
#[cfg(feature = "arrow")]
pub(crate) use model::{kind_of, lang_of};
pub(crate) use prefix::{local_id, prefix_of_stored};
pub use profile::Profile;
#[cfg(test)]
use read::read;
pub(crate) use read::{TEMPLATE, links_and_names};
pub(crate) use render::{from_event, path_of};
pub(crate) use to_event::to_event;
