//! The publisher's host of a URL.

/// See [`crate::Source::domain`].
pub(crate) fn domain_of(_url: &str) -> Option<String> {
    todo!()
}
