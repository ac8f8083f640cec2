pub(super) mod dictionary;
pub(super) mod postings;
pub(super) mod uninverted;
