//! Columns of lists of records: sources, related events, changes.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::StringBuilder;
use arrow_schema::ArrowError;

use super::column;
use super::lists::{ListEnds, TextListColumn};
use crate::error::Result;
use crate::event::{Related, domain_of};
use crate::page::EventPage;
use crate::segment::ColumnReader;

fn array(mut column: StringBuilder) -> ArrayRef {
    Arc::new(column.finish())
}

/// The numbered sources.
pub(super) struct SourcesColumn {
    ends: ListEnds,
    name: StringBuilder,
    url: StringBuilder,
    domain: StringBuilder,
    image: StringBuilder,
}

impl SourcesColumn {
    pub fn new() -> Self {
        Self {
            ends: ListEnds::new(),
            name: StringBuilder::with_capacity(0, 0),
            url: StringBuilder::with_capacity(0, 0),
            domain: StringBuilder::with_capacity(0, 0),
            image: StringBuilder::with_capacity(0, 0),
        }
    }

    /// Appends those of the next row.
    pub fn push(&mut self, page: &EventPage) {
        for (name, url, image) in page.clean_sources() {
            self.name.append_value(name);
            self.domain.append_option(domain_of(&url));
            self.url.append_value(url);
            self.image.append_option(image);
        }
        self.ends.push(page.sources.len());
    }

    /// Appends those of a Markdown page.
    pub fn push_links(&mut self, links: &[(&str, &str)]) {
        for (name, url) in links {
            self.name.append_value(name);
            self.domain.append_option(domain_of(url));
            self.url.append_value(url);
            self.image.append_null();
        }
        self.ends.push(links.len());
    }

    /// Bytes of the largest column of texts.
    pub fn bytes(&self) -> usize {
        let (url, image) = (self.url.values_slice(), self.image.values_slice());
        url.len()
            .max(image.len())
            .max(self.name.values_slice().len())
    }

    pub fn finish(self) -> Result<ArrayRef, ArrowError> {
        let columns = [self.name, self.url, self.domain, self.image].map(array);
        self.ends.records(column::source(), columns.into())
    }
}

/// The numbered related events.
pub(super) struct RelatedColumn {
    ends: ListEnds,
    id: StringBuilder,
    title: StringBuilder,
    tags: TextListColumn,
}

impl RelatedColumn {
    pub fn new() -> Self {
        Self {
            ends: ListEnds::new(),
            id: StringBuilder::with_capacity(0, 0),
            title: StringBuilder::with_capacity(0, 0),
            tags: TextListColumn::new(),
        }
    }

    /// Appends those of the next row.
    pub fn push(&mut self, row: u32, reader: &mut ColumnReader<'_>) -> Result<()> {
        let mut count = 0;
        reader.related(row, |id, title, tags| {
            self.id.append_value(id);
            self.title.append_value(title);
            self.tags.push(tags);
            count += 1;
        })?;
        self.ends.push(count);
        Ok(())
    }

    /// Appends an entry of the row that is under way.
    pub fn push_entry<'t>(&mut self, id: &str, title: &str, tags: impl Iterator<Item = &'t str>) {
        self.id.append_value(id);
        self.title.append_value(title);
        self.tags.push(tags);
    }

    /// Ends a row of so many entries.
    pub fn end(&mut self, count: usize) {
        self.ends.push(count);
    }

    /// Appends those of a Markdown page.
    pub fn push_pages(&mut self, related: &[Related]) {
        for entry in related {
            self.id.append_value(entry.id.as_str());
            self.title.append_value(&entry.title);
            self.tags.push(entry.tags.iter().map(String::as_str));
        }
        self.ends.push(related.len());
    }

    /// Bytes of the largest column of texts.
    pub fn bytes(&self) -> usize {
        let (id, title) = (self.id.values_slice(), self.title.values_slice());
        id.len().max(title.len()).max(self.tags.bytes())
    }

    pub fn finish(self) -> Result<ArrayRef, ArrowError> {
        let columns = vec![array(self.id), array(self.title), self.tags.finish()?];
        self.ends.records(column::related(), columns)
    }
}

/// The numbered changes.
pub(super) struct ChangesColumn {
    ends: ListEnds,
    id: StringBuilder,
    title: StringBuilder,
    at: StringBuilder,
    kind: StringBuilder,
}

impl ChangesColumn {
    pub fn new() -> Self {
        Self {
            ends: ListEnds::new(),
            id: StringBuilder::with_capacity(0, 0),
            title: StringBuilder::with_capacity(0, 0),
            at: StringBuilder::with_capacity(0, 0),
            kind: StringBuilder::with_capacity(0, 0),
        }
    }

    /// Appends those of the next row.
    pub fn push(&mut self, page: &EventPage) {
        for (id, title, at, kind) in page.clean_changes() {
            self.id.append_value(id);
            self.title.append_value(title);
            self.at.append_option(at);
            self.kind.append_value(kind.as_str());
        }
        self.ends.push(page.changes.len());
    }

    /// Appends no record for the next row.
    pub fn push_none(&mut self) {
        self.ends.push(0);
    }

    /// Bytes of the largest column of texts.
    pub fn bytes(&self) -> usize {
        let (id, title) = (self.id.values_slice(), self.title.values_slice());
        id.len().max(title.len())
    }

    pub fn finish(self) -> Result<ArrayRef, ArrowError> {
        let columns = [self.id, self.title, self.at, self.kind].map(array);
        self.ends.records(column::change(), columns.into())
    }
}
