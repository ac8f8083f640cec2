#!/usr/bin/env bash
# GNU tar writes the second of two hard-linked files as a link entry of size 0, and tar 0.4.46 (Rust) gives it so: the
# content stands only at the first name. A reader that streams must remember it, or it loses a file that a folder and a
# zip of the same files have.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
mkdir src in
echo one > in/a.md; ln in/a.md in/b.md
tar --version | head -1
tar -C in --sort=name -cf linked.tar .
cat > Cargo.toml <<'E'
[package]
name = "finding"
version = "0.0.0"
edition = "2021"
[dependencies]
tar = { version = "=0.4.46", default-features = false }
E
cat > src/main.rs <<'E'
use std::io::Read;
fn main() {
    let mut archive = tar::Archive::new(std::fs::File::open("linked.tar").unwrap());
    let mut sizes = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        println!("tar 0.4.46 (Rust): {} {:?}: {} bytes", entry.path().unwrap().display(), entry.header().entry_type(), bytes.len());
        if !entry.header().entry_type().is_dir() {
            sizes.push(bytes.len());
        }
    }
    assert_eq!(sizes, [4, 0]);
}
E
cargo run --quiet
