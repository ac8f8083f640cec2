//! Everything that can be asked of a store. An answer or an error is right, a panic is not.

use std::io;

use crate::error::Result;
use crate::event::{Date, Event};
use crate::ingest::ExportOptions;
use crate::query::{By, Facet, Hits, Order};
use crate::store::Store;
use crate::verify::VerifyDepth;

/// A query of each kind of condition; the last one finds every event.
const QUERIES: [&str; 14] = [
    "flood -storm",
    "\"a flood\"",
    "fl* title:flood",
    "tag:weather",
    "-tag:* superseded:yes",
    "category:(weather,sea) -source:the*",
    "domain:post.example",
    "author:*",
    "2017-03-02..2017-03-09",
    "related:2017/03/2/flood",
    "refers:2017/03/3/dam",
    "kind:opinion",
    "lang:zh",
    "superseded:yes draft:yes undated:yes",
];

const IDS: [&str; 5] = [
    "2017/03/2/flood",
    "2017/03/3/dam",
    "2017/03/4/港口",
    "vault/storm",
    "2016/1/2/gone",
];

/// Asks a part of it: a whole look takes too long for a fuzzer.
pub(super) fn ask(store: &Store, part: u8) {
    let _ = match part % 5 {
        0 => store.verify(VerifyDepth::Full).map(drop),
        1 => queries(store),
        2 => events(store),
        3 => store.export(io::sink(), ExportOptions::new()).map(drop),
        _ => write(store),
    };
    // A failed answer leaves the others as they are.
    let _ = store.stats();
    let _ = store.get(IDS[0]);
}

fn queries(store: &Store) -> Result<()> {
    for query in QUERIES {
        let hits = store.query(query)?;
        let _ = hits.count();
        let _ = hits.ids();
        let _ = hits.explain();
        let _ = hits.hint();
    }
    let all = store.query(QUERIES[QUERIES.len() - 1])?;
    for facet in Facet::ALL
        .into_iter()
        .chain([Facet::Word, Facet::Meta("cover.alt".into())])
    {
        let _ = all.facets(facet.clone(), Some(3));
        let _ = all.split_timeline(By::Year, facet, Some(3));
    }
    let _ = all.timeline(By::Month);
    let _ = store.tags("", None);
    let _ = store.words("f", Some(5));
    Ok(())
}

fn events(store: &Store) -> Result<()> {
    for id in IDS {
        let _ = store.get(id);
        let _ = store.raw(id);
        let _ = store.related(id);
        let _ = store.referring(id).and_then(|hits| hits.count());
    }
    let _ = store.check_links();
    let _ = store.archives();
    for query in ["flood", QUERIES[QUERIES.len() - 1]] {
        read_all(&store.query(query)?);
    }
    Ok(())
}

/// Reads the events of an answer in both orders, and those of a ranking.
pub(super) fn read_all(hits: &Hits) {
    for event in hits.iter().take(50) {
        let _ = event.map(|event| (event.to_markdown(), event.summary_html()));
    }
    let _ = hits.page(2, None);
    let newest = hits.order(Order::NewestFirst);
    let _ = newest.and_then(|hits| hits.first());
    let ranked = hits.order(Order::Relevance);
    let _ = ranked.as_ref().map(|hits| {
        let _ = hits.scores();
        let _ = hits.snippets(40);
        let _ = hits.page(2, None);
    });
    #[cfg(feature = "arrow")]
    if let Ok(batches) = hits.record_batches(&crate::arrow::Column::ALL) {
        for batch in batches.take(3) {
            let _ = batch;
        }
    }
}

/// A commit, which takes over rows, and a compaction, which takes over all.
fn write(store: &Store) -> Result<()> {
    let day = Date::new(2017, 3, 3);
    let event = Event::new("2017/03/3/dam".parse()?, day, "Another dam");
    let _ = store.add([event]);
    let _ = store.remove([IDS[0]]);
    let _ = store.remove_archive("vault/");
    store.compact()
}
