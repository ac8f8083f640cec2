//! A segment as one snapshot sees it: its rows less the deleted ones.

use std::sync::Arc;

use roaring::RoaringBitmap;

use crate::segment::Segment;

/// A segment of a snapshot.
pub(crate) struct View {
    pub segment: Arc<Segment>,
    /// Rows of this segment that the snapshot does not hold any more.
    pub deleted: Arc<RoaringBitmap>,
    /// Live events, superseded ones included.
    pub live: Arc<RoaringBitmap>,
    /// Live events that are not superseded.
    pub current: Arc<RoaringBitmap>,
    /// Live events that are superseded.
    pub superseded: Arc<RoaringBitmap>,
}
