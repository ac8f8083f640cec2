//! What an archive holds where it holds no event: the hint of its report.

use super::Report;
use super::report::counted;
use crate::event::escaped;

/// Markdown pages that are neither events nor listings: what to name where no event is found.
#[derive(Default)]
pub(super) struct OtherPages {
    count: u64,
    first: String,
    /// Those that begin with front matter in TOML.
    toml: u64,
}

impl OtherPages {
    pub fn push(&mut self, full: &str, toml: bool) {
        if self.count == 0 {
            self.first = escaped(full).into_owned();
        }
        self.count += 1;
        self.toml += u64::from(toml);
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
        let toml = match self.toml {
            0 => String::new(),
            1 => " (1 begins with `+++`, front matter that is not read)".to_owned(),
            many => format!(" ({many} begin with `+++`, front matter that is not read)"),
        };
        format!(
            "no event page was found, but {}{toml}; give the folder or archive that holds `news/`",
            found.join(", ")
        )
    }
}
