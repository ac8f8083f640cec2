//! How the events of each value of a field are spread over time.

use std::borrow::Cow;
use std::ops::Deref;

use roaring::RoaringBitmap;

use super::facets::{Facet, count_values, values_of_context};
use super::slice_of::slice_of;
use super::timeline::{Bucket, By, uncounted};
use crate::error::{Error, Result};
use crate::event::fold;
use crate::query::model::Query;
use crate::query::run::{RowSets, union};
use crate::store::{SegmentView, Snapshot};

/// Counts at most, some 150 MB: the days of twenty years for 130 values.
const MOST_COUNTS: usize = 1_000_000;

/// The events of one value in one bucket of a [`SplitTimeline`].
///
/// It is a [`Bucket`] of the timeline of the events that have the value, to which it derefs, and the value.
/// `count` is the number of matching events that have the value: one that has several values counts for each.
///
/// # Examples
///
/// ```
#[doc = include_str!("../example_store.txt")]
/// use eventstore::{By, Facet};
/// let years = store.query("")?.split_timeline(By::Year, Facet::Tag, None)?;
/// let sea = &years[0];
/// assert_eq!((sea.label.as_str(), sea.value.as_deref()), ("2017", Some("Sea")));
/// assert_eq!((sea.count, sea.total), (2, 3));
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct SplitBucket {
    /// The value, in the spelling that most events of the store have. `None` for what has none of the
    /// values that are shown.
    pub value: Option<String>,
    /// Its time and its counts.
    pub bucket: Bucket,
}

impl SplitBucket {
    /// A bucket for a value.
    #[must_use]
    pub fn new(bucket: Bucket, value: Option<String>) -> Self {
        Self { value, bucket }
    }
}

impl Deref for SplitBucket {
    type Target = Bucket;

    fn deref(&self) -> &Bucket {
        &self.bucket
    }
}

/// The fields of the bucket with the value among them, in the order of the columns of a table.
#[cfg(feature = "serde")]
impl serde::Serialize for SplitBucket {
    fn serialize<S: serde::Serializer>(
        &self,
        serializer: S,
    ) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let Bucket {
            label,
            start,
            end,
            count,
            total,
        } = &self.bucket;
        let mut object = serializer.serialize_struct("SplitBucket", 6)?;
        object.serialize_field("label", label)?;
        object.serialize_field("start", start)?;
        object.serialize_field("end", end)?;
        object.serialize_field("value", &self.value)?;
        object.serialize_field("count", count)?;
        object.serialize_field("total", total)?;
        object.end()
    }
}

/// A timeline for each of some values of a field: what a stacked chart is drawn from. It derefs to a slice
/// of [`SplitBucket`]s.
///
/// The buckets are those of the [`Timeline`](crate::Timeline), oldest first and without gaps, and each
/// stands there once for every value, zeros included: the values by their counts as
/// [`Facets`](crate::Facets) has them, and last what has none of these, if some event has none. Of an
/// event that has several values each counts, so that the counts of a bucket may add up to more than its
/// events.
///
/// Counting reads no event: it walks over the rows of each value. The value holds its buckets and
/// nothing of the store.
///
/// # Examples
///
/// ```
#[doc = include_str!("../example_store.txt")]
/// use eventstore::{By, Facet};
/// let days = store.query("2017-03-09")?.split_timeline(By::Day, Facet::Tag, Some(5))?;
/// assert_eq!(days.values().collect::<Vec<_>>(), [Some("Land"), Some("Sea")]);
/// assert_eq!(days.iter().map(|one| one.count).collect::<Vec<_>>(), [1, 1]);
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SplitTimeline {
    /// The width of the buckets.
    pub by: By,
    /// The field by whose values they are split.
    pub split: Facet,
    /// The buckets, of each time one for every value.
    pub buckets: Vec<SplitBucket>,
}

impl SplitTimeline {
    /// A timeline of these buckets.
    #[must_use]
    pub fn new(by: By, split: Facet, buckets: Vec<SplitBucket>) -> Self {
        Self { by, split, buckets }
    }

    /// The values in their order, `None` last for what has none of them. Of no bucket there are none.
    pub fn values(&self) -> impl Iterator<Item = Option<&str>> {
        let first = self.times().next().unwrap_or_default();
        first.iter().map(|bucket| bucket.value.as_deref())
    }

    /// The buckets of each day, week, month or year, oldest first.
    pub fn times(&self) -> impl Iterator<Item = &[SplitBucket]> {
        self.buckets.chunk_by(|a, b| a.start == b.start)
    }
}

slice_of!(SplitTimeline, buckets: SplitBucket);

pub(super) fn split_timeline(
    snapshot: &Snapshot,
    query: &Query,
    rows: &RowSets,
    by: By,
    split: Facet,
    top: Option<usize>,
) -> Result<SplitTimeline> {
    let values = count_values(snapshot, rows, split.clone(), "", top)?.counts;
    let (buckets, bucket_rows) = uncounted(snapshot, query, by)?;
    check_size(buckets.len(), values.len() + 1)?;
    let mut counts = vec![vec![0; buckets.len()]; values.len()];
    let mut others = vec![0; buckets.len()];
    let views = snapshot.views.iter().zip(rows.iter()).zip(&bucket_rows);
    for ((view, rows), of_view) in views {
        let mut left = rows.clone();
        for (value, counts) in values.iter().zip(&mut counts) {
            let with_value = &*rows_with(view, &split, &value.value)? & rows;
            of_view.add(&with_value, counts.iter_mut());
            left -= with_value;
        }
        of_view.add(&left, others.iter_mut());
    }
    let mut values: Vec<_> = values.into_iter().map(|value| Some(value.value)).collect();
    if others.iter().any(|&count| count > 0) {
        values.push(None);
        counts.push(others);
    }
    let mut split_buckets = Vec::with_capacity(buckets.len() * values.len());
    for (i, bucket) in buckets.iter().enumerate() {
        for (value, counts) in values.iter().zip(&counts) {
            let bucket = Bucket {
                count: counts[i],
                ..bucket.clone()
            };
            split_buckets.push(SplitBucket::new(bucket, value.clone()));
        }
    }
    Ok(SplitTimeline::new(by, split, split_buckets))
}

fn check_size(buckets: usize, values: usize) -> Result<()> {
    if buckets.saturating_mul(values) <= MOST_COUNTS {
        return Ok(());
    }
    Err(Error::InvalidArgument {
        what: "top",
        message: format!(
            "{buckets} buckets for each of {values} values are more than {MOST_COUNTS} counts; \
             ask for fewer values (top) or wider buckets (by)"
        ),
    })
}

/// The rows of a view that have a value. Deleted rows may be among them.
fn rows_with<'v>(view: &'v SegmentView, by: &Facet, value: &str) -> Result<Cow<'v, RoaringBitmap>> {
    let segment = &view.segment;
    if *by == Facet::Word {
        let words = &segment.words()?.postings;
        return union(words, &[words.find(value)?], segment.rows());
    }
    let value = fold(value);
    let terms = segment.postings(by.field())?;
    let found = terms.find(&format!("{}{value}", by.scope()))?;
    let rows = union(terms, &[found], segment.rows())?;
    let Some((set, [inside, outside])) = values_of_context(view, by)? else {
        return Ok(rows);
    };
    let of_context = match &*value {
        value if value == inside => set.clone(),
        value if value == outside => &*view.live - set,
        _ => return Ok(rows),
    };
    Ok(Cow::Owned(
        (of_context - &segment.flags()?.markdown) | &*rows,
    ))
}
