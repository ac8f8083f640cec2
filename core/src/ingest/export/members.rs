//! What an export says beside its pages: the first member, the last one, and the record of a page.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::page::{ArchiveChoice, KeyMap, Profile};

/// Name of the first member, by which an export is known.
pub(super) const FIRST: &str = "eventstore-export.json";

/// Name of the last member.
pub(super) const LAST: &str = "eventstore-export-end.json";

/// The version of what the members say.
pub(super) const FORMAT: u32 = 1;

/// What stands in a tar's comment before the record of a page.
pub(super) const RECORD: &str = "eventstore ";

/// The first member: what holds for all pages.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct FirstMember {
    pub format: u32,
    /// The version of the library that wrote it.
    pub eventstore: String,
    /// Whether the store keeps the words of texts.
    pub words: bool,
    /// What was chosen for archives of Markdown pages; a page's record has a number of this list.
    pub choices: Vec<Choice>,
    /// Tags that programs stated with events, by the path of the page: of events of the Context. A
    /// Markdown page has its tags in its front matter.
    pub stated: BTreeMap<String, Vec<String>>,
}

/// The last member: what an import must have seen.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LastMember {
    pub pages: u64,
    pub events: u64,
    pub bytes: u64,
    /// Of a salvage: what was lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salvage: Option<SalvageNote>,
}

/// What a salvage says of pages that are not in it, and of those that are in an older state.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SalvageNote {
    /// Pages that are lost.
    pub lost: u64,
    /// The first of these, a line each.
    pub losses: Vec<String>,
    /// Pages of which an older state is given.
    pub older: u64,
    /// The first of these, by path.
    pub older_paths: Vec<String>,
}

/// [`ArchiveChoice`] in JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Choice {
    pub prefix: String,
    pub profile: String,
    pub map: BTreeMap<String, Vec<String>>,
}

impl Choice {
    pub fn of(choice: &ArchiveChoice) -> Self {
        let keys = choice.map.iter();
        Self {
            prefix: choice.prefix.clone(),
            profile: choice.profile.to_string(),
            map: keys
                .map(|(field, keys)| (field.to_string(), keys.to_vec()))
                .collect(),
        }
    }

    /// The choice; in words what cannot be one.
    pub fn read(&self) -> Result<ArchiveChoice, String> {
        let profile: Profile = self
            .profile
            .parse()
            .map_err(|_| format!("an unknown profile, {:?}", self.profile))?;
        if profile == Profile::Auto {
            return Err("the profile auto, which no page has".to_owned());
        }
        let mut map = KeyMap::new();
        for (field, keys) in &self.map {
            map = map.with(field, keys).map_err(|error| error.to_string())?;
        }
        Ok(ArchiveChoice {
            prefix: self.prefix.clone(),
            profile,
            map,
        })
    }
}

/// Which page a member is, where its path and bytes do not say it. None: a page of the Context that is
/// an event.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PageRecord {
    #[serde(default)]
    pub kind: MemberKind,
    /// Of a Markdown page: which of the choices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<u32>,
    /// Whether a program added it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub added: bool,
    /// The hash by which the page is known again, in hexadecimal digits, where it does not follow from
    /// the member's bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// Of a listing: `en` or `zh`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Of a day page: its day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
    /// The path, where it is not the member's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The id of a Markdown page, where it does not follow from its path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

impl PageRecord {
    /// Whether the page is read from the member's bytes, so that its hash follows from these.
    pub fn is_read(&self) -> bool {
        matches!(self.kind, MemberKind::Event | MemberKind::Markdown)
    }
}

/// What a member is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MemberKind {
    /// A page of an event of the Context, byte for byte.
    #[default]
    Event,
    /// A Markdown page, byte for byte.
    Markdown,
    /// A day page; listings are written from the links that the store holds.
    DayPage,
    FrontPage,
    OpinionList,
    /// Any other page: an empty member, since the store holds its path and hash alone.
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_read_back() {
        let map = KeyMap::new().with("tags", ["Topic", "my labels"]).unwrap();
        let choice = ArchiveChoice {
            prefix: "a/b/".to_owned(),
            profile: Profile::Hugo,
            map,
        };
        let json = serde_json::to_string(&Choice::of(&choice)).unwrap();
        let read: Choice = serde_json::from_str(&json).unwrap();
        assert_eq!(read.read(), Ok(choice));
        for bad in ["nothing", "auto"] {
            let profile = bad.to_owned();
            assert!(
                Choice {
                    profile,
                    ..read.clone()
                }
                .read()
                .is_err()
            );
        }
    }

    #[test]
    fn a_record_says_only_what_is_not_usual() {
        let record = PageRecord {
            kind: MemberKind::Markdown,
            choice: Some(0),
            ..PageRecord::default()
        };
        let json = serde_json::to_string(&record).unwrap();
        assert_eq!(json, r#"{"kind":"markdown","choice":0}"#);
        assert_eq!(serde_json::from_str::<PageRecord>(&json).unwrap(), record);
    }
}
