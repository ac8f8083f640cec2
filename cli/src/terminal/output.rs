//! Standard output that may be closed at any time.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use super::{Marked, check_interrupt, visible};
use crate::error::CommandError;

/// Bytes gathered for one write.
const BUFFER: usize = 64 << 10;
/// Narrower, titles could not be distinguished.
const COLUMNS_LEAST: usize = 40;
/// Bold, and an end to it.
const BOLD: (&str, &str) = ("\u{1b}[1m", "\u{1b}[0m");

/// Standard output: gathered into large writes, every one of them checked, and ended by Ctrl-C.
///
/// What goes to a terminal is shown, never obeyed: control characters become `�`. A file or another
/// program gets every byte as it is.
///
/// Never `println!`, which panics when the reader has gone.
pub(crate) struct Output {
    writer: BufWriter<Stdout>,
    is_terminal: bool,
    /// Whether Ctrl-C ends it.
    listens: bool,
}

impl Output {
    pub(crate) fn stdout() -> Self {
        let stdout = io::stdout();
        Self {
            is_terminal: stdout.is_terminal(),
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

    /// Writes text and ends the line.
    pub(crate) fn line(&mut self, text: &str) -> Result<(), CommandError> {
        self.bytes(text.as_bytes())?;
        self.bytes(b"\n")
    }

    /// Writes a line with its marks: bold on a terminal that knows such a thing, else brackets.
    pub(crate) fn marked(&mut self, line: &Marked) -> Result<(), CommandError> {
        let is_dumb = || std::env::var_os("TERM").is_some_and(|name| name == "dumb");
        let (before, behind) = match self.is_terminal && !is_dumb() {
            true => BOLD,
            false => ("[", "]"),
        };
        if self.listens {
            check_interrupt()?;
        }
        self.writer
            .write_all(line.with(before, behind).as_bytes())?;
        self.writer.write_all(b"\n")?;
        Ok(())
    }

    /// Writes bytes: as they are, or as text without control characters to a terminal.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<(), CommandError> {
        if self.listens {
            check_interrupt()?;
        }
        if self.is_terminal {
            let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
            self.writer.write_all(visible(&text).as_bytes())?;
        } else {
            self.writer.write_all(bytes)?;
        }
        Ok(())
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
