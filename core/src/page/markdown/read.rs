//! Bytes and path → what a Markdown page says.

use rustc_hash::FxHashSet;

use super::super::front_matter::{self, KeyValue, Map, RawValue, Scalar};
use super::super::lines::{Step, fail};
use super::super::prose;
use super::keys::{Keys, folded};
use super::links::{Addressed, ExternalLink, LinkTo, PageLink, PageName, Place};
use super::links::{own_names, scan, target_of};
use super::model::{DateRule, MarkdownPage, Moment, PageNote, ReadPage};
use super::values::{self, Split, Words};
use super::{body, language, moment, path_day};
use crate::event::{
    Date, Kind, Lang, META_BYTES_MAX, META_TERMS_MAX, Meta, MetaTerms, MetaValue, domain_of, tidy,
};

/// Keys that give the date, the best first. `published` is a flag in Jekyll and a date in Hugo.
const DATE_KEYS: [&str; 12] = [
    "date",
    "publishdate",
    "pubdate",
    "published",
    "publish_date",
    "pubdatetime",
    "published_at",
    "date_published",
    "created",
    "created_at",
    "date_created",
    "creation_date",
];
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

/// Reads a page by its text, its path within its archive and its id. A byte order mark and every
/// kind of line end are allowed.
pub(crate) fn read(text: &str, path: &str, id: &str) -> Step<ReadPage> {
    let block = front_matter::find(text, path);
    let (map, start) = match &block {
        Some(block) => (front_matter::parse(text, block)?, block.body),
        None => {
            let mark = text.len() - text.trim_start_matches('\u{feff}').len();
            (Map::default(), mark)
        }
    };
    let mut notes = Vec::new();
    let mut reader = PageReader {
        keys: Keys::of(&map, &mut notes),
        path,
        body: &text[start..],
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
        kind: reader.word("type").unwrap_or_default(),
        draft: reader.draft(moment.is_some()),
        body: start as u32,
        ..MarkdownPage::blank(id.to_owned())
    };
    let (names, address) =
        reader.names(id, moment.map(|(moment, _)| moment.date), &page.categories);
    let (sources, links) = reader.links(&address);
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

struct PageReader<'p> {
    keys: Keys<'p>,
    path: &'p str,
    body: &'p str,
    /// Offsets of the keys that a field has taken.
    used: Vec<usize>,
    notes: Vec<PageNote>,
}

