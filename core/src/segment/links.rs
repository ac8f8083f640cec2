//! The links of a row: whom an event's related list, or a listing, points to, with the tags beside each link.
//!
//! A target in the same segment is its row number. The text of a link is kept only where it differs from the target's
//! title, and the text of a context only where it differs from its tags joined by `", "`. Of any other target the id is
//! kept; or, where its slug is the one that the site makes of the link's title, its day.

use rustc_hash::FxHashMap;

use super::bytes::{Malformed, Reader, put_str, put_u32};
use super::head;
use crate::event::Lang;
use crate::event::id::day_at;
use crate::page::{compare_guess, push_guess};

/// Whom a link points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target<'a> {
    /// An event of the same segment.
    Row(u32),
    /// The id of any other.
    Id(&'a str),
    /// As `Id`; the id is its place and the slug that the link's title makes.
    Guessed(Guess),
}

/// An id but for its slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Guess {
    /// Packed.
    day: u32,
    opinion: bool,
    /// By whose rule the slug is made.
    lang: Lang,
}

impl Guess {
    /// The guess that gives an id back from a title, if there is one.
    pub fn of(id: &str, title: &str) -> Option<Self> {
        let place = id.strip_prefix("opinion/");
        let opinion = place.is_some();
        let place = place.unwrap_or(id);
        let found = day_at(place).filter(|found| found.canonical)?;
        let fits = |&lang: &Lang| compare_guess(title, lang, &place[found.len..]).is_eq();
        let lang = [Lang::En, Lang::Zh].into_iter().find(fits)?;
        Some(Self {
            day: found.day.packed(),
            opinion,
            lang,
        })
    }

    fn push_id(self, title: &str, out: &mut String) {
        out.push_str(if self.opinion { "opinion/" } else { "" });
        head::push_day(out, self.day);
        push_guess(title, self.lang, out);
    }

    fn is(self, id: &str, title: &str) -> bool {
        let place = id.strip_prefix("opinion/");
        self.opinion == place.is_some()
            && day_at(place.unwrap_or(id)).is_some_and(|found| {
                let slug = &place.unwrap_or(id)[found.len..];
                found.canonical
                    && found.day.packed() == self.day
                    && compare_guess(title, self.lang, slug).is_eq()
            })
    }
}

/// One link as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link<'a> {
    pub target: Target<'a>,
    /// The link's text; none if it is the title of the target's row (or the row is a listing, which keeps none).
    pub title: Option<&'a str>,
    /// The tags of its context as term numbers; none if it has no context.
    pub tags: Option<Vec<u32>>,
    /// The context as written, where it is not its tags joined.
    pub context: Option<&'a str>,
}

impl Target<'_> {
    /// The id it is, if it is no row of the segment; `title` is that of the link.
    pub fn push_id(self, title: Option<&str>, out: &mut String) -> bool {
        match self {
            Self::Row(_) => return false,
            Self::Id(id) => out.push_str(id),
            Self::Guessed(guess) => guess.push_id(title.unwrap_or_default(), out),
        }
        true
    }
}

impl Link<'_> {
    /// [`Target::push_id`] of its target.
    pub fn push_id(&self, out: &mut String) -> bool {
        self.target.push_id(self.title, out)
    }

    /// Whether it points to an id, which no event of the segment has.
    pub fn leads_outside_to(&self, id: &str) -> bool {
        match self.target {
            Target::Row(_) => false,
            Target::Id(target) => target == id,
            Target::Guessed(guess) => guess.is(id, self.title.unwrap_or_default()),
        }
    }
}

const ZH: u32 = 1;
const OPINION: u32 = 2;

const OWN_TITLE: u32 = 1;
const OWN_CONTEXT: u32 = 2;

/// Appends one link to an entry.
pub(crate) fn encode(out: &mut Vec<u8>, link: &Link<'_>) {
    let mut head = if link.title.is_some() { OWN_TITLE } else { 0 };
    head |= if link.context.is_some() {
        OWN_CONTEXT
    } else {
        0
    };
    match link.target {
        Target::Row(row) => put_u32(out, (row + 1) << 2 | head),
        Target::Id(id) => {
            put_u32(out, head);
            put_str(out, id);
        }
        // No id is empty.
        Target::Guessed(guess) => {
            put_u32(out, head);
            put_str(out, "");
            let mut flags = if guess.lang == Lang::Zh { ZH } else { 0 };
            flags |= if guess.opinion { OPINION } else { 0 };
            put_u32(out, guess.day << 2 | flags);
        }
    }
    if let Some(title) = link.title {
        put_str(out, title);
    }
    match &link.tags {
        None => put_u32(out, 0),
        Some(tags) => {
            put_u32(out, tags.len() as u32 + 1);
            tags.iter().for_each(|&tag| put_u32(out, tag));
        }
    }
    if let Some(context) = link.context {
        put_str(out, context);
    }
}

