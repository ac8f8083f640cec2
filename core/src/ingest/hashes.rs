//! The hashes by which pages and paths are known again.

use twox_hash::XxHash3_64;

/// The hash of some bytes.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot(bytes)
}

/// The hash by which an unchanged page is recognised: of its path and its bytes.
///
/// So a row of this hash is this page, and finding it reads no name. That two pages of a million
/// share one is as likely as 3 in 100 million, and they would also have to lie in one day's folder.
pub(super) fn page_hash(path: &str, bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot_with_seed(hash(path.as_bytes()), bytes)
}
