#!/usr/bin/env bash
# tar 0.4.46 (Rust): an archive with a volume label, as GNU tar writes it with -V, ends in an error at its first entry:
# the label's size field is empty. GNU tar itself and Python's tarfile read the file behind the label.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
mkdir src in
echo one > in/a.md
tar --version | head -1
tar -C in -V 'spring copy' -cf label.tar a.md
echo "GNU tar lists: $(tar -tf label.tar | tr '\n' ' ')"
cat > Cargo.toml <<'E'
[package]
name = "finding"
version = "0.0.0"
edition = "2021"
[dependencies]
tar = { version = "=0.4.46", default-features = false }
E
cat > src/main.rs <<'E'
fn main() {
    let mut archive = tar::Archive::new(std::fs::File::open("label.tar").unwrap());
    let first = archive.entries().unwrap().next().unwrap();
    let error = first.err().expect("an error at the first entry");
    println!("tar 0.4.46 (Rust): {error}");
}
E
cargo run --quiet
