//! Standard output that may be closed at any time.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use super::failure::Failure;
use super::interrupt;

/// Bytes gathered for one write.
const BUFFER: usize = 64 << 10;

/// Standard output: gathered into large writes, every one of them checked, and ended by Ctrl-C.
///
/// Never `println!`, which panics when the reader has gone.
pub(super) struct Output {
    writer: BufWriter<Stdout>,
    /// Whether Ctrl-C ends it.
    listens: bool,
}

impl Output {
    pub fn stdout() -> Self {
        Self {
            writer: BufWriter::with_capacity(BUFFER, io::stdout()),
            listens: true,
        }
    }

    /// Writes to the end whatever is asked: what is done has to be told.
    pub fn insist(&mut self) {
        self.listens = false;
    }

    /// Writes text and ends the line.
    pub fn line(&mut self, text: &str) -> Result<(), Failure> {
        self.bytes(text.as_bytes())?;
        self.bytes(b"\n")
    }

    /// Writes bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        if self.listens {
            interrupt::check()?;
        }
        Ok(self.writer.write_all(bytes)?)
    }

    /// Hands on what was gathered.
    pub fn finish(&mut self) -> Result<(), Failure> {
        self.writer.flush()?;
        Ok(())
    }

    /// Columns that a table may take: those of the terminal, or of `COLUMNS`, else 100.
    pub fn columns(&self) -> usize {
        const DEFAULT: usize = 100;
        // Narrower, a title could not be told from the next.
        const LEAST: usize = 40;
        let stdout = self.writer.get_ref();
        let told = std::env::var("COLUMNS")
            .ok()
            .and_then(|told| told.parse().ok());
        let seen = || {
            let size = rustix::termios::tcgetwinsize(stdout).ok()?;
            stdout
                .is_terminal()
                .then_some(usize::from(size.ws_col))
                .filter(|&columns| columns > 0)
        };
        told.or_else(seen).unwrap_or(DEFAULT).max(LEAST)
    }
}
