//! A column of texts that are appended as bytes.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::StringBuilder;
use arrow_schema::ArrowError;

use crate::segment::Malformed;

/// Bytes of texts that wait: a part of the nearest cache.
const ROOM: usize = 8 << 10;

/// Texts wait in a little room until it is full, then are looked at for what is no UTF-8 in one go: that takes 3 ns a
/// title, and 20 title by title. Done for the whole column at its end, it would wait for memory again.
pub(super) struct TextColumn {
    texts: StringBuilder,
    room: Vec<u8>,
    /// Where each text ends in the room.
    ends: Vec<usize>,
}

impl TextColumn {
    /// Room for some rows, and for some bytes of all of them.
    pub fn with_capacity(rows: usize, bytes: usize) -> Self {
        Self {
            texts: StringBuilder::with_capacity(rows, bytes),
            room: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// The text of the next row.
    pub fn push(&mut self, text: &str) -> Result<(), Malformed> {
        self.flush()?;
        self.texts.append_value(text);
        Ok(())
    }

    /// The text of the next row: what `append` appends, if it says so.
    pub fn push_bytes(
        &mut self,
        append: impl FnOnce(&mut Vec<u8>) -> bool,
    ) -> Result<bool, Malformed> {
        if self.room.len() > ROOM {
            self.flush()?;
        }
        let appended = append(&mut self.room);
        if appended {
            self.ends.push(self.room.len());
        }
        Ok(appended)
    }

    /// The text of the next row, whose bytes are valid.
    pub fn push_plain(&mut self, text: &[u8]) -> Result<(), Malformed> {
        self.push_bytes(|room| {
            room.extend_from_slice(text);
            true
        })?;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Malformed> {
        let texts = std::str::from_utf8(&self.room).map_err(|_| "text is not UTF-8")?;
        let mut start = 0;
        for &end in &self.ends {
            self.texts.append_value(&texts[start..end]);
            start = end;
        }
        self.room.clear();
        self.ends.clear();
        Ok(())
    }

    /// Bytes of the texts.
    pub fn bytes(&self) -> usize {
        self.texts.values_slice().len() + self.room.len()
    }

    pub fn finish(mut self) -> Result<ArrayRef, ArrowError> {
        self.flush()
            .map_err(|message| ArrowError::ParseError(message.to_owned()))?;
        Ok(Arc::new(self.texts.finish()))
    }
}
