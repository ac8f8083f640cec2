//! `help`, `completions`, `man`.

use super::*;

#[test]
fn help_explains_commands_and_topics() {
    assert_eq!(good(&["help"]), good(&["--help"]));
    let query = good(&["help", "query"]);
    assert_eq!(query, good(&["query", "--help"]));
    assert!(
        query.contains("tag:(Syria, Iraq)"),
        "the language too: {query}"
    );
    let all = good(&["help"]);
    let topics = all.lines().find_map(|line| line.split_once(" explains: "));
    let topics = topics.unwrap().1.trim_end_matches('.');
    let mut seen = 0;
    for topic in topics.split(", ") {
        let text = good(&["help", topic]);
        assert!(text.lines().count() > 5, "{topic}: {text}");
        seen += 1;
    }
    assert_eq!(seen, 6);
    for command in COMMANDS {
        let text = good(&["help", command]);
        assert_eq!(text, good(&[command, "--help"]));
        let about = text.lines().next().unwrap();
        let about = about.split_whitespace().collect::<Vec<_>>().join(" ");
        let listed = all.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            listed.contains(&format!(" {command} {about}")),
            "{command}: {about}"
        );
    }
    assert_eq!(good(&["help", "syntax"]), good(&["help", "queries"]));
    let told = bad(2, &["help", "quary"]);
    assert!(told.contains("'query'"), "{told}");
    let told = bad(2, &["help", "nope"]);
    assert!(
        told.ends_with(&format!("hint: topics are {topics}\n")),
        "{told}"
    );
    assert!(!bad(2, &["nope"]).contains("topics"));
    assert!(good(&["help", "columns"]).contains("sources.domain"));
    for column in good(&[
        "query",
        &Sample::new().store,
        "--limit",
        "1",
        "--columns",
        "*",
        "--format",
        "csv",
    ])
    .lines()
    .next()
    .unwrap()
    .split(',')
    {
        assert!(good(&["help", "columns"]).contains(column), "{column}");
    }
}

#[test]
fn each_shell_gets_a_script_that_knows_every_command() {
    for shell in ["bash", "zsh", "fish"] {
        let script = good(&["completions", shell]);
        for command in COMMANDS {
            assert!(script.contains(command), "{shell}: {command}");
        }
        assert!(script.contains("ndjson"), "{shell}");
    }
    let told = bad(2, &["completions", "tcsh"]);
    assert!(told.contains("bash"), "{told}");
}

/// Runs a shell over a script; `None` where there is no such shell.
fn run_shell(shell: &str, arguments: &[&str], script: &str) -> Option<Output> {
    let mut child = Command::new(shell)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let _ = child.stdin.take()?.write_all(script.as_bytes());
    child.wait_with_output().ok()
}

#[test]
fn shells_read_their_scripts() {
    for (shell, arguments) in [
        ("bash", vec!["-n"]),
        ("zsh", vec!["-n"]),
        ("fish", vec!["--no-execute"]),
    ] {
        match run_shell(shell, &arguments, &good(&["completions", shell])) {
            Some(output) => {
                assert!(output.status.success(), "{shell}: {}", err(&output));
                assert_eq!(err(&output), "", "{shell}");
            }
            None => println!("skipped: no {shell} here"),
        }
    }
}

#[test]
fn bash_completes_commands_options_and_values() {
    let complete = |words: &[&str]| {
        let at = words.len() - 1;
        let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        let script = format!(
            "{}\nCOMP_WORDS=({})\nCOMP_CWORD={at}\n_eventstore eventstore '{}' '{}'\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
            good(&["completions", "bash"]),
            quoted.join(" "),
            words[at],
            words[at - 1],
        );
        let output = run_shell("bash", &["--norc"], &script)?;
        assert_eq!(err(&output), "");
        Some(out(&output).to_owned())
    };
    let Some(commands) = complete(&["eventstore", "re"]) else {
        println!("skipped: no bash here");
        return;
    };
    let commands: Vec<&str> = commands.lines().collect();
    assert_eq!(commands, ["remove", "related", "referring", "reindex"]);
    let options = complete(&["eventstore", "query", "--co"]).unwrap();
    let mut options: Vec<&str> = options.lines().collect();
    options.sort_unstable();
    assert_eq!(options, ["--color", "--columns", "--count"]);
    let formats = complete(&["eventstore", "query", "--format", ""]).unwrap();
    assert_eq!(
        formats.split_whitespace().collect::<Vec<_>>(),
        ["table", "json", "ndjson", "csv", "tsv", "md"]
    );
}

#[test]
fn a_page_for_man_is_written_for_each_command() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man1");
    let said = good(&["man", pages.to_str().unwrap()]);
    let count = std::fs::read_dir(&pages).unwrap().count();
    assert!(said.starts_with(&format!("{count} pages in ")), "{said}");
    let root = std::fs::read_to_string(pages.join("eventstore.1")).unwrap();
    assert_eq!(root, good(&["man"]));
    for command in COMMANDS {
        let page = std::fs::read_to_string(pages.join(format!("eventstore-{command}.1")));
        assert!(page.unwrap().contains(".SH SYNOPSIS"), "{command}");
    }
    let groff = |page: &str| {
        let read = run_shell("groff", &["-man", "-k", "-Tutf8", "-ww", "-P-cbou"], page)?;
        assert_eq!(err(&read), "", "groff has something to say");
        Some(out(&read).to_owned())
    };
    let query = std::fs::read_to_string(pages.join("eventstore-query.1")).unwrap();
    let Some(shown) = groff(&query) else {
        println!("skipped: no groff here");
        return;
    };
    for part in [
        "eventstore query news.store 'flood warning 2017-03'",
        "  flood storm                both words",
        "--columns",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    for page in std::fs::read_dir(&pages).unwrap() {
        groff(&std::fs::read_to_string(page.unwrap().path()).unwrap());
    }
}
