//! One immutable segment: which of its parts are loaded.

use std::sync::Arc;

use super::block::{
    BlockCache, ChunkRange, IndexedBlocks, LazyBytes, Malformed, PartBytes, read_range,
};
use super::field::TermField;
use super::lazy::Lazy;
use super::link::{ExternalIds, LegacyBacklinks};
use super::lookup::{DayRanges, Exceptions, Fingerprints, NameIndex, RowsByHash};
use super::meta::SegmentMeta;
use super::part::Part;
use super::row::Flags;
use super::term::{Postings, TermBlocks, TermDictionary, UninvertedField};
use super::words::WordIndex;
use crate::error::{Error, Result};
use crate::page::Layout;
use crate::storage::{Storage, decode_record};

/// One immutable segment. Parts are loaded on first use and kept; blocks are in the block cache.
pub(crate) struct Segment {
    pub(super) storage: Arc<dyn Storage>,
    pub(super) cache: Arc<BlockCache>,
    pub(crate) meta: SegmentMeta,
    pub(super) days: Lazy<DayRanges>,
    pub(super) flags: Lazy<Flags>,
    pub(super) hashes: Lazy<Vec<u8>>,
    pub(super) by_hash: Lazy<RowsByHash>,
    pub(super) fingerprints: Lazy<Fingerprints>,
    pub(super) names: Lazy<NameIndex>,
    pub(super) page_names: Lazy<NameIndex>,
    pub(super) link_targets: Lazy<NameIndex>,
    pub(super) external_ids: Lazy<ExternalIds>,
    layouts: Lazy<Vec<Layout>>,
    pub(super) exceptions: Lazy<Exceptions>,
    pub(super) blocks: [Lazy<IndexedBlocks>; Part::IN_BLOCKS],
    pub(super) dictionaries: [Lazy<Arc<TermDictionary>>; TermField::COUNT],
    /// By field, of a segment that has the parts of today.
    stored_postings: Lazy<Vec<Postings>>,
    /// By field, of a segment of an older version.
    legacy_postings: [Lazy<Postings>; TermField::COUNT],
    uninverted: [Lazy<UninvertedField>; TermField::COUNT],
    pub(super) words: Lazy<WordIndex>,
    pub(super) legacy_backlinks: Lazy<LegacyBacklinks>,
}

impl Segment {
    /// A segment that storage holds. Reads nothing yet.
    pub fn new(storage: Arc<dyn Storage>, cache: Arc<BlockCache>, meta: SegmentMeta) -> Self {
        Self {
            storage,
            cache,
            meta,
            days: Lazy::default(),
            flags: Lazy::default(),
            hashes: Lazy::default(),
            by_hash: Lazy::default(),
            fingerprints: Lazy::default(),
            names: Lazy::default(),
            page_names: Lazy::default(),
            link_targets: Lazy::default(),
            external_ids: Lazy::default(),
            layouts: Lazy::default(),
            exceptions: Lazy::default(),
            blocks: Default::default(),
            dictionaries: Default::default(),
            stored_postings: Lazy::default(),
            legacy_postings: Default::default(),
            uninverted: Default::default(),
            words: Lazy::default(),
            legacy_backlinks: Lazy::default(),
        }
    }

    /// The storage that holds it.
    pub fn storage(&self) -> &dyn Storage {
        &*self.storage
    }

    /// Number of rows of all kinds, deleted ones included.
    pub fn rows(&self) -> u32 {
        self.meta.rows
    }

    /// The error for a part whose checksums are right and whose content is not.
    #[cold]
    pub(crate) fn malformed(&self, part: Part, message: Malformed) -> Error {
        Error::Corrupt {
            path: self.storage.path().to_owned(),
            part: format!("segment {} {}", self.meta.id, part.name()),
            chunk: None,
            message: message.to_owned(),
        }
    }

    /// As [`Segment::malformed`], for what a part says of a row.
    #[cold]
    pub(crate) fn malformed_row(&self, part: Part, row: u32, message: Malformed) -> Error {
        Error::Corrupt {
            path: self.storage.path().to_owned(),
            part: format!("segment {} {}", self.meta.id, part.name()),
            chunk: None,
            message: format!("row {row}: {message}"),
        }
    }

    /// A whole part, empty if the segment does not have it.
    pub(super) fn part(&self, part: Part) -> Result<Vec<u8>> {
        read_range(&*self.storage, self.range_of(part))
    }

    /// The chunks of a whole part.
    pub(super) fn range_of(&self, part: Part) -> ChunkRange {
        ChunkRange {
            segment: self.meta.id,
            part,
            first: 0,
            chunks: self.meta.chunks_of(part),
            nonce: self.meta.nonce,
        }
    }

    /// A whole part that is stored as it is. Reads nothing yet.
    pub(super) fn lazy_bytes(&self, part: Part) -> LazyBytes {
        LazyBytes::new(self.storage.clone(), self.range_of(part))
    }

