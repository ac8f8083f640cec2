//! Timelines and facets as one record batch each.

use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use crate::error::{Error, Result};
use crate::query::{Bucket, Count, Facets, SplitBucket, SplitTimeline, Timeline};

impl Timeline {
    /// The columns of [`record_batch`](Self::record_batch).
    #[must_use]
    pub fn schema() -> SchemaRef {
        Arc::new(Schema::new(vec![
            Field::new("label", DataType::Utf8, false),
            Field::new("start", DataType::Date32, false),
            Field::new("end", DataType::Date32, false),
            Field::new("count", DataType::Int64, false),
            Field::new("total", DataType::Int64, false),
            Field::new("share", DataType::Float64, true),
        ]))
    }

    /// The buckets as rows: their fields, and [`Bucket::share`]. Of no buckets it has no row and all
    /// columns. Counts are signed, since a difference of unsigned ones is a trap.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a count that no column of 64 bits holds, which no store gives.
    ///
    /// # Examples
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// let batch = store.query("")?.timeline(eventstore::By::Month)?.record_batch()?;
    /// assert_eq!((batch.num_rows(), batch.num_columns()), (0, 6));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn record_batch(&self) -> Result<RecordBatch> {
        let of = |count: fn(&Bucket) -> u64| counts(self.iter().map(count));
        let labels = self.iter().map(|bucket| bucket.label.as_str());
        let starts = self.iter().map(|bucket| bucket.start.unix_days());
        let ends = self.iter().map(|bucket| bucket.end.unix_days());
        let shares: Float64Array = self.iter().map(Bucket::share).collect();
        batch(
            Self::schema(),
            vec![
                Arc::new(StringArray::from_iter_values(labels)),
                Arc::new(Date32Array::from_iter_values(starts)),
                Arc::new(Date32Array::from_iter_values(ends)),
                of(|bucket| bucket.count)?,
                of(|bucket| bucket.total)?,
                Arc::new(shares),
            ],
        )
    }
}

impl SplitTimeline {
    /// The columns of [`record_batch`](Self::record_batch).
    #[must_use]
    pub fn schema() -> SchemaRef {
        Arc::new(Schema::new(vec![
            Field::new("label", DataType::Utf8, false),
            Field::new("start", DataType::Date32, false),
            Field::new("end", DataType::Date32, false),
            Field::new("value", DataType::Utf8, true),
            Field::new("count", DataType::Int64, false),
            Field::new("total", DataType::Int64, false),
            Field::new("share", DataType::Float64, true),
        ]))
    }

    /// The buckets as rows, one for each value: their fields, and [`SplitBucket::share`]. What has none of the
    /// values has null as its value. Of no buckets it has no row and all columns.
    ///
    /// # Errors
    /// As [`Timeline::record_batch`].
    ///
    /// # Examples
    /// ```
    /// use eventstore::{By, Facet};
    /// # let store = eventstore::Store::memory()?;
    /// let batch = store.query("")?.split_timeline(By::Month, Facet::Tag, Some(5))?.record_batch()?;
    /// assert_eq!((batch.num_rows(), batch.num_columns()), (0, 7));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn record_batch(&self) -> Result<RecordBatch> {
        let of = |count: fn(&SplitBucket) -> u64| counts(self.iter().map(count));
        let labels = self.iter().map(|bucket| bucket.label.as_str());
        let starts = self.iter().map(|bucket| bucket.start.unix_days());
        let ends = self.iter().map(|bucket| bucket.end.unix_days());
        let values: StringArray = self.iter().map(|bucket| bucket.value.as_deref()).collect();
        let shares: Float64Array = self.iter().map(SplitBucket::share).collect();
        batch(
            Self::schema(),
            vec![
                Arc::new(StringArray::from_iter_values(labels)),
                Arc::new(Date32Array::from_iter_values(starts)),
                Arc::new(Date32Array::from_iter_values(ends)),
                Arc::new(values),
                of(|bucket| bucket.count)?,
                of(|bucket| bucket.total)?,
                Arc::new(shares),
            ],
        )
    }
}

impl Facets {
    /// The columns of [`record_batch`](Self::record_batch).
    #[must_use]
    pub fn schema() -> SchemaRef {
        Arc::new(Schema::new(vec![
            Field::new("value", DataType::Utf8, false),
            Field::new("count", DataType::Int64, false),
        ]))
    }

    /// The values and their counts as rows. Of no values it has no row and both columns.
    ///
    /// # Errors
    /// As [`Timeline::record_batch`].
    ///
    /// # Examples
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// let facets = store.query("")?.facets(eventstore::Facet::Tag, None)?;
    /// assert_eq!(facets.record_batch()?.schema(), eventstore::Facets::schema());
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn record_batch(&self) -> Result<RecordBatch> {
        let values = self.iter().map(|count| count.value.as_str());
        let of_values = counts(self.iter().map(|count: &Count| count.count))?;
        batch(
            Self::schema(),
            vec![Arc::new(StringArray::from_iter_values(values)), of_values],
        )
    }
}

fn counts(counts: impl Iterator<Item = u64>) -> Result<ArrayRef> {
    let signed: Vec<i64> = counts
        .map(i64::try_from)
        .collect::<Result<_, _>>()
        .map_err(|_| Error::InvalidArgument {
            what: "count",
            message: format!("a count is at most {}", i64::MAX),
        })?;
    Ok(Arc::new(Int64Array::from(signed)))
}

fn batch(schema: SchemaRef, columns: Vec<ArrayRef>) -> Result<RecordBatch> {
    RecordBatch::try_new(schema, columns).map_err(|error| Error::Internal {
        message: format!("these counts cannot be a record batch: {error}"),
    })
}
