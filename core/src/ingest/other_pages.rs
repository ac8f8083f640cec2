//! What an archive holds where it holds no event: the hint of its report.

use super::Report;
use super::report::counted;
use crate::event::escaped;

/// Markdown pages that are neither events nor listings: what to name where no event is found.
#[derive(Default)]
pub(super) struct OtherPages {
    count: u64,
    first: String,
}

impl OtherPages {
    pub fn push(&mut self, full: &str) {
        if self.count == 0 {
            self.first = escaped(full).into_owned();
        }
        self.count += 1;
    }

    /// What was found where no event was.
    pub fn without_events(&self, report: &Report) -> String {
        let mut found = Vec::new();
        if self.count > 0 {
            let pages = counted(self.count, "other Markdown page");
            found.push(format!("{pages}, such as {}", self.first));
        }
        for (count, what) in [
            (report.listings, "listing"),
            (report.unchanged, "unchanged page"),
            (report.others.saturating_sub(self.count), "other file"),
            (report.failed, "failed page"),
        ] {
            if count > 0 {
                found.push(counted(count, what));
            }
        }
        format!(
            "no event page was found, but {}; give the folder or archive that holds `news/`",
            found.join(", ")
        )
    }
}
