//! Answers that are one table: timelines, facets, similar events.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use super::answer::{into_file, into_stream};
use super::format::TableFormat;
use super::options::WriteOptions;
use super::text_rows::texts;
use crate::error::{Error, Result};
use crate::event::Date;
use crate::query::{Bucket, Facets, SimilarEvents, SplitTimeline, Timeline};

/// An answer that is one table: a row for each of its values, and columns of one schema.
///
/// | answer | a row is | columns |
/// | --- | --- | --- |
/// | [`Timeline`] | a bucket | `label`, `start`, `end`, `count`, `total`, `share` |
/// | [`SplitTimeline`] | a bucket of a value | `label`, `start`, `end`, `value`, `count`, `total`, `share` |
/// | [`Facets`] | a value | `value`, `count` |
/// | [`SimilarEvents`] | an event | `id`, `date`, `title`, `shared` |
/// | [`RecordBatch`] | a row | its own |
///
/// `start`, `end` and `date` are date32, `share` is a float or null, `value` of what has none of the values of a split
/// timeline is null, `date` of an undated event, too. `shared` is a list of utf8, all else text. Counts are signed, since a
/// difference of unsigned ones is a trap. An answer without rows has all columns.
///
/// A text of a [`RecordBatch`] is text in JSON, too, unless the metadata of its field says that it is JSON itself, as
/// [`Column::Meta`](crate::Column::Meta) does.
///
/// Hits and their selections are larger than one table and have these methods themselves.
///
/// # Examples
/// ```
/// use eventstore::{By, Store, Table};
/// let store = Store::memory()?;
/// let timeline = store.query("")?.timeline(By::Month)?;
/// let batch = timeline.record_batch()?;
/// assert_eq!((batch.num_rows(), batch.num_columns()), (0, 6));
/// assert_eq!(batch.schema(), timeline.schema());
/// # Ok::<(), eventstore::Error>(())
/// ```
pub trait Table {
    /// The columns.
    fn schema(&self) -> SchemaRef;

    /// The rows.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a count that no column of 64 bits holds, which no store gives.
    fn record_batch(&self) -> Result<RecordBatch>;

    /// Writes the rows into a file, as [`Selection::write`](crate::Selection::write) does.
    ///
    /// # Errors
    /// As [`Selection::write`](crate::Selection::write).
    fn write(&self, path: impl AsRef<Path>, options: WriteOptions<'_>) -> Result<u64> {
        let batch = self.record_batch()?;
        let rows = batch.num_rows() as u64;
        into_file(path.as_ref(), options, &self.schema(), rows, [Ok(batch)])
    }

    /// Writes the rows into a stream, such as standard output, as
    /// [`Selection::write_into`](crate::Selection::write_into) does.
    ///
    /// # Errors
    /// As [`Selection::write_into`](crate::Selection::write_into).
    fn write_into(
        &self,
        output: impl Write + Send,
        format: TableFormat,
        options: WriteOptions<'_>,
    ) -> Result<u64> {
        let batch = self.record_batch()?;
        let rows = batch.num_rows() as u64;
        into_stream(output, format, options, &self.schema(), rows, [Ok(batch)])
    }

    /// The rows as texts for people, as [`Selection::text_rows`](crate::Selection::text_rows) has them.
    ///
    /// # Errors
    /// As [`record_batch`](Self::record_batch).
    fn text_rows(&self) -> Result<Vec<Vec<String>>> {
        texts(&self.record_batch()?)
    }
}

impl Table for Timeline {
    fn schema(&self) -> SchemaRef {
        schema(of_bucket())
    }

    fn record_batch(&self) -> Result<RecordBatch> {
        batch(self.schema(), bucket_columns(self.iter())?)
    }
}

impl Table for SplitTimeline {
    fn schema(&self) -> SchemaRef {
        let mut fields = of_bucket();
        fields.insert(VALUE, Field::new("value", DataType::Utf8, true));
        schema(fields)
    }

    fn record_batch(&self) -> Result<RecordBatch> {
        let mut columns = bucket_columns(self.iter().map(|one| &one.bucket))?;
        let values: StringArray = self.iter().map(|one| one.value.as_deref()).collect();
        columns.insert(VALUE, Arc::new(values));
        batch(self.schema(), columns)
    }
}

/// Where the value of a split timeline stands among the columns of a bucket.
const VALUE: usize = 3;

impl Table for Facets {
    fn schema(&self) -> SchemaRef {
        schema(vec![
            Field::new("value", DataType::Utf8, false),
            Field::new("count", DataType::Int64, false),
        ])
    }

    fn record_batch(&self) -> Result<RecordBatch> {
        let values = self.iter().map(|count| count.value.as_str());
        let counts = counts(self.iter().map(|count| count.count))?;
        batch(self.schema(), vec![texts_of(values), counts])
    }
}

impl Table for SimilarEvents {
    fn schema(&self) -> SchemaRef {
        let tag = Field::new_list_field(DataType::Utf8, true);
        schema(vec![
            Field::new("id", DataType::Utf8, false),
            Field::new("date", DataType::Date32, true),
            Field::new("title", DataType::Utf8, false),
            Field::new("shared", DataType::List(Arc::new(tag)), false),
        ])
    }

    fn record_batch(&self) -> Result<RecordBatch> {
        let headings = || self.iter().map(|one| &one.heading);
        let days: Date32Array = headings()
            .map(|one| one.date.map(Date::unix_days))
            .collect();
        let mut shared = ListBuilder::new(StringBuilder::new());
        for one in self.iter() {
            shared.append_value(one.shared.iter().map(Some));
        }
        let columns = vec![
            texts_of(headings().map(|one| one.id.as_str())),
            Arc::new(days) as ArrayRef,
            texts_of(headings().map(|one| one.title.as_str())),
            Arc::new(shared.finish()),
        ];
        batch(self.schema(), columns)
    }
}

impl Table for RecordBatch {
    fn schema(&self) -> SchemaRef {
        Self::schema(self)
    }

    fn record_batch(&self) -> Result<RecordBatch> {
        Ok(self.clone())
    }
}

fn schema(fields: Vec<Field>) -> SchemaRef {
    Arc::new(Schema::new(fields))
}

/// The columns of a bucket.
fn of_bucket() -> Vec<Field> {
    vec![
        Field::new("label", DataType::Utf8, false),
        Field::new("start", DataType::Date32, false),
        Field::new("end", DataType::Date32, false),
        Field::new("count", DataType::Int64, false),
        Field::new("total", DataType::Int64, false),
        Field::new("share", DataType::Float64, true),
    ]
}

fn bucket_columns<'a>(buckets: impl Iterator<Item = &'a Bucket> + Clone) -> Result<Vec<ArrayRef>> {
    let buckets = || buckets.clone();
    let days = |day: fn(&Bucket) -> Date| -> ArrayRef {
        let days = buckets().map(|bucket| day(bucket).unix_days());
        Arc::new(Date32Array::from_iter_values(days))
    };
    let shares: Float64Array = buckets().map(Bucket::share).collect();
    Ok(vec![
        texts_of(buckets().map(|bucket| bucket.label.as_str())),
        days(|bucket| bucket.start),
        days(|bucket| bucket.end),
        counts(buckets().map(|bucket| bucket.count))?,
        counts(buckets().map(|bucket| bucket.total))?,
        Arc::new(shares),
    ])
}

fn texts_of<'a>(texts: impl Iterator<Item = &'a str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(texts))
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
        message: format!("these rows cannot be a record batch: {error}"),
    })
}
