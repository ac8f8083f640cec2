//! Some rows of a snapshot as record batches.

use std::hint::black_box;
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Date32Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::ArrowError;

use super::column::{Column, Columns};
use super::lists::Texts;
use super::records::{Changes, Related, Sources};
use super::texts::TextColumn;
use super::{AHEAD, BATCH_BYTES, BATCH_ROWS};
use crate::error::{Error, Result};
use crate::event::{Date, clean_title};
use crate::segment::{ColumnReader, Field, Head, RowTerms, Span, Spellings, Title};
use crate::store::{RowRef, Snapshot};

/// What is wanted of an answer, and how the rows of each view are read for it.
pub(crate) struct Plan {
    pub columns: Columns,
    needs: Needs,
    /// Rows of the answer in each view.
    of_views: Vec<u64>,
    /// See [`BATCH_BYTES`].
    batch_bytes: usize,
}

impl Plan {
    pub fn new(columns: Columns, of_views: Vec<u64>) -> Self {
        Self {
            needs: Needs::of(&columns),
            columns,
            of_views,
            batch_bytes: BATCH_BYTES,
        }
    }

    /// A batch ends early, for tests.
    #[cfg(test)]
    pub fn batch_bytes(mut self, bytes: usize) -> Self {
        self.batch_bytes = bytes;
        self
    }

    /// Loads what reading these rows needs beside their blocks: once, before several threads ask for it.
    pub fn load(&self, snapshot: &Snapshot, rows: &[RowRef]) -> Result<()> {
        let mut loaded = vec![false; snapshot.views.len()];
        for at in rows {
            if !std::mem::replace(&mut loaded[at.view], true) {
                self.reader(snapshot, at.view)?;
            }
        }
        Ok(())
    }

    fn reader<'s>(&self, snapshot: &'s Snapshot, view: usize) -> Result<Reader<'s>> {
        let segment = &*snapshot.views[view].segment;
        let (rows, all) = (self.of_views[view], u64::from(segment.rows()));
        // A pass over a quarter of the rows would fill the cache.
        let reader = ColumnReader::new(segment, rows > all / 4);
        // From memory only where no row is decoded for another column; to turn all postings around pays when an eighth
        // of the rows is read.
        let texts = |column: Column, field: Field| -> Result<_> {
            if !self.needs.wants(column) {
                return Ok(None);
            }
            let of_rows = match self.needs.row {
                true => None,
                false => reader.row_terms(field, rows > all / 8)?,
            };
            Ok(Some(Source::new(segment.spellings(field)?, of_rows)))
        };
        Ok(Reader {
            tags: texts(Column::Tags, Field::Tag)?,
            categories: texts(Column::Categories, Field::Category)?,
            superseded: &segment.flags()?.superseded,
            rows: reader,
            day: (0, Date::MIN.unix_days()),
        })
    }

    /// Record batches of these rows: one, unless its texts grow too large.
    pub fn gather(&self, snapshot: &Snapshot, rows: &[RowRef]) -> Result<Vec<RecordBatch>> {
        let mut readers: Vec<Option<Reader<'_>>> = snapshot.views.iter().map(|_| None).collect();
        let mut batches = Vec::new();
        let mut batch = Builders::new(&self.needs, rows.len());
        let of_views = rows.chunk_by(|one, next| one.view == next.view);
        for rows in of_views.flat_map(|rows| rows.chunks(AHEAD)) {
            let reader = match &mut readers[rows[0].view] {
                Some(reader) => reader,
                slot => slot.insert(self.reader(snapshot, rows[0].view)?),
            };
            reader.look_ahead(rows);
            for (place, at) in rows.iter().enumerate() {
                batch.push(at.row, place, reader, &self.needs)?;
                if batch.rows >= BATCH_ROWS || batch.bytes() > self.batch_bytes {
                    let next = Builders::new(&self.needs, 0);
                    batches.push(std::mem::replace(&mut batch, next).finish(&self.columns)?);
                }
            }
        }
        if batch.rows > 0 {
            batches.push(batch.finish(&self.columns)?);
        }
        Ok(batches)
    }
}

/// How rows of one view are read.
struct Reader<'s> {
    rows: ColumnReader<'s>,
    tags: Option<Source<'s>>,
    categories: Option<Source<'s>>,
    superseded: &'s roaring::RoaringBitmap,
    /// A day, packed, and its number: rows of one day lie together.
    day: (u32, i32),
}

impl Reader<'_> {
    /// Looks up where the terms of the next rows lie.
    fn look_ahead(&mut self, rows: &[RowRef]) {
        for source in [&mut self.tags, &mut self.categories].into_iter().flatten() {
            source.look_ahead(rows);
        }
    }
}

