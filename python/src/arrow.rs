//! Hits as Arrow: the two capsules of the PyCapsule interface, and `to_arrow`.

use std::ffi::CStr;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use eventstore::arrow_array::ffi::FFI_ArrowSchema;
use eventstore::arrow_array::ffi_stream::FFI_ArrowArrayStream;
use eventstore::arrow_array::{RecordBatch, RecordBatchReader};
use eventstore::arrow_schema::{ArrowError, SchemaRef};
use eventstore::{Column, Error, Hits, RecordBatches, Store};
use pyo3::exceptions::{PyModuleNotFoundError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyString};

use crate::convert::type_name;
use crate::errors::{Fault, Result, missing};

/// The names of the capsules, as the interface prescribes them.
const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";

/// Columns by their names: one `str`, several, or the usual ones for `None`.
pub fn columns(names: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<Column>> {
    let Some(names) = names else {
        return Ok(Column::DEFAULT.into());
    };
    let column = |name: &Bound<'_, PyAny>| {
        let text = name.extract::<&str>().map_err(|_| {
            PyTypeError::new_err(format!(
                "a column is named by a str, not {}",
                type_name(name)
            ))
        })?;
        Ok(Column::from_str(text).map_err(Fault::from)?)
    };
    if names.is_instance_of::<PyString>() {
        return Ok(vec![column(names)?]);
    }
    names.try_iter()?.map(|name| column(&name?)).collect()
}

/// The capsule of a stream of record batches.
pub fn stream<'py>(
    py: Python<'py>,
    hits: &Hits,
    store: &Arc<Store>,
    columns: &[Column],
) -> PyResult<Bound<'py, PyCapsule>> {
    capsule(py, batches(py, hits, store, columns, Failure::default())?)
}

/// The capsule of a schema.
pub fn schema(py: Python<'_>) -> PyResult<Bound<'_, PyCapsule>> {
    let schema = Column::schema(&Column::DEFAULT).map_err(Fault::from)?;
    let schema = FFI_ArrowSchema::try_from(&*schema);
    let schema = schema.map_err(|error| PyTypeError::new_err(error.to_string()))?;
    PyCapsule::new_with_value(py, schema, SCHEMA)
}

/// A `pyarrow.Table`.
pub fn table<'py>(
    py: Python<'py>,
    hits: &Hits,
    store: &Arc<Store>,
    columns: &[Column],
) -> PyResult<Bound<'py, PyAny>> {
    let pyarrow = py.import("pyarrow").map_err(|error| {
        match error.is_instance_of::<PyModuleNotFoundError>(py) {
            true => missing(py, "pyarrow", "to_arrow makes a pyarrow.Table"),
            false => error,
        }
    })?;
    let failure = Failure::default();
    let batches = batches(py, hits, store, columns, failure.clone())?;
    let made = pyarrow.call_method1(
        "table",
        (Bound::new(py, Stream(Mutex::new(Some(batches))))?,),
    );
    // pyarrow raises an error of its own with our text; ours says more.
    match failure
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take()
    {
        Some(error) => Err(Fault::from(*error).into()),
        None => made,
    }
}

/// An error of the store that ended a stream.
type Failure = Arc<Mutex<Option<Box<Error>>>>;

fn batches(
    py: Python<'_>,
    hits: &Hits,
    store: &Arc<Store>,
    columns: &[Column],
    failure: Failure,
) -> Result<Batches> {
    py.detach(|| {
        Ok(Batches {
            batches: hits.record_batches(columns)?,
            _store: store.clone(),
            failure,
        })
    })
}

fn capsule(py: Python<'_>, batches: Batches) -> PyResult<Bound<'_, PyCapsule>> {
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(batches)), STREAM)
}

/// A stream that can be read once.
#[pyclass(frozen, name = "ArrowStream", module = "eventstore._eventstore")]
struct Stream(Mutex<Option<Batches>>);

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

/// Record batches that keep the store from being closed under them.
struct Batches {
    batches: RecordBatches,
    _store: Arc<Store>,
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
        self.batches.schema()
    }
}
