//! The command `eventstore`, run as a person runs it, over the sample archive.

mod bench;
mod counts;
mod ending;
mod ingest;
mod query;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// An event of the sample archive, and how its page lies there.
const OPENING: &str = "2018/06/2/the-ennet-bridge-opens-to-traffic-sixty-thousand-people-cross-it-on-foot-on-the-first-day";
const COMMANDS: [&str; 9] = [
    "ingest", "query", "show", "timeline", "facets", "tags", "stats", "compact", "bench",
];

fn archive() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/archive")
}

fn command(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_eventstore"));
    command
        .args(words)
        .env("COLUMNS", "80")
        .stdin(Stdio::null());
    command
}

fn run(words: &[&str]) -> Output {
    command(words).output().unwrap()
}

fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn err(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// Runs it, expects success, gives standard output.
#[track_caller]
fn good(words: &[&str]) -> String {
    let output = run(words);
    assert_eq!(output.status.code(), Some(0), "{words:?}: {}", err(&output));
    out(&output).to_owned()
}

/// Runs it, expects a code and nothing on standard output, gives standard error.
#[track_caller]
fn bad(code: i32, words: &[&str]) -> String {
    let output = run(words);
    assert_eq!(
        output.status.code(),
        Some(code),
        "{words:?}: {}",
        err(&output)
    );
    assert_eq!(out(&output), "", "{words:?}");
    assert!(
        err(&output).starts_with("eventstore: "),
        "{words:?}: {}",
        err(&output)
    );
    err(&output).to_owned()
}

/// A directory with `sample.store`, the sample archive in it.
struct Sample {
    _folder: TempDir,
    store: String,
}

impl Sample {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("sample.store");
        let store = store.to_str().unwrap().to_owned();
        good(&["ingest", &store, archive().to_str().unwrap()]);
        Self {
            _folder: folder,
            store,
        }
    }
}
