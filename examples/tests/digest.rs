//! The recipe in Rust, run as a person would run it.

use std::process::Command;

#[test]
fn the_digest_of_the_bridge_begins_with_its_newest_event() {
    let run = Command::new(env!("CARGO_BIN_EXE_digest"))
        .output()
        .expect("the digest starts");
    let shown = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{run:?}");
    let first = shown.lines().find(|line| line.starts_with("- "));
    assert_eq!(
        first,
        Some(
            "- **Four thousand runners take part in the first Ennet Bridge Run.** \
             (2019/06/2/four-thousand-runners-take-part-in-the-first-ennet-bridge-run)"
        )
    );
    assert!(shown.contains("12 events"), "{shown}");
    assert!(shown.contains("About: Ennet Bridge, Saltby"), "{shown}");
}
