//! The part of an event's text that says why it was found.

use std::fmt;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::highlight::{FoundWord, QueryWords, TextField, mark_spans, merged};
use super::hits::Hits;
use crate::error::Result;
use crate::event::Event;
use crate::query::model::Query;

/// Stands where a snippet leaves out what comes before it or behind it.
const CUT: char = '…';
/// Events that are read at once.
const EVENTS_AT_ONCE: usize = 256;

/// A part of an event's text with the words of a query in it.
///
/// Displayed, it has brackets around them: `the [flood] of [2017]`.
///
/// # Examples
///
/// ```
/// use eventstore::{Event, Query, TextField};
/// let id: eventstore::EventId = "2017/03/2/flood".parse()?;
/// let mut event = Event::new(id.clone(), id.day(), "A river floods");
/// event.summary = Some("After a week of rain the dam breaks, and a flood is feared.".to_owned());
/// let snippet = event.snippet(&"dam flood".parse::<Query>()?, 35);
/// assert_eq!(snippet.to_string(), "…the [dam] breaks, and a [flood] is…");
/// assert_eq!((snippet.field, &snippet.text[snippet.spans[0].clone()]), (TextField::Summary, "dam"));
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snippet {
    /// The text that it is a part of.
    pub field: TextField,
    /// The part as it is written, control characters too, with `…` at an end where the text goes on.
    pub text: String,
    /// Bytes of `text` where words of the query stand, ascending.
    pub spans: Vec<Range<usize>>,
}

impl Snippet {
    /// The text with something before each word of the query and behind it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use eventstore::{Event, Query};
    /// # let id: eventstore::EventId = "2017/03/2/flood".parse()?;
    /// let event = Event::new(id.clone(), id.day(), "A river floods");
    /// let snippet = event.snippet(&"river".parse::<Query>()?, 80);
    /// assert_eq!(snippet.marked("<b>", "</b>"), "A <b>river</b> floods");
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    #[must_use]
    pub fn marked(&self, before: &str, behind: &str) -> String {
        mark_spans(&self.text, &self.spans, before, behind)
    }
}

impl fmt::Display for Snippet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.marked("[", "]"))
    }
}

impl Event {
    /// At most `chars` characters of its summary, its body or its title: those with the most different
    /// words of a query, and then with the most of them.
    ///
    /// The summary comes first and then the body; the title is taken only if neither has a word of the
    /// query. Words are not cut, unless one is longer than `chars`. If no text has a word of the query, or the query
    /// has none, it is the beginning of the summary, else of the body, else of the title.
    ///
    /// Costs as much as [`Event::highlight`], and some 10 µs.
    ///
    /// # Examples
    ///
    /// See [`Snippet`].
    #[must_use]
    pub fn snippet(&self, query: &Query, chars: usize) -> Snippet {
        let words = QueryWords::new(query);
        let no_words = self.summary.is_some() && !words.asks(TextField::Body);
        let body = if no_words { None } else { self.body_text() };
        let texts = [
            (TextField::Summary, self.summary.as_deref()),
            (TextField::Body, body.as_deref()),
            (TextField::Title, Some(&*self.title)),
        ];
        let mut best: Option<(Worth, TextField, &str, SnippetPart)> = None;
        for (field, text) in texts {
            let Some(text) = text.filter(|text| !text.is_empty()) else {
                continue;
            };
            if field == TextField::Title && best.as_ref().is_some_and(|best| best.0.words > 0) {
                break;
            }
            let places = words.places(field, text);
            let (worth, core) = densest(text, &places, chars.saturating_sub(2));
            if best.as_ref().is_none_or(|best| worth.words > best.0.words) {
                let spans = merged(places.into_iter().map(|place| place.span).collect());
                best = Some((worth, field, text, SnippetPart { core, spans }));
            }
        }
        match best {
            Some((_, field, text, part)) => part.cut(field, text, chars),
            None => Snippet {
                field: TextField::Title,
                text: String::new(),
                spans: Vec::new(),
            },
        }
    }
}

