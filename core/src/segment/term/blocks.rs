//! The dictionary of a field as blocks of terms, each read when a term of it is asked for.
//!
//! A block has 64 terms, so a term's number says its block. A sparse index with the first term of each
//! block is in memory; it says where the block's bytes lie, and where those of its terms' postings
//! begin. Terms are in the order of (folded form, spelling), as in the
//! [`TermDictionary`](super::TermDictionary).

use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use super::block::TermBlock;
use super::dictionary::{TermDictionary, TermTexts};
use crate::error::Result;
use crate::event::{fold, fold_into, meta_term};
use crate::segment::TermField;
use crate::segment::block::{ByteReader, Malformed, PartBytes, put_str, put_u32};
use crate::storage::PAYLOAD_MAX;

/// Terms of a block.
const BLOCK_TERMS: u32 = 64;

/// Parts that may hold bytes for each term.
pub(in crate::segment) const STREAMS_MAX: usize = 3;

/// Bytes of a term in each of those parts.
pub(in crate::segment) type StreamLengths = [u32; STREAMS_MAX];

/// Writes the dictionary of a field: its blocks, and what the sparse index says of them.
pub(in crate::segment) struct TermBlocksWriter {
    field: TermField,
    streams: usize,
    terms: u32,
    blocks: Vec<u8>,
    index: Vec<u8>,
    /// The block that is being written.
    open: Vec<u8>,
    first: String,
    last: String,
    lengths: StreamLengths,
}

/// The dictionary of a field as bytes.
pub(in crate::segment) struct EncodedBlocks {
    pub blocks: Vec<u8>,
    /// For [`join_indexes`]; empty of a field without terms.
    pub index: Vec<u8>,
}

impl TermBlocksWriter {
    /// A writer of a field whose terms have bytes in so many parts.
    pub fn new(field: TermField, streams: usize) -> Self {
        Self {
            field,
            streams,
            terms: 0,
            blocks: Vec::new(),
            index: Vec::new(),
            open: Vec::new(),
            first: String::new(),
            last: String::new(),
            lengths: StreamLengths::default(),
        }
    }

    /// Appends the next term, and how many bytes it has in each part.
    pub fn push(&mut self, spelling: &str, lengths: StreamLengths) {
        if self.terms.is_multiple_of(BLOCK_TERMS) {
            self.finish_block();
            self.first.push_str(spelling);
        }
        let shared = shared_prefix(&self.last, spelling);
        put_u32(&mut self.open, shared as u32);
        put_str(&mut self.open, &spelling[shared..]);
        for (length, sum) in lengths.iter().zip(&mut self.lengths).take(self.streams) {
            put_u32(&mut self.open, *length);
            *sum += length;
        }
        self.last.clear();
        self.last.push_str(spelling);
        self.terms += 1;
    }

    fn finish_block(&mut self) {
        if self.open.is_empty() {
            return;
        }
        put_u32(&mut self.index, self.open.len() as u32);
        for length in self.lengths.iter().take(self.streams) {
            put_u32(&mut self.index, *length);
        }
        put_str(&mut self.index, &self.first);
        self.blocks.append(&mut self.open);
        self.first.clear();
        self.last.clear();
        self.lengths = StreamLengths::default();
    }

    /// The blocks that are finished, which need not be kept here.
    pub fn take_blocks(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.blocks)
    }

    pub fn finish(mut self) -> EncodedBlocks {
        self.finish_block();
        let mut index = Vec::with_capacity(self.index.len() + 6);
        if self.terms > 0 {
            index.push(self.field.number());
            put_u32(&mut index, self.terms);
            index.append(&mut self.index);
        }
        EncodedBlocks {
            blocks: self.blocks,
            index,
        }
    }
}

/// The sparse index of some fields, whose blocks follow each other in their part.
pub(in crate::segment) fn join_indexes<'f>(
    streams: usize,
    fields: impl Iterator<Item = &'f [u8]>,
) -> Vec<u8> {
    let fields: Vec<&[u8]> = fields.filter(|index| !index.is_empty()).collect();
    let mut out = vec![streams as u8, fields.len() as u8];
    fields.iter().for_each(|index| out.extend_from_slice(index));
    out
}

/// The terms of all blocks of a part whose terms have bytes in one other part, one behind the other.
pub(in crate::segment) fn read_all_terms(blocks: &[u8]) -> Result<Vec<String>, Malformed> {
    let mut reader = ByteReader::new(blocks);
    let mut terms: Vec<String> = Vec::new();
    while !reader.is_empty() {
        let (shared, rest) = (reader.u32()? as usize, reader.str()?);
        reader.u32()?;
        let before = terms.last().map_or("", String::as_str);
        let shared = before
            .get(..shared)
            .ok_or("a term shares more than there is")?;
        terms.push(format!("{shared}{rest}"));
    }
    Ok(terms)
}

