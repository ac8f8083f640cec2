//! Bytes and path → what a Markdown page says.

use std::cell::OnceCell;
use std::collections::hash_map::Entry;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::front_matter::{self, KeyValue, Map, RawValue, Scalar};
use super::super::lines::{Step, fail};
use super::archive_choice::ArchiveChoice;
use super::body::{self, BodyParts};
use super::key_map::MappedField;
use super::keys::{DATE_KEYS, Keys, address_of, folded};
use super::links::{Addressed, Dialect, ExternalLink, LinkTo, PageLink, PageName};
use super::links::{may_link, own_names, target_of};
use super::model::{DateRule, MarkdownPage, Moment, PageNote, ReadPage};
use super::prefix::local_id;
use super::profile::Profile;
use super::rest::{note_of_cut, rest};
use super::title::{plain_paragraph, rst_title, title_of_path};
use super::values::{self, Split, WordList};
use super::{language, moment, obsidian, path_day, template};
use crate::event::{Date, Kind, Lang, domain_of, tidy};

/// The kind of the failure of a page that is a template.
pub(crate) const TEMPLATE: &str = "template";

/// Keys of an address that may hold the day.
const ADDRESS_KEYS: [&str; 4] = ["path", "permalink", "url", "slug"];
/// Keys that give the day of a change: only where nothing else gives a day.
const CHANGE_KEYS: [&str; 8] = [
    "lastmod",
    "modified",
    "updated",
    "last_modified",
    "last_modified_at",
    "updated_at",
    "date_modified",
    "last_update",
];
/// Keys inside a date that is a map.
const DATE_PARTS: [&str; 3] = ["created", "date", "published"];
const TAG_KEYS: [&str; 5] = ["tags", "tag", "topics", "topic", "labels"];
const CATEGORY_KEYS: [&str; 2] = ["categories", "category"];
const AUTHOR_KEYS: [&str; 2] = ["authors", "author"];
const SUMMARY_KEYS: [&str; 3] = ["summary", "description", "excerpt"];
const LANGUAGE_KEYS: [&str; 3] = ["lang", "language", "locale"];
/// Keys whose values are addresses of the page, the one that counts first.
const OWN_ADDRESS_KEYS: [&str; 3] = ["permalink", "url", "path"];
/// Keys of further names and of earlier addresses.
const ALIAS_KEYS: [&str; 3] = ["aliases", "alias", "redirect_from"];
const FLAG_KEYS: [&str; 3] = ["draft", "published", "publish"];

/// Reads a page for which nothing was chosen.
#[cfg(test)]
pub(super) fn read(text: &str, path: &str, id: &str) -> Step<ReadPage> {
    read_with(text, path, id, &ArchiveChoice::default())
}

