#![allow(missing_docs)]
use std::time::Instant;
use eventstore::*;
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let dir = std::env::args().nth(2).unwrap();
    let _ = std::fs::remove_dir_all(&dir);
    let store = Store::open(&dir).unwrap();
    for _ in 0..3 {
        let t = Instant::now();
        let r = store.ingest(path.as_str(), IngestOptions::default()).unwrap();
        println!("{:?}\n{}", t.elapsed(), r);
    }
    let t = Instant::now();
    store.close().unwrap();
    println!("close {:?}", t.elapsed());
    let t = Instant::now();
    let store = Store::open(&dir).unwrap();
    println!("open {:?}", t.elapsed());
    let ids = store.query("").unwrap().ids().unwrap();
    println!("ids {:?} {}", t.elapsed(), ids.len());
    for _ in 0..3 {
    let t = Instant::now();
    let mut n = 0;
    for id in ids.iter().step_by(ids.len() / 2000) { n += store.get(id).unwrap().unwrap().title.len(); }
    println!("2000 gets {:?} {n}", t.elapsed());
    }
    println!("{:?}", store.stats().unwrap());
}
