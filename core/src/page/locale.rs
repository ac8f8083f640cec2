//! The table of locale words. An edition in a further language is one entry here (and one variant of `Lang`).

use crate::event::{ChangeKind, Lang};

/// The words that one edition writes its pages with. Where an edition has had several words for one thing, the one it
/// uses now is the first; a [`super::Layout`] keeps the number of the word, so a word is added at the end.
pub(super) struct Locale {
    pub lang: Lang,
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
    /// How `(First version)`, `(Update)` and `(Current version)` are said in the list of changes.
    pub versions: [(&'static str, ChangeKind); 3],
    /// What an opinion's author is introduced with, in `#### by Author`.
    pub by: &'static str,
    /// The heading of the list of opinions, in `## Opinion`.
    pub opinions: &'static str,
    /// Headings of the front page's blocks.
    pub front: &'static [&'static str],
    /// The link to the day before, less its dots.
    pub previous: &'static str,
    /// Whether a letter is of the edition's script.
    pub script: fn(char) -> bool,
    /// Whether every letter counts as a word; else what stands between spaces does, so that a URL is one word.
    pub ideographs: bool,
}

const VERSIONS: [(&str, ChangeKind); 3] = [
    ("First version", ChangeKind::First),
    ("Update", ChangeKind::Update),
    ("Current version", ChangeKind::Current),
];

/// The first entry is the edition without a folder.
pub(super) static LOCALES: [Locale; 2] = [
    Locale {
        lang: Lang::En,
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
    Locale {
        lang: Lang::Zh,
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

/// A word found in the table: its number in the edition's list, and the edition if no other has the same word.
pub(super) struct Word<T> {
    pub what: T,
    pub number: u8,
    pub lang: Option<Lang>,
}

impl Locale {
    pub fn of(lang: Lang) -> &'static Self {
        LOCALES
            .iter()
            .find(|locale| locale.lang == lang)
            .unwrap_or(&LOCALES[0])
    }

    pub fn labels(&self, section: Section) -> &'static [&'static str] {
        match section {
            Section::Sources => self.sources,
            Section::Changes => self.changes,
            Section::Related => self.related,
        }
    }
}

/// Lists of words of one edition, each with what its words mean.
type Lists<T, const N: usize> = [(T, &'static [&'static str]); N];

fn find<T: Copy, const N: usize>(
    word: &str,
    lists: impl Fn(&Locale) -> Lists<T, N>,
) -> Option<Word<T>> {
    let mut found: Option<Word<T>> = None;
    for locale in &LOCALES {
        for (what, words) in lists(locale) {
            let Some(number) = words.iter().position(|&known| known == word) else {
                continue;
            };
            match &mut found {
                Some(first) => first.lang = None,
                None => {
                    found = Some(Word {
                        what,
                        number: number as u8,
                        lang: Some(locale.lang),
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
    find(label, |locale| {
        sections.map(|section| (section, locale.labels(section)))
    })
}

/// The label that a context begins with, and where the contexts themselves begin.
pub(super) fn context(note: &str) -> Option<(Word<()>, usize)> {
    let colon = note.find(": ")?;
    let word = find(&note[..colon], |locale| [((), locale.context)])?;
    Some((word, colon + 2))
}

/// The edition whose line of formats this is.
pub(super) fn formats(line: &str) -> Option<Lang> {
    LOCALES.iter().find_map(|locale| {
        let rest = line.strip_prefix(locale.formats?)?;
        rest.starts_with(": ").then_some(locale.lang)
    })
}

/// Which version a change is, by the word in its parentheses.
pub(super) fn version(word: &str) -> Option<ChangeKind> {
    let mut all = LOCALES.iter().flat_map(|locale| locale.versions);
    all.find(|(known, _)| *known == word).map(|(_, kind)| kind)
}

/// The words of an edition for one version.
pub(super) fn version_word(locale: &Locale, kind: ChangeKind) -> &'static str {
    let found = locale.versions.iter().find(|(_, known)| *known == kind);
    found.map_or("", |(word, _)| word)
}

/// Whether a source of this name is the cover image.
pub(super) fn is_cover(name: &str) -> bool {
    LOCALES.iter().any(|locale| locale.cover == name)
}

/// What the author's name follows in a line `#### by Author`.
pub(super) fn author(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("#### ")?;
    LOCALES.iter().find_map(|locale| {
        let rest = rest.strip_prefix(locale.by)?;
        if rest.is_empty() {
            Some(rest)
        } else {
            rest.strip_prefix(' ')
        }
    })
}

/// Whether a heading `## …` heads the list of opinions.
pub(super) fn is_opinions(heading: &str) -> bool {
    LOCALES.iter().any(|locale| locale.opinions == heading)
}

/// A heading of a block of the front page, or the link to the previous day.
pub(super) enum Block {
    Front(Lang),
    Previous(Lang),
}

pub(super) fn block(heading: &str) -> Option<Block> {
    let bare = heading.trim_end_matches('.');
    LOCALES.iter().find_map(|locale| {
        if locale.previous == bare {
            Some(Block::Previous(locale.lang))
        } else {
            locale
                .front
                .contains(&heading)
                .then_some(Block::Front(locale.lang))
        }
    })
}

/// The edition whose script most words of a text are in.
pub(super) fn script(text: &str) -> Option<Lang> {
    let mut best: Option<(usize, Lang)> = None;
    for locale in &LOCALES {
        let words = if locale.ideographs {
            text.chars().filter(|&c| (locale.script)(c)).count()
        } else {
            text.split_whitespace()
                .filter(|word| word.contains(locale.script))
                .count()
        };
        if words > 0 && best.is_none_or(|(most, _)| words >= most) {
            best = Some((words, locale.lang));
        }
    }
    best.map(|(_, lang)| lang)
}
