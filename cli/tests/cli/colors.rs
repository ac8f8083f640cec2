//! Colours: on a terminal alone, and not where they are refused.

use super::*;

const HEAD: &str = "\u{1b}[2m";
const RED: &str = "\u{1b}[1m\u{1b}[31m";
const CYAN: &str = "\u{1b}[1m\u{1b}[36m";
const END: &str = "\u{1b}[0m";

#[test]
fn a_pipe_has_colours_only_if_they_are_asked_for() {
    let sample = Sample::new();
    let words = ["query", &sample.store, "maren"];
    let plain = good(&words);
    assert!(
        plain.contains("[Maren]") && !plain.contains('\u{1b}'),
        "{plain}"
    );
    let asked = |place: usize| {
        let mut words = words.to_vec();
        words.splice(place..place, ["--color", "always"]);
        good(&words)
    };
    let coloured = asked(0);
    assert!(
        coloured.contains(&format!("{RED}Maren{END}")),
        "{coloured:?}"
    );
    assert_eq!(asked(3), coloured, "the option stands anywhere");
    for format in ["json", "ndjson", "csv", "tsv", "md"] {
        let words = ["query", &sample.store, "maren", "--format", format];
        let mut asked = words.to_vec();
        asked.extend(["--color", "always"]);
        assert_eq!(good(&asked), good(&words), "programs get no colours");
    }
}

#[test]
fn errors_and_hints_are_told_apart_by_colour() {
    let sample = Sample::new();
    let told = |words: &[&str]| {
        let mut words = words.to_vec();
        words.extend(["--color", "always"]);
        err(&run(&words)).to_owned()
    };
    let text = told(&["show", &sample.store, "2018/06/2/none"]);
    assert!(
        text.starts_with(&format!("{RED}eventstore:{END} no event")),
        "{text:?}"
    );
    assert!(
        text.contains(&format!("\n{CYAN}hint:{END} `eventstore query")),
        "{text:?}"
    );
    let text = told(&["query", &sample.store, "tga:x"]);
    assert!(
        text.contains(&format!("\n{CYAN}hint:{END} did you mean tag")),
        "{text:?}"
    );
    let text = told(&["qery", &sample.store]);
    assert!(text.contains(&format!("\n  {CYAN}tip:{END} ")), "{text:?}");
    // No colours, the same words.
    let plain = err(&run(&["qery", &sample.store])).to_owned();
    assert_eq!(
        text.replace(CYAN, "").replace(RED, "").replace(END, ""),
        plain
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_has_colours_unless_the_environment_refuses_them() {
    let sample = Sample::new();
    let words = ["query", &sample.store, "maren", "--columns", "date,title"];
    let shown = run_on_terminal(&words);
    let text = out(&shown);
    assert!(
        text.starts_with(&format!("{HEAD}date        title{END}\n")),
        "{text:?}"
    );
    assert!(text.contains(&format!("{RED}Maren{END}")), "{text:?}");
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let mut refused = command(&words);
        refused.env("TERM", "xterm").env(name, value);
        let shown = run_there(refused);
        assert!(!out(&shown).contains('\u{1b}'), "{name}: {:?}", out(&shown));
    }
    let mut words = words.to_vec();
    words.extend(["--color", "never"]);
    assert!(!out(&run_on_terminal(&words)).contains('\u{1b}'));
    let archives = run_on_terminal(&["archives", &sample.store]);
    assert!(
        out(&archives).starts_with(&format!("{HEAD}format")),
        "{:?}",
        out(&archives)
    );
}
