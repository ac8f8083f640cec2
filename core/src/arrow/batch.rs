//! The columns of one record batch, row by row.

use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Int16Builder, StringBuilder, Time64MicrosecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::ArrowError;

use super::column::Column;
use super::columns::Columns;
use super::gather::{Needs, TermLookup, ViewReader};
use super::lists::TextListColumn;
use super::records::{ChangesColumn, RelatedColumn, SourcesColumn};
use super::texts::TextColumn;
use crate::error::{Error, Result};
use crate::event::clean_title;
use crate::page::{kind_of, lang_of};
use crate::segment::{
    ColumnHeader, ColumnTitle, Malformed, MarkdownHeader, MarkdownRow, TermDictionary, UNKNOWN_TAG,
};

/// The columns of a batch that is being built. Those that are not wanted stay empty.
pub(super) struct BatchBuilder {
    pub rows: usize,
    id: TextColumn,
    date: Date32Builder,
    categories: TextListColumn,
    title: TextColumn,
    summary: StringBuilder,
    tags: TextListColumn,
    sources: SourcesColumn,
    related: RelatedColumn,
    cover_image: StringBuilder,
    changes: ChangesColumn,
    authors: TextListColumn,
    kind: StringBuilder,
    lang: StringBuilder,
    superseded: BooleanBuilder,
    draft: BooleanBuilder,
    time: Time64MicrosecondBuilder,
    offset: Int16Builder,
    meta: StringBuilder,
    body: StringBuilder,
}

impl BatchBuilder {
    /// Reserves memory for some rows in the columns that are wanted: growing would copy it.
    pub fn new(needs: &Needs, rows: usize) -> Self {
        // `length`: bytes of most texts.
        let room = |column: Column, length: usize| {
            let rows = if needs.wants(column) { rows } else { 0 };
            (rows, rows * length)
        };
        let text = |column: Column, length: usize| {
            let (rows, bytes) = room(column, length);
            StringBuilder::with_capacity(rows, bytes)
        };
        let column = |column: Column, length: usize| {
            let (rows, bytes) = room(column, length);
            TextColumn::with_capacity(rows, bytes)
        };
        Self {
            rows: 0,
            id: column(Column::Id, 144),
            date: Date32Builder::with_capacity(rows),
            categories: TextListColumn::new(),
            title: column(Column::Title, 160),
            summary: text(Column::Summary, 0),
            tags: TextListColumn::new(),
            sources: SourcesColumn::new(),
            related: RelatedColumn::new(),
            cover_image: text(Column::CoverImage, 0),
            changes: ChangesColumn::new(),
            authors: TextListColumn::new(),
            kind: text(Column::Kind, 8),
            lang: text(Column::Lang, 2),
            superseded: BooleanBuilder::with_capacity(rows),
            draft: BooleanBuilder::with_capacity(room(Column::Draft, 0).0),
            time: Time64MicrosecondBuilder::with_capacity(room(Column::Time, 0).0),
            offset: Int16Builder::with_capacity(room(Column::Offset, 0).0),
            meta: text(Column::Meta, 0),
            body: text(Column::Body, 0),
        }
    }

    /// Bytes of the largest column of texts.
    pub fn bytes(&self) -> usize {
        let texts = [&self.summary, &self.cover_image, &self.meta, &self.body];
        let texts = texts.map(|column| column.values_slice().len());
        let others = [
            self.id.bytes(),
            self.categories.bytes(),
            self.authors.bytes(),
            self.title.bytes(),
            self.tags.bytes(),
            self.sources.bytes(),
            self.related.bytes(),
            self.changes.bytes(),
        ];
        texts.into_iter().chain(others).max().unwrap_or_default()
    }

