//! What commands take that write to the store.

use std::path::PathBuf;

use clap::Args;

use super::options::{LockArgs, number, path, size, word};
use eventstore::{KeyMap, Limits, OnError, PageFormat, Profile, Words};

#[derive(Debug, Args)]
#[command(after_help = "\
Failed pages are listed on standard error; the others go in, and the exit code is 0, unless
--on-error raise is given. An archive without any event is an error, and leaves no new store behind.
Ctrl-C stops within a second and leaves the last commit.

Examples:
  eventstore ingest news.store context.tar.gz
  eventstore ingest blog.store my-blog/     # Hugo, Jekyll, Zola, Obsidian, any front matter
  eventstore ingest all.store my-blog/ --prefix blog/     # beside other archives; ids begin so
  eventstore ingest all.store notes/ --profile obsidian --map date=created --map tags=topic,labels
  eventstore ingest news.store checkout/ --prune     # removes what the archive has no more
  eventstore ingest news.store checkout/news/2017 --prune     # only within that year
  eventstore ingest news.store context.zip --on-error raise --json
  git archive HEAD | eventstore ingest notes.store -")]
pub(crate) struct IngestArgs {
    /// The store's directory; made if it is missing
    #[arg(value_parser = path())]
    pub store: PathBuf,
    /// A directory, .tar, .tar.gz, .tar.zst, .zip, or one page; - is an archive on standard input
    #[arg(value_parser = path())]
    pub archive: PathBuf,
    /// Remove events of the archive's format and prefix that it does not have any more
    #[arg(long)]
    pub prune: bool,
    /// What the ids of its Markdown pages begin with, so that several archives live in one store
    #[arg(
        long,
        value_name = "PREFIX",
        default_value = "",
        hide_default_value = true
    )]
    pub prefix: String,
    /// The tool that its Markdown pages were written for; auto: by its files, such as _config.yml
    #[arg(
        long,
        value_name = "TOOL",
        default_value = "auto",
        value_parser = word(Profile::ALL, Profile::as_str),
    )]
    pub profile: Profile,
    /// Keys of front matter that give a field, before the usual ones: date, title, summary, tags,
    /// categories, authors, lang, kind or draft
    #[arg(long, value_name = "FIELD=KEY[,KEY…]", value_parser = mapping)]
    pub map: Vec<KeyMap>,
    /// What a page that cannot be read does: the others go in, or nothing is committed
    #[arg(
        long,
        value_name = "WHAT",
        default_value = "collect",
        value_parser = word(OnError::ALL, OnError::as_str),
    )]
    pub on_error: OnError,
    /// How pages are read: page by page, as pages of the Context alone, as Markdown alone
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "auto",
        value_parser = word(PageFormat::ALL, PageFormat::as_str),
    )]
    pub page_format: PageFormat,
    /// Of a store that this makes: whether it keeps the words of texts, by which they are found
    #[arg(
        long,
        value_name = "WHETHER",
        value_parser = word(Words::ALL, Words::as_str),
    )]
    pub words: Option<Words>,
    /// List every failed page, not the first 20 only
    #[arg(long)]
    pub all_failures: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub lock: LockArgs,
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// Reads `date=created` or `tags=topic,labels`.
fn mapping(text: &str) -> Result<KeyMap, String> {
    let (field, keys) = text
        .split_once('=')
        .ok_or("write a field and its keys, as in date=created or tags=topic,labels")?;
    let map = KeyMap::new().with(field, keys.split(','));
    map.map_err(|error| error.to_string())
}

impl IngestArgs {
    /// All that `--map` named.
    pub(crate) fn key_map(&self) -> KeyMap {
        let maps = self.map.iter().cloned();
        maps.fold(KeyMap::new(), KeyMap::and)
    }
}

