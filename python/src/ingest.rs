//! `Store.ingest` and `Store.add`: what they take, and how a run is watched and stopped.

use std::ops::ControlFlow;
use std::str::FromStr;

use eventstore::{
    Archive, Event, IngestOptions, KeyMap, Limits, OnError, OnProgress, PageFormat, Profile,
    Progress, ReadOptions, Report, Store,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyByteArray, PyBytes, PyMapping, PyString};

use crate::arrow;
use crate::convert::type_name;
use crate::errors::Fault;
use crate::event::PyEvent;
use crate::hits::PyHits;
use crate::limits::PyProgress;
use crate::path::expanded;

/// The keywords of `Store.ingest`.
pub struct Options {
    prune: bool,
    on_error: OnError,
    pub format: PageFormat,
    pub prefix: String,
    pub profile: Profile,
    pub map: KeyMap,
    pub limits: Limits,
}

impl Options {
    pub fn new(prune: bool, on_error: &str, format: &str, limits: Limits) -> PyResult<Self> {
        let on_error = OnError::from_str(on_error).map_err(Fault::from)?;
        let format = PageFormat::from_str(format).map_err(Fault::from)?;
        Ok(Self {
            prune,
            on_error,
            format,
            prefix: String::new(),
            profile: Profile::default(),
            map: KeyMap::new(),
            limits,
        })
    }

    /// As options of reading pages without a store.
    pub fn for_reading(self) -> ReadOptions {
        ReadOptions::new()
            .format(self.format)
            .prefix(self.prefix)
            .profile(self.profile)
            .map(self.map)
            .limits(self.limits)
    }

    /// What is chosen for Markdown pages.
    pub fn markdown(
        self,
        prefix: &str,
        profile: &str,
        map: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        Ok(Self {
            prefix: prefix.to_owned(),
            profile: Profile::from_str(profile).map_err(Fault::from)?,
            map: map.map_or(Ok(KeyMap::new()), key_map)?,
            ..self
        })
    }
}

