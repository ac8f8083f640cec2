//! Values that are loaded on first use.

use std::sync::OnceLock;

use crate::error::Result;

/// A value that is loaded on first use and kept. [`OnceLock`] alone has no stable way to load a
/// value by a function that may fail. Two threads may load at the same time; the first to finish
/// sets the value.
pub(super) struct Lazy<T>(OnceLock<T>);

impl<T> Default for Lazy<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T> Lazy<T> {
    pub fn get_or(&self, load: impl FnOnce() -> Result<T>) -> Result<&T> {
        if let Some(value) = self.0.get() {
            return Ok(value);
        }
        let value = load()?;
        Ok(self.0.get_or_init(|| value))
    }

    pub fn loaded(&self) -> Option<&T> {
        self.0.get()
    }
}
