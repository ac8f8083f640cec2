//! The terminal, or what stands in its place.
//!
//! | question | answer |
//! | --- | --- |
//! | where do answers go? | [`Output`] |
//! | does somebody want to stop? | [`is_interrupted`], [`check_interrupt`] |
//! | how many columns does a text take? | [`columns_of`], [`cut`], [`pad`]; how wide are the columns of a table? [`fit`] |
//! | which words of a line are marked? | [`Marked`] |
//! | what would steer the terminal? | [`visible`] |
//! | which colours are there, and when? | [`choose_colors`], [`has_colors`], [`styled`] |

mod interrupt;
mod marked;
mod output;
mod style;
mod terminal_width;
mod visible;

pub(crate) use interrupt::{check_interrupt, is_interrupted, listen_for_interrupts};
pub(crate) use marked::Marked;
pub(crate) use output::Output;
pub(crate) use style::{ERROR, HINT, choose_colors, has_colors, styled};
pub use terminal_width::{columns_of, cut, fit, pad};
pub(crate) use visible::visible;
