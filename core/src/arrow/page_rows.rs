//! Files that were read → one record batch.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::builder::{
    BinaryBuilder, BooleanBuilder, Date32Builder, Int16Builder, Int64Builder, StringBuilder,
    Time64MicrosecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::ArrowError;

use super::column::Column;
use super::lists::TextListColumn;
use super::page_columns::{PageColumn, PageColumns};
use super::page_evidence::{LinksColumn, NamesColumn, PageLinksColumn, TagFormsColumn};
use super::records::{ChangesColumn, RelatedColumn, SourcesColumn};
use crate::error::{Error, Result};
use crate::event::{Date, clean_title, fold, is_canonical_path};
use crate::ingest::{ReadFile, ReadOutcome};
use crate::page::{EventPage, Listing, ListingKind, MarkdownPage, Page, context_tags, line_pieces};
use crate::segment::superseding_day;

/// The columns of a batch of pages that is being built.
pub(super) struct PageRows<'a> {
    archive: &'a str,
    columns: &'a PageColumns,
    wants_page: bool,
    wants_body: bool,
    id: StringBuilder,
    date: Date32Builder,
    categories: TextListColumn,
    title: StringBuilder,
    summary: StringBuilder,
    tags: TextListColumn,
    sources: SourcesColumn,
    related: RelatedColumn,
    cover_image: StringBuilder,
    changes: ChangesColumn,
    authors: TextListColumn,
    kind: StringBuilder,
    lang: StringBuilder,
    draft: BooleanBuilder,
    time: Time64MicrosecondBuilder,
    offset: Int16Builder,
    meta: StringBuilder,
    body: StringBuilder,
    page_kind: StringBuilder,
    archives: StringBuilder,
    path: StringBuilder,
    folders: StringBuilder,
    position: Int64Builder,
    stored_path: StringBuilder,
    hash: Int64Builder,
    error: StringBuilder,
    error_kind: StringBuilder,
    page_format: StringBuilder,
    is_usual_path: BooleanBuilder,
    listing_day: Date32Builder,
    tag_forms: TagFormsColumn,
    links: LinksColumn,
    choice: StringBuilder,
    names: NamesColumn,
    page_links: PageLinksColumn,
    page: BinaryBuilder,
}

/// The tags of a page, each once by its form: the form and the first spelling by code point, in order of the forms.
fn distinct<'t>(tags: impl Iterator<Item = Cow<'t, str>>) -> Vec<(String, Cow<'t, str>)> {
    let with_form = |tag: Cow<'t, str>| (fold(&tag).into_owned(), tag);
    let mut tags: Vec<_> = tags.map(with_form).collect();
    tags.sort_unstable();
    tags.dedup_by(|one, other| one.0 == other.0);
    tags
}

impl<'a> PageRows<'a> {
    pub fn new(archive: &'a str, columns: &'a PageColumns, rows: usize) -> Self {
        let text = |length: usize| StringBuilder::with_capacity(rows, rows * length);
        Self {
            archive,
            columns,
            wants_page: columns.has("page"),
            wants_body: columns.has("body"),
            id: text(64),
            date: Date32Builder::with_capacity(rows),
            categories: TextListColumn::new(),
            title: text(80),
            summary: text(0),
            tags: TextListColumn::new(),
            sources: SourcesColumn::new(),
            related: RelatedColumn::new(),
            cover_image: text(0),
            changes: ChangesColumn::new(),
            authors: TextListColumn::new(),
            kind: text(8),
            lang: text(2),
            draft: BooleanBuilder::with_capacity(rows),
            time: Time64MicrosecondBuilder::with_capacity(rows),
            offset: Int16Builder::with_capacity(rows),
            meta: text(0),
            body: text(0),
            page_kind: text(8),
            archives: text(archive.len()),
            path: text(80),
            folders: text(16),
            position: Int64Builder::with_capacity(rows),
            stored_path: text(64),
            hash: Int64Builder::with_capacity(rows),
            error: text(0),
            error_kind: text(0),
            page_format: text(8),
            is_usual_path: BooleanBuilder::with_capacity(rows),
            listing_day: Date32Builder::with_capacity(rows),
            tag_forms: TagFormsColumn::new(),
            links: LinksColumn::new(columns.has("links")),
            choice: text(0),
            names: NamesColumn::new(),
            page_links: PageLinksColumn::new(),
            page: BinaryBuilder::new(),
        }
    }

    /// Appends a file.
    pub fn push(&mut self, file: ReadFile) -> Result<()> {
        self.archives.append_value(self.archive);
        self.path.append_value(&file.full);
        let folders = file.full.strip_suffix(&*file.path).unwrap_or(&file.full);
        self.folders.append_value(folders);
        self.position.append_value(file.position as i64);
        self.stored_path.append_value(&file.path);
        match &file.outcome {
            ReadOutcome::Page(page) => {
                self.hash.append_value(file.hash as i64);
                self.error.append_null();
                self.error_kind.append_null();
                match &**page {
                    Page::Event(event) => self.push_event(event, &file),
                    Page::Listing(listing) => self.push_listing(listing, &file),
                    Page::Markdown(page) => self.push_markdown(page, &file),
                    Page::Other => self.push_none("free_page"),
                }
            }
            ReadOutcome::Failed(error) => {
                self.hash.append_null();
                self.error.append_value(error.to_string());
                self.error_kind.append_value(error.kind);
                self.push_none("failed");
            }
            ReadOutcome::NoPage(reason) => {
                self.hash.append_null();
                self.error.append_null();
                self.error_kind.append_value(reason);
                self.push_none("no_page");
            }
        }
        Ok(())
    }

