//! YAML, and JSON as YAML, whose flow style it is.

use std::ops::ControlFlow;

use granit_parser::{Event, Parser, ScalarStyle, ScanError};
use rustc_hash::FxHashMap;

use super::super::lines::{Fail, Step, fail};
use super::tree::{Map, RawValue, Scalar, TreeBuilder, check_length, into_map};

/// Uses of aliases in one block. None of 17,788 real blocks has one.
const ALIASES_MAX: usize = 100;

/// Reads a block that lies at an offset of its page.
pub(super) fn parse(content: &str, at: usize) -> Step<Map> {
    check_length(content, at)?;
    read(content, at as isize)
}

/// Reads JSON: an object, or (as Hexo allows it) the inside of one.
pub(super) fn parse_json(content: &str, at: usize) -> Step<Map> {
    check_length(content, at)?;
    if content.trim_start().starts_with('{') {
        return read(content, at as isize);
    }
    let inside = content.trim_end().trim_end_matches(',');
    read(&format!("{{{inside}\n}}"), at as isize - 1)
}

fn read(content: &str, at: isize) -> Step<Map> {
    let mut reader = YamlReader {
        content,
        at,
        tree: TreeBuilder::new(),
        anchors: FxHashMap::default(),
        open_anchors: Vec::new(),
        aliases: 0,
    };
    for event in Parser::new_from_str(content) {
        let (event, span) = event.map_err(|error| reader.failed(&error))?;
        let range = span.byte_range().unwrap_or(0..0);
        if reader
            .event(event, range.start, range.is_empty())?
            .is_break()
        {
            break;
        }
    }
    into_map(reader.tree.finish(), at.max(0) as usize)
}

struct YamlReader<'t> {
    content: &'t str,
    /// Offset of the content in the page. JSON without its braces is shifted by one.
    at: isize,
    tree: TreeBuilder,
    anchors: FxHashMap<usize, RawValue>,
    /// The anchors of the lists and maps that are open; 0 for none.
    open_anchors: Vec<usize>,
    aliases: usize,
}

impl YamlReader<'_> {
    fn offset(&self, offset: usize) -> usize {
        (offset as isize + self.at).max(0) as usize
    }

    fn failed(&self, error: &ScanError) -> Fail {
        let offset = error.marker().byte_offset().unwrap_or_default();
        // The commonest mistake: `title: One: two`.
        let hint = match error.info().contains("mapping values are not allowed") {
            true => "; put a value that has a colon into quotes",
            false => "",
        };
        Fail {
            kind: "front_matter",
            offset: self.offset(offset.min(self.content.len())),
            message: format!("the front matter cannot be read: {}{hint}", error.info()),
        }
    }

    /// One event of the parser. Breaks at the end of the first document.
    fn event(&mut self, event: Event<'_>, start: usize, empty: bool) -> Step<ControlFlow<()>> {
        let offset = self.offset(start);
        match event {
            Event::Scalar(text, style, anchor, _) => {
                // What is left out arrives as a plain `~` of no length.
                let text = if empty {
                    String::new()
                } else {
                    text.into_owned()
                };
                let quoted = style != ScalarStyle::Plain;
                let scalar = Scalar {
                    text,
                    offset,
                    quoted,
                };
                if anchor != 0 {
                    self.anchors
                        .insert(anchor, RawValue::of_scalar(scalar.clone()));
                }
                self.tree.scalar(scalar)?;
            }
            Event::SequenceStart(_, anchor, _) => {
                self.tree.begin_list(offset)?;
                self.open_anchors.push(anchor);
            }
            Event::MappingStart(_, anchor, _) => {
                self.tree.begin_map(offset)?;
                self.open_anchors.push(anchor);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let anchor = self.open_anchors.pop().unwrap_or_default();
                if let Some(node) = self.tree.end(anchor != 0) {
                    self.anchors.insert(anchor, node);
                }
            }
            Event::Alias(anchor) => {
                self.aliases += 1;
                let Some(node) = self.anchors.get(&anchor).cloned() else {
                    let message = "the front matter has an alias of nothing, or of itself";
                    return fail("front_matter", offset, message);
                };
                if self.aliases > ALIASES_MAX {
                    let message = "the front matter has more than 100 aliases";
                    return fail("front_matter_too_large", offset, message);
                }
                self.tree.copy(node, offset)?;
            }
            Event::DocumentEnd => return Ok(ControlFlow::Break(())),
            _ => {}
        }
        Ok(ControlFlow::Continue(()))
    }
}
