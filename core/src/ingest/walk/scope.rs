//! What of a source a walk reads: all of it, a range, or the names alone.

/// What of a source is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "arrow"),
    expect(dead_code, reason = "parts are read as columns")
)]
pub(crate) enum Scope {
    /// Everything.
    #[default]
    Whole,
    /// The names of all files, none of which is opened, and where the source can be cut.
    Names(Cutter),
    /// One range.
    Range(PartRange),
}

/// A range of a source that can be read without what lies before it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "arrow"),
    expect(dead_code, reason = "parts are read as columns")
)]
pub(crate) enum PartRange {
    /// Of a plain tar archive: from the header of a member, whose number among all it is, to another.
    Members { start: u64, end: u64, first: u64 },
    /// Of a directory: the files whose paths below it lie between two texts. An empty end is that of all.
    Paths { from: String, to: String },
}

/// Where a source is cut into parts of about one size.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cutter {
    /// Bytes of a plain tar archive in each part; 0: it is not cut.
    bytes: u64,
    /// Files of a directory in each part; 0: it is not cut.
    files: u64,
    seen: u64,
    /// Where parts begin: a member's offset and number.
    pub members: Vec<(u64, u64)>,
    /// Where parts begin: a path, and its number.
    pub paths: Vec<(String, u64)>,
}

impl Cutter {
    /// Parts of so many bytes of a tar archive, or so many files of a directory.
    #[cfg(feature = "arrow")]
    pub fn new(bytes: u64, files: u64) -> Self {
        Self {
            bytes: bytes.max(1),
            files: files.max(1),
            ..Self::default()
        }
    }

    /// The header of a member begins here.
    pub(super) fn see_member(&mut self, offset: u64, number: u64) {
        let last = self.members.last().map_or(0, |&(offset, _)| offset);
        if self.bytes > 0 && offset >= last.saturating_add(self.bytes) {
            self.members.push((offset, number));
        }
    }

    /// The next file of a directory. A path that is no text begins no part.
    pub(super) fn see_path(&mut self, below: &[u8]) {
        let last = self.paths.last().map_or(0, |&(_, number)| number);
        if self.files > 0
            && self.seen - last >= self.files
            && let Ok(path) = std::str::from_utf8(below)
        {
            self.paths.push((path.to_owned(), self.seen));
        }
        self.seen += 1;
    }
}

impl PartRange {
    /// Whether a file of a directory, by its path below it, belongs to the range.
    pub(super) fn has_path(&self, below: &[u8]) -> bool {
        match self {
            Self::Members { .. } => true,
            Self::Paths { from, to } => {
                below >= from.as_bytes() && (to.is_empty() || below < to.as_bytes())
            }
        }
    }

    /// Whether a folder of a directory, by its path with a slash, may hold a file of the range.
    pub(super) fn has_folder(&self, below: &[u8]) -> bool {
        match self {
            Self::Members { .. } => true,
            Self::Paths { from, to } => {
                // All its files begin with its path.
                let is_before = below < from.as_bytes() && !from.as_bytes().starts_with(below);
                let is_behind = !to.is_empty() && below >= to.as_bytes();
                !is_before && !is_behind
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_for_names_alone_keeps_no_place_of_a_file() {
        let (mut names, mut cut) = (Cutter::default(), Cutter::new(10, 2));
        for cutter in [&mut names, &mut cut] {
            for number in 0..6 {
                cutter.see_member(number * 5, number);
                cutter.see_path(format!("{number}.md").as_bytes());
            }
        }
        assert_eq!((names.members.len(), names.paths.len()), (0, 0));
        assert_eq!(cut.members, [(10, 2), (20, 4)]);
        assert_eq!(cut.paths, [("2.md".to_owned(), 2), ("4.md".to_owned(), 4)]);
    }
}