/// Bytes that two texts begin with alike, whole characters.
fn shared_prefix(one: &str, other: &str) -> usize {
    let same = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b);
    let mut shared = same.count();
    while !other.is_char_boundary(shared) {
        shared -= 1;
    }
    shared
}

/// The dictionary of one field.
pub(crate) struct TermBlocks {
    bytes: PartBytes,
    streams: usize,
    terms: u32,
    heads: Vec<BlockHead>,
    /// Where the bytes of the last block's terms end in the other parts.
    stream_ends: [u64; STREAMS_MAX],
    /// The folded forms of the first terms of all blocks.
    firsts: String,
    blocks: Vec<OnceLock<TermBlock>>,
    /// Number of blocks that were read.
    loaded: AtomicU32,
}

/// What the index says of a block.
struct BlockHead {
    start: u64,
    length: u32,
    /// Where its terms' bytes begin in the other parts.
    streams: [u64; STREAMS_MAX],
    /// The end of its first term in `firsts`.
    first_end: u32,
}

impl BlockHead {
    /// Where its bytes lie.
    fn bytes(&self) -> Range<u64> {
        self.start..self.start + u64::from(self.length)
    }
}

impl TermBlocks {
    /// A field without terms.
    pub(in crate::segment) fn empty() -> Self {
        Self {
            bytes: PartBytes::Made(Default::default()),
            streams: 0,
            terms: 0,
            heads: Vec::new(),
            stream_ends: [0; STREAMS_MAX],
            firsts: String::new(),
            blocks: Vec::new(),
            loaded: AtomicU32::new(0),
        }
    }

    /// Reads the index: for each field its number and its dictionary.
    pub(in crate::segment) fn read(
        bytes: &PartBytes,
        index: &[u8],
    ) -> Result<Vec<(u8, Self)>, Malformed> {
        let mut reader = ByteReader::new(index);
        if reader.is_empty() {
            return Ok(Vec::new());
        }
        let streams = usize::from(reader.u8()?);
        if streams > STREAMS_MAX {
            return Err("terms have bytes in too many parts");
        }
        let fields = reader.u8()?;
        let (mut start, mut starts) = (0, [0; STREAMS_MAX]);
        let mut found = Vec::new();
        for _ in 0..fields {
            let number = reader.u8()?;
            let terms = reader.u32()?;
            let count = terms.div_ceil(BLOCK_TERMS);
            // A block has two numbers and a text here.
            let mut heads = Vec::with_capacity((count as usize).min(index.len() / 3));
            let mut firsts = String::new();
            for _ in 0..count {
                let length = reader.u32()?;
                let head_streams = starts;
                for sum in starts.iter_mut().take(streams) {
                    *sum += u64::from(reader.u32()?);
                }
                fold_into(reader.str()?, &mut firsts);
                heads.push(BlockHead {
                    start,
                    length,
                    streams: head_streams,
                    first_end: firsts.len() as u32,
                });
                start += u64::from(length);
            }
            let blocks = std::iter::repeat_with(OnceLock::new).take(heads.len());
            found.push((
                number,
                Self {
                    bytes: bytes.clone(),
                    streams,
                    terms,
                    blocks: blocks.collect(),
                    heads,
                    stream_ends: starts,
                    firsts,
                    loaded: AtomicU32::new(0),
                },
            ));
        }
        match reader.is_empty() {
            true => Ok(found),
            false => Err("the index of terms is too long"),
        }
    }

    /// Number of terms.
    pub fn len(&self) -> u32 {
        self.terms
    }

    /// Number of blocks that were read.
    pub(super) fn loaded(&self) -> u32 {
        self.loaded.load(Ordering::Relaxed)
    }

