//! What a path means that the shell left as it was: `~`, a pattern, an address.

use std::path::{Path, PathBuf};

use crate::error::CommandError;
use eventstore::{Date, EventId, Query};

/// The path with a `~` at its start replaced by the home directory.
///
/// A shell does this itself, but not within quotes and not behind `=`. A file that is really called
/// `~` is written `./~`.
pub(crate) fn expanded(path: PathBuf) -> PathBuf {
    match (path.strip_prefix("~"), std::env::home_dir()) {
        (Ok(rest), Some(home)) if rest.as_os_str().is_empty() => home,
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path,
    }
}

/// Refuses a path that does not exist and was not meant as a path: an address, a pattern that the
/// shell found no file for, `:memory:`.
///
/// # Errors
/// [`CommandError::Refused`] with what to write instead.
pub(crate) fn check(path: &Path) -> Result<(), CommandError> {
    let text = path.to_string_lossy();
    let scheme = text.split_once(":/").map(|(scheme, _)| scheme);
    let is_address = scheme.is_some_and(|scheme| {
        scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    let (what, hint) = if text == ":memory:" {
        (
            "a store in memory would end with this command",
            "name a directory".to_owned(),
        )
    } else if is_address {
        (
            "an address, not a path; nothing is downloaded",
            "download it first, as in `curl -LO ADDRESS`, then name the file".to_owned(),
        )
    } else if text.contains(['*', '?']) {
        (
            "no file or directory matches this pattern",
            "try it with `ls`".to_owned(),
        )
    } else {
        return Ok(());
    };
    match path.exists() {
        true => Ok(()),
        false => Err(CommandError::Refused {
            message: format!("{text}: {what}"),
            hint: Some(hint),
        }),
    }
}

/// Whether a path can be read as conditions of a query, such as `tag:Syria` or `2017-03`.
pub(crate) fn is_condition(path: &Path) -> bool {
    let text = path.to_string_lossy();
    let Ok(query) = text.parse::<Query>() else {
        return false;
    };
    // Nearly every name is a word, and so a query.
    let has_time = query.first_day().is_some() || query.last_day().is_some();
    has_time || text.contains([':', '"', '(', '*']) || text.starts_with('-')
}

/// Whether a path can be read as the id of an event that begins with a day.
pub(crate) fn is_id(path: &Path) -> bool {
    let id = path.to_str().and_then(|text| text.parse::<EventId>().ok());
    id.is_some_and(|id| {
        let id = id.as_str().strip_prefix("opinion/").unwrap_or(id.as_str());
        let parts: Vec<&str> = id.split('/').collect();
        matches!(parts[..], [year, month, day, _] if date(&[year, month, day]).is_some())
    })
}

/// The day that a text is, written `2017-3-2` or, as a path or the beginning of an id,
/// `/news/2017/03/2/`.
pub(crate) fn day(text: &str) -> Option<Date> {
    let path = text.trim_matches('/').trim_start_matches("zh/");
    let path = ["news/", "opinion/"]
        .iter()
        .find_map(|tree| path.strip_prefix(tree))
        .unwrap_or(path);
    date(&path.split(['/', '-']).collect::<Vec<_>>())
}

/// The day of a year, a month and a day in digits.
fn date(parts: &[&str]) -> Option<Date> {
    let [year, month, day] = parts else {
        return None;
    };
    let digits = |text: &&str| text.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || !parts.iter().all(digits) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// Whether a word is the directory of a store.
pub(crate) fn is_store(word: &str) -> bool {
    expanded(word.into()).join("CURRENT").is_file()
}

/// What makes the folder that is to hold a new store.
pub(crate) fn make_folder(folder: &Path) -> String {
    let above = folder.parent();
    let parents = above.is_some_and(|above| !above.as_os_str().is_empty() && !above.exists());
    let option = if parents { "-p " } else { "" };
    format!("make the folder first: mkdir {option}{}", folder.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_is_the_home_directory_only_as_the_first_part() {
        let home = std::env::home_dir().unwrap();
        assert_eq!(expanded("~".into()), home);
        assert_eq!(expanded("~/a/b".into()), home.join("a/b"));
        for other in ["./~", "a/~", "~a", "a~", "/~/b"] {
            assert_eq!(expanded(other.into()), Path::new(other), "{other}");
        }
    }

    #[test]
    fn a_day_is_told_from_an_id_and_from_any_other_path() {
        for text in [
            "2017-03-02",
            "2017-3-2",
            "2017/3/2",
            "2017/03/02/",
            "/zh/news/2017/03/2",
        ] {
            assert_eq!(day(text), Date::new(2017, 3, 2), "{text}");
            assert!(!is_id(Path::new(text)), "{text}");
        }
        for text in ["2017/03/2/a", "/news/2017/03/2/a.md", "opinion/2017/04/4/a"] {
            assert_eq!(day(text), None, "{text}");
            assert!(is_id(Path::new(text)), "{text}");
        }
        for text in [
            "",
            "a.store",
            "2017-03",
            "2017-02-30",
            "17/3/2",
            "2017/+3/2",
        ] {
            assert_eq!(day(text), None, "{text}");
            assert!(!is_id(Path::new(text)), "{text}");
        }
    }

    #[test]
    fn what_was_not_meant_as_a_path_is_refused() {
        for text in [
            "https://a.example/x.tar",
            "s3://b/x",
            "ftp:/x",
            "new*.tar",
            "a?.zip",
            ":memory:",
        ] {
            assert!(check(Path::new(text)).is_err(), "{text}");
        }
        for text in ["a.store", "no/such", "C:/news", "/abs/path", "a:b", "[a]"] {
            assert!(check(Path::new(text)).is_ok(), "{text}");
        }
    }
}
