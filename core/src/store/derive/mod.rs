//! What follows from the stored pages: owners of ids, tags, superseded events.
//!
//! | question | file |
//! | --- | --- |
//! | what holds whatever the order of writes was, and what a write comes to | `rules` |
//! | which of several pages with one id is the event | `id_owner` |
//! | which tags an event has, and whether it is superseded | `tags` |
//! | what stored pages contribute to that | `stored` |
//! | what new pages contribute to that | `new_links` |

mod id_owner;
mod new_links;
mod rules;
mod stored;
mod tags;

pub(crate) use rules::resolve;
pub(super) use rules::{Resolved, stored_row};
