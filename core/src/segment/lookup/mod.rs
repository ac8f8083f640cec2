pub(super) mod by_hash;
pub(super) mod fingerprints;
