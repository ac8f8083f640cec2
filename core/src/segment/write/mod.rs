pub(super) mod builder;
pub(super) mod collect_terms;
pub(super) mod ids;
pub(super) mod interner;
pub(super) mod pending_row;
pub(super) mod tags;
