//! An archive on standard input, kept in a file while it is read: a zip has its list at its end, and a hard
//! link in a tar leads back.

use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::error::{CommandError, say};
use crate::terminal::check_interrupt;
use eventstore::Error;

/// What messages call it.
pub(super) const STANDARD_INPUT: &str = "standard input";

/// Bytes that are copied at once.
const PIECE: usize = 1 << 20;

/// Whether the name of a file stands for standard input, or output.
pub(super) fn is_standard(file: &Path) -> bool {
    file == Path::new("-")
}

/// Says what is awaited, where a person has to type it: a program that waits without a word looks dead.
pub(super) fn say_what_is_awaited(what: &str) {
    if io::stdin().is_terminal() {
        say(&format!(
            "waiting for {what} on standard input; Ctrl-D ends it"
        ));
    }
}

/// An archive from standard input. The file goes with this.
pub(super) struct ReceivedArchive(NamedTempFile);

impl ReceivedArchive {
    /// Reads standard input to its end.
    pub(super) fn receive() -> Result<Self, CommandError> {
        let mut stdin = io::stdin().lock();
        if stdin.is_terminal() {
            return Err(refused(
                "is a terminal, and an archive is no text",
                "name an archive, or put a program before a `|`",
            ));
        }
        let mut file = NamedTempFile::with_prefix("eventstore-").map_err(in_temporary_folder)?;
        let mut piece = vec![0; PIECE];
        loop {
            check_interrupt()?;
            match stdin.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => file
                    .write_all(&piece[..count])
                    .map_err(in_temporary_folder)?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(CommandError::Refused {
                        message: format!("{STANDARD_INPUT}: {error}"),
                        hint: None,
                    });
                }
            }
        }
        let received = Self(file);
        match received.path().metadata().is_ok_and(|file| file.len() > 0) {
            true => Ok(received),
            false => Err(refused(
                "is empty",
                "put a program that writes an archive before a `|`",
            )),
        }
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    /// An error of reading it, that names what the user knows.
    pub(super) fn named(&self, error: Error) -> Error {
        match error {
            Error::Archive { path, message } if path == self.path() => Error::Archive {
                path: STANDARD_INPUT.into(),
                message: message.replace("or one .md file", "and with `add --path` one .md file"),
            },
            other => other,
        }
    }
}

fn refused(what: &str, hint: &str) -> CommandError {
    CommandError::Refused {
        message: format!("{STANDARD_INPUT} {what}"),
        hint: Some(hint.to_owned()),
    }
}

fn in_temporary_folder(source: io::Error) -> CommandError {
    Error::Storage {
        operation: "write, for which TMPDIR may name another folder",
        path: std::env::temp_dir(),
        source,
    }
    .into()
}
