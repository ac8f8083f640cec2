//! Clean text and folded text: how a value as written becomes the value that is shown and the value that matches.

use std::borrow::Cow;

/// Entities decoded, white space runs to one space, trimmed, NFC. Borrowed when nothing changes (the common case must be fast).
pub(crate) fn clean(_written: &str) -> Cow<'_, str> {
    todo!()
}

/// The form under which two spellings match: of clean text, its full case fold, then NFC. Borrowed when nothing changes.
pub(crate) fn fold(_clean: &str) -> Cow<'_, str> {
    todo!()
}
