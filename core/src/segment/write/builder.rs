//! Pending rows → the chunks of one segment.

use std::cmp::Ordering;

use rayon::prelude::*;
use roaring::RoaringBitmap;

use super::collect_terms::SegmentTerms;
use super::ids::IdInterner;
use super::interners::Interners;
use super::link_targets::LinkTargets;
use super::new_words::NewWords;
use super::page_names::PageNameParts;
use super::pending_row::{PendingRow, PendingRows};
use crate::analysis::ANALYSIS;
use crate::error::Result;
use crate::page::{Edition, ListingKind, Page};
use crate::pool;
use crate::segment::block::{
    BlockWriter, BytesWriter, Chunks, Compressed, WrittenBlock, write_blocks,
};
use crate::segment::link::Backlinks;
use crate::segment::lookup::{encode_days, encode_names, fingerprint, put_exception};
use crate::segment::row::{
    Flags, encode_body, encode_header, encode_markdown, id_day, is_found_by_name,
};
use crate::segment::term::join_indexes;
use crate::segment::words::WordParts;
use crate::segment::{Part, Segment, SegmentMeta};
use crate::stop::{CommitStep, Stop};
use crate::storage::encode_record;

/// Bytes of a block before compression. Headers are mostly read one at a time from all over a
/// segment, bodies more often in sequence.
const HEADER_BLOCK: usize = 2 * 1024;
const BODY_BLOCK: usize = 4 * 1024;
const LINK_BLOCK: usize = 2 * 1024;
const RAW_BLOCK: usize = 16 * 1024;

/// Rows whose blocks one core writes at a time.
const ROWS_PER_TASK: usize = 2048;

/// Builds a segment of at least one page. Takes about 10 µs of one core for each page.
///
/// # Errors
/// `Interrupted` if it is asked to stop.
pub(crate) fn build(
    new: NewSegment<'_>,
    rows: PendingRows,
    interners: &Interners,
    stop: &Stop,
) -> Result<(SegmentMeta, Chunks)> {
    pool::run(|| build_in_pool(new, rows, interners, stop))
}

/// What a segment is built as.
pub(crate) struct NewSegment<'s> {
    pub id: u32,
    /// The number that the opening for writing drew.
    pub nonce: u64,
    /// Version of the parser that read its pages.
    pub parser: u32,
    /// The segments that are merged into it, in the order of [`PendingRow::origin`]; `None` if it is to
    /// have no words.
    pub words_of: Option<Vec<&'s Segment>>,
}

