//! What the README shows of the command line, run on the sample archive.

use super::*;

/// The README's text, with the line ends of any checkout.
fn readme() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    std::fs::read_to_string(path).unwrap().replace('\r', "")
}

/// The first block of a language behind a text of the README.
#[track_caller]
fn block<'t>(readme: &'t str, behind: &str, language: &str) -> &'t str {
    let (_, rest) = readme.split_once(behind).unwrap();
    let (_, rest) = rest.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

/// A directory that holds `examples/archive`, as a clone does.
#[cfg(unix)]
fn clone() -> TempDir {
    let clone = tempfile::tempdir().unwrap();
    let examples = archive().parent().unwrap().canonicalize().unwrap();
    std::os::unix::fs::symlink(examples, clone.path().join("examples")).unwrap();
    clone
}

/// Runs a line as a shell does that finds `eventstore` on its path.
#[cfg(unix)]
fn shell(line: &str, folder: &Path) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_eventstore"));
    let path = std::env::var("PATH").unwrap();
    Command::new("sh")
        .args(["-c", line])
        .current_dir(folder)
        .env("COLUMNS", "80")
        .env(
            "PATH",
            format!("{}:{path}", program.parent().unwrap().display()),
        )
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

#[cfg(unix)]
#[test]
fn every_line_of_the_command_line_block_works_in_order_and_finds_something() {
    let (readme, clone) = (readme(), clone());
    let lines = block(&readme, "## On the command line", "sh").lines();
    let mut lines: Vec<&str> = lines.collect();
    assert!(lines.remove(0).starts_with("cargo build "));
    assert!(lines.remove(0).starts_with("export PATH="));
    for command in COMMANDS {
        let word = format!("eventstore {command} ");
        assert!(lines.iter().any(|line| line.contains(&word)), "{command}");
    }
    for line in lines {
        let output = shell(line, clone.path());
        let told = err(&output);
        assert_eq!(output.status.code(), Some(0), "{line}: {told}");
        assert!(!told.contains("hint: "), "{line}: {told}");
        assert!(
            !out(&output).is_empty() || line.contains(" compact "),
            "{line}"
        );
    }
}

/// Of a line that ends in `…` what stands before it is compared, and of one with the time that an
/// ingest took what stands before that.
#[cfg(unix)]
#[test]
fn what_the_readme_shows_is_what_the_commands_print() {
    let (readme, clone) = (readme(), clone());
    let section = readme.split("\n## ").next().unwrap();
    let blocks = section.split("```text\n").skip(1);
    let shown: String = blocks
        .map(|block| block.split("```").next().unwrap())
        .collect();
    let mut steps = 0;
    for step in shown.split("$ ").skip(1) {
        let (line, expected) = step.split_once('\n').unwrap();
        let output = shell(line, clone.path());
        let printed = format!("{}{}", out(&output), err(&output));
        let expected = expected.trim_end();
        assert_eq!(
            printed.lines().count(),
            expected.lines().count(),
            "{line}: {printed}"
        );
        for (printed, expected) in printed.lines().zip(expected.lines()) {
            // A part of a text begins with `…` where text stands before it.
            let text = expected.trim_start_matches([' ', '…']);
            let cut = text.find('…').map(|at| expected.len() - text.len() + at);
            let start = expected[..cut.unwrap_or(expected.len())]
                .split(" kB in ")
                .next()
                .unwrap();
            assert!(printed.starts_with(start), "{line}: {printed}");
        }
        steps += 1;
    }
    assert_eq!(steps, 8);
}
