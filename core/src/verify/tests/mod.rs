//! Damaged stores: each damage is found, by a quick look where bytes are damaged, by a full one where
//! they are whole and say something else.

mod bytes;
mod content;
mod kit;
mod logical;
