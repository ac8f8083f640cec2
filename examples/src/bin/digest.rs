//! A recipe: a digest of a subject as Markdown, from Rust. A page of events, newest first, and what
//! they are about.
//!
//! `cargo run -p eventstore-examples --bin digest -- 'tag:"Ennet Bridge"'`

use std::error::Error;

use eventstore::{Facet, IngestOptions, Query, Store};

const ARCHIVE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/archive");

fn main() -> Result<(), Box<dyn Error>> {
    let text = std::env::args().nth(1);
    // A query is a value: a mistake in it is found here, with its place and a hint.
    let query: Query = text.as_deref().unwrap_or(r#"tag:"Ennet Bridge""#).parse()?;

    let store = Store::memory()?;
    store.ingest(ARCHIVE, IngestOptions::default())?;

    let hits = store.query(query)?.order("-date".parse()?)?;
    println!("# {}\n\n{} events\n", hits.query(), hits.count()?);
    for event in hits.slice(..5).iter() {
        let event = event?;
        println!("- **{}** ({})", event.title, event.id);
        for source in &event.sources {
            println!("  - [{}]({})", source.name, source.url);
        }
    }
    let tags = hits.facets(Facet::Tag, Some(5))?;
    let tags: Vec<&str> = tags.iter().map(|tag| tag.value.as_str()).collect();
    println!("\nAbout: {}", tags.join(", "));
    Ok(())
}