fn build_in_pool(
    new: NewSegment<'_>,
    mut rows: PendingRows,
    interners: &Interners,
    stop: &Stop,
) -> Result<(SegmentMeta, Chunks)> {
    let NewSegment {
        id,
        nonce,
        parser,
        words_of,
    } = new;
    let ids = &interners.ids;
    sort(&mut rows, ids);
    let words = words_of.map(|merged| NewWords::cut(&rows, ids, &merged, stop));
    let words = words.transpose()?;
    stop.reached(CommitStep::Cut);
    let count = rows.len() as u32;
    let events = rows.iter().filter(|row| row.is_live_event()).count() as u32;
    let lookup = LookupParts::new(&rows, ids);
    let page_names = PageNameParts::new(&rows, ids);
    let raw = raw_blocks(&mut rows);
    stop.check()?;
    let terms = SegmentTerms::collect(&rows, &interners.tags);
    let links = Backlinks::new(ids.len(), || links(&rows));
    let targets = LinkTargets::new(&rows, &links, ids);
    let backlinks = links.encode(&targets.id_numbers(&rows));
    drop(links);
    let external_headers = targets.external_headers(HEADER_BLOCK);
    // This drops each row as soon as it is written: what is written grows meanwhile.
    let mut blocks = RowBlocks::write(rows, &terms, &targets, ids, stop)?;
    blocks.headers.extend(external_headers);
    stop.reached(CommitStep::Encoded);

    // The order of the parts is that of all segments so far: it shows in the manifest's bytes.
    let mut writer = PartWriter::new(id, nonce);
    for (blocks, part, index_part) in [
        (blocks.headers, Part::Headers, Part::HeadersIndex),
        (blocks.bodies, Part::Bodies, Part::BodiesIndex),
        (blocks.links, Part::Links, Part::LinksIndex),
        (raw, Part::Raw, Part::RawIndex),
        (backlinks, Part::Backlinks, Part::BacklinksIndex),
    ] {
        stop.check()?;
        writer.put_blocks(blocks, part, index_part);
    }
    let (external_days, external_fingerprints) = targets.external_ids();
    let mut whole = vec![
        (Part::Days, lookup.days),
        (Part::Flags, lookup.flags),
        (Part::Hashes, lookup.hashes),
        (Part::Fingerprints, lookup.fingerprints),
        (Part::Layouts, encode_record(&terms.layouts)),
        (Part::Exceptions, lookup.exceptions),
        (Part::ExternalDays, external_days),
    ];
    let not_in_all = [
        (Part::ExternalFingerprints, external_fingerprints),
        (Part::Names, lookup.names),
        (Part::PageNames, page_names.names),
        (Part::LinkTargets, page_names.link_targets),
    ];
    whole.extend(
        not_in_all
            .into_iter()
            .filter(|(_, bytes)| !bytes.is_empty()),
    );
    let fields = terms.into_fields();
    let index = join_indexes(1, fields.iter().map(|field| &*field.dictionary.index));
    whole.push((Part::TermsIndex, index));
    writer.put_whole(whole);
    writer.put_bytes(
        Part::Terms,
        fields.iter().map(|field| &*field.dictionary.blocks),
    );
    writer.put_bytes(Part::TermRows, fields.iter().map(|field| &*field.rows));
    let analysis = if words.is_some() { ANALYSIS } else { 0 };
    if let Some(words) = words {
        writer.put_words(words, stop)?;
    }
    let meta = SegmentMeta {
        id,
        rows: count,
        events,
        parser,
        analysis,
        bytes: writer.chunks.bytes,
        chunks: writer.counts,
        nonce,
    };
    Ok((meta, writer.chunks))
}

/// Sorts rows by day, time (none first), name, owners of an id before twins, path and language.
fn sort(rows: &mut PendingRows, ids: &IdInterner) {
    rows.par_sort_by(|a, b| order(a, b, ids));
}

/// The order of the rows of a segment.
pub(super) fn order(a: &PendingRow, b: &PendingRow, ids: &IdInterner) -> Ordering {
    a.date()
        .cmp(&b.date())
        .then_with(|| a.millis().cmp(&b.millis()))
        .then_with(|| a.name(ids).cmp(b.name(ids)))
        .then_with(|| a.twin.cmp(&b.twin))
        .then_with(|| a.path(ids).cmp(&b.path(ids)))
        .then_with(|| a.lang().cmp(&b.lang()))
}

/// (number of the target's id, row) of each link, in order of rows.
pub(super) fn links(rows: &[Box<PendingRow>]) -> impl Iterator<Item = (u32, u32)> {
    (0u32..).zip(rows).flat_map(|(i, row)| {
        let links = row.links.list.iter();
        links.map(move |link| (link.target, i))
    })
}

/// The blocks of pages that are kept verbatim. The bytes are taken out of the rows, so that each page's
/// are dropped as soon as they are packed.
fn raw_blocks(rows: &mut [Box<PendingRow>]) -> Vec<WrittenBlock> {
    let mut blocks = BlockWriter::new(RAW_BLOCK);
    rows.iter_mut()
        .filter_map(|row| row.raw.take())
        .for_each(|page| page.push_to(&mut blocks));
    blocks.finish()
}

/// The chunks of the parts that were written, and how many each part has.
struct PartWriter {
    segment: u32,
    chunks: Chunks,
    counts: Vec<(u8, u32)>,
}

impl PartWriter {
    fn new(segment: u32, nonce: u64) -> Self {
        Self {
            segment,
            chunks: Chunks::new(nonce),
            counts: Vec::new(),
        }
    }

