//! `Timeline` of `Bucket`, `Facets` of `Count`: answers that count, as sequences of values.

use eventstore::{Bucket, Count, Facets, Timeline};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyCapsule, PyDict, PyList, PySlice, PyTuple};

use crate::arrow::{Table, no_array, package};
use crate::convert::{Day, Number};
use crate::errors::{Result, invalid};
use crate::ingest;
use crate::notebook;
use crate::record::{dataclass_fields, record};
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

/// How many values to count, from an argument `top=`: `None` for all.
///
/// # Errors
/// `InvalidError` for less than 1.
pub fn top(top: Option<Number>) -> PyResult<Option<usize>> {
    match top {
        Some(Number(top)) if top < 1 => Err(invalid(
            "top",
            format!("top must be 1 or more, or None for all, not {top}"),
        )),
        top => top.map(|top| top.size("top")).transpose(),
    }
}

/// A frozen sequence of records that shows itself as a table.
macro_rules! sequence {
    (
        $name:ident as $python:tt of $item:ident
        with { $($extra:ident: $type:ty,)* } row $row:ident below $headers:expr
    ) => {
        #[doc = docstring!($python)]
        #[pyclass(frozen, eq, sequence, name = $python, module = "eventstore")]
        #[derive(PartialEq)]
        pub struct $name {
            by: String,
            items: Vec<$item>,
            $($extra: $type,)*
        }

        #[pymethods]
        impl $name {
            #[new]
            fn new(by: String, items: Vec<PyRef<'_, $item>>, $($extra: $type),*) -> Self {
                Self { by, items: items.iter().map(|item| $item::clone(item)).collect(), $($extra),* }
            }

            $(
                #[doc = docstring!($python.$extra)]
                #[getter]
                fn $extra(&self) -> $type {
                    self.$extra
                }
            )*

            #[doc = docstring!($python.by)]
            #[getter]
            fn by(&self) -> &str {
                &self.by
            }

            fn __len__(&self) -> usize {
                self.items.len()
            }

            fn __getitem__<'py>(&self, py: Python<'py>, index: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                if let Ok(index) = index.extract::<isize>() {
                    let at = if index < 0 { index + self.items.len() as isize } else { index };
                    let item = usize::try_from(at).ok().and_then(|at| self.items.get(at));
                    let item = item.ok_or_else(|| {
                        pyo3::exceptions::PyIndexError::new_err(format!(
                            "index {index} of a {} of {}", $python, self.items.len()
                        ))
                    })?;
                    return Ok(Bound::new(py, item.clone())?.into_any());
                }
                let slice = index.cast::<PySlice>()?;
                // A slice is a plain list: some of the counts are no timeline and no facets.
                self.list(py)?.as_any().get_item(slice)
            }

            fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                Ok(self.list(py)?.try_iter()?.into_any())
            }

            fn __getnewargs__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
                (&self.by, self.list(py)?, $(self.$extra),*).into_pyobject(py)
            }

            #[doc = docstring!($python.to_arrow)]
            fn to_arrow<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                self.table()?.to_arrow(py)
            }

            #[doc = docstring!($python.to_polars)]
            fn to_polars<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                self.table()?.to_polars(py)
            }

            #[doc = docstring!($python.to_pandas)]
            fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                self.table()?.to_pandas(py)
            }

            #[doc = docstring!($python.write)]
            #[pyo3(signature = (path, *, raw_cells=false))]
            fn write<'py>(&self, py: Python<'py>, path: &Bound<'py, PyAny>, raw_cells: bool) -> PyResult<u64> {
                self.table()?.write(py, path, raw_cells, ingest::watch(py, None)?)
            }

            #[doc = docstring!($python.__arrow_c_stream__)]
            #[pyo3(signature = (requested_schema=None))]
            fn __arrow_c_stream__<'py>(
                &self,
                py: Python<'py>,
                requested_schema: Option<&Bound<'py, PyAny>>,
            ) -> PyResult<Bound<'py, PyCapsule>> {
                let _ = requested_schema;
                self.table()?.stream(py)
            }

            #[doc = docstring!($python.__arrow_c_schema__)]
            fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
                self.table()?.schema(py)
            }

            #[doc = docstring!($python.__array__)]
            #[pyo3(signature = (*arguments, **keywords))]
            fn __array__(
                &self,
                arguments: &Bound<'_, PyTuple>,
                keywords: Option<&Bound<'_, PyDict>>,
            ) -> PyResult<()> {
                let _ = (arguments, keywords);
                Err(no_array(concat!("a ", $python, " is no array"), &$python.to_lowercase()))
            }

            #[doc = docstring!($python.plot)]
            #[pyo3(signature = (backend=None))]
            fn plot<'py>(slf: &Bound<'py, Self>, backend: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
                plot(slf.as_any(), backend)
            }

            fn __repr__(&self, py: Python<'_>) -> String {
                let head = format!("<{} by {}, {} items>", $python, self.by, self.items.len());
                let counts = self.items.iter().map($row).map(|(name, count, _)| (name, count));
                let mut lines = vec![head];
                lines.extend(terminal::counts(counts, terminal::width(py)));
                lines.join("\n")
            }

            fn _repr_html_(&self) -> String {
                let headers: &[&str] = &$headers;
                let mut headers = headers.to_vec();
                headers.insert(0, &self.by);
                notebook::counts(&headers, self.items.iter().map($row))
            }
        }

        impl $name {
            fn list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
                PyList::new(py, self.items.iter().cloned())
            }
        }
    };
}

