#!/usr/bin/env bash
# sled 0.34.7: after every key is removed, flushed and the store closed and opened again, the file has its full size.
# Freed space is used again by later writes, and is not given back.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
mkdir src
cat > Cargo.toml <<'E'
[package]
name = "finding"
version = "0.0.0"
edition = "2021"
[dependencies]
sled = "=0.34.7"
E
cat > src/main.rs <<'E'
fn main() {
    let open = || sled::Config::new().path("db").flush_every_ms(None).open().unwrap();
    let size = || std::fs::metadata("db/db").unwrap().len();
    let db = open();
    for i in 0..8000u32 {
        db.insert(&i.to_be_bytes(), vec![i as u8; 6000]).unwrap();
    }
    db.flush().unwrap();
    let full = size();
    for i in 0..8000u32 {
        db.remove(&i.to_be_bytes()).unwrap();
    }
    db.flush().unwrap();
    drop(db);
    let db = open();
    let keys = db.iter().count();
    drop(db);
    println!("sled 0.34.7: 8,000 values of 6,000 bytes: {full} bytes on disk; all removed: {keys} keys, {} bytes", size());
    assert!(keys == 0 && size() >= full / 2);
}
E
cargo run --quiet --release