    /// Writes a part of blocks, and its index.
    fn put_blocks(&mut self, blocks: Vec<WrittenBlock>, part: Part, index_part: Part) {
        let blocks = blocks.into_iter();
        let (chunks, index_chunks) =
            write_blocks(blocks, &mut self.chunks, self.segment, part, index_part);
        self.counts.push((part as u8, chunks));
        self.counts.push((index_part as u8, index_chunks));
    }

    /// Writes a part that is read by the byte, from pieces that follow each other.
    fn put_bytes<'b>(&mut self, part: Part, pieces: impl Iterator<Item = &'b [u8]>) {
        let mut writer = BytesWriter::new(self.segment, part);
        pieces.for_each(|bytes| writer.push(bytes, &mut self.chunks));
        let chunks = writer.finish(&mut self.chunks);
        self.counts.push((part as u8, chunks));
    }

    /// Writes the parts of words.
    fn put_words(&mut self, words: NewWords<'_>, stop: &Stop) -> Result<()> {
        let mut writers = WordParts::new(|part| BytesWriter::new(self.segment, part));
        let chunks = &mut self.chunks;
        let index = words.merge(stop, &mut |part, bytes| {
            if let Some(writer) = writers.get_mut(part) {
                writer.push(bytes, chunks);
            }
        })?;
        for (part, writer) in writers {
            let chunks = writer.finish(&mut self.chunks);
            self.counts.push((part as u8, chunks));
        }
        self.put_whole(vec![(Part::WordTermsIndex, index)]);
        Ok(())
    }

    /// Writes whole parts, compressed on all cores.
    fn put_whole(&mut self, parts: Vec<(Part, Vec<u8>)>) {
        let compressed: Vec<(Part, Compressed)> = parts
            .into_par_iter()
            .map(|(part, bytes)| (part, Compressed::new(&bytes, part.codec())))
            .collect();
        for (part, blob) in compressed {
            let chunks = self.chunks.put_compressed(self.segment, part, 0, &blob);
            self.counts.push((part as u8, chunks));
        }
    }
}

/// The blocks of all rows. Each task begins and ends its own blocks, so that all cores write at
/// once.
#[derive(Default)]
struct RowBlocks {
    headers: Vec<WrittenBlock>,
    bodies: Vec<WrittenBlock>,
    links: Vec<WrittenBlock>,
}

impl RowBlocks {
    fn write(
        rows: PendingRows,
        terms: &SegmentTerms,
        targets: &LinkTargets<'_>,
        ids: &IdInterner,
        stop: &Stop,
    ) -> Result<Self> {
        let tasks: Result<Vec<Self>> = rows
            .into_par_iter()
            .chunks(ROWS_PER_TASK)
            .map(|rows| Self::write_some(rows, terms, targets, ids, stop))
            .collect();
        let mut all = Self::default();
        for some in tasks? {
            all.headers.extend(some.headers);
            all.bodies.extend(some.bodies);
            all.links.extend(some.links);
        }
        Ok(all)
    }

    fn write_some(
        rows: PendingRows,
        terms: &SegmentTerms,
        targets: &LinkTargets<'_>,
        ids: &IdInterner,
        stop: &Stop,
    ) -> Result<Self> {
        let mut headers = BlockWriter::new(HEADER_BLOCK);
        let mut bodies = BlockWriter::new(BODY_BLOCK);
        let mut links = BlockWriter::new(LINK_BLOCK);
        let mut entry = Vec::new();
        for mut row in rows {
            stop.check()?;
            row.complete(ids);
            let name = row.name(ids);
            headers.push(&encode_header(&row.page, name, row.date(), row.ending()));
            match &row.page {
                Page::Event(event) => bodies.push(&encode_body(event, &terms.of_event(&row))),
                Page::Markdown(page) => {
                    bodies.push(&encode_markdown(page, &terms.tags_of(&row)));
                }
                _ => bodies.push(&[]),
            }
            entry.clear();
            targets.encode_links(&row, terms, &mut entry);
            links.push(&entry);
        }
        Ok(Self {
            headers: headers.finish(),
            bodies: bodies.finish(),
            links: links.finish(),
        })
    }
}