/// The packages that draw, in the order in which they are looked for.
const BACKENDS: [&str; 2] = ["altair", "matplotlib"];

/// A chart by the package that is asked for, else by the first that is there.
fn plot<'py>(answer: &Bound<'py, PyAny>, backend: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
    const WHAT: &str = "plot draws with altair or matplotlib";
    let py = answer.py();
    let chosen = match backend {
        Some(name) if BACKENDS.contains(&name) => name,
        Some(name) => {
            let message = format!("backend is 'altair', 'matplotlib' or None, not {name:?}");
            return Err(invalid("backend", message));
        }
        None => {
            let there = BACKENDS.iter().find(|name| package(py, name, WHAT).is_ok());
            // Where neither is, the error names the first.
            there.map_or(BACKENDS[0], |name| *name)
        }
    };
    package(py, chosen, WHAT)?;
    let plots = py.import("eventstore._plots")?;
    plots.getattr(chosen)?.call1((answer,))
}

sequence! {
    PyTimeline as "Timeline" of PyBucket with {} row bucket_row below ["count", "of all", ""]
}

impl PyTimeline {
    fn table(&self) -> Result<Table> {
        let buckets = self.items.iter().map(|bucket| {
            let (Day(start), Day(end)) = (bucket.start, bucket.end);
            Bucket::new(&*bucket.label, start, end, bucket.count, bucket.total)
        });
        Ok(Table::Timeline(Timeline::new(
            self.by.parse()?,
            buckets.collect(),
        )))
    }
}

impl From<Timeline> for PyTimeline {
    fn from(timeline: Timeline) -> Self {
        Self {
            by: timeline.by.to_string(),
            items: timeline.buckets.into_iter().map(Into::into).collect(),
        }
    }
}

sequence! {
    PyFacets as "Facets" of PyCount with {
        distinct: usize,
    } row count_row below ["count", ""]
}

impl PyFacets {
    fn table(&self) -> Result<Table> {
        let counts = self
            .items
            .iter()
            .map(|count| Count::new(&*count.value, count.count));
        Ok(Table::Facets(Facets::new(
            self.by.parse()?,
            counts.collect(),
            self.distinct,
        )))
    }
}

impl From<Facets> for PyFacets {
    fn from(facets: Facets) -> Self {
        Self {
            by: facets.by.to_string(),
            distinct: facets.distinct,
            items: facets.counts.into_iter().map(Into::into).collect(),
        }
    }
}

/// The name of a bucket, its count, and that of all events.
fn bucket_row(bucket: &PyBucket) -> (&str, u64, Option<u64>) {
    (&bucket.label, bucket.count, Some(bucket.total))
}

fn count_row(count: &PyCount) -> (&str, u64, Option<u64>) {
    (&count.value, count.count, None)
}