/// Texts of a field that is wanted, and which ones each row has, where no row needs to be decoded for that.
struct Source<'s> {
    texts: &'s Spellings,
    of_rows: Option<&'s RowTerms>,
    /// Of the terms of the next rows, and where each row's end.
    spans: Vec<Span>,
    ends: Vec<usize>,
}

impl<'s> Source<'s> {
    fn new(texts: &'s Spellings, of_rows: Option<&'s RowTerms>) -> Self {
        Self {
            texts,
            of_rows,
            spans: Vec::new(),
            ends: Vec::new(),
        }
    }

    fn look_ahead(&mut self, rows: &[RowRef]) {
        let Some(of_rows) = self.of_rows else {
            return;
        };
        self.spans.clear();
        self.ends.clear();
        self.ends.push(0);
        for at in rows {
            let terms = of_rows.of(at.row);
            self.spans.extend(terms.map(|term| self.texts.span(term)));
            self.ends.push(self.spans.len());
        }
        // Nothing depends on these bytes, so that memory is waited for once for all of them.
        let touched = self.spans.iter().map(|&span| self.texts.touch(span));
        black_box(touched.fold(0, |a, b| a ^ b));
    }

    /// The texts of one of the rows that were looked up.
    fn of(&self, place: usize) -> impl Iterator<Item = &'s str> {
        let spans = &self.spans[self.ends[place]..self.ends[place + 1]];
        spans.iter().map(|&span| self.texts.at(span))
    }
}

/// The columns of a batch on their way. Those that are not wanted stay empty.
struct Builders {
    rows: usize,
    id: TextColumn,
    date: Date32Builder,
    categories: Texts,
    title: TextColumn,
    summary: StringBuilder,
    tags: Texts,
    sources: Sources,
    related: Related,
    cover_image: StringBuilder,
    changes: Changes,
    authors: Texts,
    kind: StringBuilder,
    lang: StringBuilder,
    superseded: BooleanBuilder,
}

/// Which columns are wanted, and which parts of the rows they need.
struct Needs {
    wanted: [bool; Column::ALL.len()],
    head: bool,
    /// Something that only the row itself says.
    row: bool,
}

impl Needs {
    fn of(columns: &Columns) -> Self {
        let some = |some: &[Column]| some.iter().any(|column| columns.wanted.contains(column));
        Self {
            wanted: Column::ALL.map(|column| columns.wanted.contains(&column)),
            head: some(&[Column::Id, Column::Title, Column::Kind, Column::Lang]),
            row: some(&[
                Column::Summary,
                Column::Sources,
                Column::CoverImage,
                Column::Changes,
                Column::Authors,
            ]),
        }
    }

    fn wants(&self, column: Column) -> bool {
        self.wanted[column as usize]
    }
}

impl Builders {
    /// Room for some rows in the columns that are wanted: to grow would touch the memory twice.
    fn new(needs: &Needs, rows: usize) -> Self {
        let text = |column: Column, length: usize| match needs.wants(column) {
            true => StringBuilder::with_capacity(rows, rows * length),
            false => StringBuilder::with_capacity(0, 0),
        };
        let column = |column: Column, length: usize| match needs.wants(column) {
            true => TextColumn::with_capacity(rows, rows * length),
            false => TextColumn::with_capacity(0, 0),
        };
        Self {
            rows: 0,
            id: column(Column::Id, 144),
            date: Date32Builder::with_capacity(rows),
            categories: Texts::new(),
            title: column(Column::Title, 160),
            summary: text(Column::Summary, 0),
            tags: Texts::new(),
            sources: Sources::new(),
            related: Related::new(),
            cover_image: text(Column::CoverImage, 0),
            changes: Changes::new(),
            authors: Texts::new(),
            kind: text(Column::Kind, 8),
            lang: text(Column::Lang, 2),
            superseded: BooleanBuilder::with_capacity(rows),
        }
    }

    /// Bytes of the largest column of texts.
    fn bytes(&self) -> usize {
        let texts = [&self.summary, &self.cover_image];
        let texts = texts.map(|column| column.values_slice().len());
        let others = [
            self.id.bytes(),
            self.title.bytes(),
            self.tags.bytes(),
            self.categories.bytes(),
            self.authors.bytes(),
            self.sources.bytes(),
            self.related.bytes(),
            self.changes.bytes(),
        ];
        texts.into_iter().chain(others).max().unwrap_or_default()
    }

