//! Answers as columns: the two capsules of the PyCapsule interface, tables and frames, files.

use std::ffi::CStr;
use std::sync::{Arc, Mutex, PoisonError};

use eventstore::arrow_array::ffi::FFI_ArrowSchema;
use eventstore::arrow_array::ffi_stream::FFI_ArrowArrayStream;
use eventstore::arrow_array::{RecordBatch, RecordBatchReader};
use eventstore::arrow_ipc::reader::StreamReader;
use eventstore::arrow_schema::{ArrowError, SchemaRef};
use eventstore::{
    Archive, Column, Error, ReadOptions, Report, Selection, Store, Table, WriteOptions,
};
use pyo3::exceptions::{PyModuleNotFoundError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList, PyString};

use crate::convert::type_name;
use crate::errors::{Fault, Result, missing};
use crate::ingest::Watch;
use crate::path::expanded;
use crate::selection::PySelection;

/// The names of the capsules, as the interface prescribes them.
const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";

/// An answer that has columns, read anew for each stream.
pub enum Answer {
    /// With the store that must not be closed under it.
    Selection(Selection, Arc<Store>),
    /// A timeline, facets, similar events.
    Table(RecordBatch),
    /// The pages of an archive.
    Pages(Archive, Box<ReadOptions>),
}

/// The names of columns: one `str`, several, or the usual ones for `None`.
pub fn names(given: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<String>> {
    let Some(given) = given else {
        return Ok(Column::DEFAULT.map(|column| column.to_string()).into());
    };
    let name = |name: &Bound<'_, PyAny>| {
        name.extract::<String>().map_err(|_| {
            PyTypeError::new_err(format!(
                "a column is named by a str, not {}",
                type_name(name)
            ))
        })
    };
    if given.is_instance_of::<PyString>() {
        return Ok(vec![name(given)?]);
    }
    let several = given.try_iter().map_err(|_| {
        PyTypeError::new_err(format!(
            "columns are named by a str or several, not {}",
            type_name(given)
        ))
    })?;
    several.map(|given| name(&given?)).collect()
}

