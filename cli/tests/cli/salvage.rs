//! `salvage`.

use serde_json::Value;

use super::*;

#[test]
fn a_damaged_store_goes_into_a_file_and_what_is_lost_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (vault, store, copy, file) = (at("vault"), at("v.store"), at("c.store"), at("v.tar.zst"));
    for name in ["a", "b", "c"] {
        write(
            &Path::new(&vault).join(format!("{name}.md")),
            &format!("Page {name}.\n"),
        );
    }
    good(&["ingest", &store, &vault]);
    let told = good(&["salvage", &store, &file]);
    assert!(told.starts_with("3 pages with 3 events given, "), "{told}");
    assert!(told.ends_with("\nnothing is lost\n"), "{told}");
    let whole = std::fs::read(&file).unwrap();
    good(&["export", &store, &at("e.tar.zst")]);
    assert_eq!(whole, std::fs::read(at("e.tar.zst")).unwrap());

    // The pages' bytes lie in one chunk, of part 16; sled may have written it twice.
    good(&["backup", &store, &copy]);
    let db = Path::new(&copy).join("data-000001/db");
    let mut bytes = std::fs::read(&db).unwrap();
    let starts = bytes.windows(3).enumerate();
    let starts = starts.filter(|(_, mark)| mark == b"eS\x01");
    let starts: Vec<usize> = starts.map(|(at, _)| at).collect();
    for at in starts
        .into_iter()
        .filter(|&at| bytes[at + 8] == 16)
        .collect::<Vec<_>>()
    {
        bytes[at + 25] ^= 1;
    }
    std::fs::write(&db, bytes).unwrap();
    let verified = run(&["verify", &copy]);
    assert_eq!(verified.status.code(), Some(1));
    assert!(err(&verified).contains("`eventstore salvage` gives back"));
    let output = run(&["salvage", &copy, &file]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        err(&output).contains("3 pages are lost\nhint: import"),
        "{}",
        err(&output)
    );
    let told = out(&output);
    assert!(
        told.contains("1 chunk is damaged or missing\nlost: a.md (segment 0, row "),
        "{told}"
    );
    let json = run(&["salvage", &copy, &file, "--json"]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(
        (&json["lost"], &json["basis"]),
        (&3.into(), &"current".into())
    );

    std::fs::remove_file(Path::new(&store).join("CURRENT")).unwrap();
    let output = run(&["salvage", &store, &file]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        out(&output).contains("CURRENT cannot be read"),
        "{}",
        out(&output)
    );
    assert!(
        err(&output).contains("it is not known whether pages are missing"),
        "{}",
        err(&output)
    );
    let other = at("o.store");
    good(&["import", &other, &file]);
    assert_eq!(
        good(&["query", &other, "undated:yes", "--ids"])
            .lines()
            .count(),
        3
    );
    bad(1, &["salvage", &at("none"), &file]);
}
