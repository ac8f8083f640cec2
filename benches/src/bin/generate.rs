//! Writes a synthetic archive, and the truth about it beside it (`<archive>.truth.json`).

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use benches::{Format, Wanted, write, write_blog};
use clap::Parser;
use serde::Serialize;

/// Write a synthetic archive of event pages, and the truth about it as `<out>.truth.json`.
#[derive(Parser)]
struct Arguments {
    /// Event pages; day pages and others come on top
    #[arg(long, default_value_t = 100_000)]
    pages: u32,
    /// One seed gives one archive
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The archive to write
    #[arg(long)]
    out: PathBuf,
    /// dir, tar or tar.gz; by default what the name's ending says
    #[arg(long)]
    format: Option<Format>,
    /// Write a blog of Markdown pages with front matter instead
    #[arg(long, conflicts_with = "broken")]
    blog: bool,
    /// Add a page of each kind that cannot be read
    #[arg(long)]
    broken: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", arguments.out.display());
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> std::io::Result<()> {
    let wanted = Wanted {
        pages: arguments.pages,
        seed: arguments.seed,
        broken: arguments.broken,
    };
    let format = arguments
        .format
        .unwrap_or_else(|| Format::of(&arguments.out));
    let out = &arguments.out;
    if arguments.blog {
        let truth = write_blog(arguments.pages, arguments.seed, out, format)?;
        println!(
            "{}: {:.1} MB, {} pages ({} undated, {} drafts), {} links, {} sources",
            out.display(),
            truth.bytes as f64 / 1e6,
            truth.pages,
            truth.undated,
            truth.drafts,
            truth.links,
            truth.sources,
        );
        return keep(&truth, out);
    }
    let truth = write(wanted, out, format)?;
    println!(
        "{}: {} files, {:.1} MB, {} event pages ({} superseded), {} tags, {:.2} a page",
        out.display(),
        truth.files,
        truth.bytes as f64 / 1e6,
        truth.pages,
        truth.superseded,
        truth.tags,
        truth.tag_uses as f64 / (truth.pages - truth.superseded).max(1) as f64,
    );
    keep(&truth, out)
}

/// Writes the truth about an archive beside it.
fn keep(truth: &impl Serialize, out: &Path) -> std::io::Result<()> {
    let mut name = out.to_owned().into_os_string();
    name.push(".truth.json");
    let mut text = serde_json::to_string_pretty(truth)?;
    text.push('\n');
    std::fs::write(name, text)
}
