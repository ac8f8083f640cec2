//! How the Markdown pages of an archive are named and read: what was chosen, as each row keeps it.

use std::fmt::Write;

use super::key_map::KeyMap;
use super::profile::Profile;

/// What was chosen for the Markdown pages of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ArchiveChoice {
    /// What stands before each id, with its slash; mostly empty.
    pub prefix: String,
    /// Never [`Profile::Auto`].
    pub profile: Profile,
    pub map: KeyMap,
}

impl Default for ArchiveChoice {
    fn default() -> Self {
        Self {
            prefix: String::new(),
            profile: Profile::None,
            map: KeyMap::default(),
        }
    }
}

impl ArchiveChoice {
    /// The choice as a row keeps it: the prefix, then behind a NUL each the profile, and the fields with
    /// their keys. Empty where nothing was chosen.
    pub fn stored(&self) -> String {
        if *self == Self::default() {
            return String::new();
        }
        let mut out = format!("{}\0{}", self.prefix, self.profile);
        for (field, keys) in self.map.iter() {
            // Writing to a text does not fail.
            let _ = write!(out, "\0{field}");
            keys.iter().for_each(|key| {
                let _ = write!(out, "\u{1}{key}");
            });
        }
        out
    }

    /// Reads what [`ArchiveChoice::stored`] gave.
    pub fn of_stored(stored: &str) -> Option<Self> {
        if stored.is_empty() {
            return Some(Self::default());
        }
        let mut parts = stored.split('\0');
        let prefix = parts.next()?.to_owned();
        let profile = parts.next()?.parse().ok()?;
        let mut map = KeyMap::default();
        for part in parts {
            let (field, keys) = part.split_once('\u{1}')?;
            map = map.with(field, keys.split('\u{1}')).ok()?;
        }
        Some(Self {
            prefix,
            profile,
            map,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::prefix::prefix_of_stored;
    use super::*;

    #[test]
    fn a_choice_is_stored_and_read_back() {
        let map = KeyMap::new().with("tags", ["Topic", "my labels"]).unwrap();
        let map = map.with("date", ["created"]).unwrap();
        for (prefix, profile, map) in [
            ("", Profile::None, KeyMap::new()),
            ("blog/", Profile::None, KeyMap::new()),
            ("", Profile::Hugo, KeyMap::new()),
            ("a/b/", Profile::Obsidian, map),
        ] {
            let choice = ArchiveChoice {
                prefix: prefix.to_owned(),
                profile,
                map,
            };
            let stored = choice.stored();
            assert_eq!(prefix_of_stored(&stored), prefix);
            assert_eq!(ArchiveChoice::of_stored(&stored).as_ref(), Some(&choice));
        }
        assert_eq!(ArchiveChoice::default().stored(), "");
        for bad in ["x", "x\0nothing", "x\0hugo\0tags", "x\0hugo\0no\u{1}a"] {
            assert_eq!(ArchiveChoice::of_stored(bad), None, "{bad:?}");
        }
    }
}
