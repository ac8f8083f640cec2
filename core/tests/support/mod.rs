//! What several test files share: pages as the site writes them, short calls on a store, the real archives.

#![allow(
    dead_code,
    unused_imports,
    reason = "each test file is a program of its own and uses a part"
)]

mod archives;
mod dice;
mod events;
mod lengths;
mod memory_folder;
mod moved;
mod pages;
mod processes;
mod small_disk;
mod store;
mod yearly;

pub use archives::{project, real_archive, tar_of};
pub use dice::Dice;
pub use events::{numbered, numbered_answers};
pub use lengths::{cases, seed, sweep};
pub use memory_folder::memory_folder;
pub use moved::{all_answers, exported, moved};
pub use pages::{Link, day_page, english, event_page, front_page, link, listed, page, path};
pub use processes::{child, place_of_child};
pub use small_disk::SmallDisk;
pub use store::{assert_sound, copy, id, ids, put, reader, tags};
pub use yearly::{YEARS, YearlyStores};