impl Hits {
    /// A snippet of each event, in the order of these hits: [`Event::snippet`] of their query.
    ///
    /// Reads all of these events, on all cores if there are many: slice first.
    ///
    /// # Errors
    /// As [`Hits::count`].
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../example_store.txt")]
    /// let snippets = store.query("(a, c)")?.slice(..20).snippets(160)?;
    /// assert_eq!((snippets.len(), snippets[1].to_string()), (2, "[c]".to_owned()));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn snippets(&self, chars: usize) -> Result<Vec<Snippet>> {
        let mut snippets = Vec::new();
        let mut events = self.iter();
        loop {
            let batch = events.next_batch(EVENTS_AT_ONCE)?;
            if batch.is_empty() {
                return Ok(snippets);
            }
            let of_batch = batch.iter().map(|event| event.snippet(&self.query, chars));
            snippets.extend(of_batch);
        }
    }
}

/// What a part of a text says of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Worth {
    /// Different words of the query in it.
    words: usize,
    /// How often they stand in it.
    places: usize,
}

/// The part of the text of at most so many characters that is worth most: of equal ones the first.
fn densest(text: &str, places: &[FoundWord], chars: usize) -> (Worth, Range<usize>) {
    let bounds = CharCounts::new(text, places);
    let mut best = (Worth::default(), 0..0);
    let mut in_part: Vec<usize> = Vec::new();
    let (mut different, mut next) = (0, 0);
    for (first, place) in places.iter().enumerate() {
        let start = bounds.of(place.span.start);
        // The first is taken even if it alone is longer: it is cut then.
        while next < places.len()
            && (next <= first || bounds.of(places[next].span.end) - start <= chars)
        {
            let word = places[next].word;
            if word >= in_part.len() {
                in_part.resize(word + 1, 0);
            }
            in_part[word] += 1;
            different += usize::from(in_part[word] == 1);
            next += 1;
        }
        let worth = Worth {
            words: different,
            places: next - first,
        };
        if worth > best.0 {
            let ends = places[first..next].iter().map(|place| place.span.end);
            best = (worth, place.span.start..ends.max().unwrap_or(0));
        }
        in_part[place.word] -= 1;
        different -= usize::from(in_part[place.word] == 0);
    }
    best
}

/// How many characters stand before some bytes of a text.
struct CharCounts(Vec<(usize, usize)>);

impl CharCounts {
    /// Of the ends of some places.
    fn new(text: &str, places: &[FoundWord]) -> Self {
        let ends = places
            .iter()
            .flat_map(|place| [place.span.start, place.span.end]);
        let mut ends: Vec<usize> = ends.collect();
        ends.sort_unstable();
        ends.dedup();
        let (mut at, mut count) = (0, 0);
        let counted = ends.into_iter().map(|end| {
            count += text.get(at..end).map_or(0, |part| part.chars().count());
            at = end;
            (end, count)
        });
        Self(counted.collect())
    }

    fn of(&self, byte: usize) -> usize {
        let found = self.0.binary_search_by_key(&byte, |&(end, _)| end);
        found.map_or(0, |found| self.0[found].1)
    }
}

/// What of a text becomes a snippet.
struct SnippetPart {
    /// Bytes that are to be in it, as far as there is room.
    core: Range<usize>,
    /// The places of all words in the text.
    spans: Vec<Range<usize>>,
}

impl SnippetPart {
    /// The core with whole words around it, as many as there is room for.
    fn cut(&self, field: TextField, text: &str, chars: usize) -> Snippet {
        let range = self.grown(text, chars);
        let is_cut_before = range.start > 0 && chars > 0;
        // Where nothing is left, one sign is enough.
        let is_cut_behind = range.end < text.len()
            && chars > usize::from(is_cut_before)
            && !(range.is_empty() && is_cut_before);
        let mut cut = String::with_capacity(range.len() + 2 * CUT.len_utf8());
        cut.extend(is_cut_before.then_some(CUT));
        let lead = cut.len();
        cut.push_str(text.get(range.clone()).unwrap_or_default());
        cut.extend(is_cut_behind.then_some(CUT));
        let inside = self.spans.iter().filter_map(|span| {
            let (start, end) = (span.start.max(range.start), span.end.min(range.end));
            (start < end).then(|| start - range.start + lead..end - range.start + lead)
        });
        Snippet {
            field,
            spans: inside.collect(),
            text: cut,
        }
    }