    /// Number of parts that hold bytes for each term.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(in crate::segment) fn streams(&self) -> usize {
        self.streams
    }

    fn first(&self, block: usize) -> &[u8] {
        let start = match block {
            0 => 0,
            _ => self.heads[block - 1].first_end,
        };
        &self.firsts.as_bytes()[start as usize..self.heads[block].first_end as usize]
    }

    fn block(&self, block: usize) -> Result<&TermBlock> {
        if let Some(block) = self.blocks[block].get() {
            return Ok(block);
        }
        let mut bytes = Vec::new();
        let read = self.read_block(block, &mut bytes)?;
        self.loaded.fetch_add(1, Ordering::Relaxed);
        Ok(self.blocks[block].get_or_init(|| read))
    }

    /// Reads a block. Its terms' bytes in the other parts end where those of the next block begin.
    fn read_block(&self, block: usize, bytes: &mut Vec<u8>) -> Result<TermBlock> {
        bytes.clear();
        self.bytes.read_into(self.heads[block].bytes(), bytes)?;
        self.decode_block(block, bytes)
    }

    fn decode_block(&self, block: usize, bytes: &[u8]) -> Result<TermBlock> {
        let head = &self.heads[block];
        let terms = (self.terms - block as u32 * BLOCK_TERMS).min(BLOCK_TERMS);
        let read = TermBlock::read(bytes, terms, self.streams)
            .map_err(|message| self.bytes.malformed(message))?;
        let ends = self
            .heads
            .get(block + 1)
            .map_or(&self.stream_ends, |next| &next.streams);
        let lengths = read.lengths();
        let fits =
            |stream: usize| head.streams[stream] + u64::from(lengths[stream]) == ends[stream];
        match (0..self.streams).all(fits) {
            true => Ok(read),
            false => Err(self
                .bytes
                .malformed("a block of terms has other lengths than its index")),
        }
    }

    /// The text of a term of this dictionary.
    pub fn spelling(&self, term: u32) -> Result<&str> {
        let block = self.block((term / BLOCK_TERMS) as usize)?;
        Ok(block.term((term % BLOCK_TERMS) as usize))
    }

    /// Where the bytes of a term lie in one of the other parts.
    pub(in crate::segment) fn bytes_of(&self, term: u32, stream: usize) -> Result<Range<u64>> {
        let (at, within) = ((term / BLOCK_TERMS) as usize, (term % BLOCK_TERMS) as usize);
        let block = self.block(at)?;
        let base = self.heads[at].streams[stream];
        let (start, end) = (block.start(within, stream), block.start(within + 1, stream));
        Ok(base + u64::from(start)..base + u64::from(end))
    }

    /// The block that has a term. It is read and not kept: whoever walks all terms needs it once.
    pub(in crate::segment) fn walked_block(&self, term: u32) -> Result<WalkedBlock> {
        let at = (term / BLOCK_TERMS) as usize;
        Ok(WalkedBlock {
            first: at as u32 * BLOCK_TERMS,
            streams: self.heads[at].streams,
            block: self.read_block(at, &mut Vec::new())?,
        })
    }

    /// The first term whose folded form is not before a folded text.
    pub(in crate::segment) fn lower_bound(&self, folded: &str) -> Result<u32> {
        self.lower(|term| term < folded.as_bytes())
    }

    /// The folded forms of terms that lie about as far from each other, the first one left out: at most
    /// so many.
    pub(in crate::segment) fn borders(&self, count: usize) -> impl Iterator<Item = &str> {
        let (blocks, count) = (self.heads.len(), count + 1);
        let mut at: Vec<usize> = (1..count).map(|border| border * blocks / count).collect();
        at.dedup();
        let at = at.into_iter().filter(|&at| at > 0);
        at.filter_map(|at| std::str::from_utf8(self.first(at)).ok())
    }

    /// All texts, for those who need most of them.
    pub fn whole(&self) -> Result<TermDictionary> {
        let mut texts = TermTexts::default();
        let mut bytes = Vec::new();
        for run in self.runs() {
            let (first, last) = (&self.heads[run.start], &self.heads[run.end - 1]);
            bytes.clear();
            self.bytes
                .read_into(first.start..last.bytes().end, &mut bytes)?;
            for block in run {
                let lies = self.heads[block].bytes();
                let lies = (lies.start - first.start) as usize..(lies.end - first.start) as usize;
                let read = self.decode_block(block, &bytes[lies])?;
                (0..read.len()).for_each(|term| texts.push(read.term(term)));
            }
        }
        Ok(TermDictionary::new(texts))
    }

    /// All blocks in runs of some chunks, so that few chunks are read twice: a chunk has a dozen blocks.
    fn runs(&self) -> impl Iterator<Item = Range<usize>> {
        const RUN_BYTES: u64 = 16 * PAYLOAD_MAX as u64;
        let mut next = 0;
        std::iter::from_fn(move || {
            let start = next;
            let first = self.heads.get(start)?.start;
            let run = self.heads[start..].iter();
            next += run
                .take_while(|head| head.start - first < RUN_BYTES)
                .count();
            Some(start..next)
        })
    }

    /// All texts that can be read: the terms of a block that cannot are lost.
    pub(in crate::segment) fn salvaged(&self) -> TermDictionary {
        let (mut texts, mut lost) = (TermTexts::default(), Vec::new());
        let mut bytes = Vec::new();
        for (block, first) in (0..self.heads.len()).zip((0..).step_by(BLOCK_TERMS as usize)) {
            if let Ok(read) = self.read_block(block, &mut bytes) {
                (0..read.len()).for_each(|term| texts.push(read.term(term)));
                continue;
            }
            let end = self.terms.min(first + BLOCK_TERMS);
            (first..end).for_each(|_| texts.push(""));
            lost.push(first..end);
        }
        TermDictionary::with_lost(texts, lost)
    }

    /// The terms (spellings) whose folded form is exactly this.
    pub fn find(&self, folded: &str) -> Result<Range<u32>> {
        let start = self.lower(|term| term < folded.as_bytes())?;
        // A form has few spellings: scanning them is faster than searching for their end.
        let mut end = start;
        while end < self.terms {
            let block = self.block((end / BLOCK_TERMS) as usize)?;
            let first = (end % BLOCK_TERMS) as usize;
            let rest = first..block.len();
            let same = rest.take_while(|&within| block.form(within) == folded.as_bytes());
            let same = same.count();
            end += same as u32;
            if first + same < block.len() {
                break;
            }
        }
        Ok(start..end)
    }

    /// The terms whose folded form begins with this.
    pub fn prefix(&self, folded: &str) -> Result<Range<u32>> {
        let start = self.lower(|term| term < folded.as_bytes())?;
        let folded = folded.as_bytes();
        let end = self.lower(|term| term < folded || term.starts_with(folded))?;
        // Damaged terms may be in another order.
        Ok(start..end.max(start))
    }

    /// The terms of a language and of its variants: `pt` is `pt-BR` too.
    pub fn lang(&self, tag: &str) -> Result<[Range<u32>; 2]> {
        let tag = fold(tag);
        Ok([self.find(&tag)?, self.prefix(&format!("{tag}-"))?])
    }

    /// The terms of a folded key of `meta`, and of the keys of the map that it holds.
    pub fn meta_key(&self, key: &str) -> Result<[Range<u32>; 2]> {
        Ok([
            self.prefix(&meta_term(key, ""))?,
            self.prefix(&format!("{key}."))?,
        ])
    }

    /// The first term for which `before` is false. It is true for all terms before that one.
    fn lower(&self, before: impl Fn(&[u8]) -> bool) -> Result<u32> {
        let (mut low, mut high) = (0, self.heads.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match before(self.first(middle)) {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        // The first term of the block before is before; so the border is in it, or behind it.
        let Some(at) = low.checked_sub(1) else {
            return Ok(0);
        };
        let block = self.block(at)?;
        let (mut low, mut high) = (0, block.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match before(block.form(middle)) {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        Ok(at as u32 * BLOCK_TERMS + low as u32)
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        let blocks = self.blocks.iter().filter_map(OnceLock::get);
        let blocks = blocks.map(TermBlock::size);
        let made = match &self.bytes {
            PartBytes::Made(bytes) => bytes.len(),
            PartBytes::Stored { .. } => 0,
        };
        made + self.firsts.len() + self.heads.len() * (48 + 56) + blocks.sum::<usize>()
    }
}

/// A block of terms, for those who walk all terms.
pub(in crate::segment) struct WalkedBlock {
    /// The number of its first term.
    first: u32,
    /// Where its terms' bytes begin in the other parts.
    streams: [u64; STREAMS_MAX],
    block: TermBlock,
}

impl WalkedBlock {
    /// Its terms.
    pub fn terms(&self) -> Range<u32> {
        self.first..self.first + self.block.len() as u32
    }

    /// The text of one of its terms.
    pub fn spelling(&self, term: u32) -> &str {
        self.block.term((term - self.first) as usize)
    }

    /// Where the bytes of one of its terms lie in one of the other parts, from those of the block.
    pub fn span(&self, term: u32, stream: usize) -> Range<usize> {
        let within = (term - self.first) as usize;
        self.block.start(within, stream) as usize..self.block.start(within + 1, stream) as usize
    }

    /// Where the bytes of some of its terms lie in one of the other parts.
    pub fn bytes_of(&self, terms: Range<u32>, stream: usize) -> Range<u64> {
        let start = self
            .block
            .start((terms.start - self.first) as usize, stream);
        let end = self.block.start((terms.end - self.first) as usize, stream);
        let base = self.streams[stream];
        base + u64::from(start)..base + u64::from(end)
    }
}
