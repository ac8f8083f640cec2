//! Answers that are one table, as sequences of records: what timelines, facets and similar events have in common.

use pyo3::prelude::*;

use crate::arrow::package;
use crate::convert::Number;
use crate::errors::invalid;

/// A frozen sequence of records with columns, and with a chart where `plot` stands behind it. What it is of is `by`.
///
/// The class says what it is `about`, how it is a `table`, which `lines` a terminal shows, and which `html` a notebook.
macro_rules! sequence {
    (
        $name:ident as $python:tt of $item:ident by { $($by:ident),+ } with { $($extra:ident: $type:ty),* } $($plot:ident)?
    ) => {
        #[doc = docstring!($python)]
        #[pyo3::pyclass(frozen, eq, sequence, name = $python, module = "eventstore")]
        #[derive(PartialEq)]
        pub struct $name {
            $($by: String,)+
            items: Vec<$item>,
            $($extra: $type,)*
            remark: crate::remark::Remark,
        }

        #[pyo3::pymethods]
        impl $name {
            #[new]
            fn new($($by: String,)+ items: Vec<PyRef<'_, $item>>, $($extra: $type),*) -> Self {
                Self { $($by,)+ items: items.iter().map(|item| $item::clone(item)).collect(), $($extra,)* remark: Default::default() }
            }

            $(
                #[doc = docstring!($python.$extra)]
                #[getter]
                fn $extra(&self) -> $type {
                    self.$extra
                }
            )*

            $(
                #[doc = docstring!($python.$by)]
                #[getter]
                fn $by(&self) -> &str {
                    &self.$by
                }
            )+

            #[doc = docstring!($python._remark)]
            #[getter]
            fn _remark(&self) -> Option<&str> {
                self.remark.text()
            }

            fn __getattr__(slf: &Bound<'_, Self>, name: &Bound<'_, pyo3::types::PyString>) -> PyResult<()> {
                Err(crate::other_names::no_attribute(slf, name))
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
                let slice = index.cast::<PySlice>().map_err(|_| {
                    pyo3::exceptions::PyTypeError::new_err(format!(
                        "{} takes a number or a slice in brackets, not {}",
                        $python, crate::convert::type_name(index)
                    ))
                })?;
                // A slice is a plain list: some of the counts are no timeline and no facets.
                self.list(py)?.as_any().get_item(slice)
            }

            fn __contains__(&self, py: Python<'_>, item: &Bound<'_, PyAny>) -> PyResult<bool> {
                // A text is equal to none of them: `in` would say no to a value that is there.
                match item.is_instance_of::<pyo3::types::PyString>() {
                    true => Err(pyo3::exceptions::PyTypeError::new_err(concat!(
                        $python,
                        " holds records, not texts; look at the field of each: any(one.… == text for one in …)"
                    ))),
                    false => self.list(py)?.contains(item),
                }
            }

            fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                Ok(self.list(py)?.try_iter()?.into_any())
            }

            fn __getnewargs__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
                ($(&self.$by,)+ self.list(py)?, $(self.$extra),*).into_pyobject(py)
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

            $(
                #[doc = docstring!($python.$plot)]
                #[pyo3(signature = (backend=None))]
                fn $plot<'py>(slf: &Bound<'py, Self>, backend: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
                    crate::sequence::plot(slf.as_any(), backend)
                }
            )?

            fn __repr__(&self, py: Python<'_>) -> String {
                let about = self.about();
                let about = crate::display::visible(&about);
                let mut lines = vec![format!("<{} {about}, {} items>", $python, self.items.len())];
                lines.extend(self.lines(terminal::width(py)));
                lines.extend(self.remark.text().map(str::to_owned));
                lines.join("\n")
            }

            fn _repr_html_(&self) -> String {
                match self.remark.text() {
                    Some(remark) => format!("<div>{}{}</div>", self.html(), notebook::remark(remark)),
                    None => self.html(),
                }
            }
        }

        impl $name {
            fn list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
                PyList::new(py, self.items.iter().cloned())
            }
        }
    };
}

pub(crate) use sequence;

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

/// The packages that draw, in the order in which they are looked for.
const BACKENDS: [&str; 2] = ["altair", "matplotlib"];

/// A chart by the package that is asked for, else by the first that is there.
pub fn plot<'py>(answer: &Bound<'py, PyAny>, backend: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
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