/// The parts by which rows are found, encoded.
pub(super) struct LookupParts {
    pub days: Vec<u8>,
    pub flags: Vec<u8>,
    pub hashes: Vec<u8>,
    pub fingerprints: Vec<u8>,
    pub exceptions: Vec<u8>,
    /// Empty if every name says a day.
    pub names: Vec<u8>,
}

impl LookupParts {
    pub fn new(rows: &[Box<PendingRow>], ids: &IdInterner) -> Self {
        let markdown = (0u32..)
            .zip(rows)
            .filter(|(_, row)| row.markdown().is_some());
        let same_day = rows.chunk_by(|a, b| a.date() == b.date());
        let fingerprints = rows.par_iter().map(|row| fingerprint(row.name(ids)));
        let fingerprints: Vec<u16> = fingerprints.collect();
        let (flags, exceptions) = rayon::join(|| flags(rows).encode(), || exceptions(rows, ids));
        Self {
            days: encode_days(same_day.map(|rows| (rows[0].date(), rows.len() as u32))),
            flags,
            hashes: rows.iter().flat_map(|row| row.hash.to_le_bytes()).collect(),
            fingerprints: fingerprints
                .into_iter()
                .flat_map(u16::to_le_bytes)
                .collect(),
            exceptions,
            names: encode_names(markdown.map(|(i, row)| (row.name(ids), i))),
        }
    }
}

/// The sets that a row is in.
struct RowFlags {
    event: bool,
    superseded: bool,
    opinion: bool,
    zh: bool,
    twin: bool,
    day_page: bool,
    raw: bool,
    added: bool,
    listing: bool,
    markdown: bool,
    draft: bool,
}

impl RowFlags {
    fn new(row: &PendingRow) -> Self {
        let listing = match &row.page {
            Page::Listing(listing) => Some(listing.kind),
            _ => None,
        };
        Self {
            event: row.is_live_event(),
            superseded: row.superseded,
            opinion: row.is_opinion(),
            zh: row.lang() == Some(Edition::Zh),
            twin: row.twin,
            day_page: matches!(listing, Some(ListingKind::Day(_))),
            raw: row.raw.is_some(),
            added: row.added,
            listing: listing.is_some(),
            markdown: row.markdown().is_some(),
            draft: row.markdown().is_some_and(|page| page.draft),
        }
    }
}

fn flags(rows: &[Box<PendingRow>]) -> Flags {
    // One pass on all cores: the rows are scattered over memory.
    let of_rows: Vec<RowFlags> = rows.par_iter().map(|row| RowFlags::new(row)).collect();
    let set = |is_in: fn(&RowFlags) -> bool| -> RoaringBitmap {
        let rows = (0u32..).zip(&of_rows).filter(|(_, flags)| is_in(flags));
        rows.map(|(row, _)| row).collect()
    };
    Flags {
        events: set(|row| row.event),
        superseded: set(|row| row.superseded),
        opinions: set(|row| row.opinion),
        zh: set(|row| row.zh),
        twins: set(|row| row.twin),
        day_pages: set(|row| row.day_page),
        raw: set(|row| row.raw),
        added: set(|row| row.added),
        listings: set(|row| row.listing),
        markdown: set(|row| row.markdown),
        drafts: set(|row| row.draft),
    }
}

/// Rows whose path is not the canonical one of their name, or whose day is not that of their name.
fn exceptions(rows: &[Box<PendingRow>], ids: &IdInterner) -> Vec<u8> {
    let mut out = Vec::new();
    for (i, row) in (0u32..).zip(rows) {
        let name = row.name(ids);
        let (path, is_on_its_day) = match &row.page {
            Page::Event(_) => (row.own_path(), id_day(name) == Some(row.date())),
            // Its name is in the part of names.
            Page::Markdown(_) => (row.own_path(), true),
            _ => (None, is_found_by_name(name, row.date())),
        };
        let path = path.unwrap_or_default();
        let name = if is_on_its_day { "" } else { name };
        if !path.is_empty() || !name.is_empty() {
            put_exception(&mut out, i, path, name);
        }
    }
    out
}