// [`Limits`], each as an option; where none is given, its default.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits (sizes take K, M, G or T)")]
pub(crate) struct LimitArgs {
    /// Largest page [default: 1M]
    #[arg(long, value_name = "SIZE", value_parser = size, allow_negative_numbers = true)]
    page_bytes: Option<u64>,
    /// Most sources, links or items of one page [default: 100000]
    #[arg(long, value_name = "N", value_parser = number::<usize>, allow_negative_numbers = true)]
    page_items: Option<usize>,
    /// Longest path of a file in bytes [default: 4096]
    #[arg(long, value_name = "N", value_parser = number::<usize>, allow_negative_numbers = true)]
    path_bytes: Option<usize>,
    /// Most files in the archive [default: 50000000]
    #[arg(long, value_name = "N", value_parser = number::<u64>, allow_negative_numbers = true)]
    entries: Option<u64>,
    /// Most bytes of the archive when unpacked [default: 1T]
    #[arg(long, value_name = "SIZE", value_parser = size, allow_negative_numbers = true)]
    total_bytes: Option<u64>,
    /// Most folders above each other [default: 64]
    #[arg(long, value_name = "N", value_parser = number::<usize>, allow_negative_numbers = true)]
    depth: Option<usize>,
    /// Memory that the pages of one commit take while they wait for it; an ingest takes at most about
    /// twice as much, 200 MB, and half a KB for each page of the store [default: 672M]
    #[arg(long, value_name = "SIZE", value_parser = size, allow_negative_numbers = true)]
    commit_bytes: Option<u64>,
}

impl LimitArgs {
    pub(crate) fn limits(&self) -> Limits {
        let default = Limits::default();
        Limits::default()
            .page_bytes(self.page_bytes.unwrap_or(default.page_bytes))
            .page_items(self.page_items.unwrap_or(default.page_items))
            .path_bytes(self.path_bytes.unwrap_or(default.path_bytes))
            .entries(self.entries.unwrap_or(default.entries))
            .total_bytes(self.total_bytes.unwrap_or(default.total_bytes))
            .depth(self.depth.unwrap_or(default.depth))
            .commit_bytes(self.commit_bytes.unwrap_or(default.commit_bytes))
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
A line is a JSON object as `query --format ndjson` writes it; id, title and, of a page of the
Context, date are needed. An event whose id the store holds takes that one's place. If one line
cannot be read, none goes in. With --path the file is one page instead, as an archive has it.

Examples:
  eventstore add news.store events.ndjson
  echo '{\"id\": \"2017/03/2/a\", \"date\": \"2017-03-02\", \"title\": \"A\"}' | eventstore add news.store -
  eventstore query old.store tag:Syria --format ndjson | eventstore add news.store -
  pandoc -t gfm notes.docx | eventstore add notes.store - --path 2024-05-01-notes.md")]
pub(crate) struct AddArgs {
    /// The store's directory; made if it is missing
    #[arg(value_parser = path())]
    pub store: PathBuf,
    /// A file of JSON objects, one a line, or with --path a page; - is standard input
    #[arg(value_parser = path())]
    pub file: PathBuf,
    /// The file is one page, which lies at this path of an archive, such as news/2017/03/2/a-slug.md
    #[arg(long, value_name = "PATH")]
    pub path: Option<String>,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub lock: LockArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
An id is written as in 2017/03/2/a-slug; a path, a link or a URL of the page will do. With an event
go all pages that claim its id. Ids that the store does not hold are named on standard error.

Examples:
  eventstore remove news.store 2017/03/2/a-slug
  eventstore remove all.store --prefix blog/     # a whole archive; `eventstore archives` lists them
  eventstore query news.store tag:Sport --ids | eventstore remove news.store -")]
pub(crate) struct RemoveArgs {
    /// The store's directory
    #[arg(value_parser = path())]
    pub store: PathBuf,
    /// The event's id; - reads ids from standard input
    #[arg(value_name = "ID", required_unless_present = "prefix")]
    pub ids: Vec<String>,
    /// Take away all pages of the archives with this prefix
    #[arg(long, value_name = "PREFIX", conflicts_with = "ids")]
    pub prefix: Option<String>,
    #[command(flatten)]
    pub lock: LockArgs,
}