impl<'p> PageReader<'p> {
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
        self.used.push(entry.offset);
        Some(text)
    }

    /// The day: of a key, of an address, of the path, of a change; in this order.
    fn moment(&mut self) -> Option<(Moment, DateRule)> {
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
                // A flag, or a day's word such as `Last Modified`.
                Err(_) if name == "published" && flag(&scalar.text).is_some() => {}
                Err(why) => self.notes.push(PageNote {
                    offset: scalar.offset,
                    message: format!("{name}: {:?} {why}", short(&scalar.text)),
                }),
            }
        }
        None
    }

    /// The title: of the key, of the first heading, of the file's name.
    fn title(&mut self) -> Step<String> {
        if let Some(title) = self.text("title") {
            return Ok(title);
        }
        let heading = match self.path.rsplit('.').next() {
            Some("rst") => rst_title(self.body),
            Some("org") => None,
            _ => body::first_heading(self.body),
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
        for name in SUMMARY_KEYS {
            if let Some(text) = self.text(name) {
                return Some(text);
            }
        }
        match body::excerpt(self.body) {
            Some(excerpt) => body::paragraphs(excerpt),
            None => prose::first_paragraph(self.body),
        }
    }

    /// The words of some keys, each key's text split in its own way.
    fn words(&mut self, names: &[&'static str], split: impl Fn(&str) -> Split) -> Vec<String> {
        let mut words = Words::default();
        for (name, entry) in self.get(names) {
            values::push(&entry.value, split(name), &mut words);
            // What else a map says stays in `meta`.
            if !has_map(&entry.value) {
                self.used.push(entry.offset);
            }
        }
        words.list
    }

    fn tags(&mut self) -> Vec<String> {
        let posts = self.path.split('/').any(|part| part == "_posts");
        // Jekyll splits the plural key at white space.
        let split = |name: &str| match posts && name == "tags" {
            true => Split::Words,
            false => Split::Signs,
        };
        let tags = self.words(&TAG_KEYS, split);
        match tags.is_empty() {
            true => self.words(&["keywords"], |_| Split::Signs),
            false => tags,
        }
    }

    fn categories(&mut self) -> Vec<String> {
        let posts = self.path.split('/').any(|part| part == "_posts");
        self.words(&CATEGORY_KEYS, |name| match posts && name == "categories" {
            true => Split::Words,
            false => Split::Signs,
        })
    }

    /// The authors. A single author's name may hold a comma.
    fn authors(&mut self) -> Vec<String> {
        let split = |name: &str| match name {
            "authors" => Split::Signs,
            _ => Split::Whole,
        };
        let authors = self.words(&AUTHOR_KEYS, split);
        if !authors.is_empty() {
            return authors;
        }
        // `author: {name: …}`.
        let mut named = Words::default();
        for (_, entry) in self.get(&AUTHOR_KEYS) {
            if let RawValue::Map(_) = entry.value {
                let list = RawValue::List(vec![entry.value.clone()]);
                values::push(&list, Split::Whole, &mut named);
            }
        }
        named.list
    }

    fn lang(&mut self) -> Option<String> {
        for name in LANGUAGE_KEYS {
            if let Some(scalar) = self.keys.scalar(name)
                && let Ok(tag) = Lang::new(&scalar.text.trim().replace('_', "-"))
            {
                self.used
                    .extend(self.keys.get(name).map(|entry| entry.offset));
                return Some(tag.as_str().to_owned());
            }
        }
        language::of_path(self.path)
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
        for (name, entry) in self.get(&FLAG_KEYS) {
            let (written, offset) = match &entry.value {
                RawValue::Null => continue,
                RawValue::Scalar(scalar) => (short(&scalar.text), scalar.offset),
                _ => ("a list or a map", entry.offset),
            };
            if name != "draft" && moment::read(written).is_ok() {
                continue;
            }
            match flag(written) {
                Some(set) => {
                    draft |= set == (name == "draft");
                    self.used.push(entry.offset);
                }
                None => {
                    draft = true;
                    let hidden = name == "draft";
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
    /// What links can call the page, and its address. The keys stay in `meta`.
    fn names(
        &self,
        id: &str,
        date: Option<Date>,
        categories: &[String],
    ) -> (Vec<PageName>, String) {
        let scalar = |name: &str| self.keys.scalar(name).map(|scalar| scalar.text.trim());
        let mut aliases = Words::default();
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
    fn links(&self, address: &str) -> (Vec<ExternalLink>, Vec<PageLink>) {
        let (mut outside, mut pages) = (Vec::new(), Vec::<PageLink>::new());
        if matches!(self.path.rsplit('.').next(), Some("rst" | "org")) {
            return (outside, pages);
        }
        let place = Place {
            path: self.path,
            address,
        };
        let mut seen = FxHashSet::default();
        for link in scan(self.body) {
            match target_of(&link, &place) {
                Some(LinkTo::Outside(url)) if seen.insert(url.clone()) => {
                    let host = || domain_of(&url).unwrap_or_else(|| url.clone());
                    // An address in angle brackets is its own text.
                    let named = !link.text.is_empty() && link.text != url;
                    let name = if named { link.text } else { host() };
                    outside.push(ExternalLink { name, url });
                }
                Some(LinkTo::Page(keys)) => match pages.iter_mut().find(|page| page.keys == keys) {
                    Some(page) if page.text.is_empty() => page.text = link.text,
                    Some(_) => {}
                    None => pages.push(PageLink {
                        keys,
                        text: link.text,
                    }),
                },
                _ => {}
            }
        }
        (outside, pages)
    }
}

/// The scalar of a date, and the offset of its key: of a map (MkDocs) the day of creation.
fn date_scalar(entry: &KeyValue) -> Option<(&Scalar, usize)> {
    match &entry.value {
        RawValue::Scalar(scalar) => Some((scalar, entry.offset)),
        RawValue::Map(map) => DATE_PARTS.iter().find_map(|part| {
            let entry = map.0.iter().find(|entry| folded(&entry.key) == *part)?;
            match &entry.value {
                RawValue::Scalar(scalar) => Some((scalar, entry.offset)),
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

/// The title that a path gives: its name without day and ending; of an index file its folder's.
fn title_of_path(path: &str) -> String {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or_default();
    let mut stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    // `post.fr.md`
    if let Some((before, suffix)) = stem.rsplit_once('.')
        && language::tag(suffix).is_some()
    {
        stem = before;
    }
    if matches!(stem, "index" | "_index")
        && let Some(folder) = parts.next()
    {
        stem = folder;
    }
    tidy(path_day::without_day(stem)).into_owned()
}

/// The title of a reStructuredText page: the first line that is underlined.
fn rst_title(text: &str) -> Option<String> {
    let rule = |line: &str| {
        let line = line.trim_end();
        let first = line.chars().next();
        line.len() > 2
            && first.is_some_and(|c| c.is_ascii_punctuation() && line.chars().all(|d| d == c))
    };
    let lines: Vec<&str> = text.lines().take(20).collect();
    let found = lines.windows(2).find(|pair| {
        !pair[0].trim().is_empty() && !rule(pair[0]) && !pair[0].starts_with(':') && rule(pair[1])
    })?;
    Some(tidy(found[0]).into_owned())
}

/// The keys that no field has taken, with their values. Of a key that stands twice the last counts.
fn rest(map: &Map, used: &[usize]) -> Meta {
    let mut seen = FxHashSet::default();
    let last = map.0.iter().rev().filter(|entry| seen.insert(&entry.key));
    let mut left: Vec<_> = last
        .filter(|entry| !used.contains(&entry.offset))
        .filter_map(|entry| {
            let value = meta_value(&entry.value, used);
            // A table whose keys were all taken says nothing more.
            let taken = matches!((&entry.value, &value), (RawValue::Map(before), MetaValue::Map(after))
                if after.is_empty() && !before.0.is_empty());
            (!taken).then(|| (entry.key.clone(), value))
        })
        .collect();
    left.reverse();
    left.into_iter().collect()
}

fn meta_value(node: &RawValue, used: &[usize]) -> MetaValue {
    match node {
        RawValue::Null => MetaValue::Null,
        RawValue::Scalar(scalar) => MetaValue::Text(scalar.text.clone()),
        RawValue::List(items) => {
            MetaValue::List(items.iter().map(|item| meta_value(item, used)).collect())
        }
        RawValue::Map(map) => MetaValue::Map(rest(map, used)),
    }
}

/// A note of the values that no question finds, if there are any.
fn note_of_cut(meta: &Meta) -> Option<PageNote> {
    let cut = MetaTerms::of(meta).cut;
    let values = if cut == 1 { "value" } else { "values" };
    let message = format!(
        "no question finds {cut} {values} of meta: a page has at most {META_TERMS_MAX}, under keys of \
         at most {META_BYTES_MAX} bytes"
    );
    (cut > 0).then_some(PageNote { offset: 0, message })
}

/// The beginning of a text, for a note.
fn short(text: &str) -> &str {
    let end = text.char_indices().nth(60).map_or(text.len(), |(at, _)| at);
    &text[..end]
}
