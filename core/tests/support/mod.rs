//! What several test files share: pages as the site writes them, short calls on a store, the real archives.

#![allow(
    dead_code,
    unused_imports,
    reason = "each test file is a program of its own and uses a part"
)]

mod archives;
mod moved;
mod pages;
mod small_disk;
mod store;

pub use archives::{project, real_archive, tar_of};
pub use moved::{all_answers, exported, moved};
pub use pages::{Link, day_page, english, event_page, front_page, link, listed, page, path};
pub use small_disk::SmallDisk;
pub use store::{assert_sound, id, ids, put, tags};

/// How many random histories a property test runs: `LAW_CASES`, such as 5000 for a long run, or the test's own count.
pub fn cases(usual: u32) -> u32 {
    std::env::var("LAW_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(usual)
}
