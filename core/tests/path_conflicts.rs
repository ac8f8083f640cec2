//! Paths that are not as the site has them: which page is whose, and which takes whose place.

mod support;

use eventstore::{IngestOptions, Limits, PageFormat, Report, Store};
use support::{day_page, english, event_page, front_page, id, link, path, tags};

/// Reads pages as pages of the Context: a free page is no Markdown page, whatever lies beside it.
fn put(store: &Store, pages: Vec<(String, Vec<u8>)>) -> Report {
    let options = IngestOptions::new().format(PageFormat::Context);
    let report = store.ingest(pages, options).unwrap();
    assert!(report.partition_holds(), "{report}");
    report
}

const A: &str = "2017/03/2/a-harbour-opens";
const B: &str = "2017/03/2/a-bridge-closes";

#[test]
fn of_a_path_that_comes_twice_the_later_file_stays_also_at_the_second_ingest() {
    let s = Store::memory().unwrap();
    let pages = vec![
        english(A, "One.", "Old", &[]),
        english(A, "Two.", "New", &[]),
    ];
    put(&s, pages.clone());
    assert_eq!(tags(&s, A), ["New"]);
    let r = put(&s, pages.clone());
    assert_eq!(tags(&s, A), ["New"]);
    assert_eq!((r.files, r.changed, r.unchanged, r.twins), (1, 0, 1, 0));
}

#[test]
fn of_two_folders_with_one_page_the_first_by_name_has_it_in_any_order_at_any_ingest() {
    let a = (
        format!("a/{}", path(A)),
        event_page(false, A, "One.", "Aa", &[]),
    );
    let b = (
        format!("b/{}", path(A)),
        event_page(false, A, "Two.", "Bb", &[]),
    );
    for pages in [vec![a.clone(), b.clone()], vec![b.clone(), a.clone()]] {
        let s = Store::memory().unwrap();
        put(&s, pages.clone());
        assert_eq!(tags(&s, A), ["Aa"], "first");
        put(&s, pages.clone());
        assert_eq!(tags(&s, A), ["Aa"], "second");
        put(&s, pages.clone());
        assert_eq!(tags(&s, A), ["Aa"], "third");
    }
}

#[test]
fn of_two_folders_with_one_page_the_first_has_it_also_when_a_commit_lies_between() {
    let a = (
        format!("a/{}", path(A)),
        event_page(false, A, "One.", "Aa", &[]),
    );
    let b = (
        format!("b/{}", path(A)),
        event_page(false, A, "Two.", "Bb", &[]),
    );
    let mut pages = vec![b];
    for i in 0..600 {
        let e = format!("2017/03/3/p{i}");
        pages.push((
            format!("b/{}", path(&e)),
            event_page(false, &e, "T.", "C", &[]),
        ));
    }
    pages.push(a);
    let s = Store::memory().unwrap();
    let o = IngestOptions::new()
        .format(PageFormat::Context)
        .limits(Limits::default().commit_bytes(1));
    let r = s.ingest(pages, o).unwrap();
    assert!(r.partition_holds());
    assert_eq!(tags(&s, A), ["Aa"]);
}

#[test]
fn a_day_page_outside_its_days_folder_is_replaced_when_it_changes() {
    for folder in ["2", "2017/03/2", "03/2", "x/y/z"] {
        let s = Store::memory().unwrap();
        put(
            &s,
            vec![
                english(A, "One.", "Aa", &[]),
                english(B, "Two.", "Bb", &[]),
                (
                    format!("{folder}/index.md"),
                    day_page(false, "2017/03/2", &[link(A, "One.", "Iron")]),
                ),
            ],
        );
        assert!(s.get(id(B)).unwrap().unwrap().superseded);
        put(
            &s,
            vec![(
                format!("{folder}/index.md"),
                day_page(false, "2017/03/2", &[link(B, "Two.", "Tin")]),
            )],
        );
        assert!(!s.get(id(B)).unwrap().unwrap().superseded, "{folder}");
        assert!(s.get(id(A)).unwrap().unwrap().superseded, "{folder}");
        assert_eq!(tags(&s, A), ["Aa"], "{folder}");
    }
}