    /// `place`: of the row among those that were looked up.
    fn push(
        &mut self,
        row: u32,
        place: usize,
        reader: &mut Reader<'_>,
        needs: &Needs,
    ) -> Result<()> {
        self.rows += 1;
        let wants = |column: Column| needs.wants(column);
        if wants(Column::Date) {
            let packed = reader.rows.packed_date(row)?;
            if reader.day.0 != packed {
                let date = Date::from_packed(packed).unwrap_or(Date::MIN);
                reader.day = (packed, date.unix_days());
            }
            self.date.append_value(reader.day.1);
        }
        if wants(Column::Superseded) {
            self.superseded
                .append_value(reader.superseded.contains(row));
        }
        let from_row = |source: &Option<Source<'_>>| {
            source
                .as_ref()
                .is_some_and(|source| source.of_rows.is_none())
        };
        if needs.row || from_row(&reader.tags) || from_row(&reader.categories) {
            self.push_page(row, reader, needs)?;
        } else {
            if let Some(tags) = &reader.tags {
                self.tags.push(tags.of(place));
            }
            if let Some(categories) = &reader.categories {
                self.categories.push(categories.of(place));
            }
        }
        if needs.head {
            reader.rows.head(row, |mut head: Head<'_>| {
                if wants(Column::Id) {
                    let quick = self.id.push_bytes(|column| head.push_id(column))?;
                    if !quick {
                        self.id.push(head.id()?)?;
                    }
                }
                if wants(Column::Title) {
                    match head.title {
                        Title::Plain(title) => self.title.push_plain(title)?,
                        Title::Written(title) => self.title.push(&clean_title(title))?,
                    }
                }
                if wants(Column::Kind) {
                    self.kind.append_value(head.kind().as_str());
                }
                if wants(Column::Lang) {
                    self.lang.append_value(head.lang().as_str());
                }
                Ok(())
            })?;
        }
        if wants(Column::Related) {
            self.related.push(row, &mut reader.rows)?;
        }
        Ok(())
    }

    /// What the row itself says.
    fn push_page(&mut self, row: u32, reader: &mut Reader<'_>, needs: &Needs) -> Result<()> {
        let (page, tags) = reader.rows.page(row)?;
        let wants = |column: Column| needs.wants(column);
        if wants(Column::Categories) {
            self.categories
                .push(page.clean_category().as_deref().into_iter());
        }
        if wants(Column::Summary) {
            self.summary.append_option(page.clean_summary());
        }
        if wants(Column::CoverImage) {
            self.cover_image.append_option(page.clean_cover_image());
        }
        if wants(Column::Authors) {
            self.authors
                .push(page.clean_author().as_deref().into_iter());
        }
        if wants(Column::Sources) {
            self.sources.push(page);
        }
        if wants(Column::Changes) {
            self.changes.push(page);
        }
        if let Some(Source { texts, .. }) = reader.tags {
            let known = tags.iter().filter(|&&tag| tag < texts.len());
            self.tags.push(known.map(|&tag| texts.spelling(tag)));
        }
        Ok(())
    }

    fn finish(self, columns: &Columns) -> Result<RecordBatch> {
        self.arrays(columns)
            .and_then(|arrays| RecordBatch::try_new(columns.schema.clone(), arrays))
            .map_err(|error| Error::Internal {
                message: format!("these events cannot be record batches: {error}"),
            })
    }

    fn arrays(mut self, columns: &Columns) -> Result<Vec<ArrayRef>, ArrowError> {
        let mut arrays: Vec<(Column, ArrayRef)> = vec![
            (Column::Id, self.id.finish()?),
            (Column::Date, Arc::new(self.date.finish())),
            (Column::Categories, self.categories.finish()?),
            (Column::Title, self.title.finish()?),
            (Column::Summary, Arc::new(self.summary.finish())),
            (Column::Tags, self.tags.finish()?),
            (Column::Sources, self.sources.finish()?),
            (Column::Related, self.related.finish()?),
            (Column::CoverImage, Arc::new(self.cover_image.finish())),
            (Column::Changes, self.changes.finish()?),
            (Column::Authors, self.authors.finish()?),
            (Column::Kind, Arc::new(self.kind.finish())),
            (Column::Lang, Arc::new(self.lang.finish())),
            (Column::Superseded, Arc::new(self.superseded.finish())),
        ];
        let wanted = columns.wanted.iter().filter_map(|&column| {
            let at = arrays.iter().position(|(name, _)| *name == column)?;
            Some(arrays.swap_remove(at).1)
        });
        Ok(wanted.collect())
    }
}