/// Reads a page by its text, its path within its archive, its id, and what was chosen for the archive. A
/// byte order mark and every kind of line end are allowed. A template fails as [`TEMPLATE`].
pub(crate) fn read_with(
    text: &str,
    path: &str,
    id: &str,
    choice: &ArchiveChoice,
) -> Step<ReadPage> {
    let block = front_matter::find(text, path);
    let (map, start) = match &block {
        Some(block) => {
            let map = front_matter::parse(text, block);
            let is_template = match &map {
                Ok(map) => template::is_template(map),
                Err(_) => template::is_unreadable_template(&text[block.content.clone()]),
            };
            if is_template {
                let message = "the page is a template: its title or its date is a mark";
                return fail(TEMPLATE, block.content.start, message);
            }
            (map?, block.body)
        }
        None => {
            let mark = text.len() - text.trim_start_matches('\u{feff}').len();
            (Map::default(), mark)
        }
    };
    let unclosed = block
        .is_none()
        .then(|| front_matter::unclosed(text))
        .flatten();
    let obsidian = choice.profile == Profile::Obsidian;
    if obsidian && obsidian::is_template(path, text) {
        return fail(TEMPLATE, 0, "the page is a template of the vault");
    }
    let body = &text[start..];
    let uncommented = obsidian.then(|| obsidian::without_comments(body)).flatten();
    let mut notes = Vec::new();
    notes.extend(unclosed.map(|offset| {
        PageNote {
            offset,
            message:
                "the front matter has no end, so it is read as text; close it with the same fence"
                    .to_owned(),
        }
    }));
    let mut reader = PageReader {
        keys: Keys::of(&map, &mut notes),
        path,
        choice,
        body: uncommented.as_deref().unwrap_or(body),
        parts: OnceCell::new(),
        used: Vec::new(),
        notes,
    };
    let moment = reader.moment();
    let page = MarkdownPage {
        moment: moment.map(|(moment, _)| moment),
        title: reader.title()?,
        summary: reader.summary(),
        tags: reader.tags(),
        categories: reader.categories(),
        authors: reader.authors(),
        lang: reader.lang().unwrap_or_default(),
        kind: reader.kind().unwrap_or_default(),
        draft: reader.draft(moment.is_some()),
        body: start as u32,
        archive: choice.stored(),
        ..MarkdownPage::blank(id.to_owned())
    };
    let date = moment.map(|(moment, _)| moment.date);
    let names = reader.names(local_id(id, &choice.prefix), date, &page.categories);
    let (sources, links) = reader.links();
    let PageReader {
        used, mut notes, ..
    } = reader;
    let meta = rest(&map, &used);
    notes.extend(note_of_cut(&meta));
    Ok(ReadPage {
        page: MarkdownPage {
            meta,
            sources,
            links,
            names,
            ..page
        },
        date_rule: moment.map(|(_, rule)| rule),
        notes,
    })
}

/// The links and the names of a page that was read before.
pub(crate) fn links_and_names(
    text: &str,
    path: &str,
    id: &str,
) -> Option<(Vec<PageLink>, Vec<PageName>)> {
    // Of a version in which nothing was chosen.
    let page = read_with(text, path, id, &ArchiveChoice::default());
    let page = page.ok()?.page;
    Some((page.links, page.names))
}

struct PageReader<'p> {
    keys: Keys<'p>,
    path: &'p str,
    choice: &'p ArchiveChoice,
    body: &'p str,
    /// What the body says, once it was asked for.
    parts: OnceCell<BodyParts>,
    /// The keys that a field has taken, by [`address_of`].
    used: Vec<usize>,
    notes: Vec<PageNote>,
}

impl<'p> PageReader<'p> {
    fn parts(&self) -> &BodyParts {
        self.parts.get_or_init(|| BodyParts::read(self.body))
    }