#[test]
fn a_page_that_is_refused_keeps_the_event_that_its_path_had() {
    let s = Store::memory().unwrap();
    put(
        &s,
        vec![(
            "a.md".into(),
            event_page(false, "2017/03/2/a", "One is here.", "Aa", &[]),
        )],
    );
    assert!(s.contains(id("2017/03/2/a")).unwrap());
    put(
        &s,
        vec![(
            "news/2018/01/1/a.md".into(),
            event_page(true, "2018/01/1/a", "港口第一页开放", "Zz", &[]),
        )],
    );
    let r = put(
        &s,
        vec![(
            "a.md".into(),
            event_page(false, "2018/01/1/a", "One is here.", "Aa", &[]),
        )],
    );
    assert_eq!(r.failed, 1);
    assert!(
        s.contains(id("2017/03/2/a")).unwrap(),
        "the old event is gone though the new page was refused"
    );
}

#[test]
fn a_path_without_a_day_holds_one_event_whatever_its_language() {
    let s = Store::memory().unwrap();
    put(
        &s,
        vec![(
            "a.md".into(),
            event_page(false, "2017/03/2/a", "One is here.", "Aa", &[]),
        )],
    );
    put(
        &s,
        vec![(
            "a.md".into(),
            event_page(true, "2018/01/1/a", "港口第一页开放", "Zz", &[]),
        )],
    );
    assert_eq!(s.len().unwrap(), 1);
}

#[test]
fn a_link_beside_two_twins_of_other_days_is_found() {
    let s = Store::memory().unwrap();
    let x = "2017/03/9/x";
    // many rows so that the first segment is not absorbed
    let mut pages = vec![english(x, "X.", "Cx", &[])];
    for i in 0..60 {
        let e = format!("2017/03/3/p{i}");
        pages.push(english(&e, "T.", "C", &[]));
    }
    put(&s, pages);
    let t1 = (
        "news/2017/3/9/x.md".to_string(),
        event_page(false, "2017/03/9/x", "X.", "T1", &[]),
    );
    let t2 = (
        "news/2017/3/09/x.md".to_string(),
        event_page(false, "2017/03/1/x", "X.", "T2", &[]),
    );
    let t3 = (
        "news/2017/03/09/x.md".to_string(),
        event_page(false, "2017/03/11/x", "X.", "T2", &[]),
    );
    let l = (
        "news/2017/03/5/l.md".to_string(),
        event_page(false, "2017/03/5/l", "L.", "Cl", &[link(x, "X.", "Cx")]),
    );
    put(&s, vec![t1, t2, t3, l]);
    assert_eq!(tags(&s, x), ["Cx"]);
    assert_eq!(
        s.query(format!("refers:\"{x}\"").as_str())
            .unwrap()
            .count()
            .unwrap(),
        1
    );
    // something unrelated that makes x weighed anew
    put(
        &s,
        vec![(
            "news/2017/03/6/m.md".to_string(),
            event_page(false, "2017/03/6/m", "M.", "Cm", &[link(x, "X.", "More")]),
        )],
    );
    assert_eq!(tags(&s, x), ["Cx", "More"]);
    assert_eq!(
        s.query(format!("refers:\"{x}\"").as_str())
            .unwrap()
            .count()
            .unwrap(),
        2
    );
}

#[test]
fn a_context_line_of_the_other_language_is_no_evidence() {
    let s = Store::memory().unwrap();
    put(
        &s,
        vec![
            english(A, "One is here.", "Aa", &[]),
            (
                "zh/news/2017/03/2/index.md".into(),
                day_page(true, "2017/03/2", &[link(A, "港口", "铁")]),
            ),
        ],
    );
    assert_eq!(tags(&s, A), ["Aa"]);
}

#[test]
fn an_index_pair_of_which_one_comes_twice_is_counted_once() {
    let s = Store::memory().unwrap();
    let other = b"# text\n\nSome.\n".to_vec();
    put(
        &s,
        vec![
            ("d/e/index.md".into(), other.clone()),
            ("d/e/README.md".into(), other.clone()),
            ("d/e/README.md".into(), front_page(true, &[])),
        ],
    );
    let s = Store::memory().unwrap();
    put(
        &s,
        vec![
            ("d/e/index.md".into(), other.clone()),
            ("d/e/README.md".into(), other.clone()),
            (
                "d/e/README.md".into(),
                event_page(false, "2017/03/2/x", "T.", "C", &[]),
            ),
        ],
    );
    let s = Store::memory().unwrap();
    put(
        &s,
        vec![
            ("b/index.md".into(), other.clone()),
            ("b/README.md".into(), other.clone()),
            (
                "a/README.md".into(),
                front_page(false, &[link(A, "t", "x")]),
            ),
            ("a/README.md".into(), b"other".to_vec()),
        ],
    );
}

