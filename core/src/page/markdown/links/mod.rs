//! The links of a Markdown page, and the names by which it can be linked to.
//!
//! A link is kept as written. Which page it leads to depends on all pages of the archive, so a store
//! looks that up when it is asked (`core/src/store/page_links.rs`).
//!
//! | question | file |
//! | --- | --- |
//! | what is a link, what is a name? | `model` |
//! | which links does a text hold? | `scan` |
//! | which parts of a text hold none? | `skipped` |
//! | which keys does a link's target have? | `target` |
//! | what can a page be called? | `own_names` |

mod model;
mod own_names;
mod scan;
mod skipped;
mod target;

pub(crate) use model::{
    Dialect, ExternalLink, LinkKey, LinkKeyKind, PageLink, PageName, PageNameKind, last_part,
};
pub(super) use own_names::{Addressed, own_names};
pub(super) use scan::{LinkCollector, WrittenLink, may_link};
pub(super) use target::{LinkTo, target_of};
pub(crate) use target::{Place, keys_of};
