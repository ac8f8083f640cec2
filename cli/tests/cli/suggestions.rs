//! Options that no command has, and what is said instead.

use super::*;

#[test]
fn an_option_that_other_programs_have_is_answered_with_what_to_write() {
    for (words, tip) in [
        ("query s flood -n 5", "write --limit 5"),
        ("query s flood --head 5", "write --limit 5"),
        ("query s flood --top=5", "write --limit 5"),
        ("query s flood --max", "write --limit N"),
        ("query s flood --tail 5", "write --reverse --limit 5"),
        ("tags s -n 5", "write --top 5"),
        ("facets s flood --limit 5", "write --top 5"),
        ("similar s 2017/03/2/a --limit 5", "write --top 5"),
        ("related s 2017/03/2/a --top 5", "write --limit 5"),
        (
            "query s flood --since 2017",
            "write a time in the query: 2017..",
        ),
        (
            "timeline s --until=2018-03",
            "write a time in the query: ..2018-03",
        ),
        ("facets s --year 2017", "write a time in the query: 2017"),
        (
            "query s --tag Syria",
            "write a condition in the query: 'tag:Syria'",
        ),
        ("query s --drafts", "write draft:yes in the query"),
        ("query s flood -o a.csv", "write --output a.csv"),
        ("query s flood -f json", "write --format json"),
        ("query s flood --fields date", "write --columns date"),
        (
            "query s flood --sort date",
            "write --order date, -date or relevance",
        ),
        ("timeline s --group-by year", "write --by year"),
    ] {
        let words: Vec<&str> = words.split(' ').collect();
        let told = bad(2, &words);
        assert!(
            told.starts_with("eventstore: unexpected argument '-"),
            "{told}"
        );
        assert!(
            told.contains(&format!("\n\n  tip: {tip}\n\nUsage: ")),
            "{words:?}: {told}"
        );
        assert_eq!(told.matches("tip:").count(), 1, "{words:?}: {told}");
    }
}

#[test]
fn the_next_word_is_a_value_only_where_it_can_be_one() {
    let sample = Sample::new();
    let store = &*sample.store;
    for (words, tip) in [
        (vec!["query", "--head", store], "write --limit N"),
        (vec!["query", "--head", "news.store"], "write --limit N"),
        (
            vec!["query", store, "--tail", "flood"],
            "write --reverse --limit N",
        ),
        (
            vec!["query", "--tag", store],
            "write a condition in the query: 'tag:…'",
        ),
        (vec!["query", "-o", store, "flood"], "write --output FILE"),
        (vec!["query", store, "-f", "flood"], "write --format FORMAT"),
        (
            vec!["query", "--since", store],
            "write a time in the query: 2017..",
        ),
        (
            vec!["query", store, "--until", "March"],
            "write a time in the query: ..2017",
        ),
        (
            vec!["query", store, "--on", "09-11"],
            "write a condition in the query: on:09-11",
        ),
        (
            vec!["query", store, "--on", "2017-03-02"],
            "write a time in the query: 2017-03-02",
        ),
        (
            vec!["query", store, "--day", "flood"],
            "write a time in the query: 2017-03",
        ),
        (
            vec!["timeline", store, "--group-by", "tag"],
            "write --by month",
        ),
        (
            vec!["facets", store, "--field", "meta.series"],
            "write --by meta.series",
        ),
    ] {
        let told = bad(2, &words);
        assert!(
            told.contains(&format!("  tip: {tip}\n")),
            "{words:?}: {told}"
        );
    }
}

#[test]
fn what_is_suggested_is_read_by_a_shell_as_it_is_meant() {
    for (option, value, tip) in [
        ("--tag", "New York", r#"'tag:"New York"'"#),
        ("--tag", "syri*", "'tag:syri*'"),
        ("--title", r#"the "Maren""#, r#"'title:"the \"Maren\""'"#),
        ("--author", "O'Brien", r"'author:O'\''Brien'"),
        ("--lang", "no language", "'lang:…'"),
        ("-o", "my file.csv", "--output 'my file.csv'"),
        ("--fields", "date, title", "--columns 'date, title'"),
    ] {
        let told = bad(2, &["query", "s", option, value]);
        let line = told.lines().find(|line| line.starts_with("  tip: "));
        assert!(
            line.is_some_and(|line| line.ends_with(&format!(" {tip}"))),
            "{told}"
        );
    }
}

#[test]
fn what_nobody_knows_is_answered_by_the_parser() {
    let told = bad(2, &["query", "s", "--limot", "5"]);
    assert!(
        told.contains("tip: a similar argument exists: '--limit'"),
        "{told}"
    );
    let told = bad(2, &["stats", "s", "-n", "5"]);
    assert!(
        told.contains("unexpected argument '-n'") && !told.contains("--limit"),
        "{told}"
    );
}

#[test]
fn a_word_of_one_letter_is_left_out_in_quotes() {
    let sample = Sample::new();
    let count = |query: &str| good(&["query", &sample.store, query, "--count"]);
    let with: u64 = count("a").trim().parse().unwrap();
    let without: u64 = count("-\"a\"").trim().parse().unwrap();
    let all: u64 = count("").trim().parse().unwrap();
    assert!(
        with > 0 && with + without == all,
        "{with} + {without} = {all}"
    );
}
