//! `SplitTimeline` of `SplitBucket`: the timeline of each of some values.

use eventstore::{Bucket, By, Facet, Hits, SplitBucket, SplitTimeline, Table};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyCapsule, PyDict, PyList, PySlice, PyTuple};

use crate::arrow::{Answer, no_array};
use crate::convert::{Day, Number};
use crate::errors::{Fault, Result};
use crate::ingest;
use crate::notebook;
use crate::record::{dataclass_fields, record};
use crate::remark::Remark;
use crate::sequence::{sequence, top};
use crate::terminal;
use crate::timeline::PyTimeline;

/// Adds the classes of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PySplitBucket>()?;
    m.add_class::<PySplitTimeline>()
}

/// The timeline of some hits: one of each value, if they are to be `split`.
pub fn timeline<'py>(
    py: Python<'py>,
    hits: impl FnOnce() -> Result<Hits> + Send,
    by: &str,
    split: Option<&str>,
    count: Option<Number>,
) -> PyResult<Bound<'py, PyAny>> {
    let by = by.parse().map_err(Fault::from)?;
    let count = top(count)?;
    let Some(split) = split else {
        let timeline = py.detach(|| -> Result<_> { Ok(PyTimeline::of(&hits()?, by)?) })?;
        return Ok(Bound::new(py, timeline)?.into_any());
    };
    let split: Facet = split.parse().map_err(Fault::from)?;
    let timeline =
        py.detach(|| -> Result<_> { Ok(PySplitTimeline::of(&hits()?, by, split, count)?) })?;
    Ok(Bound::new(py, timeline)?.into_any())
}

record! {
    PySplitBucket as "SplitBucket" {
        label: String,
        start: Day,
        end: Day,
        value: Option<String>,
        count: u64,
        total: u64,
        share: Option<f64>,
    }

    #[getter]
    fn __dataclass_fields__(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        static FIELDS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let make = || dataclass_fields(py, "SplitBucket", Self::FIELDS);
        Ok(FIELDS.get_or_try_init(py, make)?.clone_ref(py))
    }
}

impl From<SplitBucket> for PySplitBucket {
    fn from(bucket: SplitBucket) -> Self {
        Self {
            share: bucket.share(),
            start: Day(bucket.start),
            end: Day(bucket.end),
            count: bucket.count,
            total: bucket.total,
            label: bucket.bucket.label,
            value: bucket.value,
        }
    }
}

sequence! {
    PySplitTimeline as "SplitTimeline" of PySplitBucket by { by, split } with {} plot
}

impl PySplitTimeline {
    fn of(hits: &Hits, by: By, split: Facet, top: Option<usize>) -> eventstore::Result<Self> {
        let timeline = hits.split_timeline(by, split, top)?;
        let remark = Remark::of_split(hits, &timeline);
        Ok(Self {
            remark,
            ..timeline.into()
        })
    }

    fn about(&self) -> String {
        format!("by {} of {}", self.by, self.split)
    }

    /// The buckets of each unit of time.
    fn times(&self) -> impl Iterator<Item = &[PySplitBucket]> {
        self.items.chunk_by(|a, b| a.start == b.start)
    }

    /// The values in their order; `None` for what has none of them.
    fn values(&self) -> Vec<Option<&str>> {
        let first = self.times().next().unwrap_or_default();
        first.iter().map(|bucket| bucket.value.as_deref()).collect()
    }

    /// The name of each unit of time and the counts of the values.
    fn rows(&self) -> Vec<(&str, Vec<u64>)> {
        let times = self.times().filter_map(|buckets| {
            let counts = buckets.iter().map(|bucket| bucket.count).collect();
            Some((&*buckets.first()?.label, counts))
        });
        times.collect()
    }

    fn lines(&self, width: usize) -> Vec<String> {
        match self.items.is_empty() {
            true => Vec::new(),
            false => terminal::split_counts(&self.by, &self.values(), &self.rows(), width),
        }
    }

    fn html(&self) -> String {
        notebook::split_counts(&self.by, &self.values(), &self.rows())
    }

    fn table(&self) -> Result<Answer> {
        let buckets = self.items.iter().map(|bucket| {
            let (Day(start), Day(end)) = (bucket.start, bucket.end);
            let of_time = Bucket::new(&*bucket.label, start, end, bucket.count, bucket.total);
            SplitBucket::new(of_time, bucket.value.clone())
        });
        let table = SplitTimeline::new(self.by.parse()?, self.split.parse()?, buckets.collect());
        Ok(Answer::Table(table.record_batch()?))
    }
}

impl From<SplitTimeline> for PySplitTimeline {
    fn from(timeline: SplitTimeline) -> Self {
        Self {
            by: timeline.by.to_string(),
            split: timeline.split.to_string(),
            items: timeline.buckets.into_iter().map(Into::into).collect(),
            remark: Remark::default(),
        }
    }
}
