//! The events of a store with their texts cut, and which of them have what a question asks for.

use std::collections::{BTreeSet, HashMap};

use eventstore::{Date, Event, Store, Time};
use memchr::memmem;

use super::cut::{Part, cut, is_han};

/// Every event, whatever its traits.
pub const ALL: &str = "superseded:yes draft:yes undated:yes";

/// An event.
pub struct Document {
    pub id: String,
    pub day: Option<Date>,
    pub time: Option<Time>,
    pub tags: BTreeSet<String>,
    pub draft: bool,
    pub superseded: bool,
    /// Title, summary and body.
    pub texts: [String; 3],
    /// Their characters, and the most ideographs that stand next to each other in them.
    pub chars: [(Vec<char>, usize); 3],
    /// For each position the tokens that stand there.
    pub cells: [Vec<Vec<String>>; 3],
}

/// All events, by date, time and id.
pub struct Reader {
    pub documents: Vec<Document>,
    numbers: HashMap<String, usize>,
    /// Number of tokens.
    pub lengths: Vec<[u32; 3]>,
    /// The tokens of all fields with one token at each position: ` one two `, each field on a line.
    lines: Vec<u8>,
    /// Where the line of each field begins, with the document and the field.
    starts: Vec<(usize, usize, usize)>,
    /// Fields with several tokens at a position, and all their tokens as a line.
    layered: Vec<(usize, usize, String)>,
}

impl Reader {
    /// Reads all events. `words` cuts a text of an event into tokens, by field.
    pub fn new(
        store: &Store,
        mut words: impl FnMut(&Event, usize, &str) -> Vec<(String, u32)>,
    ) -> Self {
        let events = store.query(ALL).unwrap();
        let mut documents: Vec<Document> = Vec::new();
        let mut lengths = Vec::new();
        let mut events: Vec<Event> = events.iter().map(Result::unwrap).collect();
        events
            .sort_by(|a, b| (a.date, a.time, a.id.as_str()).cmp(&(b.date, b.time, b.id.as_str())));
        for event in events {
            let body = event.body_text().unwrap_or_default();
            let summary = event.summary.clone().unwrap_or_default();
            let texts = [event.title.clone(), summary, body];
            let mut length = [0; 3];
            let cells = std::array::from_fn(|field| {
                let tokens = words(&event, field, &texts[field]);
                length[field] = tokens.len() as u32;
                let mut cells: Vec<Vec<String>> = Vec::new();
                for (term, position) in tokens {
                    while cells.len() <= position as usize {
                        cells.push(Vec::new());
                    }
                    cells[position as usize].push(term);
                }
                cells
            });
            lengths.push(length);
            documents.push(Document {
                id: event.id.to_string(),
                day: event.date,
                time: event.time,
                tags: event.tags.iter().map(|tag| tag.to_lowercase()).collect(),
                draft: event.draft,
                superseded: event.superseded,
                chars: texts.each_ref().map(|text| {
                    let chars: Vec<char> = text.chars().collect();
                    let runs = chars.split(|&c| !is_han(c));
                    let longest = runs.map(<[char]>::len).max().unwrap_or_default();
                    (chars, longest)
                }),
                texts,
                cells,
            });
        }
        let (mut lines, mut starts, mut layered) = (Vec::new(), Vec::new(), Vec::new());
        for (number, document) in documents.iter().enumerate() {
            for (field, cells) in document.cells.iter().enumerate() {
                if cells.iter().any(|cell| cell.len() != 1) {
                    let tokens = cells.iter().flatten();
                    let line = tokens.map(|token| format!(" {token}")).collect::<String>() + " ";
                    layered.push((number, field, line));
                    continue;
                }
                starts.push((lines.len(), number, field));
                for cell in cells {
                    lines.push(b' ');
                    lines.extend(cell[0].bytes());
                }
                lines.extend(b" \n");
            }
        }
        let numbers = documents.iter().enumerate();
        let numbers = numbers
            .map(|(number, document)| (document.id.clone(), number))
            .collect();
        Self {
            documents,
            numbers,
            lengths,
            lines,
            starts,
            layered,
        }
    }

    /// As [`Reader::new`], of texts that [`cut`] cuts.
    pub fn of_plain_texts(store: &Store) -> Self {
        Self::new(store, |_, _, text| {
            let pieces = cut(text).into_iter();
            pieces.map(|piece| (piece.term, piece.position)).collect()
        })
    }

    /// The number of the document of an id.
    pub fn number(&self, id: &str) -> usize {
        self.numbers[id]
    }

    /// How often a value stands in each field of each document: of one word its tokens, of several the places from
    /// which all of them stand.
    pub fn frequencies(&self, parts: &[Part]) -> Vec<[u32; 3]> {
        let mut found = vec![[0; 3]; self.documents.len()];
        let by_cells = |number: usize, field: usize| -> u32 {
            in_cells(&self.documents[number].cells[field], parts)
        };
        let first = &parts[0];
        let end = if first.prefix { "" } else { " " };
        let finder = memmem::Finder::new(&format!(" {}{end}", first.term)).into_owned();
        for (number, field, line) in &self.layered {
            if finder.find(line.as_bytes()).is_some() {
                found[*number][*field] = by_cells(*number, *field);
            }
        }
        let (last, before) = parts.split_last().expect("a value has a word");
        let plain = (0..).zip(parts).all(|(offset, part)| part.offset == offset)
            && before.iter().all(|part| !part.prefix);
        if !plain {
            // Only where the first part stands anywhere.
            let first = Part {
                offset: 0,
                ..parts[0].clone()
            };
            for (number, stands) in self.frequencies(&[first]).into_iter().enumerate() {
                for field in (0..3).filter(|&field| stands[field] > 0) {
                    found[number][field] = by_cells(number, field);
                }
            }
            return found;
        }
        let mut needle = String::new();
        for part in parts {
            needle.push(' ');
            needle.push_str(&part.term);
        }
        if !last.prefix {
            needle.push(' ');
        }
        let finder = memmem::Finder::new(&needle);
        let mut at = 0;
        while let Some(next) = finder.find(&self.lines[at..]) {
            let line = self
                .starts
                .partition_point(|&(start, _, _)| start <= at + next)
                - 1;
            let (_, number, field) = self.starts[line];
            found[number][field] += 1;
            at += next + 1;
        }
        found
    }

    /// The same by positions alone, for a test of both ways.
    pub fn frequencies_by_cells(&self, parts: &[Part]) -> Vec<[u32; 3]> {
        let of = |document: &Document| {
            std::array::from_fn(|field| in_cells(&document.cells[field], parts))
        };
        self.documents.iter().map(of).collect()
    }
}

fn in_cells(cells: &[Vec<String>], parts: &[Part]) -> u32 {
    let is = |part: &Part, term: &String| match part.prefix {
        true => term.starts_with(&part.term),
        false => *term == part.term,
    };
    if let [one] = parts {
        let tokens = cells.iter().flatten();
        return tokens.filter(|term| is(one, term)).count() as u32;
    }
    let mut count = 0;
    for start in 0..cells.len() {
        let stands = |part: &Part| {
            let cell = cells.get(start + part.offset as usize);
            cell.is_some_and(|cell| cell.iter().any(|term| is(part, term)))
        };
        count += u32::from(parts.iter().all(stands));
    }
    count
}
