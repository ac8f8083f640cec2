//! What `help` says of topics that no command is about.

use super::question::QUERY_HELP;

/// A text of `eventstore help`.
pub(crate) struct Topic {
    pub name: &'static str,
    /// What people call it, too.
    aliases: &'static [&'static str],
    pub text: &'static str,
}

impl Topic {
    pub const ALL: [Self; 6] = [
        Self {
            name: "queries",
            aliases: &["language", "syntax", "grammar"],
            text: QUERY_HELP,
        },
        Self {
            name: "formats",
            aliases: &["format", "output"],
            text: FORMATS,
        },
        Self {
            name: "columns",
            aliases: &["column", "fields"],
            text: COLUMNS,
        },
        Self {
            name: "ids",
            aliases: &["id"],
            text: IDS,
        },
        Self {
            name: "input",
            aliases: &["stdin", "-"],
            text: INPUT,
        },
        Self {
            name: "environment",
            aliases: &["colors", "colours", "env"],
            text: ENVIRONMENT,
        },
    ];

    /// The names of all, as they stand in a sentence.
    pub fn names() -> String {
        Self::ALL.map(|topic| topic.name).join(", ")
    }

    /// The topic of a name.
    pub fn named(name: &str) -> Option<Self> {
        let is_named = |topic: &Self| topic.name == name || topic.aliases.contains(&name);
        Self::ALL.into_iter().find(is_named)
    }
}

const FORMATS: &str = "\
Formats (--format) of every command that answers:
  table    for people; on a terminal its lines are cut to fit, and long lists to 20 lines
  json     one JSON document
  ndjson   one JSON object a line
  csv tsv  as RFC 4180 has them; a list is a cell of JSON; a cell that begins with = + - @ gets an
           apostrophe, so that no spreadsheet runs it (--raw-cells leaves cells as they are)
  md       a table in Markdown
Where standard output is no terminal, nothing is cut and nothing left out.

Files (--output FILE of query, timeline and facets), by the ending of their name:
  .csv .tsv .json .ndjson .parquet .arrow

Reports of commands that write, such as ingest, are JSON with --json.";

const COLUMNS: &str = "\
Columns of events (--columns of query), separated by commas; * stands for all:
  id title kind lang          texts
  date time offset            day; time of day as written; minutes that it is east of UTC
  summary body cover_image    texts that may be missing; body is Markdown
  categories authors tags     lists of texts
  sources                     list of records: name url domain image
  related                     list of records: id title tags
  changes                     list of records: id title at kind
  superseded draft            true or false
  meta                        the other keys of a page's front matter, as JSON
  meta.series                 the value of one of them: a text; a list or a map as JSON
A field of records is a list: sources.domain. Where none is named, a file has all but meta and body.

  eventstore query news.store 2017 --columns date,title,sources.domain
  eventstore query news.store 2017 --columns date,title --format csv";

const IDS: &str = "\
The id of an event is the path of its page without its ending:
  2017/03/2/a-slug            of a page of the Context; opinion/2017/04/4/a-slug of an opinion
  posts/on-ferries            of any other page; behind the prefix of its archive, if it has one
Where an id is asked for, a path, a link or a URL of the page will do.

  eventstore query news.store 2017-03-02 --ids     # the ids of a day
  eventstore query news.store 2017-03-02 --ids | eventstore show news.store -";

const INPUT: &str = "\
A - in place of a file or of ids is standard input:
  ingest STORE -      an archive: .tar, .tar.gz, .tar.zst or .zip; it is copied to a file first
  import STORE -      what `export STORE -` writes
  add STORE -         events as lines of JSON, as `query --format ndjson` prints them
  add STORE - --path news/2017/03/2/a.md     one page, which lies there
  show STORE -        ids, one a line, as `query --ids` prints them; remove too

  git -C pages archive HEAD | eventstore ingest news.store -
  eventstore query old.store tag:Syria --format ndjson | eventstore add news.store -";

const ENVIRONMENT: &str = "\
Variables of the environment:
  NO_COLOR                if it is set and not empty, no colours; --color always goes before it
  CLICOLOR_FORCE          if it is set and not 0, colours also where standard output is no terminal
  TERM                    dumb: no colours and no line that shows progress
  COLUMNS                 the width of the terminal, instead of what it says of itself
  TMPDIR                  where an archive from standard input is kept while it is read
  MIMALLOC_PURGE_DELAY    milliseconds for which freed memory is kept [default: 100]";
