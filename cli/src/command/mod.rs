//! What each command does.
//!
//! | question | answer |
//! | --- | --- |
//! | which function runs a command? | [`run`] |
//! | what do they do? | `ingest`, `edit` (add, remove), `query`, `links`, `show`, `counts`, `maintenance`, `bench` |
//! | how is a list of events printed? | `listing` |
//! | how is a store opened, and asked? | `open` |
//! | which store goes again if nothing came in? | `new_store` |

mod bench;
mod counts;
mod dispatch;
mod edit;
mod ingest;
mod links;
mod listing;
mod maintenance;
mod new_store;
mod open;
mod query;
mod show;

pub(crate) use dispatch::run;