    /// The entries of some keys, in the order of the names.
    fn get(&self, names: &[&'static str]) -> Vec<(&'static str, &'p KeyValue)> {
        let found = names.iter();
        found
            .filter_map(|&name| Some((name, self.keys.get(name)?)))
            .collect()
    }

    /// The value of a key as clean text, if it is a scalar with text.
    fn text(&mut self, name: &str) -> Option<String> {
        let entry = self.keys.get(name)?;
        let RawValue::Scalar(scalar) = &entry.value else {
            return None;
        };
        let text = tidy(&scalar.text).into_owned();
        if text.is_empty() {
            return None;
        }
        self.used.push(address_of(entry));
        Some(text)
    }

    /// The day: of a key, of an address, of the path, of a change; in this order.
    fn moment(&mut self) -> Option<(Moment, DateRule)> {
        if let Some(found) = self.mapped_moment() {
            return Some((found, DateRule::MappedKey));
        }
        if let Some(found) = self.moment_of(&DATE_KEYS) {
            return Some(found);
        }
        for (name, entry) in self.get(&ADDRESS_KEYS) {
            if let RawValue::Scalar(scalar) = &entry.value
                && let Some(day) = path_day::of_address(&scalar.text)
            {
                return Some((day.into(), DateRule::Address(name)));
            }
        }
        if let Some((day, rule)) = path_day::of_path(self.path) {
            return Some((day.into(), rule));
        }
        self.moment_of(&CHANGE_KEYS)
    }

    /// The first of some keys that is a date. What is none is noted, and the next key is tried.
    fn moment_of(&mut self, names: &[&'static str]) -> Option<(Moment, DateRule)> {
        for (name, entry) in self.get(names) {
            let Some((scalar, key)) = date_scalar(entry) else {
                continue;
            };
            match moment::read(&scalar.text) {
                Ok(found) => {
                    self.used.push(key);
                    return Some((found, DateRule::Key(name)));
                }
                // A flag, or nothing.
                Err(_) if scalar.text.trim().is_empty() => {}
                Err(_) if name == "published" && flag(&scalar.text).is_some() => {}
                Err(why) => self.notes.push(PageNote {
                    offset: scalar.offset,
                    message: format!("{name}: {:?} {why}", short(&scalar.text)),
                }),
            }
        }
        None
    }

    /// The date of the keys that the map names. What is none is noted.
    fn mapped_moment(&mut self) -> Option<Moment> {
        for (name, entry) in self.mapped(MappedField::Date) {
            let Some((scalar, key)) = date_scalar(entry) else {
                continue;
            };
            match moment::read(&scalar.text) {
                Ok(found) => {
                    self.used.push(key);
                    return Some(found);
                }
                Err(why) => self.notes.push(PageNote {
                    offset: scalar.offset,
                    message: format!("{name}: {:?} {why}", short(&scalar.text)),
                }),
            }
        }
        None
    }

    /// The entries of the keys that the map names for a field.
    fn mapped(&self, field: MappedField) -> Vec<(&'p str, &'p KeyValue)> {
        let found = self.choice.map.keys(field).iter();
        found
            .filter_map(|name| Some((name.as_str(), self.keys.get(name)?)))
            .collect()
    }

    /// The first text that a mapped key or one of these gives.
    fn first_text(&mut self, field: MappedField, names: &[&'static str]) -> Option<String> {
        let mapped = self.choice.map.keys(field).iter().map(String::as_str);
        let mut names = mapped.chain(names.iter().copied());
        names.find_map(|name| self.text(name))
    }

    /// The title: of the key, of the first heading, of the file's name.
    fn title(&mut self) -> Step<String> {
        if let Some(title) = self.first_text(MappedField::Title, &["title"]) {
            return Ok(title);
        }
        let heading = match self.path.rsplit('.').next() {
            Some("rst") => rst_title(self.body),
            Some("org") => None,
            // In a vault a note's name is its title, and smaller headings are parts of it.
            _ if self.choice.profile == Profile::Obsidian && !self.parts().is_title => None,
            _ => self.parts().heading.clone(),
        };
        if let Some(heading) = heading {
            return Ok(heading);
        }
        let name = title_of_path(self.path);
        match name.is_empty() {
            true => fail("no_title", 0, "the page has neither a title nor a name"),
            false => Ok(name),
        }
    }

    /// The summary: of a key, the text before a mark, the first paragraph.
    fn summary(&mut self) -> Option<String> {
        if let Some(text) = self.first_text(MappedField::Summary, &SUMMARY_KEYS) {
            return Some(text);
        }
        if let Some("rst" | "org") = self.path.rsplit('.').next() {
            return plain_paragraph(self.body);
        }
        match body::excerpt(self.body) {
            Some(excerpt) => body::paragraphs(excerpt),
            None => self.parts().paragraph.clone(),
        }
    }

    /// The words of some keys, each key's text split in its own way. Those of mapped keys, if there are
    /// any.
    fn words(
        &mut self,
        field: MappedField,
        names: &[&'static str],
        split: impl Fn(&str) -> Split,
    ) -> WordList {
        let mapped = self.words_of(self.mapped(field), |_| split(field.as_str()));
        match mapped.list.is_empty() {
            true => self.words_of(self.get(names), split),
            false => mapped,
        }
    }

    fn words_of(
        &mut self,
        entries: Vec<(&'p str, &'p KeyValue)>,
        split: impl Fn(&str) -> Split,
    ) -> WordList {
        let mut words = WordList::default();
        for (name, entry) in entries {
            values::push(&entry.value, split(name), &mut words);
            // What else a map says stays in `meta`.
            if !has_map(&entry.value) {
                self.used.push(address_of(entry));
            }
        }
        words
    }

    fn tags(&mut self) -> Vec<String> {
        let (profile, path) = (self.choice.profile, self.path);
        let split = |name: &str| profile.split(name, path);
        let mut tags = self.words(MappedField::Tags, &TAG_KEYS, split);
        if tags.list.is_empty() {
            tags = self.words_of(self.get(&["keywords"]), |_| Split::Signs);
        }
        if profile == Profile::Obsidian {
            let inline = obsidian::inline_tags(self.body).into_iter();
            inline.for_each(|tag| values::push_word(tag, &mut tags));
        }
        tags.list
    }

    fn categories(&mut self) -> Vec<String> {
        let (profile, path) = (self.choice.profile, self.path);
        let split = |name: &str| profile.split(name, path);
        let mut categories = self.words(MappedField::Categories, &CATEGORY_KEYS, split);
        let folders = profile.folder_categories(path, !categories.list.is_empty());
        for folder in folders {
            values::push_word(folder, &mut categories);
        }
        categories.list
    }

    /// The authors. A single author's name may hold a comma.
    fn authors(&mut self) -> Vec<String> {
        let split = |name: &str| match name {
            "authors" => Split::Signs,
            _ => Split::Whole,
        };
        let authors = self.words(MappedField::Authors, &AUTHOR_KEYS, split);
        if !authors.list.is_empty() {
            return authors.list;
        }
        // `author: {name: …}`.
        let mut named = WordList::default();
        for (_, entry) in self.get(&AUTHOR_KEYS) {
            if let RawValue::Map(_) = entry.value {
                let list = RawValue::List(vec![entry.value.clone()]);
                values::push(&list, Split::Whole, &mut named);
            }
        }
        named.list
    }

    fn lang(&mut self) -> Option<String> {
        let mapped = self.choice.map.keys(MappedField::Lang).iter();
        for name in mapped.map(String::as_str).chain(LANGUAGE_KEYS) {
            if let Some(scalar) = self.keys.scalar(name)
                && let Ok(tag) = Lang::new(&scalar.text.trim().replace('_', "-"))
            {
                self.used.extend(self.keys.get(name).map(address_of));
                return Some(tag.as_str().to_owned());
            }
        }
        language::of_path(self.path)
    }

    fn kind(&mut self) -> Option<String> {
        let mapped = self.choice.map.keys(MappedField::Kind).iter();
        let mut names = mapped.map(String::as_str).chain(["type"]);
        names.find_map(|name| self.word(name))
    }

    /// The value of a key, if it is one word.
    fn word(&mut self, name: &str) -> Option<String> {
        let scalar = self.keys.scalar(name)?;
        let word = scalar.text.trim().to_lowercase();
        if Kind::new(&word).is_err() {
            return None;
        }
        self.text(name)?;
        Some(word)
    }

    /// Whether the page is a draft: by a flag, by its folder. A flag that no rule reads makes a
    /// draft, and is noted: what was meant to be hidden is not shown.
    fn draft(&mut self, dated: bool) -> bool {
        let mut draft = self.path.split('/').any(|part| part == "_drafts");
        let mut mapped = self.mapped(MappedField::Draft);
        mapped.retain(|(_, entry)| entry.value != RawValue::Null);
        let is_mapped = !mapped.is_empty();
        let flags = if is_mapped {
            mapped
        } else {
            self.get(&FLAG_KEYS)
        };
        for (name, entry) in flags {
            let says_draft = is_mapped || name == "draft";
            let (written, offset) = match &entry.value {
                RawValue::Null => continue,
                RawValue::Scalar(scalar) => (short(&scalar.text), scalar.offset),
                _ => ("a list or a map", entry.offset),
            };
            if !says_draft && moment::read(written).is_ok() {
                continue;
            }
            match flag(written) {
                Some(set) => {
                    draft |= set == says_draft;
                    self.used.push(address_of(entry));
                }
                None => {
                    draft = true;
                    let hidden = says_draft;
                    self.notes.push(PageNote {
                        offset,
                        message: format!(
                            "{name}: {written:?} is neither true nor false; taken as {hidden}"
                        ),
                    });
                }
            }
        }
        // A proposal's `status: Draft` is its life, a post's is a flag.
        if dated
            && !is_mapped
            && let Some(scalar) = self.keys.scalar("status")
            && scalar.text.trim().eq_ignore_ascii_case("draft")
            && self.keys.get("date").is_some()
        {
            draft = true;
        }
        draft
    }
}

impl PageReader<'_> {
    /// What links can call the page. The keys stay in `meta`.
    fn names(&self, id: &str, date: Option<Date>, categories: &[String]) -> Vec<PageName> {
        let scalar = |name: &str| self.keys.scalar(name).map(|scalar| scalar.text.trim());
        let mut aliases = WordList::default();
        for (_, entry) in self.get(&ALIAS_KEYS) {
            values::push(&entry.value, Split::Signs, &mut aliases);
        }
        own_names(&Addressed {
            path: self.path,
            id,
            date,
            given: OWN_ADDRESS_KEYS
                .iter()
                .filter_map(|name| scalar(name))
                .collect(),
            slug: scalar("slug").filter(|slug| !slug.is_empty()),
            aliases: aliases.list,
            categories,
        })
    }

    /// The links of the body: out of the archive, and to its pages. reStructuredText and Org pages
    /// have none that are read.
    fn links(&mut self) -> (Vec<ExternalLink>, Vec<PageLink>) {
        let (mut outside, mut pages) = (Vec::new(), Vec::<PageLink>::new());
        let is_markdown = !matches!(self.path.rsplit('.').next(), Some("rst" | "org"));
        if !is_markdown || !may_link(self.body) {
            return (outside, pages);
        }
        self.parts();
        let links = self
            .parts
            .get_mut()
            .map(|parts| std::mem::take(&mut parts.links));
        let mut seen = FxHashSet::default();
        let mut page_at = FxHashMap::<(Dialect, String), usize>::default();
        for link in links.unwrap_or_default() {
            match target_of(link.dialect, &link.target) {
                Some(LinkTo::Outside(url)) if seen.insert(url.clone()) => {
                    let host = || domain_of(&url).unwrap_or_else(|| url.clone());
                    // An address in angle brackets is its own text.
                    let named = !link.text.is_empty() && link.text != url;
                    let name = if named { link.text } else { host() };
                    outside.push(ExternalLink { name, url });
                }
                Some(LinkTo::Page) => match page_at.entry((link.dialect, link.target)) {
                    Entry::Occupied(known) => {
                        let page = &mut pages[*known.get()];
                        if page.text.is_empty() {
                            page.text = link.text;
                        }
                    }
                    Entry::Vacant(free) => {
                        pages.push(PageLink {
                            dialect: link.dialect,
                            target: free.key().1.clone(),
                            text: link.text,
                        });
                        free.insert(pages.len() - 1);
                    }
                },
                _ => {}
            }
        }
        (outside, pages)
    }
}

/// The scalar of a date, and the address of its key: of a map (MkDocs) the day of creation.
fn date_scalar(entry: &KeyValue) -> Option<(&Scalar, usize)> {
    match &entry.value {
        RawValue::Scalar(scalar) => Some((scalar, address_of(entry))),
        RawValue::Map(map) => DATE_PARTS.iter().find_map(|part| {
            let entry = map.0.iter().find(|entry| folded(&entry.key) == *part)?;
            match &entry.value {
                RawValue::Scalar(scalar) => Some((scalar, address_of(entry))),
                _ => None,
            }
        }),
        _ => None,
    }
}

/// Whether a value is a map, or a list that holds one.
fn has_map(value: &RawValue) -> bool {
    match value {
        RawValue::Map(_) => true,
        RawValue::List(items) => items.iter().any(has_map),
        _ => false,
    }
}

/// A flag: `true`, `yes`, `on`, `1`, or their opposites, in any case.
fn flag(text: &str) -> Option<bool> {
    let text = text.trim().to_ascii_lowercase();
    match text.as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// The beginning of a text, for a note.
fn short(text: &str) -> &str {
    let end = text.char_indices().nth(60).map_or(text.len(), |(at, _)| at);
    &text[..end]
}
