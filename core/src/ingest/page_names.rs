//! How the Markdown pages of an archive are named and read, once the names of all its files are known.

use super::archive_names::ArchiveNames;
use super::hashes::hash;
use super::{Archive, walk};
use crate::event::nfc;
use crate::page::{ArchiveChoice, Profile};

/// How the Markdown pages of an archive are named and read.
pub(super) struct PageNames {
    pub archive: ArchiveNames,
    /// What is left out at the start of each path, with its slash.
    top: String,
    pub choice: ArchiveChoice,
    /// What the hashes of pages differ by: another choice reads another page. 0 if nothing was chosen.
    pub choice_hash: u64,
    /// The profile, and what it was taken by; none if none was.
    pub profile_and_why: Option<String>,
}

impl PageNames {
    /// `asked`: what was chosen, perhaps with a profile that the archive's own files tell.
    pub fn new(archive: ArchiveNames, top: String, asked: &ArchiveChoice) -> Self {
        let (profile, profile_and_why) = match asked.profile {
            Profile::Auto => match archive.markers.profile() {
                Some((profile, path)) => (profile, Some(format!("{profile}, by {path}"))),
                None => (Profile::None, None),
            },
            profile => (profile, Some(format!("{profile}, as asked"))),
        };
        let choice = ArchiveChoice {
            profile,
            ..asked.clone()
        };
        let stored = choice.stored();
        let choice_hash = match stored.is_empty() {
            true => 0,
            false => hash(stored.as_bytes()),
        };
        Self {
            archive,
            top,
            choice,
            choice_hash,
            profile_and_why,
        }
    }

    /// What is left out at the start of each path, with its slash.
    pub fn top(&self) -> &str {
        &self.top
    }

    /// The path of a file within its archive.
    pub fn local_path(&self, full: &str) -> String {
        nfc(full.strip_prefix(&*self.top).unwrap_or(full)).into_owned()
    }
}

/// What no path of a Markdown page begins with: the folder that a packed archive lies in, or what says which
/// part of the Context's tree a directory is.
pub(super) fn top_of(source: &Archive, names: &ArchiveNames) -> String {
    let part_of_tree = walk::part_of_tree(source);
    let packed = matches!(source, Archive::Path(path) if path.is_file());
    match names.top() {
        _ if !part_of_tree.is_empty() => part_of_tree,
        top if packed && !top.is_empty() => format!("{top}/"),
        _ => String::new(),
    }
}