    /// Appends a row. `position`: that of the row among those whose terms were looked up.
    pub fn push(
        &mut self,
        row: u32,
        position: usize,
        reader: &mut ViewReader<'_>,
        needs: &Needs,
    ) -> Result<()> {
        self.rows += 1;
        let wants = |column: Column| needs.wants(column);
        if wants(Column::Date) {
            self.date.append_option(reader.unix_days(row)?);
        }
        if wants(Column::Superseded) {
            self.superseded
                .append_value(reader.superseded.contains(row));
        }
        if wants(Column::Draft) {
            self.draft.append_value(reader.drafts.contains(row));
        }
        if reader.rows.is_markdown(row)? {
            return self.push_markdown(row, reader, needs);
        }
        self.push_no_moment(needs);
        let is_in_body =
            |terms: &Option<TermLookup<'_>>| terms.as_ref().is_some_and(TermLookup::is_in_body);
        if needs.body || is_in_body(&reader.tags) || is_in_body(&reader.categories) {
            self.push_body(row, reader, needs)?;
        } else {
            if let Some(tags) = &reader.tags {
                self.tags.push(tags.at(position));
            }
            if let Some(categories) = &reader.categories {
                self.categories.push(categories.at(position));
            }
        }
        if needs.header {
            reader.rows.header(row, |mut header: ColumnHeader<'_>| {
                if wants(Column::Id) {
                    let pushed = self.id.push_bytes(|column| header.push_id_bytes(column))?;
                    if !pushed {
                        self.id.push(header.id()?)?;
                    }
                }
                if wants(Column::Title) {
                    match header.title {
                        ColumnTitle::Plain(title) => self.title.push_plain(title)?,
                        ColumnTitle::Written(title) => self.title.push(&clean_title(title))?,
                    }
                }
                if wants(Column::Kind) {
                    self.kind.append_value(header.kind.as_str());
                }
                if wants(Column::Lang) {
                    self.lang.append_value(header.lang().as_str());
                }
                Ok(())
            })?;
        }
        if wants(Column::Related) {
            self.related.push(row, &mut reader.rows)?;
        }
        Ok(())
    }

    /// Appends what no page of the Context has.
    fn push_no_moment(&mut self, needs: &Needs) {
        if needs.wants(Column::Time) {
            self.time.append_null();
        }
        if needs.wants(Column::Offset) {
            self.offset.append_null();
        }
        if needs.wants(Column::Meta) {
            self.meta.append_null();
        }
    }

    /// Appends a Markdown page.
    fn push_markdown(
        &mut self,
        row: u32,
        reader: &mut ViewReader<'_>,
        needs: &Needs,
    ) -> Result<()> {
        let dictionary = reader.tags.as_ref().map(|tags| tags.dictionary);
        let (header, page) = reader.rows.markdown(row)?;
        let at = page.body;
        let pushed = self.push_page(&header, &page, dictionary, needs);
        pushed.map_err(|message| reader.rows.malformed(message))?;
        if needs.wants(Column::Body) {
            let body = reader.rows.markdown_body(row, at)?;
            self.body
                .append_option(Some(body).filter(|body| !body.is_empty()));
        }
        if needs.wants(Column::Related) {
            let from = reader.rows.page_at_path(row)?;
            self.related
                .push_pages(&reader.snapshot.related_pages(&from)?);
        }
        Ok(())
    }

    /// Appends what header and row of a Markdown page have.
    fn push_page(
        &mut self,
        header: &MarkdownHeader<'_>,
        page: &MarkdownRow<'_>,
        dictionary: Option<&TermDictionary>,
        needs: &Needs,
    ) -> Result<(), Malformed> {
        let wants = |column: Column| needs.wants(column);
        if wants(Column::Id) {
            self.id.push(header.id)?;
        }
        if wants(Column::Title) {
            self.title.push(header.title)?;
        }
        if wants(Column::Time) {
            let millis = header.time()?.map(|time| time.millis());
            self.time
                .append_option(millis.map(|millis| i64::from(millis) * 1_000));
        }
        if wants(Column::Offset) {
            self.offset.append_option(page.offset);
        }
        if wants(Column::Kind) {
            self.kind.append_value(kind_of(page.kind).as_str());
        }
        if wants(Column::Lang) {
            self.lang.append_value(lang_of(page.lang).as_str());
        }
        if let Some(dictionary) = dictionary {
            let tags = page.tags()?;
            if tags.iter().any(|&tag| tag >= dictionary.len()) {
                return Err(UNKNOWN_TAG);
            }
            self.tags
                .push(tags.iter().map(|&tag| dictionary.spelling(tag)));
        }
        if wants(Column::Categories) {
            self.categories.push(page.categories.iter());
        }
        if wants(Column::Authors) {
            self.authors.push(page.authors.iter());
        }
        if wants(Column::Summary) {
            self.summary.append_option(page.summary);
        }
        if wants(Column::CoverImage) {
            self.cover_image.append_null();
        }
        if wants(Column::Meta) {
            let meta = page.meta()?.map(|meta| meta.to_string());
            self.meta.append_option(meta);
        }
        if wants(Column::Sources) {
            self.sources.push_links(&page.sources()?);
        }
        if wants(Column::Changes) {
            self.changes.push_none();
        }
        Ok(())
    }

    /// Appends what only the row's body has.
    fn push_body(&mut self, row: u32, reader: &mut ViewReader<'_>, needs: &Needs) -> Result<()> {
        let (page, tags) = reader.rows.page(row)?;
        let wants = |column: Column| needs.wants(column);
        if wants(Column::Categories) {
            let category = page.clean_category();
            self.categories.push(category.as_deref().into_iter());
        }
        if wants(Column::Summary) {
            self.summary.append_option(page.clean_summary());
        }
        if wants(Column::CoverImage) {
            self.cover_image.append_option(page.clean_cover_image());
        }
        if wants(Column::Authors) {
            let author = page.clean_author();
            self.authors.push(author.as_deref().into_iter());
        }
        if wants(Column::Body) {
            self.body.append_option(page.own_body());
        }
        if wants(Column::Sources) {
            self.sources.push(page);
        }
        if wants(Column::Changes) {
            self.changes.push(page);
        }
        if let Some(TermLookup { dictionary, .. }) = &reader.tags {
            if tags.iter().any(|&tag| tag >= dictionary.len()) {
                return Err(reader.rows.unknown_tag());
            }
            self.tags
                .push(tags.iter().map(|&tag| dictionary.spelling(tag)));
        }
        Ok(())
    }

    /// The record batch of all rows.
    pub fn finish(self, columns: &Columns) -> Result<RecordBatch> {
        self.arrays(columns)
            .and_then(|arrays| RecordBatch::try_new(columns.schema.clone(), arrays))
            .map_err(|error| Error::Internal {
                message: format!("these events cannot be record batches: {error}"),
            })
    }

    fn arrays(mut self, columns: &Columns) -> Result<Vec<ArrayRef>, ArrowError> {
        let arrays: Vec<(Column, ArrayRef)> = vec![
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
            (Column::Draft, Arc::new(self.draft.finish())),
            (Column::Time, Arc::new(self.time.finish())),
            (Column::Offset, Arc::new(self.offset.finish())),
            (Column::Meta, Arc::new(self.meta.finish())),
            (Column::Body, Arc::new(self.body.finish())),
        ];
        columns.arrays(&arrays)
    }
}
