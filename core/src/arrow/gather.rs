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

/// How rows of one view are read.
struct Reader<'s> {
    rows: ColumnReader<'s>,
    tags: &'s Spellings,
    /// Where no row needs to be decoded for them.
    row_tags: Option<&'s RowTerms>,
    categories: &'s Spellings,
    row_categories: Option<&'s RowTerms>,
    superseded: &'s roaring::RoaringBitmap,
    /// A day, packed, and its number: rows of one day lie together.
    day: (u32, i32),
}

impl<'s> Reader<'s> {
    fn new(snapshot: &'s Snapshot, view: usize, rows: u64) -> Result<Self> {
        let segment = &*snapshot.views[view].segment;
        // Turning all postings around pays when an eighth of the rows is read; a pass over a quarter would fill the cache.
        let (many, most) = (
            rows > u64::from(segment.rows()) / 8,
            rows > u64::from(segment.rows()) / 4,
        );
        let reader = ColumnReader::new(segment, most);
        Ok(Self {
            tags: segment.spellings(Field::Tag)?,
            row_tags: reader.row_terms(Field::Tag, many)?,
            categories: segment.spellings(Field::Category)?,
            row_categories: reader.row_terms(Field::Category, many)?,
            superseded: &segment.flags()?.superseded,
            rows: reader,
            day: (0, Date::MIN.since_1970()),
        })
    }
}

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

/// Record batches of these rows: one, unless its texts grew too large. `all`: rows of the whole answer, of which these
/// are a part.
pub(crate) fn gather(
    snapshot: &Snapshot,
    rows: &[RowRef],
    all: u64,
    columns: &Columns,
) -> Result<Vec<RecordBatch>> {
    let needs = Needs::of(columns);
    let mut readers: Vec<Option<Reader<'_>>> = snapshot.views.iter().map(|_| None).collect();
    let mut batches = Vec::new();
    let mut batch = Builders::new(&needs, rows.len());
    for &at in rows {
        let reader = match &mut readers[at.view] {
            Some(reader) => reader,
            slot => slot.insert(Reader::new(snapshot, at.view, all)?),
        };
        batch.push(at.row, reader, &needs)?;
        if batch.is_full() {
            batches.push(std::mem::replace(&mut batch, Builders::new(&needs, 0)).finish(columns)?);
        }
    }
    if batch.rows > 0 {
        batches.push(batch.finish(columns)?);
    }
    Ok(batches)
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

    /// Whether the next rows belong into another batch.
    fn is_full(&self) -> bool {
        let texts = [&self.id, &self.title, &self.summary, &self.author]
            .map(|column| column.values_slice().len());
        let largest = texts.into_iter().max().unwrap_or_default();
        let lists = [
            self.tags.bytes(),
            self.sources.bytes(),
            self.related.bytes(),
            self.changes.bytes(),
            self.cover_image.values_slice().len() + self.category.values_slice().len(),
        ];
        self.rows >= BATCH_ROWS
            || largest.max(lists.into_iter().max().unwrap_or_default()) > BATCH_BYTES
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
        let in_memory = (!wants(Column::Tags) || reader.row_tags.is_some())
            && (!wants(Column::Category) || reader.row_categories.is_some());
        if needs.row || !in_memory {
            self.push_page(row, reader, needs)?;
        } else {
            if let Some(tags) = reader.row_tags.filter(|_| wants(Column::Tags)) {
                let numbers = tags.of(row).iter();
                self.tags
                    .push(numbers.map(|&tag| reader.tags.spelling(tag)));
            }
            if let Some(categories) = reader.row_categories.filter(|_| wants(Column::Category)) {
                let number = categories.of(row).first();
                let text = number.map(|&number| reader.categories.spelling(number));
                self.category.append_option(text);
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
        if wants(Column::Tags) {
            let known = tags.iter().filter(|&&tag| tag < reader.tags.len());
            self.tags.push(known.map(|&tag| reader.tags.spelling(tag)));
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
