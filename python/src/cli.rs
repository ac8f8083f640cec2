//! The command `eventstore` as the wheel's console script: the same code as the binary.

use std::ffi::OsString;

use pyo3::prelude::*;

/// Adds the function of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(main, m)?)
}

#[doc = docstring!(main)]
#[pyfunction]
#[pyo3(signature = (argv, /))]
fn main(py: Python<'_>, argv: Vec<OsString>) -> i32 {
    py.detach(|| eventstore_cli::main(argv))
}
