//! Standard output that may be closed at any time.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use super::style::{ASIDE, MATCH, has_colors, styled};
use super::{Marked, check_interrupt, visible};
use crate::error::CommandError;

/// Bytes gathered for one write.
const BUFFER: usize = 64 << 10;
/// Narrower, titles beside their days could not be distinguished.
const COLUMNS_LEAST: usize = 24;

/// Standard output: gathered into large writes, every one of them checked, and ended by Ctrl-C.
///
/// What goes to a terminal is shown, never obeyed: control characters become `�`. A file or another
/// program gets every byte as it is.
///
/// Never `println!`, which panics when the reader has gone.
pub(crate) struct Output {
    writer: BufWriter<Stdout>,
    is_terminal: bool,
    has_colors: bool,
    /// Whether Ctrl-C ends it.
    listens: bool,
}

impl Output {
    pub(crate) fn stdout() -> Self {
        let stdout = io::stdout();
        Self {
            is_terminal: stdout.is_terminal(),
            has_colors: has_colors(&stdout),
            writer: BufWriter::with_capacity(BUFFER, stdout),
            listens: true,
        }
    }

    /// Writes to the end from now on, also after Ctrl-C: what is done has to be reported.
    pub(crate) fn insist(&mut self) {
        self.listens = false;
    }

    /// Whether a person reads it as it comes.
    pub(crate) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Whether it gets colours.
    pub(crate) fn has_colors(&self) -> bool {
        self.has_colors
    }

    /// Writes text and ends the line.
    pub(crate) fn line(&mut self, text: &str) -> Result<(), CommandError> {
        self.bytes(text.as_bytes())?;
        self.bytes(b"\n")
    }

    /// Writes a line with its marks: in colour where there are colours, else in brackets.
    pub(crate) fn marked(&mut self, line: &Marked) -> Result<(), CommandError> {
        self.ours(&self.with_marks(line))
    }

    /// The text of a line with its marks.
    pub(crate) fn with_marks(&self, line: &Marked) -> String {
        match self.has_colors {
            true => line.with(
                &MATCH.render().to_string(),
                &MATCH.render_reset().to_string(),
            ),
            false => line.with("[", "]"),
        }
    }

    /// Writes a line that stands beside the answer, such as the head of a table: dim where there are colours.
    pub(crate) fn aside(&mut self, text: &str) -> Result<(), CommandError> {
        self.ours(&styled(visible(text), ASIDE, self.has_colors))
    }

    /// Writes a line whose control characters are ours.
    fn ours(&mut self, line: &str) -> Result<(), CommandError> {
        if self.listens {
            check_interrupt()?;
        }
        self.writer.write_all(line.as_bytes())?;
        self.writer.write_all(b"\n")?;
        Ok(())
    }

    /// Writes bytes: as they are, or as text without control characters to a terminal.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<(), CommandError> {
        if self.listens {
            check_interrupt()?;
        }
        Ok(self.put(bytes)?)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.is_terminal {
            return self.writer.write_all(bytes);
        }
        let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
        self.writer.write_all(visible(&text).as_bytes())
    }

    /// Hands on what was gathered.
    pub(crate) fn finish(&mut self) -> Result<(), CommandError> {
        self.writer.flush()?;
        Ok(())
    }

    /// Columns that a line may take: those of the terminal, or of `COLUMNS` in their place. `None`
    /// where nothing has to fit, because standard output is no terminal.
    pub(crate) fn columns(&self) -> Option<usize> {
        /// Of a terminal that does not know its own.
        const DEFAULT: usize = 80;
        if !self.is_terminal {
            return None;
        }
        let stated = std::env::var("COLUMNS")
            .ok()
            .and_then(|text| text.parse().ok());
        let measured = || {
            let size = rustix::termios::tcgetwinsize(self.writer.get_ref()).ok()?;
            Some(usize::from(size.ws_col)).filter(|&columns| columns > 0)
        };
        let columns = stated.or_else(measured).unwrap_or(DEFAULT);
        Some(columns.max(COLUMNS_LEAST))
    }
}

/// For answers that write themselves, a batch at a time. They look for Ctrl-C themselves.
impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.put(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
