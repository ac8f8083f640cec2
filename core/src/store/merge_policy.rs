//! Which segments a commit merges into its new one.

use roaring::RoaringBitmap;

use super::snapshot::Snapshot;

/// Segments of more rows than this are left alone by commits; only `compact` rewrites them. So no
/// commit takes longer than some seconds.
const MAX_MERGE_ROWS: u32 = 65_536;

/// The segments, as numbers of views, that a commit of `rows` new rows merges: the smallest ones,
/// as long as none has more than twice the rows of all that were taken before it. `removed` are the
/// rows that the commit removes.
///
/// So each segment has at most half the rows of the next larger one, there are at most log2 of
/// them, and a row is written again at most log2 times.
pub(super) fn segments_to_merge(
    snapshot: &Snapshot,
    removed: &[RoaringBitmap],
    rows: usize,
) -> Vec<usize> {
    let rows_left = |view: usize| snapshot.views[view].row_count() - removed[view].len() as u32;
    let mut order: Vec<usize> = (0..snapshot.views.len()).collect();
    order.sort_by_key(|&view| rows_left(view));
    let mut sum = rows as u64;
    let mut merged = Vec::new();
    for view in order {
        let rows = rows_left(view);
        if rows > 0 && (rows > MAX_MERGE_ROWS || u64::from(rows) > 2 * sum) {
            break;
        }
        sum += u64::from(rows);
        merged.push(view);
    }
    merged
}
