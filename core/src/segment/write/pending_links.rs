//! The links of a pending row.
//!
//! The related list is about 90 % of a page. It is kept as interned ids and tags; a text is kept
//! only where it differs from the usual one.

use std::borrow::Cow;

use super::interners::Interners;

/// A text of a link: none, the usual one, or the number of one in [`PendingLinks::written`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct LinkText(u32);

impl LinkText {
    pub const NONE: Self = Self(u32::MAX);
    pub const USUAL: Self = Self(u32::MAX - 1);
}

/// A link. Its tags begin where those of the link before end.
#[derive(Clone, Copy)]
pub(crate) struct PendingLink {
    /// The number of the target's id.
    pub target: u32,
    tags_end: u32,
    /// The usual text is the usual title of the target.
    pub title: LinkText,
    /// The usual text is the link's tags, joined by `", "`.
    pub context: LinkText,
}

/// The links of a page in page order.
#[derive(Default)]
pub(crate) struct PendingLinks {
    pub list: Vec<PendingLink>,
    /// The tags of all links' contexts, by number.
    pub tags: Vec<u32>,
    written: Vec<Box<str>>,
}

impl PendingLinks {
    /// The tags beside link `i`.
    pub fn tags_of(&self, i: usize) -> &[u32] {
        let start = if i == 0 { 0 } else { self.list[i - 1].tags_end };
        &self.tags[start as usize..self.list[i].tags_end as usize]
    }

    /// A text that is neither missing nor the usual one.
    pub fn written(&self, text: LinkText) -> Option<&str> {
        self.written.get(text.0 as usize).map(AsRef::as_ref)
    }

    /// Appends a link. `tags` are those of its context.
    pub(super) fn push(
        &mut self,
        target: &str,
        title: Option<&str>,
        context: Option<&str>,
        tags: &[Cow<'_, str>],
        interners: &mut Interners,
    ) {
        let target = interners.ids.number(target);
        let mut keep = |text: &str| {
            self.written.push(text.into());
            LinkText(self.written.len() as u32 - 1)
        };
        let title = match title {
            None => LinkText::NONE,
            Some(title) if interners.ids.is_usual(target, title) => LinkText::USUAL,
            Some(title) => keep(title),
        };
        let context = match context {
            None => LinkText::NONE,
            Some(context) if is_joined(context, tags) => LinkText::USUAL,
            Some(context) => keep(context),
        };
        let numbers = tags.iter().map(|tag| interners.tags.number(tag));
        self.tags.extend(numbers);
        self.list.push(PendingLink {
            target,
            tags_end: self.tags.len() as u32,
            title,
            context,
        });
    }

    /// Bytes in memory, estimated.
    pub fn bytes(&self) -> usize {
        let written = self.written.iter().map(|text| text.len() + 32);
        size_of::<PendingLink>() * self.list.len()
            + 4 * self.tags.capacity()
            + written.sum::<usize>()
    }
}

/// Whether a text is these tags, joined by `", "`.
fn is_joined(text: &str, tags: &[Cow<'_, str>]) -> bool {
    let mut rest = text;
    for (i, tag) in tags.iter().enumerate() {
        let after = if i > 0 {
            rest.strip_prefix(", ")
        } else {
            Some(rest)
        };
        match after.and_then(|rest| rest.strip_prefix(&**tag)) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    rest.is_empty()
}
