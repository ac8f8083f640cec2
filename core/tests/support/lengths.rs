//! How much a test tries, and the seed of what it draws, as the environment says.

#![allow(dead_code, reason = "each test uses a part")]

/// How many random histories a property test runs: `LAW_CASES`, such as 5000 for a long run, or the test's own count.
pub fn cases(usual: u32) -> u32 {
    std::env::var("LAW_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(usual)
}

/// How much a test tries: `usual`, or `long` where `EVENTSTORE_SWEEP` is set, or as much as that says.
pub fn sweep(usual: u32, long: u32) -> u32 {
    match std::env::var("EVENTSTORE_SWEEP").as_deref().map(str::parse) {
        Err(_) => usual,
        Ok(Ok(count)) if count > 1 => count,
        Ok(_) => long,
    }
}

/// The seed of a test that draws: `EVENTSTORE_SEED`, or the same in each run. Prints it.
pub fn seed() -> u64 {
    let seed = std::env::var("EVENTSTORE_SEED");
    let seed = seed.ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    eprintln!("EVENTSTORE_SEED={seed}");
    seed
}
