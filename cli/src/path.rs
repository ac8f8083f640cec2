//! What a path means that the shell left as it was: `~`, a pattern, an address.

use std::path::{Path, PathBuf};

use crate::error::CommandError;

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
