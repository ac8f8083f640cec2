//! The command `eventstore`, run as a person runs it, over the sample archive.

mod add;
mod archives;
mod bench;
mod blog;
mod colors;
mod columns;
mod control_characters;
mod counts;
mod ending;
mod formats;
mod helping;
mod ingest;
mod ingest_of_nothing;
mod links;
mod many;
mod moving;
mod paths;
mod pipe;
mod query;
mod readme;
mod remove;
mod salvage;
mod similar;
mod spreadsheet;
mod standard_input;
mod suggestions;
mod verify;
mod words;
mod written_file;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// An event of the sample archive, and how its page lies there.
const OPENING: &str = "2018/06/2/the-ennet-bridge-opens-to-traffic-sixty-thousand-people-cross-it-on-foot-on-the-first-day";
const COMMANDS: [&str; 20] = [
    "ingest",
    "add",
    "remove",
    "query",
    "show",
    "related",
    "referring",
    "timeline",
    "facets",
    "tags",
    "words",
    "stats",
    "archives",
    "compact",
    "commit-stores",
    "backup",
    "export",
    "import",
    "salvage",
    "bench",
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
    // Where tests run decides nothing: `CI` alone gives colours to a dumb terminal.
    for name in ["CI", "CLICOLOR", "CLICOLOR_FORCE", "NO_COLOR"] {
        command.env_remove(name);
    }
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

/// Runs it with text on standard input.
fn run_with(input: &str, words: &[&str]) -> Output {
    let mut child = command(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap()
}

/// Runs it with a terminal of 80 columns as its standard output, and gives what came there, with
/// ends of lines as they were written.
#[cfg(target_os = "linux")]
#[track_caller]
fn run_on_terminal(words: &[&str]) -> Output {
    let mut command = command(words);
    command.env("TERM", "xterm");
    run_there(command)
}

/// The same of a command that was made ready.
#[cfg(target_os = "linux")]
#[track_caller]
fn run_there(mut command: Command) -> Output {
    let (terminal, peer) = terminal();
    command.stdout(peer).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    // It holds the other end too: the terminal would never end.
    drop(command);
    let mut stdout = Vec::new();
    // Where the other end is closed, reading fails.
    let _ = std::fs::File::from(terminal).read_to_end(&mut stdout);
    let mut output = child.wait_with_output().unwrap();
    output.stdout = String::from_utf8(stdout)
        .unwrap()
        .replace("\r\n", "\n")
        .into_bytes();
    output
}

/// The two ends of a terminal: ours, and that of a command.
#[cfg(target_os = "linux")]
fn terminal() -> (std::os::fd::OwnedFd, std::os::fd::OwnedFd) {
    use rustix::pty::{OpenptFlags, ioctl_tiocgptpeer, openpt, unlockpt};

    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
    let terminal = openpt(flags).unwrap();
    unlockpt(&terminal).unwrap();
    let peer = ioctl_tiocgptpeer(&terminal, flags).unwrap();
    (terminal, peer)
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

/// A page of an event of 2 March 2017.
fn page(title: &str) -> String {
    format!("### [2017-3-2](/news/2017/03/2/index.md)\n\n##### Ports\n# {title}\n\n\n\n\n")
}

/// Writes a file and the folders above it.
fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}
