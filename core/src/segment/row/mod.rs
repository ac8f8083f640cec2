pub(super) mod body;
#[cfg(feature = "arrow")]
pub(super) mod columns;
pub(super) mod event;
pub(super) mod header;
pub(super) mod read;
