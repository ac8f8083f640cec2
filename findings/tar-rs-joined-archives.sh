#!/usr/bin/env bash
# tar 0.4.46 (Rust): of two archives joined in one file the reader gives the first and ends without an error, unless it
# is told to pass over zero blocks. A sync tool that trusts the end would take the second half's files for removed.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
mkdir src in
echo one > in/a.md; echo two > in/b.md
tar -C in -cf a.tar a.md; tar -C in -cf b.tar b.md
cat a.tar b.tar > joined.tar
cat > Cargo.toml <<'E'
[package]
name = "finding"
version = "0.0.0"
edition = "2021"
[dependencies]
tar = { version = "=0.4.46", default-features = false }
E
cat > src/main.rs <<'E'
fn names(pass_over_zeros: bool) -> Vec<String> {
    let mut archive = tar::Archive::new(std::fs::File::open("joined.tar").unwrap());
    archive.set_ignore_zeros(pass_over_zeros);
    archive.entries().unwrap().map(|e| e.unwrap().path().unwrap().display().to_string()).collect()
}

fn main() {
    println!("tar 0.4.46 (Rust): {:?}; with set_ignore_zeros {:?}", names(false), names(true));
    assert_eq!((names(false).len(), names(true).len()), (1, 2));
}
E
cargo run --quiet
