//! Keys and values of a block, with the place of each.

use rustc_hash::FxHashSet;

use super::super::lines::{Fail, Step, fail};

/// Bounds on a block: real ones have 5 levels and 3 kB at most.
pub(super) const BYTES_MAX: usize = 64 << 10;
const DEPTH_MAX: usize = 64;
pub(super) const NODES_MAX: usize = 4_096;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::page) enum RawValue {
    /// No value: nothing behind the colon, `~` or `null`.
    Null,
    Scalar(Scalar),
    List(Vec<Self>),
    Map(Map),
}

/// A text, as written but for quotes and escapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::page) struct Scalar {
    pub text: String,
    /// Offset in the page.
    pub offset: usize,
    /// Whether it is text by its syntax: quoted, or a block of lines. Else it may be meant as a
    /// number, a date or a flag.
    pub quoted: bool,
}

impl RawValue {
    /// The value that a scalar is.
    pub fn of_scalar(scalar: Scalar) -> Self {
        match !scalar.quoted && is_null(&scalar.text) {
            true => Self::Null,
            false => Self::Scalar(scalar),
        }
    }
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::page) struct KeyValue {
    pub key: String,
    /// Offset of the key in the page.
    pub offset: usize,
    pub value: RawValue,
}

/// Keys with values, in the order of the page. A key that stands twice is there twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::page) struct Map(pub Vec<KeyValue>);

/// Where the next node goes.
enum OpenNode {
    List(Vec<RawValue>),
    /// Entries, the key that waits for its value, and the maps that `<<` merges, the first of which wins.
    Map(Vec<KeyValue>, Option<(String, usize)>, Vec<Map>),
}

/// Makes a tree of a series of events, without recursion and within bounds.
pub(super) struct TreeBuilder {
    open: Vec<OpenNode>,
    nodes: usize,
    /// Bytes of the texts that aliases have copied.
    copied: usize,
    root: Option<RawValue>,
}

impl TreeBuilder {
    pub fn new() -> Self {
        Self {
            open: Vec::new(),
            nodes: 0,
            copied: 0,
            root: None,
        }
    }

    fn count(&mut self, offset: usize) -> Step<()> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return too_much(offset, "more than 4,096 values");
        }
        Ok(())
    }

    fn begin(&mut self, open: OpenNode, offset: usize) -> Step<()> {
        if self.open.len() == DEPTH_MAX {
            return too_much(offset, "more than 64 levels");
        }
        self.expect_no_key(offset)?;
        self.count(offset)?;
        self.open.push(open);
        Ok(())
    }

    /// A list or a map where a key is due is no front matter: mostly a template's `{{ … }}`.
    fn expect_no_key(&self, offset: usize) -> Step<()> {
        match self.open.last() {
            Some(OpenNode::Map(_, None, _)) => fail(
                "front_matter",
                offset,
                "the front matter has a list or a map as a key; a template's {{ … }} needs quotes",
            ),
            _ => Ok(()),
        }
    }

    pub fn begin_list(&mut self, offset: usize) -> Step<()> {
        self.begin(OpenNode::List(Vec::new()), offset)
    }

    pub fn begin_map(&mut self, offset: usize) -> Step<()> {
        self.begin(OpenNode::Map(Vec::new(), None, Vec::new()), offset)
    }

    /// Ends the list or map that was begun last. Gives a copy of it, if it is to be kept.
    pub fn end(&mut self, keep: bool) -> Option<RawValue> {
        let node = match self.open.pop()? {
            OpenNode::List(items) => RawValue::List(items),
            OpenNode::Map(entries, _, merged) => RawValue::Map(merge(entries, merged)),
        };
        let kept = keep.then(|| node.clone());
        self.put(node);
        kept
    }

    /// A scalar: a key, if a map is open and waits for one.
    pub fn scalar(&mut self, scalar: Scalar) -> Step<()> {
        self.count(scalar.offset)?;
        if let Some(OpenNode::Map(_, key @ None, _)) = self.open.last_mut() {
            *key = Some((scalar.text, scalar.offset));
        } else {
            self.put(RawValue::of_scalar(scalar));
        }
        Ok(())
    }

    /// A value that was made before: what an alias stands for. Its nodes count again.
    pub fn copy(&mut self, node: RawValue, offset: usize) -> Step<()> {
        self.expect_no_key(offset)?;
        self.nodes += size(&node);
        self.count(offset)?;
        self.copied += text_bytes(&node);
        if self.copied > 4 * BYTES_MAX {
            return too_much(offset, "aliases of more than 256 KiB");
        }
        if self.open.len() + depth(&node) > DEPTH_MAX {
            return too_much(offset, "more than 64 levels");
        }
        self.put(node);
        Ok(())
    }

    fn put(&mut self, node: RawValue) {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(OpenNode::List(items)) => items.push(node),
            Some(OpenNode::Map(entries, key, merged)) => {
                if let Some((key, offset)) = key.take() {
                    put_entry(entries, merged, key, offset, node);
                }
            }
        }
    }

    /// The whole; none if nothing was put.
    pub fn finish(self) -> Option<RawValue> {
        self.root
    }
}