/// A mapping of a field to a key, or to several.
fn key_map(map: &Bound<'_, PyAny>) -> PyResult<KeyMap> {
    let wrong = || {
        PyTypeError::new_err(format!(
            "map takes a mapping such as {{'date': 'created', 'tags': ['topic', 'labels']}}, not {}",
            type_name(map)
        ))
    };
    let fields = map.cast::<PyMapping>().map_err(|_| wrong())?.items()?;
    let mut keys_of = KeyMap::new();
    for item in fields.iter() {
        let (field, keys): (String, Bound<'_, PyAny>) = item.extract().map_err(|_| wrong())?;
        let keys: Vec<String> = match keys.extract::<String>() {
            Ok(key) => vec![key],
            Err(_) => {
                let keys = keys.try_iter().map_err(|_| wrong())?;
                let keys = keys.map(|key| key?.extract().map_err(|_| wrong()));
                keys.collect::<PyResult<_>>()?
            }
        };
        keys_of = keys_of.with(&field, keys).map_err(Fault::from)?;
    }
    Ok(keys_of)
}

/// Where progress is reported to. A run stops when the callable raises or a Ctrl-C is pending.
pub struct Watch {
    callable: Option<Py<PyAny>>,
    /// Whether the callable is the bar or line of `progress=True`, which is closed after the run.
    own: bool,
}

/// No report for `None` and `False`, a bar or a line for `True`, else the callable.
pub fn watch(py: Python<'_>, progress: Option<Bound<'_, PyAny>>) -> PyResult<Watch> {
    let Some(progress) = progress else {
        return Ok(Watch {
            callable: None,
            own: false,
        });
    };
    let callable = match progress.cast::<PyBool>() {
        Ok(flag) if flag.is_true() => {
            let show = py.import("eventstore._progress")?.getattr("show")?;
            Some(show.call0()?.unbind())
        }
        Ok(_) => None,
        Err(_) if progress.is_callable() => {
            return Ok(Watch {
                callable: Some(progress.unbind()),
                own: false,
            });
        }
        Err(_) => {
            return Err(PyTypeError::new_err(format!(
                "progress takes True, False or a callable, not {}",
                type_name(&progress)
            )));
        }
    };
    Ok(Watch {
        own: callable.is_some(),
        callable,
    })
}

impl Watch {
    /// Runs an ingest. What the callable raises, and a Ctrl-C, ends the run and is raised.
    pub fn run(
        self,
        py: Python<'_>,
        store: &Store,
        archive: Archive,
        options: Options,
    ) -> PyResult<Report> {
        self.watched(py, |report| {
            let options = IngestOptions::new()
                .prune(options.prune)
                .on_error(options.on_error)
                .format(options.format)
                .prefix(options.prefix)
                .profile(options.profile)
                .map(options.map)
                .limits(options.limits)
                .progress(report);
            store.ingest(archive, options)
        })
    }

    /// Runs a call that reports progress.
    pub fn watched<T: Send>(
        self,
        py: Python<'_>,
        call: impl FnOnce(&mut OnProgress<'_>) -> eventstore::Result<T> + Send,
    ) -> PyResult<T> {
        let mut raised = None;
        let report = py.detach(|| {
            // Also without a callable, since this is where a Ctrl-C is looked for.
            call(
                &mut |progress: &Progress| match Python::attach(|py| self.report(py, progress)) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(error) => {
                        raised = Some(error);
                        ControlFlow::Break(())
                    }
                },
            )
        });
        if let (true, Some(shown)) = (self.own, &self.callable) {
            shown.call_method0(py, "close")?;
        }
        match raised {
            Some(error) => Err(error),
            None => report.map_err(|error| Fault::from(error).into()),
        }
    }

    fn report(&self, py: Python<'_>, progress: &Progress) -> PyResult<()> {
        py.check_signals()?;
        if let Some(callable) = &self.callable {
            callable.call1(py, (PyProgress::from(progress),))?;
        }
        Ok(())
    }
}

/// An archive on disk, or pages in memory: a mapping of path to bytes, or an iterable of pairs.
pub fn archive(source: &Bound<'_, PyAny>) -> PyResult<Archive> {
    if source.is_instance_of::<PyString>() || source.hasattr("__fspath__")? {
        return Ok(Archive::from(expanded(source)?));
    }
    let wrong = || {
        PyTypeError::new_err(format!(
            "an archive is a path, or pages in memory as {{path: bytes}} or pairs of them, not {}",
            type_name(source)
        ))
    };
    let pairs = match source.cast::<PyMapping>() {
        Ok(pages) => pages.items()?.into_any(),
        Err(_) if source.is_instance_of::<PyBytes>() => return Err(wrong()),
        Err(_) => source.clone(),
    };
    let mut pages = Vec::new();
    for pair in pairs.try_iter().map_err(|_| wrong())? {
        let (path, data): (String, Bound<'_, PyAny>) = pair?.extract().map_err(|_| wrong())?;
        let data = if let Ok(data) = data.cast::<PyBytes>() {
            data.as_bytes().to_vec()
        } else if let Ok(data) = data.cast::<PyByteArray>() {
            data.to_vec()
        } else {
            return Err(PyTypeError::new_err(format!(
                "the page {path:?} is {}, not bytes; write text.encode()",
                type_name(&data)
            )));
        };
        pages.push((path, data));
    }
    Ok(Archive::from(pages))
}

/// Adds an event or events.
///
/// A stream of record batches has them in columns. Hits are one, and iterate as whole events as well.
pub fn add(py: Python<'_>, store: &Store, events: &Bound<'_, PyAny>) -> PyResult<Report> {
    let is_stream = events.hasattr("__arrow_c_stream__")?;
    if is_stream && !events.is_instance_of::<PyHits>() {
        return arrow::add(py, store, events);
    }
    let event = |given: &Bound<'_, PyAny>| -> PyResult<Event> {
        let event = given.cast::<PyEvent>().map_err(|_| {
            let hint = match given.cast::<PyMapping>() {
                Ok(_) => "; make one of fields by Event(**fields)",
                Err(_) => "",
            };
            PyTypeError::new_err(format!(
                "add takes an Event, an iterable of them or an Arrow stream, not {}{hint}",
                type_name(given)
            ))
        })?;
        Ok(event.get().event().clone())
    };
    let events = match event(events) {
        Ok(one) => vec![one],
        Err(wrong) if events.cast::<PyMapping>().is_ok() => return Err(wrong),
        Err(wrong) => {
            let items = events.try_iter().map_err(|_| wrong)?;
            items.map(|item| event(&item?)).collect::<PyResult<_>>()?
        }
    };
    py.detach(|| store.add(events))
        .map_err(|error| Fault::from(error).into())
}