impl Answer {
    /// The capsule of a stream of record batches.
    pub fn stream<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        capsule(py, self.batches(py, Failure::default())?)
    }

    /// The capsule of the schema.
    pub fn schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = match self {
            Self::Selection(selection, _) => selection.schema(),
            Self::Table(batch) => batch.schema(),
            Self::Pages(_, options) => options.schema().map_err(Fault::from)?,
        };
        let schema = FFI_ArrowSchema::try_from(&*schema);
        let schema = schema.map_err(|error| PyTypeError::new_err(error.to_string()))?;
        PyCapsule::new_with_value(py, schema, SCHEMA)
    }

    fn batches(&self, py: Python<'_>, failure: Failure) -> Result<Batches> {
        py.detach(|| {
            let mut kept_open = None;
            let (schema, batches): (_, Box<dyn Iterator<Item = _> + Send>) = match self {
                Self::Selection(selection, store) => {
                    kept_open = Some(store.clone());
                    (selection.schema(), Box::new(selection.record_batches()?))
                }
                Self::Table(batch) => (batch.schema(), Box::new([Ok(batch.clone())].into_iter())),
                Self::Pages(archive, options) => {
                    let batches = eventstore::read_pages(archive.clone(), (**options).clone())?;
                    (batches.schema(), Box::new(batches))
                }
            };
            Ok(Batches {
                schema,
                batches,
                _store: kept_open,
                failure,
            })
        })
    }

    /// What `read` makes of a stream. An error of the store is raised as itself: packages that read a stream have
    /// errors of their own with its text.
    fn read<'py>(
        &self,
        py: Python<'py>,
        read: impl FnOnce(Bound<'py, Stream>) -> PyResult<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let failure = Failure::default();
        let batches = self.batches(py, failure.clone())?;
        let made = read(Bound::new(py, Stream(Mutex::new(Some(batches))))?);
        let failed = failure.lock().unwrap_or_else(PoisonError::into_inner);
        match { failed }.take() {
            Some(error) => Err(Fault::from(*error).into()),
            None => made,
        }
    }

    /// A `pyarrow.Table`.
    pub fn to_arrow<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.pyarrow_table(py, "to_arrow makes a pyarrow.Table")
    }

    fn pyarrow_table<'py>(&self, py: Python<'py>, what: &str) -> PyResult<Bound<'py, PyAny>> {
        let pyarrow = package(py, "pyarrow", what)?;
        // `pyarrow.table` imports pandas first where it is installed, which takes a quarter of a second.
        let readers = pyarrow.getattr("RecordBatchReader")?;
        self.read(py, |stream| {
            let reader = readers.call_method1("from_stream", (stream,))?;
            // Not `read_all`: between two batches a Ctrl-C counts.
            let batches = PyList::empty(py);
            for batch in reader.try_iter()? {
                batches.append(batch?)?;
                py.check_signals()?;
            }
            let table = pyarrow.getattr("Table")?;
            table.call_method1("from_batches", (batches, reader.getattr("schema")?))
        })
    }

    /// A `polars.DataFrame`.
    pub fn to_polars<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let polars = package(py, "polars", "to_polars makes a polars.DataFrame")?;
        // Batch by batch: between two of them a Ctrl-C counts.
        let batches = Bound::new(py, self.iterator(py)?)?;
        let frames = PyList::empty(py);
        for batch in batches.try_iter()? {
            frames.append(polars.call_method1("DataFrame", (batch?,))?)?;
        }
        match frames.len() {
            0 => self.read(py, |stream| polars.call_method1("DataFrame", (stream,))),
            1 => frames.get_item(0),
            _ => {
                let keywords = PyDict::new(py);
                keywords.set_item("rechunk", false)?;
                polars.call_method("concat", (frames,), Some(&keywords))
            }
        }
    }

    /// A `polars.LazyFrame` of a selection, which is `selection` in Python.
    pub fn scan_polars<'py>(selection: &Bound<'py, PySelection>) -> PyResult<Bound<'py, PyAny>> {
        let py = selection.py();
        package(py, "polars", "scan_polars makes a polars.LazyFrame")?;
        let scan = py.import("eventstore._polars")?.getattr("scan")?;
        scan.call1((selection,))
    }

    /// The batches, one by one.
    pub fn iterator(&self, py: Python<'_>) -> PyResult<BatchIterator> {
        let batches = self.batches(py, Failure::default())?;
        Ok(BatchIterator(Mutex::new(batches)))
    }

    /// A `pandas.DataFrame` whose days are `datetime64`.
    pub fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        package(py, "pandas", "to_pandas makes a pandas.DataFrame")?;
        let table = self.pyarrow_table(py, "to_pandas reads columns with pyarrow")?;
        let keywords = PyDict::new(py);
        keywords.set_item("date_as_object", false)?;
        table.call_method("to_pandas", (), Some(&keywords))
    }

    /// Writes a file. Gives the number of rows.
    pub fn write(
        &self,
        py: Python<'_>,
        path: &Bound<'_, PyAny>,
        raw_cells: bool,
        watch: Watch,
    ) -> PyResult<u64> {
        let path = expanded(path)?;
        watch.watched(py, |report| {
            let options = WriteOptions::new().raw_cells(raw_cells).progress(report);
            match self {
                Self::Selection(selection, _) => selection.write(path, options),
                Self::Table(batch) => batch.write(path, options),
                Self::Pages(..) => Err(Error::Internal {
                    message: "pages are not written into files".to_owned(),
                }),
            }
        })
    }
}

