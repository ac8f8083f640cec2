pub(super) mod backlinks;
pub(super) mod encode;
pub(super) mod external_ids;
pub(super) mod lookup;
