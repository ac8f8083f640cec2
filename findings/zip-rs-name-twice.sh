#!/usr/bin/env bash
# zip 9.8.1 (Rust): of two entries with one name the reader counts one and gives the later. The central directory says
# two, and so does Python's zipfile. Who counts files must count the directory's entries.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
mkdir src
python3 -W ignore - <<'E'
import zipfile
with zipfile.ZipFile("twice.zip", "w") as archive:
    archive.writestr("a.md", "first")
    archive.writestr("a.md", "second")
print("Python's zipfile:", len(zipfile.ZipFile("twice.zip").infolist()), "entries")
E
cat > Cargo.toml <<'E'
[package]
name = "finding"
version = "0.0.0"
edition = "2021"
[dependencies]
zip = { version = "=9.8.1", default-features = false }
E
cat > src/main.rs <<'E'
use std::io::Read;
fn main() {
    let mut archive = zip::ZipArchive::new(std::fs::File::open("twice.zip").unwrap()).unwrap();
    let count = archive.len();
    let mut text = String::new();
    archive.by_index(0).unwrap().read_to_string(&mut text).unwrap();
    println!("zip 9.8.1 (Rust): {count} entry, with the text {text:?}");
    assert_eq!((count, text.as_str()), (1, "second"));
}
E
cargo run --quiet