#[test]
fn a_path_of_huge_numbers_is_a_path() {
    let s = Store::memory().unwrap();
    put(&s, vec![english(A, "One.", "Aa", &[])]);
    for p in [
        "4000000000/9/9/x.md",
        "9/4000000000/9/x.md",
        "4294967295/4294967295/4294967295/x.md",
        "429496/9999999/999999999.md",
    ] {
        put(&s, vec![(p.into(), b"some text".to_vec())]);
        put(&s, vec![(p.into(), b"some text two".to_vec())]);
    }
    assert_eq!(
        s.query("related:\"4000000000/9/9/x\"")
            .unwrap()
            .count()
            .unwrap(),
        0
    );
    put(
        &s,
        vec![(
            path(A),
            event_page(
                false,
                A,
                "One.",
                "Aa",
                &[link("4000000000/9/9/x", "t", "g")],
            ),
        )],
    );
    put(
        &s,
        vec![(
            path(A),
            event_page(
                false,
                A,
                "One.",
                "Ab",
                &[link("4000000000/99/9/x", "t", "g")],
            ),
        )],
    );
}

#[test]
fn another_page_is_replaced_when_it_changes_wherever_it_lies() {
    let s = Store::memory().unwrap();
    for p in [
        "2017/03/2/x.md",
        "a/b/c.md",
        "news/2017/03/2/img/x.md",
        "2017/03/2/index.md",
    ] {
        put(&s, vec![(p.into(), b"some text".to_vec())]);
        put(&s, vec![(p.into(), b"some text two".to_vec())]);
        let r = put(&s, vec![(p.into(), b"some text".to_vec())]);
        assert_eq!(r.unchanged, 0, "{p}: the old text is still held");
    }
}

#[test]
fn a_page_may_become_a_page_of_any_other_kind() {
    // event <-> listing <-> other at an id-less path
    let e = event_page(
        false,
        "2017/03/2/c",
        "T is.",
        "C",
        &[link(A, "t", "FromEvent")],
    );
    let d = day_page(false, "2017/03/2", &[link(A, "t", "FromDay")]);
    let f = front_page(false, &[link(A, "t", "FromFront")]);
    let o = b"other".to_vec();
    let base = english(A, "One.", "Aa", &[]);
    let all = [("FromEvent", e), ("FromDay", d), ("FromFront", f), ("", o)];
    for p in [
        "c.md",
        "x/c.md",
        "2017/03/2/c.md",
        "03/2/c.md",
        "news/2017/03/2/sub/c.md",
        "news/2017/03/4/sub/c.md",
    ] {
        for (i, (_, first)) in all.iter().enumerate() {
            for (j, (want, second)) in all.iter().enumerate() {
                let s = Store::memory().unwrap();
                put(&s, vec![base.clone(), (p.into(), first.clone())]);
                put(&s, vec![(p.into(), second.clone())]);
                let fresh = Store::memory().unwrap();
                put(&fresh, vec![base.clone(), (p.into(), second.clone())]);
                assert_eq!(tags(&s, A), tags(&fresh, A), "{p} {i} -> {j} {want}");
                assert_eq!(s.len().unwrap(), fresh.len().unwrap(), "{p} {i} -> {j}");
                assert_eq!(
                    s.get(id(A)).unwrap(),
                    fresh.get(id(A)).unwrap(),
                    "{p} {i} -> {j}"
                );
            }
        }
    }
}

#[test]
fn two_languages_with_one_id_in_one_archive_are_a_failed_page_not_a_twin() {
    let s = Store::memory().unwrap();
    let r = put(
        &s,
        vec![
            english(A, "One is here.", "Aa", &[]),
            (
                format!("zh/{}", path(A)),
                event_page(true, A, "港口第一页开放", "Zz", &[]),
            ),
        ],
    );
    assert_eq!(r.failed, 1);
}