    fn push_page(&mut self, text: &str, bytes: usize) {
        if self.wants_page {
            self.page
                .append_value(&text.as_bytes()[..bytes.min(text.len())]);
        }
    }

    fn push_event(&mut self, page: &EventPage, file: &ReadFile) {
        let id = page.get(page.id);
        self.id.append_value(id);
        self.date.append_value(page.date.unix_days());
        let category = page.clean_category();
        self.categories.push(category.as_deref().into_iter());
        self.title.append_value(clean_title(page.get(page.title)));
        self.summary.append_option(page.clean_summary());
        self.sources.push(page);
        self.cover_image.append_option(page.clean_cover_image());
        self.changes.push(page);
        let author = page.clean_author();
        self.authors.push(author.as_deref().into_iter());
        self.kind.append_value(page.kind.as_str());
        self.lang.append_value(page.lang.as_str());
        self.push_no_moment();
        self.body
            .append_option(page.own_body().filter(|_| self.wants_body));
        let mut own: Vec<Cow<'_, str>> = Vec::new();
        let mut found = Vec::new();
        for (i, item) in page.related.iter().enumerate() {
            found.clear();
            context_tags(page, i, &mut found);
            let (target, title) = (page.get(item.target), clean_title(page.get(item.title)));
            self.related
                .push_entry(target, &title, found.iter().map(|tag| &**tag));
            self.links.push_link(target, &found);
            own.append(&mut found);
        }
        self.related.end(page.related.len());
        self.links.end();
        own.extend(category);
        let own = distinct(own.into_iter());
        self.tags.push(own.iter().map(|(_, tag)| &**tag));
        self.tag_forms.push(&own);
        self.page_kind.append_value("event");
        self.page_format.append_value("context");
        let is_usual = is_canonical_path(&file.path, id);
        self.is_usual_path.append_value(is_usual);
        let day = superseding_day(id)
            .and_then(Date::from_packed)
            .map(Date::unix_days);
        self.listing_day.append_option(day);
        self.push_no_markdown();
        self.push_page(&page.text, file.bytes);
    }

    fn push_listing(&mut self, page: &Listing, file: &ReadFile) {
        let (kind, day) = match page.kind {
            ListingKind::Day(day) => ("day_page", Some(file.day.unwrap_or(day))),
            ListingKind::Front => ("front_page", None),
            ListingKind::Opinions => ("opinions", None),
        };
        let day = day.map(Date::unix_days);
        self.push_no_event(day, Some(page.lang.as_str()));
        let mut found = Vec::new();
        for item in &page.items {
            found.clear();
            let (target, title) = (page.get(item.target), clean_title(page.get(item.title)));
            if let Some(context) = item.context {
                line_pieces(page.get(context), &mut found);
            }
            self.related
                .push_entry(target, &title, found.iter().map(|tag| &**tag));
            self.links.push_link(target, &found);
        }
        self.related.end(page.items.len());
        self.links.end();
        self.page_kind.append_value(kind);
        self.page_format.append_value("context");
        self.is_usual_path.append_null();
        self.listing_day.append_option(day);
        self.push_no_markdown();
        self.push_page(&page.text, file.bytes);
    }

    fn push_markdown(&mut self, page: &MarkdownPage, file: &ReadFile) {
        self.id.append_value(&page.id);
        let date = page.moment.map(|moment| moment.date.unix_days());
        self.date.append_option(date);
        self.categories
            .push(page.categories.iter().map(|text| &**text));
        self.title.append_value(&page.title);
        self.summary.append_option(page.summary.as_deref());
        let sources = page.sources.iter();
        let sources: Vec<_> = sources.map(|link| (&*link.name, &*link.url)).collect();
        self.sources.push_links(&sources);
        self.related.end(0);
        self.cover_image.append_null();
        self.changes.push_none();
        self.authors.push(page.authors.iter().map(|text| &**text));
        self.kind.append_value(page.kind().as_str());
        self.lang.append_value(page.lang().as_str());
        self.draft.append_value(page.draft);
        let time = page.moment.and_then(|moment| moment.time);
        let time = time.map(|time| i64::from(time.millis()) * 1_000);
        self.time.append_option(time);
        let offset = page.moment.and_then(|moment| moment.offset);
        self.offset.append_option(offset);
        let meta = Some(page.meta.to_string()).filter(|_| !page.meta.is_empty());
        self.meta.append_option(meta);
        let body = page.text.get(page.body as usize..);
        let body = body.filter(|body| !body.is_empty() && self.wants_body);
        self.body.append_option(body);
        let own = distinct(page.tags.iter().map(|tag| Cow::Borrowed(&**tag)));
        self.tags.push(own.iter().map(|(_, tag)| &**tag));
        self.tag_forms.push(&own);
        self.links.end();
        self.page_kind.append_value("event");
        self.page_format.append_value("markdown");
        let is_usual = is_canonical_path(&file.path, &page.id);
        self.is_usual_path.append_value(is_usual);
        self.listing_day.append_null();
        self.choice.append_value(&page.archive);
        self.names.push(page);
        self.page_links.push(page, &file.path);
        self.push_page(&page.text, file.bytes);
    }

