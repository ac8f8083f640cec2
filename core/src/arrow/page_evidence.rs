//! Columns of what pages say of others: tags with their forms, links, names.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::StringBuilder;
use arrow_schema::ArrowError;

use super::lists::ListEnds;
use super::page_columns::{link, page_link, page_name, tag_form};
use crate::event::{fold, fold_into};
use crate::page::{LinkKeyKind, MarkdownPage, PageNameKind, last_part};

fn array(mut column: StringBuilder) -> ArrayRef {
    Arc::new(column.finish())
}

/// Lists of tags with their forms.
pub(super) struct TagFormsColumn {
    ends: ListEnds,
    form: StringBuilder,
    tag: StringBuilder,
}

impl TagFormsColumn {
    pub fn new() -> Self {
        Self {
            ends: ListEnds::new(),
            form: StringBuilder::with_capacity(0, 0),
            tag: StringBuilder::with_capacity(0, 0),
        }
    }

    /// Appends those of the next row.
    pub fn push(&mut self, tags: &[(String, Cow<'_, str>)]) {
        for (form, tag) in tags {
            self.form.append_value(form);
            self.tag.append_value(tag);
        }
        self.ends.push(tags.len());
    }

    /// Appends tags whose forms are worked out here; `form` is scratch.
    fn push_folded(&mut self, tags: &[Cow<'_, str>], form: &mut String) {
        for tag in tags {
            form.clear();
            fold_into(tag, form);
            self.form.append_value(&form);
            self.tag.append_value(tag);
        }
        self.ends.push(tags.len());
    }

    pub fn finish(self) -> Result<ArrayRef, ArrowError> {
        let columns = [self.form, self.tag].map(array);
        self.ends.records(tag_form(), columns.into())
    }
}

/// The links of pages of the Context, with the tags beside each.
pub(super) struct LinksColumn {
    wanted: bool,
    ends: ListEnds,
    count: usize,
    id: StringBuilder,
    tags: TagFormsColumn,
    scratch: String,
}

impl LinksColumn {
    pub fn new(wanted: bool) -> Self {
        Self {
            wanted,
            ends: ListEnds::new(),
            count: 0,
            id: StringBuilder::with_capacity(0, 0),
            tags: TagFormsColumn::new(),
            scratch: String::new(),
        }
    }

    /// Appends a link of the row that is under way.
    pub fn push_link(&mut self, target: &str, tags: &[Cow<'_, str>]) {
        if self.wanted {
            self.id.append_value(target);
            self.tags.push_folded(tags, &mut self.scratch);
            self.count += 1;
        }
    }

    /// Ends the row.
    pub fn end(&mut self) {
        self.ends.push(std::mem::take(&mut self.count));
    }

    pub fn finish(self) -> Result<ArrayRef, ArrowError> {
        let columns = vec![array(self.id), self.tags.finish()?];
        self.ends.records(link(), columns)
    }
}

/// What Markdown pages can be called, or what links call them.
pub(super) struct NamesColumn {
    ends: ListEnds,
    kind: StringBuilder,
    last: StringBuilder,
    name: StringBuilder,
}

impl NamesColumn {
    pub fn new() -> Self {
        Self {
            ends: ListEnds::new(),
            kind: StringBuilder::with_capacity(0, 0),
            last: StringBuilder::with_capacity(0, 0),
            name: StringBuilder::with_capacity(0, 0),
        }
    }

    fn push_name(&mut self, kind: &str, name: &str) {
        self.kind.append_value(kind);
        self.last.append_value(last_part(name));
        self.name.append_value(name);
    }

    /// Appends the names of a page: its path, that of its file, and its own.
    pub fn push(&mut self, page: &MarkdownPage) {
        let local = page.local_id();
        self.push_name("path", local);
        self.push_name("file", &fold(local));
        for name in &page.names {
            let kind = match name.kind {
                PageNameKind::Alias => "alias",
                PageNameKind::Address => "address",
            };
            self.push_name(kind, &name.text);
        }
        self.ends.push(page.names.len() + 2);
    }

    pub fn push_none(&mut self) {
        self.ends.push(0);
    }

    pub fn finish(self) -> Result<ArrayRef, ArrowError> {
        let columns = [self.kind, self.last, self.name].map(array);
        self.ends.records(page_name(), columns.into())
    }
}

/// The links of Markdown pages.
pub(super) struct PageLinksColumn {
    ends: ListEnds,
    title: StringBuilder,
    keys: NamesColumn,
}

impl PageLinksColumn {
    pub fn new() -> Self {
        Self {
            ends: ListEnds::new(),
            title: StringBuilder::with_capacity(0, 0),
            keys: NamesColumn::new(),
        }
    }

    /// Appends those of a page.
    pub fn push(&mut self, page: &MarkdownPage, path: &str) {
        for link in &page.links {
            self.title.append_value(&link.text);
            let keys = page.keys_of(link, path);
            for key in &keys {
                let kind = match key.kind {
                    LinkKeyKind::Path => "path",
                    LinkKeyKind::Name => "name",
                    LinkKeyKind::Address => "address",
                };
                self.keys.push_name(kind, &key.text);
            }
            self.keys.ends.push(keys.len());
        }
        self.ends.push(page.links.len());
    }

    pub fn push_none(&mut self) {
        self.ends.push(0);
    }

    pub fn finish(self) -> Result<ArrayRef, ArrowError> {
        let columns = vec![array(self.title), self.keys.finish()?];
        self.ends.records(page_link(), columns)
    }
}
