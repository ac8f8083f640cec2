//! The command `eventstore` as the wheel's console script: the same code as the binary.

use std::ffi::OsString;

use pyo3::prelude::*;

/// Adds the function of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(main, m)?)
}

/// Runs the command with the arguments of a process, the program's name first, and returns its exit code.
///
/// Takes over Ctrl-C of the process.
#[pyfunction]
#[pyo3(signature = (argv, /))]
fn main(py: Python<'_>, argv: Vec<OsString>) -> i32 {
    py.detach(|| eventstore_cli::main(argv))
}