    /// Appends what is no event and lists none.
    fn push_none(&mut self, page_kind: &str) {
        self.push_no_event(None, None);
        self.related.end(0);
        self.links.end();
        self.page_kind.append_value(page_kind);
        self.page_format.append_null();
        self.is_usual_path.append_null();
        self.listing_day.append_null();
        self.push_no_markdown();
        if self.wants_page {
            self.page.append_null();
        }
    }

    fn push_no_event(&mut self, date: Option<i32>, lang: Option<&str>) {
        self.date.append_option(date);
        self.lang.append_option(lang);
        self.categories.push([].into_iter());
        self.tags.push([].into_iter());
        self.tag_forms.push(&[]);
        self.authors.push([].into_iter());
        self.sources.push_links(&[]);
        self.changes.push_none();
        let texts = [
            &mut self.id,
            &mut self.title,
            &mut self.summary,
            &mut self.cover_image,
            &mut self.kind,
            &mut self.body,
        ];
        texts.into_iter().for_each(StringBuilder::append_null);
        self.push_no_moment();
    }

    /// Appends what no page of the Context has.
    fn push_no_moment(&mut self) {
        self.draft.append_value(false);
        self.time.append_null();
        self.offset.append_null();
        self.meta.append_null();
    }

    fn push_no_markdown(&mut self) {
        self.choice.append_null();
        self.names.push_none();
        self.page_links.push_none();
    }

    /// The record batch of all rows.
    pub fn finish(self) -> Result<RecordBatch> {
        let columns = self.columns;
        self.arrays()
            .and_then(|arrays| RecordBatch::try_new(columns.schema.clone(), arrays))
            .map_err(|error| Error::Internal {
                message: format!("these pages cannot be a record batch: {error}"),
            })
    }

    fn arrays(mut self) -> Result<Vec<ArrayRef>, ArrowError> {
        let event: Vec<(Column, ArrayRef)> = vec![
            (Column::Id, Arc::new(self.id.finish())),
            (Column::Date, Arc::new(self.date.finish())),
            (Column::Categories, self.categories.finish()?),
            (Column::Title, Arc::new(self.title.finish())),
            (Column::Summary, Arc::new(self.summary.finish())),
            (Column::Tags, self.tags.finish()?),
            (Column::Sources, self.sources.finish()?),
            (Column::Related, self.related.finish()?),
            (Column::CoverImage, Arc::new(self.cover_image.finish())),
            (Column::Changes, self.changes.finish()?),
            (Column::Authors, self.authors.finish()?),
            (Column::Kind, Arc::new(self.kind.finish())),
            (Column::Lang, Arc::new(self.lang.finish())),
            (Column::Draft, Arc::new(self.draft.finish())),
            (Column::Time, Arc::new(self.time.finish())),
            (Column::Offset, Arc::new(self.offset.finish())),
            (Column::Meta, Arc::new(self.meta.finish())),
            (Column::Body, Arc::new(self.body.finish())),
        ];
        let beside: [(&str, ArrayRef); 18] = [
            ("page_kind", Arc::new(self.page_kind.finish())),
            ("archive", Arc::new(self.archives.finish())),
            ("path", Arc::new(self.path.finish())),
            ("folders", Arc::new(self.folders.finish())),
            ("position", Arc::new(self.position.finish())),
            ("stored_path", Arc::new(self.stored_path.finish())),
            ("hash", Arc::new(self.hash.finish())),
            ("error", Arc::new(self.error.finish())),
            ("error_kind", Arc::new(self.error_kind.finish())),
            ("page_format", Arc::new(self.page_format.finish())),
            ("is_usual_path", Arc::new(self.is_usual_path.finish())),
            ("listing_day", Arc::new(self.listing_day.finish())),
            ("tag_forms", self.tag_forms.finish()?),
            ("links", self.links.finish()?),
            ("choice", Arc::new(self.choice.finish())),
            ("names", self.names.finish()?),
            ("page_links", self.page_links.finish()?),
            ("page", Arc::new(self.page.finish())),
        ];
        let of = |wanted: &PageColumn| match wanted {
            PageColumn::Event(wanted) => {
                let found = event.iter().find(|(column, _)| column == wanted);
                found.map(|(_, array)| array.clone())
            }
            PageColumn::Beside(_) => {
                let found = beside.iter().find(|(name, _)| *name == wanted.name());
                found.map(|(_, array)| array.clone())
            }
        };
        Ok(self.columns.columns.iter().filter_map(of).collect())
    }
}
