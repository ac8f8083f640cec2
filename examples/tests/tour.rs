//! The tour is a program that checks its own answers; here it is run as a person would run it.

use std::process::Command;

#[test]
fn the_tour_asks_ten_questions_and_every_answer_is_right() {
    let run = Command::new(env!("CARGO_BIN_EXE_tour"))
        .output()
        .expect("the tour starts");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&run.stderr)
    );
    assert!(
        said.contains("\n10. "),
        "the tour stopped before its tenth question:\n{said}"
    );
}
