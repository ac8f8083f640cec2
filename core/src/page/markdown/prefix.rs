//! What stands before the ids of an archive's Markdown pages.

/// The prefix of a stored choice.
pub(crate) fn prefix_of_stored(stored: &str) -> &str {
    stored.split_once('\0').map_or("", |(prefix, _)| prefix)
}

/// An id without the prefix. The page of the archive's root has the prefix as its id.
pub(crate) fn local_id<'i>(id: &'i str, prefix: &str) -> &'i str {
    id.strip_prefix(prefix).unwrap_or("index")
}
