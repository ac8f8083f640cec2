//! Who points to whom.
//!
//! | question | answer |
//! | --- | --- |
//! | the links of a row as bytes, and back | [`StoredLink`], [`LinkList`] |
//! | who links to a row, on disk | [`Backlinks`] |
//! | the same of segments of versions 1 and 2 | [`LegacyBacklinks`] |
//! | link targets that are no rows of the segment | [`ExternalIds`] |
//! | who links to an id | `Segment::links_to`, `Segment::referrers` |
//! | whom a row links to | `Segment::targets` |
//! | numbers by number, in two arrays | [`Adjacency`] |

mod adjacency;
mod backlinks;
mod encode;
mod external_ids;
mod legacy;
mod lookup;

pub(crate) use adjacency::Adjacency;
pub(super) use backlinks::{Backlinks, decode as decode_referrers};
pub(super) use encode::{
    LinkList, LinkTarget, StoredLink, decode as decode_links, encode as encode_link,
};
pub(super) use external_ids::{ExternalIds, day_of as day_of_external_id, encode_external_ids};
pub(super) use legacy::LegacyBacklinks;
