//! The words that each edition uses. A further edition is one entry here and one variant of
//! [`Edition`].

use super::super::model::Edition;
use crate::event::ChangeKind;

/// The words of one edition. Where it has had several words for one thing, the word it uses now is the
/// first. A [`super::Layout`] keeps the number of the word, so a new word is added at the end.
pub(in crate::page) struct Labels {
    pub edition: Edition,
    /// What stands before `/news/` in links within the edition.
    pub folder: &'static str,
    /// Labels of sections, in `### Label:`.
    pub sources: &'static [&'static str],
    pub related: &'static [&'static str],
    pub changes: &'static [&'static str],
    /// Labels of context lines, in `_Label: a, b_`.
    pub context: &'static [&'static str],
    /// The name of the item in the list of sources that is the cover image.
    pub cover: &'static str,
    /// The line of links to other formats, in `Formats: …`; none: the edition has no such line.
    pub formats: Option<&'static str>,
    /// The words `(First version)`, `(Update)` and `(Current version)` of the list of changes.
    pub versions: [(&'static str, ChangeKind); 3],
    /// What stands before an opinion's author, in `#### by Author`.
    pub by: &'static str,
    /// The heading of the list of opinions, in `## Opinion`.
    pub opinions: &'static str,
    /// Headings of the front page's blocks.
    pub front: &'static [&'static str],
    /// The link to the day before, less its dots.
    pub previous: &'static str,
    /// Whether a letter is of the edition's script.
    pub script: fn(char) -> bool,
    /// Whether every letter counts as a word. Else words are split at spaces, so a URL is one word.
    pub ideographs: bool,
}

const VERSIONS: [(&str, ChangeKind); 3] = [
    ("First version", ChangeKind::First),
    ("Update", ChangeKind::Update),
    ("Current version", ChangeKind::Current),
];

/// The first entry is the edition without a folder.
pub(in crate::page) static LABELS: [Labels; 2] = [
    Labels {
        edition: Edition::En,
        folder: "",
        sources: &["Sources", "Source"],
        related: &["Related"],
        changes: &["Changes"],
        context: &["Context"],
        cover: "Cover Image",
        formats: Some("Formats"),
        versions: VERSIONS,
        by: "by",
        opinions: "Opinion",
        front: &["News", "Today", "Yesterday", "Day Before Yesterday"],
        previous: "Previous Day",
        script: |c| c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}'),
        ideographs: false,
    },
    Labels {
        edition: Edition::Zh,
        folder: "/zh",
        sources: &["信息来源"],
        related: &["有关"],
        changes: &["Changes"],
        context: &["消息", "上下文"],
        cover: "Cover Image",
        formats: None,
        versions: VERSIONS,
        by: "by",
        opinions: "Opinion",
        front: &["今天", "昨天", "昨天前一天"],
        previous: "前一天",
        script: |c| matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{3ffff}'),
        ideographs: true,
    },
];

/// A numbered list of an event page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Sources,
    Changes,
    Related,
}

/// A word of the table: its number in the edition's list, and the edition if no other edition has the
/// same word.
pub(super) struct Word<T> {
    pub what: T,
    pub number: u8,
    pub edition: Option<Edition>,
}

impl Labels {
    pub fn of(edition: Edition) -> &'static Self {
        LABELS
            .iter()
            .find(|labels| labels.edition == edition)
            .unwrap_or(&LABELS[0])
    }

    pub(super) fn of_section(&self, section: Section) -> &'static [&'static str] {
        match section {
            Section::Sources => self.sources,
            Section::Changes => self.changes,
            Section::Related => self.related,
        }
    }
}

/// Lists of words of one edition, each with the meaning of its words.
type Lists<T, const N: usize> = [(T, &'static [&'static str]); N];

fn find<T: Copy, const N: usize>(
    word: &str,
    lists: impl Fn(&Labels) -> Lists<T, N>,
) -> Option<Word<T>> {
    let mut found: Option<Word<T>> = None;
    for labels in &LABELS {
        for (what, words) in lists(labels) {
            let Some(number) = words.iter().position(|&known| known == word) else {
                continue;
            };
            match &mut found {
                Some(first) => first.edition = None,
                None => {
                    found = Some(Word {
                        what,
                        number: number as u8,
                        edition: Some(labels.edition),
                    });
                }
            }
        }
    }
    found
}

/// The section of a line `### Label:`.
pub(super) fn section(line: &str) -> Option<Word<Section>> {
    let label = line.strip_prefix("### ")?.strip_suffix(':')?;
    let sections = [Section::Sources, Section::Changes, Section::Related];
    find(label, |labels| {
        sections.map(|section| (section, labels.of_section(section)))
    })
}

/// The label that a context line begins with, and the offset of the contexts behind it.
pub(super) fn context(note: &str) -> Option<(Word<()>, usize)> {
    let colon = note.find(": ")?;
    let word = find(&note[..colon], |labels| [((), labels.context)])?;
    Some((word, colon + 2))
}

/// The edition whose line of formats this is.
pub(super) fn formats(line: &str) -> Option<Edition> {
    LABELS.iter().find_map(|labels| {
        let rest = line.strip_prefix(labels.formats?)?;
        rest.starts_with(": ").then_some(labels.edition)
    })
}

/// The version that the word in a change's parentheses names.
pub(super) fn version(word: &str) -> Option<ChangeKind> {
    let mut all = LABELS.iter().flat_map(|labels| labels.versions);
    all.find(|(known, _)| *known == word).map(|(_, kind)| kind)
}

/// The words of an edition for one version.
pub(super) fn version_word(labels: &Labels, kind: ChangeKind) -> &'static str {
    let found = labels.versions.iter().find(|(_, known)| *known == kind);
    found.map_or("", |(word, _)| word)
}

/// Whether a source of this name is the cover image.
pub(super) fn is_cover(name: &str) -> bool {
    LABELS.iter().any(|labels| labels.cover == name)
}

/// The author in a line `#### by Author`; empty in `#### by`.
pub(super) fn author(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("#### ")?;
    LABELS.iter().find_map(|labels| {
        let rest = rest.strip_prefix(labels.by)?;
        if rest.is_empty() {
            Some(rest)
        } else {
            rest.strip_prefix(' ')
        }
    })
}

/// Whether a heading `## …` heads the list of opinions.
pub(super) fn is_opinions(heading: &str) -> bool {
    LABELS.iter().any(|labels| labels.opinions == heading)
}

/// A heading of a block of the front page, or the link to the previous day.
pub(super) enum PageBlock {
    Front(Edition),
    Previous(Edition),
}

pub(super) fn block(heading: &str) -> Option<PageBlock> {
    let bare = heading.trim_end_matches('.');
    LABELS.iter().find_map(|labels| {
        if labels.previous == bare {
            Some(PageBlock::Previous(labels.edition))
        } else {
            labels
                .front
                .contains(&heading)
                .then_some(PageBlock::Front(labels.edition))
        }
    })
}

/// The edition whose script most words of a text are in.
pub(super) fn script(text: &str) -> Option<Edition> {
    let mut best: Option<(usize, Edition)> = None;
    for labels in &LABELS {
        let words = if labels.ideographs {
            text.chars().filter(|&c| (labels.script)(c)).count()
        } else {
            text.split_whitespace()
                .filter(|word| word.contains(labels.script))
                .count()
        };
        if words > 0 && best.is_none_or(|(most, _)| words >= most) {
            best = Some((words, labels.edition));
        }
    }
    best.map(|(_, edition)| edition)
}
