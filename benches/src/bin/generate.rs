//! Writes a synthetic archive, and the truth about it beside it (`<archive>.truth.json`).

use std::path::PathBuf;
use std::process::ExitCode;

use benches::{Format, Wanted, write};
use clap::Parser;

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
    let truth = write(wanted, &arguments.out, format)?;
    let mut name = arguments.out.clone().into_os_string();
    name.push(".truth.json");
    let mut text = serde_json::to_string_pretty(&truth)?;
    text.push('\n');
    std::fs::write(name, text)?;
    println!(
        "{}: {} files, {:.1} MB, {} event pages ({} superseded), {} tags, {:.2} a page",
        arguments.out.display(),
        truth.files,
        truth.bytes as f64 / 1e6,
        truth.pages,
        truth.superseded,
        truth.tags,
        truth.tag_uses as f64 / (truth.pages - truth.superseded).max(1) as f64,
    );
    Ok(())
}
