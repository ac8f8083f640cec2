#!/usr/bin/env bash
# toml 1.2.2: the keys of a parsed document come in order of their text, not of the document, and an integer has lost
# its underscores. The spans still have both: sorted by them the keys are in order, and the source says the digits.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
mkdir src
cat > Cargo.toml <<'E'
[package]
name = "finding"
version = "0.0.0"
edition = "2021"
[dependencies]
toml = { version = "=1.2.2", default-features = false, features = ["parse", "serde", "std"] }
E
cat > src/main.rs <<'E'
use toml::de::{DeTable, DeValue};
fn main() {
    let text = "title = \"T\"\nweight = 1_000\ndate = 2020-01-02\n";
    let table = DeTable::parse(text).unwrap();
    let keys: Vec<&str> = table.get_ref().keys().map(|key| &**key.get_ref()).collect();
    let mut by_span: Vec<_> = table.get_ref().iter().collect();
    by_span.sort_by_key(|(key, _)| key.span().start);
    let written: Vec<&str> = by_span.iter().map(|(key, _)| &**key.get_ref()).collect();
    let weight = by_span[1].1;
    let DeValue::Integer(integer) = weight.get_ref() else { panic!("no integer") };
    println!("toml 1.2.2: keys {keys:?}, by their spans {written:?}");
    println!("toml 1.2.2: 1_000 is {:?}, in the source {:?}", integer.as_str(), &text[weight.span()]);
    assert_eq!(keys, ["date", "title", "weight"]);
    assert_eq!(written, ["title", "weight", "date"]);
    assert_eq!((integer.as_str(), &text[weight.span()]), ("1000", "1_000"));
}
E
cargo run --quiet --release
