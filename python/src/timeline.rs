//! `Timeline` of `Bucket`, `Facets` of `Count`: answers that count, as sequences of values.

use eventstore::{Bucket, By, Count, Facet, Facets, Hits, Table, Timeline};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyCapsule, PyDict, PyList, PySlice, PyTuple};

use crate::arrow::{Answer, no_array};
use crate::convert::Day;
use crate::errors::Result;
use crate::ingest;
use crate::notebook::{self, Shown};
use crate::record::{dataclass_fields, record};
use crate::remark::Remark;
use crate::sequence::sequence;
use crate::terminal;

/// Adds the classes of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PyBucket>()?;
    m.add_class::<PyTimeline>()?;
    m.add_class::<PyCount>()?;
    m.add_class::<PyFacets>()
}

record! {
    PyBucket as "Bucket" {
        label: String,
        start: Day,
        end: Day,
        count: u64,
        total: u64,
        share: Option<f64>,
    }

    #[getter]
    fn __dataclass_fields__(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        static FIELDS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let make = || dataclass_fields(py, "Bucket", &["label", "start", "end", "count", "total", "share"]);
        Ok(FIELDS.get_or_try_init(py, make)?.clone_ref(py))
    }
}

impl From<Bucket> for PyBucket {
    fn from(bucket: Bucket) -> Self {
        Self {
            share: bucket.share(),
            label: bucket.label,
            start: Day(bucket.start),
            end: Day(bucket.end),
            count: bucket.count,
            total: bucket.total,
        }
    }
}

record! {
    PyCount as "Count" {
        value: String,
        count: u64,
    }

    #[getter]
    fn __dataclass_fields__(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        static FIELDS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let make = || dataclass_fields(py, "Count", &["value", "count"]);
        Ok(FIELDS.get_or_try_init(py, make)?.clone_ref(py))
    }
}

impl From<Count> for PyCount {
    fn from(count: Count) -> Self {
        Self {
            value: count.value,
            count: count.count,
        }
    }
}

sequence! {
    PyTimeline as "Timeline" of PyBucket by { by } with {} plot
}

impl PyTimeline {
    fn about(&self) -> String {
        format!("by {}", self.by)
    }

    fn lines(&self, width: usize) -> Vec<String> {
        let counts = self.items.iter();
        terminal::counts(counts.map(|bucket| (&*bucket.label, bucket.count)), width)
    }

    fn html(&self) -> String {
        let counts = self.items.iter();
        let rows = counts.map(|bucket| (&*bucket.label, bucket.count, Some(bucket.total)));
        notebook::counts(&[&self.by, "count", "of all", ""], rows, Shown::BothEnds)
    }

    fn table(&self) -> Result<Answer> {
        let buckets = self.items.iter().map(|bucket| {
            let (Day(start), Day(end)) = (bucket.start, bucket.end);
            Bucket::new(&*bucket.label, start, end, bucket.count, bucket.total)
        });
        let table = Timeline::new(self.by.parse()?, buckets.collect());
        Ok(Answer::Table(table.record_batch()?))
    }
}

impl From<Timeline> for PyTimeline {
    fn from(timeline: Timeline) -> Self {
        Self {
            by: timeline.by.to_string(),
            items: timeline.buckets.into_iter().map(Into::into).collect(),
            remark: Remark::default(),
        }
    }
}

impl PyTimeline {
    pub fn of(hits: &Hits, by: By) -> eventstore::Result<Self> {
        let timeline = hits.timeline(by)?;
        let remark = match timeline.iter().all(|bucket| bucket.count == 0) {
            true => Remark::of_no_counts(hits),
            false => Remark::default(),
        };
        Ok(Self {
            remark,
            ..timeline.into()
        })
    }
}

sequence! {
    PyFacets as "Facets" of PyCount by { by } with { distinct: usize } plot
}

impl PyFacets {
    fn about(&self) -> String {
        match self.items.len() < self.distinct {
            true => format!("by {}, {} values", self.by, self.distinct),
            false => format!("by {}", self.by),
        }
    }

    fn lines(&self, width: usize) -> Vec<String> {
        let counts = self.items.iter();
        terminal::counts(counts.map(|count| (&*count.value, count.count)), width)
    }

    fn html(&self) -> String {
        let counts = self.items.iter();
        let rows = counts.map(|count| (&*count.value, count.count, None));
        notebook::counts(&[&self.by, "count", ""], rows, Shown::First(self.distinct))
    }

    fn table(&self) -> Result<Answer> {
        let counts = self
            .items
            .iter()
            .map(|count| Count::new(&*count.value, count.count));
        let table = Facets::new(self.by.parse()?, counts.collect(), self.distinct);
        Ok(Answer::Table(table.record_batch()?))
    }
}

impl From<Facets> for PyFacets {
    fn from(facets: Facets) -> Self {
        Self {
            by: facets.by.to_string(),
            distinct: facets.distinct,
            items: facets.counts.into_iter().map(Into::into).collect(),
            remark: Remark::default(),
        }
    }
}

impl PyFacets {
    pub fn of(hits: &Hits, by: Facet, top: Option<usize>) -> eventstore::Result<Self> {
        let facets = hits.facets(by, top)?;
        let remark = match facets.is_empty() {
            true => Remark::of_no_facets(hits, &facets.by),
            false => Remark::default(),
        };
        Ok(Self {
            remark,
            ..facets.into()
        })
    }
}