/// Puts the events of a stream.
///
/// A stream of our own is read as it is. One of another package comes through pyarrow, which casts its types
/// and gives bytes: taking its pointers would need `unsafe`.
pub fn add(py: Python<'_>, store: &Store, stream: &Bound<'_, PyAny>) -> PyResult<Report> {
    if let Ok(selection) = stream.cast::<PySelection>() {
        let Answer::Selection(selection, _) = selection.get().table() else {
            return Err(PyTypeError::new_err("a selection is one of columns"));
        };
        let added = py.detach(|| -> Result<_> {
            let batches = selection.record_batches()?;
            Ok(store.add_record_batches(&selection.schema(), batches)?)
        });
        return Ok(added?);
    }
    package(
        py,
        "pyarrow",
        "add reads the streams of other packages with pyarrow",
    )?;
    let read = py.import("eventstore._streams")?.getattr("batches")?;
    let mut schema = None;
    let mut batches = Vec::new();
    for bytes in read.call1((stream,))?.try_iter()? {
        py.check_signals()?;
        let bytes: Vec<u8> = bytes?.extract()?;
        let reader = StreamReader::try_new(bytes.as_slice(), None).map_err(unreadable)?;
        schema = schema.or(Some(reader.schema()));
        batches.extend(reader);
    }
    let schema = schema.ok_or_else(|| PyTypeError::new_err("the stream has no schema"))?;
    let added = py.detach(|| -> Result<_> { Ok(store.add_record_batches(&schema, batches)?) });
    Ok(added?)
}

/// A package that is imported only where it is used.
pub fn package<'py>(py: Python<'py>, name: &str, what: &str) -> PyResult<Bound<'py, PyModule>> {
    py.import(name).map_err(
        |error| match error.is_instance_of::<PyModuleNotFoundError>(py) {
            true => missing(py, name, what),
            false => error,
        },
    )
}

pub fn unreadable(error: ArrowError) -> PyErr {
    PyTypeError::new_err(format!("the stream cannot be read: {error}"))
}

/// An error of the store that ended a stream.
type Failure = Arc<Mutex<Option<Box<Error>>>>;

fn capsule(py: Python<'_>, batches: Batches) -> PyResult<Bound<'_, PyCapsule>> {
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(batches)), STREAM)
}

/// A stream that can be read once.
#[pyclass(frozen, name = "ArrowStream", module = "eventstore._eventstore")]
pub struct Stream(Mutex<Option<Batches>>);

#[pymethods]
impl Stream {
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let batches = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        match batches {
            Some(batches) => capsule(py, batches),
            None => Err(PyTypeError::new_err("this stream was read already")),
        }
    }
}

/// Record batches one by one, each as a stream of its own.
#[pyclass(frozen, name = "BatchIterator", module = "eventstore._eventstore")]
pub struct BatchIterator(Mutex<Batches>);

#[pymethods]
impl BatchIterator {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Stream>> {
        let stream = py.detach(|| -> Result<_> {
            let mut batches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let next = batches.next();
            let failed = batches
                .failure
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            match (next, { failed }.take()) {
                (_, Some(error)) => Err((*error).into()),
                (None, None) => Ok(None),
                (Some(batch), None) => Ok(Some(Stream(Mutex::new(Some(Batches {
                    schema: batches.schema.clone(),
                    batches: Box::new(std::iter::once(batch)),
                    _store: batches._store.clone(),
                    failure: Failure::default(),
                }))))),
            }
        });
        py.check_signals()?;
        Ok(stream?)
    }
}

/// Record batches that keep the store from being closed under them.
pub struct Batches {
    schema: SchemaRef,
    batches: Box<dyn Iterator<Item = std::result::Result<RecordBatch, ArrowError>> + Send>,
    _store: Option<Arc<Store>>,
    failure: Failure,
}

impl Iterator for Batches {
    type Item = std::result::Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.batches.next()? {
            Err(ArrowError::ExternalError(error)) => {
                let passed_on = ArrowError::ExternalError(error.to_string().into());
                if let Ok(error) = error.downcast::<Error>() {
                    *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                }
                Some(Err(passed_on))
            }
            other => Some(other),
        }
    }
}

impl RecordBatchReader for Batches {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}

/// Refuses to be an array: numpy calls this, and pandas through numpy, and would make one column of objects.
pub fn no_array(what: &str, name: &str) -> PyErr {
    PyTypeError::new_err(format!(
        "{what}; for a frame with columns write {name}.to_pandas() or pd.DataFrame.from_arrow({name}) \
         (before pandas 3: {name}.to_arrow().to_pandas())"
    ))
}