    /// A whole part, read by `parse`.
    pub(super) fn parsed<T>(
        &self,
        part: Part,
        parse: impl FnOnce(&[u8]) -> Result<T, Malformed>,
    ) -> Result<T> {
        parse(&self.part(part)?).map_err(|message| self.malformed(part, message))
    }

    /// The distinct layouts of its pages.
    pub(super) fn layouts(&self) -> Result<&Vec<Layout>> {
        self.layouts.get_or(|| {
            let bytes = self.part(Part::Layouts)?;
            decode_record(&bytes)
                .map_err(|_| self.malformed(Part::Layouts, "the layouts cannot be read"))
        })
    }

    /// The whole term dictionary of a field: for facets and columns. Searching it needs
    /// [`Segment::postings`] alone, and reading events [`Segment::spellings`].
    pub fn dictionary(&self, field: TermField) -> Result<&Arc<TermDictionary>> {
        self.dictionaries[field as usize].get_or(|| Ok(Arc::new(self.postings(field)?.whole()?)))
    }

    /// The whole term dictionary of a field, if it is in memory already.
    pub(super) fn dictionary_loaded(&self, field: TermField) -> Option<&TermDictionary> {
        self.dictionaries[field as usize]
            .loaded()
            .map(|dictionary| &**dictionary)
    }

    /// The postings of a field.
    pub fn postings(&self, field: TermField) -> Result<&Postings> {
        if field == TermField::Word {
            return Ok(&self.words()?.postings);
        }
        if self.meta.chunks_of(Part::TermsIndex) == 0 {
            return self.legacy_postings[field as usize].get_or(|| self.legacy_postings(field));
        }
        let stored = self.stored_postings.get_or(|| self.read_postings())?;
        Ok(&stored[field as usize])
    }

    fn read_postings(&self) -> Result<Vec<Postings>> {
        let blocks = self.part_bytes(Part::Terms);
        let fields = self.parsed(Part::TermsIndex, |index| TermBlocks::read(&blocks, index))?;
        let rows = self.part_bytes(Part::TermRows);
        let mut all: Vec<Postings> = Vec::new();
        all.resize_with(TermField::COUNT, Postings::empty);
        for (number, terms) in fields {
            let plain = TermField::PLAIN.into_iter();
            let Some(field) = plain.into_iter().find(|field| field.number() == number) else {
                return Err(self.malformed(Part::TermsIndex, "there is no such field"));
            };
            all[field as usize] = Postings::new(terms, rows.clone(), self.meta.rows);
        }
        Ok(all)
    }

    /// A part that is read by the byte.
    pub(super) fn part_bytes(&self, part: Part) -> PartBytes {
        PartBytes::Stored {
            storage: self.storage.clone(),
            range: self.range_of(part),
        }
    }

    /// The terms of each row. Built from the postings on first use: at most eight numbers a row,
    /// of two bytes each, or of four if the dictionary has 65,527 terms or more.
    pub fn uninverted(&self, field: TermField) -> Result<&UninvertedField> {
        self.uninverted[field as usize].get_or(|| {
            let (terms, dictionary) = (self.postings(field)?, self.dictionary(field)?);
            UninvertedField::new(terms, dictionary, self.meta.rows)
        })
    }

    /// The terms of each row, if they are in memory already.
    pub(super) fn uninverted_loaded(&self, field: TermField) -> Option<&UninvertedField> {
        self.uninverted[field as usize].loaded()
    }

    /// Whether it is of a version that did not store yet what questions about Markdown pages are answered
    /// by.
    pub(crate) fn lacks_parts(&self) -> bool {
        self.meta.chunks_of(Part::TermsIndex) == 0
    }

    /// Bytes of the structures that are loaded, without the blocks of the cache.
    pub fn resident_bytes(&self) -> usize {
        fn each<T>(loaded: &[Lazy<T>], size: impl Fn(&T) -> usize) -> usize {
            loaded.iter().filter_map(Lazy::loaded).map(size).sum()
        }
        fn one<T>(loaded: &Lazy<T>, size: impl Fn(&T) -> usize) -> usize {
            loaded.loaded().map_or(0, size)
        }
        one(&self.stored_postings, |all| {
            all.iter().map(Postings::size).sum()
        }) + each(&self.legacy_postings, Postings::size)
            + each(&self.dictionaries, |dictionary| dictionary.size())
            + one(&self.words, WordIndex::size)
            + each(&self.uninverted, UninvertedField::size)
            + each(&self.blocks, IndexedBlocks::size)
            + one(&self.hashes, Vec::len)
            + one(&self.by_hash, RowsByHash::size)
            + one(&self.fingerprints, Fingerprints::size)
            + one(&self.names, NameIndex::size)
            + one(&self.page_names, NameIndex::size)
            + one(&self.link_targets, NameIndex::size)
            + one(&self.external_ids, ExternalIds::size)
            + one(&self.days, DayRanges::size)
            + one(&self.legacy_backlinks, LegacyBacklinks::size)
    }
}
