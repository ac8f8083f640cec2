//! What rendering needs beside the fields of a page.

use serde::{Deserialize, Serialize};

use super::labels::{LABELS, Labels};

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

impl Layout {
    /// Every layout that there may be, some thousand: for pages of which it is lost.
    pub fn all() -> impl Iterator<Item = Self> {
        let editions = LABELS.len();
        let most = |words: fn(&Labels) -> usize| LABELS.iter().map(words).max().unwrap_or(1);
        let sources = most(|labels| labels.sources.len());
        let related = most(|labels| labels.related.len());
        let changes = most(|labels| labels.changes.len());
        let context = most(|labels| labels.context.len());
        let numbers = [
            2 + editions,
            editions,
            editions,
            sources,
            related,
            changes,
            context,
            3,
            3,
            2,
        ];
        let numbering = [Numbering::One, Numbering::Repeated, Numbering::Counted];
        (0..numbers.iter().product::<usize>()).map(move |layout| {
            let mut rest = layout;
            let [
                formats,
                day,
                link,
                sources,
                related,
                changes,
                context,
                cover,
                current,
                blank,
            ] = numbers.map(|count| {
                let number = rest % count;
                rest /= count;
                number
            });
            Self {
                formats: match formats {
                    0 => Formats::None,
                    1 => Formats::Bare,
                    folder => Formats::Folder(folder as u8 - 2),
                },
                day_folder: day as u8,
                link_folder: link as u8,
                sources: sources as u8,
                related: related as u8,
                changes: changes as u8,
                context: context as u8,
                cover: numbering[cover],
                current: numbering[current],
                blank_first: blank == 1,
            }
        })
    }
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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn all_layouts_are_there_each_once() {
        let all: Vec<Layout> = Layout::all().collect();
        let distinct: HashSet<&Layout> = all.iter().collect();
        println!("{} layouts", all.len());
        assert_eq!(distinct.len(), all.len());
        assert!(distinct.contains(&Layout::default()));
        let other = Layout {
            formats: Formats::Folder(1),
            sources: 1,
            context: 1,
            cover: Numbering::Counted,
            current: Numbering::Repeated,
            blank_first: true,
            day_folder: 1,
            link_folder: 1,
            ..Layout::default()
        };
        assert!(distinct.contains(&other));
    }
}
