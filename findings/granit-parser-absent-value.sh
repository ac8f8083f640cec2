#!/usr/bin/env bash
# granit-parser 2.2.0: a key without a value gives the same event as a written `~`: a plain scalar with the text "~".
# Only the span tells them apart: that of the absent value is empty.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
mkdir src
cat > Cargo.toml <<'E'
[package]
name = "finding"
version = "0.0.0"
edition = "2021"
[dependencies]
granit-parser = { version = "=2.2.0", default-features = false, features = ["error_messages", "std"] }
E
cat > src/main.rs <<'E'
use granit_parser::{Event, Parser};
fn main() {
    let mut seen = Vec::new();
    for event in Parser::new_from_str("tags:\ncover: ~\nword: \"~\"\n") {
        let (event, span) = event.unwrap();
        if let Event::Scalar(text, style, ..) = event {
            seen.push((text.into_owned(), format!("{style:?}"), span.byte_range().unwrap()));
        }
    }
    for (text, style, range) in &seen {
        println!("granit-parser 2.2.0: {text:?} {style} at {range:?}");
    }
    let values: Vec<_> = seen.iter().skip(1).step_by(2).collect();
    assert_eq!((&*values[0].0, &*values[0].1, values[0].2.is_empty()), ("~", "Plain", true));
    assert_eq!((&*values[1].0, &*values[1].1, values[1].2.is_empty()), ("~", "Plain", false));
    assert_eq!((&*values[2].0, &*values[2].1), ("~", "DoubleQuoted"));
}
E
cargo run --quiet --release
