#!/usr/bin/env bash
# sled 0.34.7: values that are never written again change their place in the file when neighbours are inserted. A leaf
# that gains entries is written anew elsewhere with all its values. Who remembers offsets must expect to find others.
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
memchr = "=2.8.3"
E
cat > src/main.rs <<'E'
fn value(seed: u64) -> Vec<u8> {
    let mut x = seed * 0x9E37_79B9_7F4A_7C15 + 1;
    (0..6000)
        .map(|_| {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            x as u8
        })
        .collect()
}

fn places() -> Vec<Vec<usize>> {
    let file = std::fs::read("db/db").unwrap();
    (0..200).map(|i| memchr::memmem::find_iter(&file, &value(i)).collect()).collect()
}

fn main() {
    let db = sled::Config::new().path("db").flush_every_ms(None).open().unwrap();
    for i in 0..2000u32 {
        db.insert(&(i * 10).to_be_bytes(), value(u64::from(i))).unwrap();
    }
    db.flush().unwrap();
    let before = places();
    for i in 0..2000u32 {
        db.insert(&(i * 10 + 5).to_be_bytes(), value(1_000_000 + u64::from(i))).unwrap();
    }
    db.flush().unwrap();
    let after = places();
    let seen = before.iter().filter(|all| !all.is_empty()).count();
    let moved = before.iter().zip(&after).filter(|(old, new)| !old.is_empty() && !old.iter().any(|at| new.contains(at))).count();
    println!("sled 0.34.7: of {seen} values that nobody touched {moved} left every place they had");
    assert!(seen > 100 && moved > 0);
}
E
cargo run --quiet --release
