//! `backup`; `export` and `import`: a store in a file, and through a pipe.

use serde_json::Value;

use super::*;

/// Every event of a store.
fn all(store: &str) -> String {
    good(&["query", store, "superseded:yes", "--format", "ndjson"])
}

#[test]
fn a_store_goes_into_a_file_and_comes_back() {
    let sample = Sample::new();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (file, other, store) = (at("moved.tar.zst"), at("other.store"), &*sample.store);
    let told = good(&["export", store, &file]);
    assert!(told.contains(" pages with 73 events, "), "{told}");
    let json: Value = serde_json::from_str(&good(&["export", store, &file, "--json"])).unwrap();
    assert_eq!(json["events"], 73);
    assert_eq!(json["written"], std::fs::metadata(&file).unwrap().len());
    let told = good(&["import", &other, &file]);
    assert!(told.contains("73"), "{told}");
    assert_eq!(all(&other), all(store));
    // Again, and by `ingest`: nothing is new.
    for command in ["import", "ingest"] {
        let report = good(&[command, &other, &file, "--json"]);
        let report: Value = serde_json::from_str(&report).unwrap();
        assert_eq!(
            (&report["parsed"], &report["failed"]),
            (&0.into(), &0.into())
        );
    }
    let error = bad(1, &["ingest", &other, &file, "--prune"]);
    assert!(error.contains("leave prune out"), "{error}");
}

#[test]
fn a_store_goes_through_a_pipe() {
    let sample = Sample::new();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (file, other, store) = (at("moved.tar.zst"), at("other.store"), &*sample.store);
    good(&["export", store, &file]);
    let exported = run(&["export", store, "-"]);
    assert_eq!(exported.status.code(), Some(0), "{}", err(&exported));
    assert_eq!(exported.stdout, std::fs::read(&file).unwrap());
    let mut import = command(&["import", &other, "-"]);
    let imported = import
        .stdin(std::fs::File::open(&file).unwrap())
        .output()
        .unwrap();
    assert_eq!(imported.status.code(), Some(0), "{}", err(&imported));
    assert_eq!(all(&other), all(store));
}

#[test]
fn what_is_no_export_is_refused_and_leaves_no_store_behind() {
    let sample = Sample::new();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (file, other, store) = (at("moved.tar.zst"), at("other.store"), &*sample.store);
    good(&["export", store, &file]);
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let error = bad(1, &["import", &other, &file]);
    assert!(error.contains("cut short or damaged"), "{error}");
    assert!(error.contains("nothing of it was imported"), "{error}");
    assert!(!Path::new(&other).exists());
    write(Path::new(&file), "text");
    let error = bad(1, &["import", &other, &file]);
    assert!(error.contains("moved.tar.zst"), "{error}");
    assert!(!Path::new(&other).exists());
    let output = run_with("", &["import", &other, "-"]);
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    assert!(!Path::new(&other).exists());
    let error = bad(1, &["import", &file, store]);
    assert!(error.starts_with("eventstore: "), "{error}");
    let error = bad(1, &["import", store, &at("none.tar.zst")]);
    assert!(error.contains("the store comes first"), "{error}");
    let error = bad(1, &["export", &at("none.store"), &file]);
    assert!(error.contains("no such file or directory"), "{error}");
    let error = bad(1, &["export", store, &at("none/moved.tar.zst")]);
    assert!(error.contains("none: no such file or directory"), "{error}");
}

#[cfg(target_os = "linux")]
#[test]
fn an_export_is_not_written_to_a_terminal() {
    let sample = Sample::new();
    let output = run_on_terminal(&["export", &sample.store, "-"]);
    assert_eq!((output.status.code(), out(&output)), (Some(1), ""));
    assert!(
        err(&output).contains("hint: name a file"),
        "{}",
        err(&output)
    );
}

#[test]
fn a_backup_is_a_store_that_answers_as_the_one_it_is_of() {
    let sample = Sample::new();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (store, target) = (&*sample.store, at("b.store"));
    let told = good(&["backup", store, &target]);
    assert!(told.starts_with("73 events of commit "), "{told}");
    assert_eq!(all(&target), all(store));
    good(&["verify", &target, "--full"]);
    let json = good(&["backup", store, &at("c.store"), "--json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&json["events"], &json["path"]),
        (&73.into(), &at("c.store").into())
    );
    let error = bad(1, &["backup", store, &target]);
    assert!(error.contains("something is there already"), "{error}");
    bad(1, &["backup", &at("none"), &at("d.store")]);
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 2);
}
