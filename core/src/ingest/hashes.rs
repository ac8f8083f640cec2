//! The hashes by which pages and paths are known again.

use twox_hash::XxHash3_64;

/// The hash of some bytes.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot(bytes)
}

/// The hash by which an unchanged page is recognised: of its path and its bytes.
///
/// So a row of this hash is this page, and finding it reads no name. That two pages of a million
/// share one is as likely as 3 in 100 million, and they would also have to lie in one day's folder.
pub(crate) fn page_hash(path: &str, bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot_with_seed(hash(path.as_bytes()), bytes)
}

/// The hash of a page that a program added: of the page, and of what is stated beside it.
pub(crate) fn added_hash(rendered: &[u8], tags: &[impl AsRef<str>]) -> u64 {
    let mut bytes = rendered.to_vec();
    for tag in tags {
        bytes.push(0);
        bytes.extend_from_slice(tag.as_ref().as_bytes());
    }
    // An event that is added is not the page of an archive, even with the same bytes: pruning
    // leaves it alone.
    bytes.push(1);
    hash(&bytes)
}
