//! A file system that is soon full, or that cannot be written to.

#![allow(dead_code, reason = "each test uses a part")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io::Write};

/// A file system of its own, of this many MiB.
pub struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// `None` where the system lets nobody mount one.
    pub fn new(mebibytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={mebibytes}m");
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(folder.path())
            .output();
        if mount.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        eprintln!("SKIPPED: no file system of a given size can be mounted here");
        None
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// From now on nothing can be written.
    pub fn remount_read_only(&mut self) {
        let mount = Command::new("mount")
            .args(["-o", "remount,ro"])
            .arg(self.path())
            .status();
        assert!(mount.unwrap().success());
    }

    /// Takes all room but some bytes, with a file that gives it back.
    pub fn fill(&self, left: u64) -> PathBuf {
        let ballast = self.path().join("ballast");
        let mut file = fs::File::create(&ballast).unwrap();
        for size in [1 << 20, 1 << 12] {
            while file.write_all(&vec![1; size]).is_ok() {}
        }
        let length = file.metadata().unwrap().len();
        file.set_len(length - left).unwrap();
        ballast
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).output();
    }
}
