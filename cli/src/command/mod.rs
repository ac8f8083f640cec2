//! What each command does.
//!
//! | question | answer |
//! | --- | --- |
//! | which function runs a command? | [`run`] |
//! | what do those do that write? | `ingest`, `edit` (add, remove), `maintenance` (compact), `moving` (export, import) |
//! | what do those do that answer? | `query`, `links`, `show`, `counts`, `maintenance`, `archives`, `verify`, `salvage`, `bench` |
//! | how is a list of events printed? | `listing`; with named columns `columns` |
//! | how is an answer that is one table printed for programs? | `table` |
//! | what does the command line say of itself? | `helping` (help, completions, man) |
//! | how is an answer written into a file? | `write` |
//! | what does `bench` ask? | `bench_questions` |
//! | how is a store opened, and asked? | `open` |
//! | how is an archive read from standard input? | `standard_input` |
//! | which store goes again if nothing came in? | `new_store` |

mod archives;
mod bench;
mod bench_questions;
mod check_links;
mod columns;
mod counts;
mod dispatch;
mod edit;
mod helping;
mod ingest;
mod links;
mod listing;
mod maintenance;
mod moving;
mod new_store;
mod open;
mod query;
mod salvage;
mod show;
mod similar;
mod standard_input;
mod table;
mod verify;
mod write;

pub(crate) use dispatch::run;