/// The links of an entry in page order, their tags in one list: what whole events read takes one piece of memory for
/// each of a dozen links otherwise.
pub(crate) struct Listed<'a> {
    /// Each with the end of its tags in the list, which begin where those of the link before end.
    links: Vec<(Bare<'a>, usize)>,
    tags: Vec<u32>,
}

impl<'a> Listed<'a> {
    /// Reads an entry.
    pub fn read(entry: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(entry);
        let (mut links, mut tags) = (Vec::new(), Vec::new());
        while !reader.is_empty() {
            let link = decode_one(&mut reader, |tag| tags.push(tag))?;
            links.push((link, tags.len()));
        }
        Ok(Self { links, tags })
    }

    /// All tags, those of the first link first.
    pub fn tags(&self) -> &[u32] {
        &self.tags
    }

    /// Target, title and tags of each link.
    pub fn links(&self) -> impl Iterator<Item = (Target<'a>, Option<&'a str>, &[u32])> {
        let mut start = 0;
        self.links.iter().map(move |(link, end)| {
            let tags = &self.tags[start..*end];
            start = *end;
            (link.target, link.title, tags)
        })
    }
}

/// Reads the links of an entry in page order.
pub(crate) fn decode(entry: &[u8]) -> impl Iterator<Item = Result<Link<'_>, Malformed>> {
    let mut reader = Reader::new(entry);
    std::iter::from_fn(move || {
        let mut tags = Vec::new();
        (!reader.is_empty()).then(|| {
            let link = decode_one(&mut reader, |tag| tags.push(tag))?;
            Ok(Link {
                target: link.target,
                title: link.title,
                tags: link.has_context.then_some(tags),
                context: link.context,
            })
        })
    })
}

/// A link without its tags.
struct Bare<'a> {
    target: Target<'a>,
    title: Option<&'a str>,
    has_context: bool,
    context: Option<&'a str>,
}

fn decode_one<'a>(
    reader: &mut Reader<'a>,
    mut tag: impl FnMut(u32),
) -> Result<Bare<'a>, Malformed> {
    let head = reader.u32()?;
    let target = match head >> 2 {
        0 => match reader.str()? {
            "" => {
                let guess = reader.u32()?;
                Target::Guessed(Guess {
                    day: guess >> 2,
                    opinion: guess & OPINION != 0,
                    lang: if guess & ZH != 0 { Lang::Zh } else { Lang::En },
                })
            }
            id => Target::Id(id),
        },
        row => Target::Row(row - 1),
    };
    let title = if head & OWN_TITLE != 0 {
        Some(reader.str()?)
    } else {
        None
    };
    let context_tags = reader.u32()?;
    for _ in 1..context_tags {
        tag(reader.u32()?);
    }
    let context = if head & OWN_CONTEXT != 0 {
        Some(reader.str()?)
    } else {
        None
    };
    Ok(Bare {
        target,
        title,
        has_context: context_tags > 0,
        context,
    })
}

/// Links turned around: target → rows that link to it, listings and twins included. Built on first use, for segments of
/// versions 1 and 2; later ones hold it on disk (`referrers`).
pub(crate) struct Referrers {
    starts: Vec<u32>,
    rows: Vec<u32>,
    outside: FxHashMap<Box<str>, Vec<u32>>,
}

/// Links of some rows in turn: how many each has, and their targets. Four bytes a link: a million pages have twenty
/// million.
#[derive(Default)]
pub(crate) struct Inside {
    pub links: Vec<u32>,
    pub targets: Vec<u32>,
}

