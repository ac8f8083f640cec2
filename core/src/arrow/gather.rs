//! Some rows of a snapshot as record batches.

use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Date32Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::ArrowError;

use super::column::{Column, Columns};
use super::lists::Texts;
use super::records::{Changes, Related, Sources};
use super::{BATCH_BYTES, BATCH_ROWS};
use crate::error::{Error, Result};
use crate::event::{Date, Kind, Lang};
use crate::segment::{ColumnReader, Field, RowTerms, Spellings};
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
            Ok(Some((&**segment.spellings(field)?, of_rows)))
        };
        Ok(Reader {
            tags: texts(Column::Tags, Field::Tag)?,
            categories: texts(Column::Category, Field::Category)?,
            superseded: &segment.flags()?.superseded,
            rows: reader,
            day: (0, Date::MIN.since_1970()),
        })
    }

    /// Record batches of these rows: one, unless its texts grow too large.
    pub fn gather(&self, snapshot: &Snapshot, rows: &[RowRef]) -> Result<Vec<RecordBatch>> {
        let mut readers: Vec<Option<Reader<'_>>> = snapshot.views.iter().map(|_| None).collect();
        let mut batches = Vec::new();
        let mut batch = Builders::new(&self.needs, rows.len());
        for &at in rows {
            let reader = match &mut readers[at.view] {
                Some(reader) => reader,
                slot => slot.insert(self.reader(snapshot, at.view)?),
            };
            batch.push(at.row, reader, &self.needs)?;
            if batch.rows >= BATCH_ROWS || batch.bytes() > self.batch_bytes {
                let next = Builders::new(&self.needs, 0);
                batches.push(std::mem::replace(&mut batch, next).finish(&self.columns)?);
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

/// Texts of a field that is wanted, and which ones each row has, where no row needs to be decoded for that.
type Source<'s> = (&'s Spellings, Option<&'s RowTerms>);

/// The columns of a batch on their way. Those that are not wanted stay empty.
struct Builders {
    rows: usize,
    id: StringBuilder,
    date: Date32Builder,
    category: StringBuilder,
    title: StringBuilder,
    summary: StringBuilder,
    tags: Texts,
    sources: Sources,
    related: Related,
    cover_image: StringBuilder,
    changes: Changes,
    author: StringBuilder,
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
                Column::Author,
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
        Self {
            rows: 0,
            id: text(Column::Id, 100),
            date: Date32Builder::with_capacity(rows),
            category: text(Column::Category, 24),
            title: text(Column::Title, 100),
            summary: text(Column::Summary, 0),
            tags: Texts::new(),
            sources: Sources::new(),
            related: Related::new(),
            cover_image: text(Column::CoverImage, 0),
            changes: Changes::new(),
            author: text(Column::Author, 0),
            kind: text(Column::Kind, 8),
            lang: text(Column::Lang, 2),
            superseded: BooleanBuilder::with_capacity(rows),
        }
    }

    /// Bytes of the largest column of texts.
    fn bytes(&self) -> usize {
        let texts = [
            &self.id,
            &self.category,
            &self.title,
            &self.summary,
            &self.cover_image,
            &self.author,
        ];
        let texts = texts.map(|column| column.values_slice().len());
        let lists = [
            self.tags.bytes(),
            self.sources.bytes(),
            self.related.bytes(),
            self.changes.bytes(),
        ];
        texts.into_iter().chain(lists).max().unwrap_or_default()
    }

    fn push(&mut self, row: u32, reader: &mut Reader<'_>, needs: &Needs) -> Result<()> {
        self.rows += 1;
        let wants = |column: Column| needs.wants(column);
        if wants(Column::Date) {
            let packed = reader.rows.packed_date(row)?;
            if reader.day.0 != packed {
                let date = Date::from_packed(packed).unwrap_or(Date::MIN);
                reader.day = (packed, date.since_1970());
            }
            self.date.append_value(reader.day.1);
        }
        if wants(Column::Superseded) {
            self.superseded
                .append_value(reader.superseded.contains(row));
        }
        let from_row = |source: &Option<Source<'_>>| matches!(source, Some((_, None)));
        if needs.row || from_row(&reader.tags) || from_row(&reader.categories) {
            self.push_page(row, reader, needs)?;
        } else {
            if let Some((texts, Some(tags))) = reader.tags {
                self.tags.push(tags.of(row).map(|tag| texts.spelling(tag)));
            }
            if let Some((texts, Some(categories))) = reader.categories {
                let number = categories.of(row).next();
                self.category
                    .append_option(number.map(|number| texts.spelling(number)));
            }
        }
        if needs.head {
            let Self {
                id,
                title,
                kind,
                lang,
                ..
            } = self;
            reader.rows.head(row, |name, text, its_kind, its_lang| {
                if wants(Column::Id) {
                    id.append_value(name);
                }
                if wants(Column::Title) {
                    title.append_value(text);
                }
                if wants(Column::Kind) {
                    kind.append_value(Kind::as_str(its_kind));
                }
                if wants(Column::Lang) {
                    lang.append_value(Lang::as_str(its_lang));
                }
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
        if wants(Column::Category) {
            self.category.append_option(page.clean_category());
        }
        if wants(Column::Summary) {
            self.summary.append_option(page.clean_summary());
        }
        if wants(Column::CoverImage) {
            self.cover_image.append_option(page.clean_cover_image());
        }
        if wants(Column::Author) {
            self.author.append_option(page.clean_author());
        }
        if wants(Column::Sources) {
            self.sources.push(page);
        }
        if wants(Column::Changes) {
            self.changes.push(page);
        }
        if let Some((texts, _)) = reader.tags {
            let known = tags.iter().filter(|&&tag| tag < texts.len());
            self.tags.push(known.map(|&tag| texts.spelling(tag)));
        }
        Ok(())
    }

    fn finish(self, columns: &Columns) -> Result<RecordBatch> {
        self.arrays(columns)
            .and_then(|arrays| RecordBatch::try_new(columns.schema.clone(), arrays))
            .map_err(|error| Error::Invalid {
                message: format!("these events cannot be record batches: {error}"),
            })
    }

    fn arrays(mut self, columns: &Columns) -> Result<Vec<ArrayRef>, ArrowError> {
        let mut arrays: Vec<(Column, ArrayRef)> = vec![
            (Column::Id, Arc::new(self.id.finish())),
            (Column::Date, Arc::new(self.date.finish())),
            (Column::Category, Arc::new(self.category.finish())),
            (Column::Title, Arc::new(self.title.finish())),
            (Column::Summary, Arc::new(self.summary.finish())),
            (Column::Tags, self.tags.finish()?),
            (Column::Sources, self.sources.finish()?),
            (Column::Related, self.related.finish()?),
            (Column::CoverImage, Arc::new(self.cover_image.finish())),
            (Column::Changes, self.changes.finish()?),
            (Column::Author, Arc::new(self.author.finish())),
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
