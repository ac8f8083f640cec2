//! `verify`.

use serde_json::Value;

use super::*;

#[test]
fn a_sound_store_is_told_as_one_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (store, vault) = (at("v.store"), at("vault"));
    write(&Path::new(&vault).join("a.md"), "See [[b]].\n");
    write(&Path::new(&vault).join("b.md"), "B\n");
    good(&["ingest", &store, &vault]);
    let quick = good(&["verify", &store]);
    let lines: Vec<&str> = quick.lines().collect();
    assert!(lines[0].starts_with("chunks "), "{quick}");
    assert_eq!(lines[1..], ["nothing is wrong"]);
    let full = good(&["verify", &store, "--full"]);
    let names = full.lines().map(|line| line.split(' ').next().unwrap());
    let names: Vec<&str> = names.collect();
    assert_eq!(names, ["chunks", "rows", "indexes", "law", "nothing"]);
    let json = good(&["verify", &store, "--full", "--format", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["found"], &json["rows"]), (&0.into(), &2.into()));
    assert_eq!(json["findings"], Value::Array(Vec::new()));
    let csv = good(&["verify", &store, "--format", "csv"]);
    assert_eq!(csv, "segment,part,path,message\r\n");
    bad(1, &["verify", &at("no.store")]);
}
