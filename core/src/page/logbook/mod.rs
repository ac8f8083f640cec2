//! Pages of a logbook: a toy, as the example of `docs/page-formats.md`, and compiled for tests alone.
//!
//! The first line says day, title and tags: `%% 2017-03-02 A storm at sea #sea #wind`. The rest is the text.

use super::format::KeptFormat;
use super::lines::{Step, fail};
use super::markdown::{ArchiveChoice, DateRule, MarkdownPage, ReadPage};

const MARK: &str = "%% ";

/// The line of the table in `format.rs`.
pub(super) const FORMAT: KeptFormat = KeptFormat {
    name: "logbook",
    version: 1,
    claims: |text, _| text.starts_with(MARK),
    read,
};

fn read(text: &str, _path: &str, id: &str, choice: &ArchiveChoice) -> Step<ReadPage> {
    let line = text.lines().next().unwrap_or_default();
    let said = line.strip_prefix(MARK).unwrap_or_default();
    let (day, rest) = said.split_once(' ').unwrap_or((said, ""));
    let Ok(date) = day.parse::<crate::Date>() else {
        return fail(
            "bad_date",
            MARK.len(),
            format!("{day:?} is no day; write YYYY-MM-DD"),
        );
    };
    let (tags, title): (Vec<&str>, Vec<&str>) = rest
        .split_whitespace()
        .partition(|word| word.starts_with('#'));
    if title.is_empty() {
        return fail("no_title", line.len(), "the line says no title");
    }
    Ok(ReadPage {
        page: MarkdownPage {
            title: title.join(" "),
            moment: Some(date.into()),
            tags: tags.into_iter().map(|tag| tag[1..].to_owned()).collect(),
            kind: "log".to_owned(),
            body: (line.len() + 1).min(text.len()) as u32,
            archive: choice.stored(),
            ..MarkdownPage::blank(id.to_owned())
        },
        date_rule: Some(DateRule::Key("the first line")),
        notes: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use crate::{IngestOptions, Store};

    #[test]
    fn the_documentation_shows_this_file() {
        let shown = include_str!("../../../../docs/page-formats.md");
        let (code, _) = include_str!("mod.rs").split_once("#[cfg(test)]").unwrap();
        assert!(
            shown.contains(code.trim_end()),
            "docs/page-formats.md has another example"
        );
    }

    #[test]
    fn pages_of_a_third_format_are_events_beside_the_others() {
        let store = Store::memory().unwrap();
        let storm = "%% 2017-03-02 A storm at sea #sea #wind\nIt blew.\n";
        let pages = [
            ("log/storm.md", storm),
            ("log/bad.md", "%% 2017-02-30 No such day\n"),
            (
                "posts/calm.md",
                "---\ndate: 2017-03-03\ntags: [sea]\n---\nSee [[storm]].\n",
            ),
        ];
        let pages = pages.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        let report = store.ingest(pages.to_vec(), IngestOptions::new()).unwrap();
        assert_eq!((report.added, report.failed), (2, 1), "{report}");
        assert!(
            report.errors[0].to_string().starts_with("log/bad.md:1:4: "),
            "{report}"
        );
        let event = store.get("log/storm").unwrap().unwrap();
        assert_eq!(
            (event.title.as_str(), event.kind.as_str()),
            ("A storm at sea", "log")
        );
        assert_eq!(event.tags, ["sea", "wind"]);
        assert_eq!(event.body.as_deref(), Some("It blew.\n"));
        assert_eq!(store.raw("log/storm").unwrap(), storm.as_bytes());
        let found = store.query("tag:sea 2017-03").unwrap().count().unwrap();
        assert_eq!(found, 2);
        assert_eq!(store.query("refers:log/storm").unwrap().count().unwrap(), 1);
        let again = store.ingest(pages.to_vec(), IngestOptions::new()).unwrap();
        assert_eq!((again.unchanged, again.parsed), (2, 0), "{again}");
    }
}
