//! The texts of some rows → a run: their words in order, each with its rows and positions.

use super::{FIELD_SHIFT, FIELDS, Frequencies, frequencies};
use crate::analysis::Analyzer;
use crate::segment::block::{ByteReader, Malformed, put_u32};
use crate::segment::write::Interner;

/// Memory that the tokens and words of a run take at most, unless one row needs more.
const RUN_BYTES: usize = 8 << 20;

/// Words in order of their text, each with the rows that have it.
pub(in crate::segment) struct WordRun {
    text: String,
    bytes: Vec<u8>,
    /// The end of each word in `text`, and of its rows in `bytes`.
    ends: Vec<(u32, u32)>,
}

/// Gathers the words of rows, which come in ascending order.
pub(in crate::segment) struct Inverter {
    analyzer: Analyzer,
    words: Interner,
    /// In the order of the texts.
    tokens: Vec<Token>,
    runs: Vec<WordRun>,
    lengths: Vec<(u32, Frequencies)>,
}

#[derive(Clone, Copy, Default)]
struct Token {
    word: u32,
    row: u32,
    /// The field stands above the position.
    field_position: u32,
}

impl Inverter {
    pub fn new() -> Self {
        Self {
            analyzer: Analyzer::default(),
            words: Interner::default(),
            tokens: Vec::new(),
            runs: Vec::new(),
            lengths: Vec::new(),
        }
    }

    /// Adds the texts of the next row.
    pub fn push(&mut self, row: u32, texts: [&str; FIELDS]) {
        let mut lengths = Frequencies::default();
        for (field, text) in texts.into_iter().enumerate() {
            let before = self.tokens.len();
            let first = (field as u32) << FIELD_SHIFT;
            let (words, tokens) = (&mut self.words, &mut self.tokens);
            self.analyzer.tokens(text, |term, position| {
                tokens.push(Token {
                    word: words.number(term),
                    row,
                    field_position: first | position,
                });
            });
            lengths[field] = (self.tokens.len() - before) as u32;
        }
        self.lengths.push((row, lengths));
        // Tokens are there twice while they are sorted.
        if self.tokens.len() * 2 * size_of::<Token>() + self.words.bytes() >= RUN_BYTES {
            self.finish_run();
        }
    }

    /// The runs, and the lengths of each row.
    pub fn finish(mut self) -> (Vec<WordRun>, Vec<(u32, Frequencies)>) {
        self.finish_run();
        (self.runs, self.lengths)
    }

    fn finish_run(&mut self) {
        if !self.tokens.is_empty() {
            self.runs.push(WordRun::new(&self.words, &self.tokens));
        }
        self.words.clear();
        self.tokens.clear();
    }
}

impl WordRun {
    fn new(words: &Interner, tokens: &[Token]) -> Self {
        let count = words.len();
        // Where the tokens of each word begin, after a counting sort, which keeps their order.
        let mut starts = vec![0u32; count + 1];
        for token in tokens {
            starts[token.word as usize + 1] += 1;
        }
        for word in 0..count {
            starts[word + 1] += starts[word];
        }
        let mut next = starts.clone();
        let mut sorted = vec![Token::default(); tokens.len()];
        for token in tokens {
            let at = &mut next[token.word as usize];
            sorted[*at as usize] = *token;
            *at += 1;
        }
        let mut order: Vec<u32> = (0..count as u32).collect();
        order.sort_unstable_by_key(|&word| words.text(word));
        let mut run = Self {
            text: String::with_capacity(words.text_bytes()),
            bytes: Vec::with_capacity(tokens.len() * 3),
            ends: Vec::with_capacity(count),
        };
        for word in order {
            let of_word = starts[word as usize] as usize..starts[word as usize + 1] as usize;
            run.text.push_str(words.text(word));
            let mut before = 0;
            for of_row in sorted[of_word].chunk_by(|one, next| one.row == next.row) {
                put_u32(&mut run.bytes, of_row[0].row - before);
                before = of_row[0].row;
                put_positions(of_row, &mut run.bytes);
            }
            run.ends
                .push((run.text.len() as u32, run.bytes.len() as u32));
        }
        run
    }

    /// Number of words.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn word(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before].0);
        &self.text[start as usize..self.ends[at].0 as usize]
    }

    /// The first word that is not before a text.
    pub fn lower_bound(&self, text: &str) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.word(middle) < text {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        low
    }

    /// Hands on each row of a word: the row, its frequencies, and the distances of the positions.
    pub fn each_row(
        &self,
        at: usize,
        mut take: impl FnMut(u32, Frequencies, &[u32]),
    ) -> Result<(), Malformed> {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before].1);
        let bytes = &self.bytes[start as usize..self.ends[at].1 as usize];
        let mut reader = ByteReader::new(bytes);
        let mut row = 0;
        let mut distances = Vec::new();
        while !reader.is_empty() {
            row += reader.u32()?;
            let frequencies = frequencies::read_one(&mut reader)?;
            distances.clear();
            for _ in 0..frequencies.iter().sum::<u32>() {
                distances.push(reader.u32()?);
            }
            take(row, frequencies, &distances);
        }
        Ok(())
    }
}

/// The frequencies of a word in a row, then in each field its first position and the distance from each to
/// the next.
fn put_positions(of_row: &[Token], out: &mut Vec<u8>) {
    let mut frequencies = Frequencies::default();
    for token in of_row {
        frequencies[(token.field_position >> FIELD_SHIFT) as usize] += 1;
    }
    frequencies::put_one(out, frequencies);
    let mut before = 0;
    let mut field = 0;
    for token in of_row {
        let position = token.field_position & ((1 << FIELD_SHIFT) - 1);
        if token.field_position >> FIELD_SHIFT != field {
            (field, before) = (token.field_position >> FIELD_SHIFT, 0);
        }
        put_u32(out, position - before);
        before = position;
    }
}
