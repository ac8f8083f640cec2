//! What rendering needs beside the fields of a page.

use serde::{Deserialize, Serialize};

/// What rendering needs beside the fields. A segment keeps each distinct layout once, so a layout is
/// small and many pages share one: what a page does not show, such as the label of a list that it
/// does not have, has its default.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub(crate) struct Layout {
    /// The line of links to other formats.
    pub formats: Formats,
    /// Number of the edition whose folder stands in the heading's link.
    pub day_folder: u8,
    /// Number of the edition whose folder stands in the links to events.
    pub link_folder: u8,
    /// Numbers of the edition's labels.
    pub sources: u8,
    pub related: u8,
    pub changes: u8,
    pub context: u8,
    /// How the cover image is numbered.
    pub cover: Numbering,
    /// How the current version is numbered.
    pub current: Numbering,
    /// Of an opinion: the page begins with an empty line.
    pub blank_first: bool,
}

/// The line of links to other formats. An empty line stands before and after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub(crate) enum Formats {
    /// No such line.
    #[default]
    None,
    /// Links `/news/…`, in the folder of an edition.
    Folder(u8),
    /// Links that begin with the id.
    Bare,
}

/// How the last item of a list is numbered: real pages do it in several ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub(crate) enum Numbering {
    /// Always 1.
    #[default]
    One,
    /// The number of the item before it once more.
    Repeated,
    /// The next number.
    Counted,
}

impl Numbering {
    /// The numbering by which an item that follows `before` others has this number.
    pub fn from_number(number: u32, before: usize) -> Self {
        match number {
            1 => Self::One,
            n if n as usize == before => Self::Repeated,
            _ => Self::Counted,
        }
    }

    /// The number of an item that follows `before` others.
    pub fn number(self, before: usize) -> usize {
        match self {
            Self::One => 1,
            Self::Repeated => before.max(1),
            Self::Counted => before + 1,
        }
    }
}
