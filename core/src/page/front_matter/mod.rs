//! Front matter: the block of keys and values that many Markdown pages begin with.
//!
//! | question | file |
//! | --- | --- |
//! | where is the block, and in which syntax is it? | `block` |
//! | what do the values look like, and how many may there be? | `tree` |
//! | how is YAML (and JSON), TOML, a list of `key: value` lines read? | `yaml`, `toml`, `lines` |
//!
//! Scalars stay text as written: `no`, `012`, `1.10` and `12:30` are read by whoever knows what they
//! should be. Which key means what is no business of this folder.

mod block;
mod lines;
mod toml;
mod tree;
mod yaml;

pub(super) use block::{FrontMatterBlock, Syntax, find, unclosed};
pub(super) use tree::{KeyValue, Map, RawValue, Scalar};

use super::lines::Step;

/// Reads the block of a page. The offsets of nodes and of a failure count from the page's start.
pub(super) fn parse(text: &str, block: &FrontMatterBlock) -> Step<Map> {
    let content = &text[block.content.clone()];
    let at = block.content.start;
    match block.syntax {
        Syntax::Yaml => yaml::parse(content, at),
        Syntax::Toml => toml::parse(content, at),
        Syntax::Json => yaml::parse_json(content, at),
        Syntax::Lines => lines::header_lines(content, at),
        Syntax::Fields => lines::fields(content, at),
        Syntax::Keywords => lines::keywords(content, at),
    }
}
