//! What lies in a store's directory.
//!
//! | question | file |
//! | --- | --- |
//! | what is a store and what is none, which data directory is live, what may be removed | `directory` |
//! | which process has it open | `lock` |
//! | how a small file carries its own check | `root_file` |
//! | what is kept of the data after an unclean shutdown | `recovery_copy` |
//! | replacing, removing, listing and syncing files | `files` |
//! | what a failed sync keeps from being acknowledged | `failed_sync` |
//! | looking at each change of a file, or having it fail (tests) | `watched` |

#[expect(clippy::module_inception, reason = "the file of the type Directory")]
mod directory;
mod failed_sync;
mod files;
mod lock;
mod recovery_copy;
mod root_file;
#[cfg(test)]
mod watched;

pub(crate) use directory::CURRENT;
pub(super) use directory::{CLEAN, Directory, PLACES, read_current};
pub(super) use files::{
    cannot, list_files, remove_directory, remove_file, replace_file, sync_file,
};
pub(crate) use files::{lies_in, sync_directory};
pub(super) use lock::{Folder, has_holder, is_same_file};
pub(super) use recovery_copy::{
    find_recovery_copy, keep_recovery_copy, recovery_copy_path, remove_recovery_copy,
    restore_recovery_copy,
};
#[cfg(test)]
pub(super) use root_file::FORMAT;
pub(super) use root_file::SealedFile;
#[cfg(test)]
pub(crate) use watched::WatchedFiles;
