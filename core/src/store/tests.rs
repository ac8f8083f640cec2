use std::path::Path;
use std::time::Instant;

use super::commit::Change;
use super::open::{Inner, OpenOptions};
use super::resolve::{Gone, Put};
use super::store::Store;
use crate::page::{self, Page, PageLimits, Place};

fn load(folder: &Path, root: &Path, out: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            load(&path, root, out);
        } else if path.extension().is_some_and(|e| e == "md") {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            out.push((name, std::fs::read(&path).unwrap()));
        }
    }
}

fn puts(pages: &[(String, Vec<u8>)]) -> Vec<Put> {
    use rayon::prelude::*;
    pages
        .par_iter()
        .map(|(path, bytes)| {
            let place = Place::of(path);
            let page = page::read(path, &place, bytes.clone(), &PageLimits { bytes: 1 << 20, items: 10_000 }).unwrap();
            let raw = match &page {
                Page::Event(event) => (page::render(event).as_bytes() != &bytes[..]).then(|| bytes.clone()),
                _ => None,
            };
            Put { path: place.path, page, hash: 1, raw, added: false }
        })
        .collect()
}

#[test]
fn zh_trial() {
    let root = Path::new("/tmp/zh");
    let mut pages = Vec::new();
    load(root, root, &mut pages);
    let folder = tempfile::tempdir().unwrap();
    for place in [None, Some(folder.path().join("s"))] {
        let store = match &place {
            None => Store::memory().unwrap(),
            Some(path) => OpenOptions::new().open(path).unwrap(),
        };
        let start = Instant::now();
        let puts = puts(&pages);
        eprintln!("parse {:?}", start.elapsed());
        let inner: &Inner = store.inner().unwrap();
        let start = Instant::now();
        let snapshot = inner.snapshot().unwrap();
        let gone = Gone::new(&snapshot);
        inner.commit(&inner.writer(), Change { puts, gone, strict: false }).unwrap();
        eprintln!("commit {:?}", start.elapsed());
        eprintln!("{:#?}", store.stats().unwrap());
        for entry in &store.snapshot().unwrap().manifest.segments {
            eprintln!("{:?}", entry.meta);
        }
        let start = Instant::now();
        let mut events = 0;
        for (path, bytes) in &pages {
            if let Some(id) = Place::of(path).id {
                assert_eq!(store.raw(&id).unwrap(), *bytes, "{path}");
                events += 1;
            }
        }
        eprintln!("raw of {events} {:?}", start.elapsed());
        store.close().unwrap();
        if let Some(path) = place {
            let du = std::process::Command::new("du").arg("-ab").arg(path).output().unwrap();
            eprintln!("{}", String::from_utf8_lossy(&du.stdout));
        }
    }
}