impl Referrers {
    /// From the links of all rows, in order.
    pub fn build(rows: u32, inside: &[Inside], outside: FxHashMap<Box<str>, Vec<u32>>) -> Self {
        let mut starts = vec![0u32; rows as usize + 1];
        for &target in inside.iter().flat_map(|block| &block.targets) {
            starts[target as usize + 1] += 1;
        }
        for row in 0..rows as usize {
            starts[row + 1] += starts[row];
        }
        let mut next = starts.clone();
        let mut list = vec![0; starts[rows as usize] as usize];
        let mut row = 0;
        for block in inside {
            let mut targets = block.targets.iter();
            for &links in &block.links {
                for &target in targets.by_ref().take(links as usize) {
                    list[next[target as usize] as usize] = row;
                    next[target as usize] += 1;
                }
                row += 1;
            }
        }
        Self {
            starts,
            rows: list,
            outside,
        }
    }

    /// Rows that link to a row, ascending, with repeats where a page links twice.
    pub fn of_row(&self, row: u32) -> &[u32] {
        &self.rows[self.starts[row as usize] as usize..self.starts[row as usize + 1] as usize]
    }

    /// Rows that link to an id which the segment has no event for.
    pub fn of_id(&self, id: &str) -> &[u32] {
        self.outside.get(id).map_or(&[], Vec::as_slice)
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        (self.starts.len() + self.rows.len()) * 4 + self.outside.len() * 96
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::page::guess_slug;

    fn target() -> impl Strategy<Value = (String, Option<String>)> {
        let day = (1000u32..=9999, 1u32..=12, 1u32..=28);
        let title = "[a-cA-C 2.,—é甲乙（]{0,90}";
        (day, any::<bool>(), title, "[a-c2甲-]{0,4}", 0..5u8).prop_map(
            |((year, month, day), opinion, title, other, way)| {
                let slug = match way {
                    0 => guess_slug(&title, Lang::En),
                    1 => guess_slug(&title, Lang::Zh),
                    2 => guess_slug(&title, Lang::En) + &other,
                    3 => "2/".to_owned() + &guess_slug(&title, Lang::En),
                    _ => other,
                };
                let folder = if opinion { "opinion/" } else { "" };
                let id = format!("{folder}{year:04}/{month:02}/{day}/{slug}");
                (id, (way != 4 || year % 2 == 0).then_some(title))
            },
        )
    }

    proptest! {
        #[test]
        fn a_link_comes_back_with_its_id_guessed_or_not(
            targets in prop::collection::vec(target(), 1..5),
            other in target(),
        ) {
            let mut entry = Vec::new();
            for (i, (id, title)) in targets.iter().enumerate() {
                let title = title.as_deref();
                let guess = title.and_then(|title| Guess::of(id, title));
                let slug = id.splitn(if id.starts_with('o') { 5 } else { 4 }, '/').last();
                let made = |lang| title.map(|title| guess_slug(title, lang));
                let made = [Lang::En, Lang::Zh].map(made);
                prop_assert_eq!(guess.is_some(), made.iter().flatten().any(|made| Some(made.as_str()) == slug));
                encode(&mut entry, &Link {
                    target: guess.map_or(Target::Id(id), Target::Guessed),
                    title,
                    tags: (i % 2 == 0).then(|| vec![i as u32]),
                    context: None,
                });
            }
            let found: Vec<Link<'_>> = decode(&entry).collect::<Result<_, _>>().unwrap();
            prop_assert_eq!(found.len(), targets.len());
            for (i, (link, (id, title))) in found.iter().zip(&targets).enumerate() {
                let mut text = String::new();
                prop_assert!(link.push_id(&mut text));
                prop_assert_eq!(&text, id);
                prop_assert_eq!(link.title, title.as_deref());
                prop_assert_eq!(link.tags.clone(), (i % 2 == 0).then(|| vec![i as u32]));
                prop_assert!(link.leads_outside_to(id));
                for other in [&other.0, &format!("{id}-"), &format!("opinion/{id}"), &id.replacen('/', "/0", 2)] {
                    prop_assert_eq!(link.leads_outside_to(other), other == id);
                }
            }
        }
    }

    #[test]
    fn an_id_that_is_not_spelled_as_ids_are_is_kept() {
        for id in [
            "2017/03/02/a",
            "2017/3/2/a",
            "2017/03/2",
            "a",
            "news/2017/03/2/a",
            "2017/02/30/a",
        ] {
            assert_eq!(Guess::of(id, "A"), None, "{id}");
        }
        assert!(Guess::of("2017/03/2/a", "A").is_some());
    }
}
