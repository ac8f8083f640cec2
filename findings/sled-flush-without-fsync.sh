#!/usr/bin/env bash
# sled 0.34.7: `flush` hands pages to the disk by sync_file_range and calls no fsync. sync_file_range writes no
# metadata and does not flush the disk's cache, so what `flush` acknowledged may be lost in a power cut.
# Needs Linux, cargo and strace.
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
    let db = sled::Config::new().path("db").flush_every_ms(None).open().unwrap();
    for i in 0..100u32 {
        db.insert(&i.to_be_bytes(), vec![7u8; 1000]).unwrap();
    }
    eprintln!("flush begins");
    db.flush().unwrap();
    eprintln!("flush ended");
}
E
cargo build --quiet
strace -f -o trace -e trace=fsync,fdatasync,sync_file_range,write target/debug/finding 2>/dev/null
sed -n '/flush begins/,/flush ended/p' trace > during
range=$(grep -c sync_file_range during || true)
full=$(grep -cE 'fsync|fdatasync' during || true)
echo "sled 0.34.7: during flush() sync_file_range $range times, fsync or fdatasync $full times"
[ "$range" -ge 1 ] && [ "$full" -eq 0 ]