/// Puts an entry, or under `<<` the maps that are merged into this one.
fn put_entry(
    entries: &mut Vec<KeyValue>,
    merged: &mut Vec<Map>,
    key: String,
    offset: usize,
    value: RawValue,
) {
    match value {
        RawValue::Map(map) if key == "<<" => merged.push(map),
        RawValue::List(items) if key == "<<" => {
            merged.extend(items.into_iter().filter_map(|item| match item {
                RawValue::Map(map) => Some(map),
                _ => None,
            }));
        }
        value => entries.push(KeyValue { key, offset, value }),
    }
}

/// A map with the keys of the maps that it merges: its own win, then those of the first map.
fn merge(own: Vec<KeyValue>, merged: Vec<Map>) -> Map {
    if merged.is_empty() {
        return Map(own);
    }
    let mut keys: FxHashSet<String> = own.iter().map(|entry| entry.key.clone()).collect();
    let mut entries = Vec::new();
    for map in merged {
        // Of a key that one map has twice the last counts.
        let start = entries.len();
        for entry in map.0.into_iter().rev() {
            if keys.insert(entry.key.clone()) {
                entries.push(entry);
            }
        }
        entries[start..].reverse();
    }
    entries.extend(own);
    Map(entries)
}

pub(super) fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// The number of a node's nodes.
fn size(node: &RawValue) -> usize {
    match node {
        RawValue::Null | RawValue::Scalar(_) => 1,
        RawValue::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        RawValue::Map(map) => {
            1 + map
                .0
                .iter()
                .map(|entry| 1 + size(&entry.value))
                .sum::<usize>()
        }
    }
}

/// Bytes of a node's texts.
fn text_bytes(node: &RawValue) -> usize {
    match node {
        RawValue::Null => 0,
        RawValue::Scalar(scalar) => scalar.text.len(),
        RawValue::List(items) => items.iter().map(text_bytes).sum(),
        RawValue::Map(map) => {
            let entries = map.0.iter();
            entries
                .map(|entry| entry.key.len() + text_bytes(&entry.value))
                .sum()
        }
    }
}

/// The number of a node's levels.
fn depth(node: &RawValue) -> usize {
    match node {
        RawValue::Null | RawValue::Scalar(_) => 0,
        RawValue::List(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        RawValue::Map(map) => {
            1 + map
                .0
                .iter()
                .map(|entry| depth(&entry.value))
                .max()
                .unwrap_or(0)
        }
    }
}

fn too_much<T>(offset: usize, what: &str) -> Step<T> {
    let message = format!("the front matter has {what}");
    fail("front_matter_too_large", offset, message)
}

/// The failure of a block that is too long.
pub(super) fn check_length(content: &str, at: usize) -> Step<()> {
    match content.len() {
        0..=BYTES_MAX => Ok(()),
        _ => too_much(at, "more than 64 KiB"),
    }
}

/// The map of a block; empty if there is nothing in it.
pub(super) fn into_map(root: Option<RawValue>, at: usize) -> Result<Map, Fail> {
    match root {
        Some(RawValue::Map(map)) => Ok(map),
        None | Some(RawValue::Null) => Ok(Map::default()),
        Some(_) => fail(
            "front_matter",
            at,
            "the front matter is no list of keys and values",
        ),
    }
}
