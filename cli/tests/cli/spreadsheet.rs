//! No cell runs as a formula in a spreadsheet.

use super::*;

#[test]
fn cells_that_would_be_formulas_are_text_unless_cells_are_raw() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let mut lines = String::new();
    for (number, title) in ["=1+1", "+1", "-30 degrees", "@SUM(A1)"].iter().enumerate() {
        lines.push_str(&format!(
            "{{\"id\":\"2017/03/2/{number}\",\"date\":\"2017-03-02\",\"title\":\"{title}\",\"tags\":[\"={number}\"]}}\n"
        ));
    }
    write(&folder.path().join("events.ndjson"), &lines);
    good(&["add", &at("a.store"), &at("events.ndjson")]);
    for (format, separator) in [("csv", ","), ("tsv", "\t")] {
        for command in ["query", "tags", "facets"] {
            let text = good(&[command, &at("a.store"), "--format", format]);
            let raw = good(&[command, &at("a.store"), "--format", format, "--raw-cells"]);
            assert_eq!(text.replace('\'', ""), raw, "{command}");
            assert_eq!(raw.lines().count(), 5, "{raw}");
            for line in text.lines() {
                for cell in line.split(separator) {
                    assert!(!cell.starts_with(['=', '+', '-', '@']), "{line}");
                }
            }
            assert!(
                raw.contains(&format!("{separator}=1+1")) || raw.contains("\n=0"),
                "{raw}"
            );
        }
    }
    for name in ["query", "facets", "tags", "timeline", "stats"] {
        assert!(good(&[name, "--help"]).contains("--raw-cells"), "{name}");
    }
}