    /// The bytes of the text that the snippet has.
    fn grown(&self, text: &str, chars: usize) -> Range<usize> {
        let pieces = Pieces::around(text, &self.core, chars);
        let mut first = pieces.ends.partition_point(|&end| end <= self.core.start);
        let mut behind = match self.core.is_empty() {
            true => first,
            false => pieces.ends.partition_point(|&end| end < self.core.end) + 1,
        };
        while behind > first && pieces.chars(text, first, behind) > chars {
            behind -= 1;
        }
        // Where not even the first word of the core fits, nothing else is put in its place.
        let (mut more_before, mut more_behind) = match behind > first || self.core.is_empty() {
            true => (true, true),
            false => (false, false),
        };
        let mut step = 0;
        while more_before || more_behind {
            // What follows says more: two pieces behind for each before.
            step = (step + 1) % 3;
            if step == 0 {
                more_before = first > 0 && pieces.chars(text, first - 1, behind) <= chars;
                first -= usize::from(more_before);
            } else if more_behind {
                more_behind =
                    behind < pieces.ends.len() && pieces.chars(text, first, behind + 1) <= chars;
                behind += usize::from(more_behind);
            }
        }
        let range = pieces.range(first, behind);
        let part = &text[range.clone()];
        let (mut start, mut end) = (range.start, range.end);
        if end < text.len() {
            end = start + part.trim_end().len();
        }
        if start > 0 {
            start = end - text[start..end].trim_start().len();
        }
        start..end
    }
}

/// A part of a text in pieces that are not cut: words, and what stands between them. Of a word that is
/// too long its characters.
struct Pieces {
    /// Where the first begins.
    start: usize,
    /// Where each ends.
    ends: Vec<usize>,
    /// How many characters stand before the end of each.
    counts: Vec<usize>,
}

impl Pieces {
    /// Those around some bytes: as many characters before these and behind them.
    fn around(text: &str, core: &Range<usize>, chars: usize) -> Self {
        let mut before = text[..core.start].char_indices().rev();
        let from = before.nth(chars).map_or(0, |(at, c)| at + c.len_utf8());
        let mut behind = text[core.end..].char_indices();
        let to = behind
            .nth(chars)
            .map_or(text.len(), |(at, _)| core.end + at);
        let mut pieces = Self {
            start: from,
            ends: Vec::new(),
            counts: Vec::new(),
        };
        for (at, word) in text[from..to].split_word_bound_indices() {
            let (start, end) = (from + at, from + at + word.len());
            // A word that goes on outside is left out, unless it is asked for.
            if start == from && from > 0 && end <= core.start {
                pieces.start = end;
            } else if !(end == to && to < text.len() && start >= core.end) {
                pieces.push(word, chars.saturating_sub(2));
            }
        }
        pieces
    }

    fn push(&mut self, word: &str, chars: usize) {
        let count = word.chars().count();
        let mut add = |part: &str, count: usize| {
            let end = self.ends.last().map_or(self.start, |&end| end);
            let before = self.counts.last().map_or(0, |&before| before);
            self.ends.push(end + part.len());
            self.counts.push(before + count);
        };
        match count > chars {
            true => word
                .graphemes(true)
                .for_each(|part| add(part, part.chars().count())),
            false => add(word, count),
        }
    }

    /// The bytes of some pieces that follow each other.
    fn range(&self, first: usize, behind: usize) -> Range<usize> {
        let end_before = |piece: usize| match piece.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or(self.start),
            None => self.start,
        };
        end_before(first)..end_before(behind)
    }

    /// The characters of a snippet of these pieces, with the signs where the text goes on.
    fn chars(&self, text: &str, first: usize, behind: usize) -> usize {
        let count_before = |piece: usize| piece.checked_sub(1).map_or(0, |at| self.counts[at]);
        let range = self.range(first, behind);
        let signs = usize::from(range.start > 0) + usize::from(range.end < text.len());
        count_before(behind) - count_before(first) + signs
    }
}
