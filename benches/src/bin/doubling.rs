//! Reads inputs that are hard for a reader, each in two sizes, for `scripts/check-instructions` to count the
//! instructions of: twice the bytes must not take much more than twice the steps.
//!
//! Prints the name of each input and its bytes, in the order in which they are read. callgrind counts what
//! [`measured`] does.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use eventstore::{IngestOptions, OnError, Query, Store};

/// Bytes of the smaller input of a pair.
const BYTES: usize = 24 << 10;

type Failure = Box<dyn Error>;

/// Read every input, in both sizes, and print their names.
#[derive(Parser)]
struct Arguments {
    /// A folder for the archives
    folder: PathBuf,
}

/// What reads an input.
#[derive(Clone, Copy)]
enum Reader {
    /// A page of that path, into a store that keeps its words
    Page(&'static str),
    /// The text of a query, and the answer of an empty store
    Question,
    /// An archive of that name
    Archive(&'static str),
}

/// How an input is made of a piece: the beginning, what is repeated (`#` is a number), the end.
type Pieces = (&'static str, &'static str, &'static str);

const POST: &str = "posts/2017-03-02-a.md";
const NEWS: &str = "news/2017/03/2/a.md";
const HEAD: &str = "### [2017-03-2](/news/2017/03/2/index.md)\n\n##### Weather\n# A flood. \n\n";
const SOURCES: &str = "### [2017-03-2](/news/2017/03/2/index.md)\n\n##### Weather\n# A flood. \n\nText.\n\n\n### Source:\n\n";
const RELATED: &str = "### [2017-03-2](/news/2017/03/2/index.md)\n\n##### Weather\n# A flood. \n\nText.\n\n\n\
    ### Source:\n\n1. [The Post](https://post.example/a)\n\n### Related:\n\n";

const TEXTS: [(&str, Reader, Pieces); 50] = [
    ("opened brackets", Reader::Page(POST), ("", "[", "")),
    ("opened wiki links", Reader::Page(POST), ("", "[[", "")),
    ("opened pictures", Reader::Page(POST), ("", "![](", "")),
    ("links to one page", Reader::Page(POST), ("", "[[a]] ", "")),
    (
        "links to many pages",
        Reader::Page(POST),
        ("", "[[p#|text]] ", ""),
    ),
    ("inline links", Reader::Page(POST), ("", "[a](b#.md) ", "")),
    (
        "references",
        Reader::Page(POST),
        ("", "[a][b#]\n\n[b#]: c.md\n", ""),
    ),
    (
        "brackets within brackets",
        Reader::Page(POST),
        ("", "[a", "](b)"),
    ),
    (
        "parentheses of a link",
        Reader::Page(POST),
        ("[a](", "(", ""),
    ),
    ("pipes", Reader::Page(POST), ("", "|", "")),
    (
        "rows of a table",
        Reader::Page(POST),
        ("| a | b |\n| --- | --- |\n", "| c | d |\n", ""),
    ),
    (
        "columns of a table",
        Reader::Page(POST),
        ("", "| a ", "|\n"),
    ),
    ("quotes within quotes", Reader::Page(POST), ("", "> ", "a")),
    ("lists within lists", Reader::Page(POST), ("", "- ", "a")),
    (
        "emphasis that never ends",
        Reader::Page(POST),
        ("", "*a _b ", ""),
    ),
    ("backticks", Reader::Page(POST), ("", "`` ` ", "")),
    ("fences", Reader::Page(POST), ("", "```\n", "")),
    ("tags of HTML", Reader::Page(POST), ("", "<a <!-- ", "")),
    ("entities", Reader::Page(POST), ("", "&amp;&#", "")),
    ("templates", Reader::Page(POST), ("", "{{ {% ", "")),
    ("dates", Reader::Page(POST), ("", "2017-03-02 ", "")),
    ("hash tags", Reader::Page(POST), ("", "#t# ", "")),
    ("one word", Reader::Page(POST), ("", "a", "")),
    ("one word of ideographs", Reader::Page(POST), ("", "洪", "")),
    ("combining marks", Reader::Page(POST), ("a", "\u{301}", "")),
    ("many words", Reader::Page(POST), ("", "w# ", "")),
    ("headings", Reader::Page(POST), ("", "# a\n", "")),
    ("lines of dashes", Reader::Page(POST), ("---\n", "--\n", "")),
    (
        "tags of front matter",
        Reader::Page(POST),
        ("---\ntags: [", "t#, ", "a]\n---\n"),
    ),
    (
        "keys of front matter",
        Reader::Page(POST),
        ("---\n", "k#: a long value\n", "---\n"),
    ),
    (
        "front matter in itself",
        Reader::Page(POST),
        ("---\na: ", "[", "\n---\n"),
    ),
    (
        "maps in maps",
        Reader::Page(POST),
        ("---\na: ", "{a: ", "\n---\n"),
    ),
    (
        "a long scalar",
        Reader::Page(POST),
        ("---\ntitle: \"", "a \\\" ", "\"\n---\n"),
    ),
    (
        "anchors",
        Reader::Page(POST),
        ("---\na: &a [x]\nb: [", "*a, ", "*a]\n---\n"),
    ),
    (
        "keys of TOML",
        Reader::Page(POST),
        ("+++\n", "k# = 1\n", "+++\n"),
    ),
    (
        "tables of TOML",
        Reader::Page(POST),
        ("+++\n", "[a.b#]\n", "+++\n"),
    ),
    (
        "JSON in itself",
        Reader::Page(POST),
        ("{\"a\": ", "[", "\n"),
    ),
    (
        "text of an event",
        Reader::Page(NEWS),
        (HEAD, "A dam breaks. ", "\n"),
    ),
    (
        "sources",
        Reader::Page(NEWS),
        (SOURCES, "1. [P#](https://p#.example/a)\n", ""),
    ),
    (
        "related events",
        Reader::Page(NEWS),
        (RELATED, "1. [A](/news/2017/03/2/b#.md) _Context: C_\n", ""),
    ),
    (
        "tags of a line",
        Reader::Page(NEWS),
        (
            RELATED,
            "1. [A](/news/2017/03/2/b.md) _Context: a, b, c#_\n",
            "",
        ),
    ),
    ("words of a query", Reader::Question, ("", "w# ", "")),
    ("quotes of a query", Reader::Question, ("", "\"", "")),
    ("words of a phrase", Reader::Question, ("\"", "a ", "\"")),
    ("parentheses of a query", Reader::Question, ("", "(", "")),
    (
        "values of a query",
        Reader::Question,
        ("tag:(", "t#,", "t)"),
    ),
    ("clauses of a query", Reader::Question, ("", "-tag:t# ", "")),
    ("days of a query", Reader::Question, ("", "2017..2018 ", "")),
    ("an unknown field", Reader::Question, ("", "a", ":x")),
    ("stars of a query", Reader::Question, ("a", "*", "")),
];

const ARCHIVES: [(&str, &str); 3] = [
    ("files of a tar", "a.tar"),
    ("long names of a tar", "long.tar"),
    ("files of a tar.gz", "a.tar.gz"),
];

fn main() -> ExitCode {
    let Arguments { folder } = Arguments::parse();
    match run(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("doubling: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(folder: &Path) -> Result<(), Failure> {
    let mut inputs = Vec::new();
    for (name, reader, pieces) in TEXTS {
        // A block of front matter has at most 4,096 values.
        let bytes = match pieces.0.starts_with("---") {
            true => BYTES / 2,
            false => BYTES,
        };
        for bytes in [bytes, 2 * bytes] {
            inputs.push((name, reader, repeated(pieces, bytes).into_bytes()));
        }
    }
    for (name, file) in ARCHIVES {
        let reader = Reader::Archive(file);
        for files in [100, 200] {
            inputs.push((name, reader, archive(file, files)?));
        }
    }
    // Once before: what is made on first use is no part of a count.
    measured(Reader::Page(POST), b"[[a]] 2017\n", folder)?;
    println!("warm-up\t0");
    for (name, reader, bytes) in inputs {
        println!("{name}\t{}", bytes.len());
        measured(reader, &bytes, folder)?;
    }
    Ok(())
}

fn repeated((begin, piece, end): Pieces, bytes: usize) -> String {
    let mut text = begin.to_owned();
    // Numbers have one length, so that twice the bytes are twice the pieces.
    for number in 10_000.. {
        if text.len() + end.len() >= bytes {
            break;
        }
        match piece.contains('#') && piece.len() > 1 {
            true => text.push_str(&piece.replace('#', &number.to_string())),
            false => text.push_str(piece),
        }
    }
    text + end
}

fn archive(name: &str, files: u32) -> Result<Vec<u8>, Failure> {
    let mut tar = tar::Builder::new(Vec::new());
    for number in 10_000..10_000 + files {
        let path = match name.starts_with("long") {
            true => format!("{}{number}.md", "a folder/".repeat(20)),
            false => format!("posts/{number}.md"),
        };
        let text = format!("---\ndate: 2017-03-02\n---\nText {number}.\n");
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        tar.append_data(&mut header, path, text.as_bytes())?;
    }
    let tar = tar.into_inner()?;
    if !name.ends_with("gz") {
        return Ok(tar);
    }
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gz, &tar)?;
    Ok(gz.finish()?)
}

/// Reads an input. An error is an answer, too. callgrind knows it by its name.
#[inline(never)]
fn measured(reader: Reader, bytes: &[u8], folder: &Path) -> Result<(), Failure> {
    let options = || IngestOptions::new().on_error(OnError::Collect);
    let store = Store::memory()?;
    match reader {
        Reader::Page(path) => {
            let _ = store.ingest(vec![(path.to_owned(), bytes.to_vec())], options());
            let _ = store
                .get("2017/03/2/a")
                .map(|event| event.map(|event| event.summary_html()));
        }
        Reader::Question => {
            let text = std::str::from_utf8(bytes)?;
            let _ = text.parse::<Query>().map(|query| query.to_string());
            let _ = store.query(text).and_then(|hits| hits.count());
        }
        Reader::Archive(name) => {
            let path = folder.join(name);
            fs::write(&path, bytes)?;
            let _ = store.ingest(&*path, options());
        }
    }
    Ok(())
}
