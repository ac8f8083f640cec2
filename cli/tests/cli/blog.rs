//! Questions about Markdown pages: the sample blog.

use super::*;

/// A directory with a store of `examples/blog` in it.
fn blog() -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("blog.store");
    let store = store.to_str().unwrap().to_owned();
    let pages = archive().with_file_name("blog");
    good(&["ingest", &store, pages.to_str().unwrap()]);
    (folder, store)
}

#[test]
fn keys_of_the_front_matter_kinds_and_languages_are_asked_for() {
    let (_folder, store) = blog();
    for (words, expected) in [
        (
            vec!["meta.series:ferries"],
            "_posts/2019-07-08-on-ferries\n_posts/2020-02-29-a-leap-day\n",
        ),
        (vec!["meta.\"my key\":a*"], "notes/2021-03-02\n"),
        (vec!["has:cover"], "_posts/2019-07-08-on-ferries\n"),
        (vec!["-has:(tag, series)"], "content/posts/caldo.pt-br\n"),
        (
            vec!["lang:pt", "kind:recipe"],
            "content/posts/caldo.pt-br\n",
        ),
        (
            vec!["author:\"rui prado\"", "2020"],
            "content/posts/caldo.pt-br\n",
        ),
        (vec!["undated:only"], "about\n"),
        (vec!["draft:only"], "content/posts/next-summer\n"),
    ] {
        let mut all = vec!["query", store.as_str()];
        all.extend(&words);
        all.push("--ids");
        assert_eq!(good(&all), expected, "{words:?}");
    }
    let told = bad(2, &["query", &store, "series:ferries"]);
    assert!(told.contains("did you mean meta.series:?"), "{told}");
}

#[test]
fn kinds_languages_and_values_of_a_key_are_counted() {
    let (_folder, store) = blog();
    for (by, expected, told) in [
        ("kind", "page,4\r\nnote,1\r\nrecipe,1\r\n", "3 of 3 kinds\n"),
        (
            "lang",
            "und,3\r\nen,1\r\nen-GB,1\r\npt-BR,1\r\n",
            "4 of 4 languages\n",
        ),
        (
            "meta.series",
            "Ferries,2\r\nCalendar,1\r\nPilots,1\r\n",
            "3 of 3 values\n",
        ),
        ("meta.my key", "a: b,1\r\n", "1 of 1 value\n"),
        ("meta.nothing", "", "0 of 0 values\n"),
    ] {
        let words = ["facets", &store, "--by", by];
        assert_eq!(err(&run(&words)), told, "{by}");
        let csv = good(&["facets", &store, "--by", by, "--format", "csv"]);
        assert_eq!(csv, format!("value,count\r\n{expected}"), "{by}");
    }
    let json = good(&["facets", &store, "--by", "meta.my key", "--format", "json"]);
    assert!(json.contains(r#""by": "meta.\"my key\"""#), "{json}");
    let told = bad(2, &["facets", &store, "--by", "series"]);
    assert!(told.contains("meta.KEY"), "{told}");
}
