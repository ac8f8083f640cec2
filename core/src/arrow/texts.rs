//! A column of texts that are appended as bytes.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::StringBuilder;
use arrow_schema::ArrowError;

use crate::segment::Malformed;

/// Bytes of texts that are checked at once: a quarter of a level 1 cache.
const PENDING_BYTES: usize = 8 << 10;

/// A column of texts that are appended as bytes.
///
/// Bytes are collected in a small buffer and checked for UTF-8 when it is full. That takes 3 ns for
/// a title; checking each title alone takes 20 ns. Checking the whole column at its end would load
/// it into the CPU cache again.
pub(super) struct TextColumn {
    texts: StringBuilder,
    /// Texts that are not checked yet.
    pending: Vec<u8>,
    /// Where each text ends in `pending`.
    ends: Vec<usize>,
}

impl TextColumn {
    /// Reserves memory for some rows, and for the bytes of all of them.
    pub fn with_capacity(rows: usize, bytes: usize) -> Self {
        Self {
            texts: StringBuilder::with_capacity(rows, bytes),
            pending: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// Appends the text of the next row.
    pub fn push(&mut self, text: &str) -> Result<(), Malformed> {
        self.flush()?;
        self.texts.append_value(text);
        Ok(())
    }

    /// Appends the text of the next row: the bytes that `append` appends, if it returns true.
    pub fn push_bytes(
        &mut self,
        append: impl FnOnce(&mut Vec<u8>) -> bool,
    ) -> Result<bool, Malformed> {
        if self.pending.len() > PENDING_BYTES {
            self.flush()?;
        }
        let appended = append(&mut self.pending);
        if appended {
            self.ends.push(self.pending.len());
        }
        Ok(appended)
    }

    /// Appends the text of the next row. Its bytes are ASCII.
    pub fn push_plain(&mut self, text: &[u8]) -> Result<(), Malformed> {
        self.push_bytes(|pending| {
            pending.extend_from_slice(text);
            true
        })?;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Malformed> {
        let texts = std::str::from_utf8(&self.pending).map_err(|_| "text is not UTF-8")?;
        let mut start = 0;
        for &end in &self.ends {
            self.texts.append_value(&texts[start..end]);
            start = end;
        }
        self.pending.clear();
        self.ends.clear();
        Ok(())
    }

    /// Bytes of the texts.
    pub fn bytes(&self) -> usize {
        self.texts.values_slice().len() + self.pending.len()
    }

    pub fn finish(mut self) -> Result<ArrayRef, ArrowError> {
        self.flush()
            .map_err(|message| ArrowError::ParseError(message.to_owned()))?;
        Ok(Arc::new(self.texts.finish()))
    }
}
