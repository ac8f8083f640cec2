//! Ingests the sample archive into a store and asks it ten questions.
//!
//! `cargo run -p eventstore-examples --bin tour`; every answer is checked.

use std::error::Error;
use std::fs;
use std::path::Path;

use eventstore::{By, Event, EventId, Facet, Hits, IngestOptions, Order, Store};

const ARCHIVE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/archive");
const OPENING: &str = "2018/06/2/the-ennet-bridge-opens-to-traffic-sixty-thousand-people-cross-it-on-foot-on-the-first-day";

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let store = Store::open(folder.path().join("store"))?;

    let report = store.ingest(ARCHIVE, IngestOptions::default())?;
    println!(
        "{} files: {} events, {} listings, {} twins, {} other pages, {} failed",
        report.files, report.added, report.listings, report.twins, report.others, report.failed
    );
    assert_eq!((report.files, report.added, report.listings), (121, 73, 30));
    assert_eq!((report.twins, report.others, report.failed), (14, 2, 2));
    assert_eq!(store.len()?, 73);

    println!("\n1. How many events are about the bridge?");
    // Tags match in any case; the store knows the tag's usual spelling.
    let bridge = store.query(r#"tag:"ennet bridge""#)?;
    println!("   {}", bridge.count()?);
    assert_eq!(bridge.count()?, 12);

    println!("\n2. What were the last three of them?");
    let newest = bridge.order(Order::NewestFirst)?.slice(0..3);
    print_titles(&newest)?;
    assert_eq!(days(&newest)?, ["2019-06-02", "2018-12-09", "2018-11-21"]);

    println!("\n3. How did they spread over the years?");
    let years = bridge.timeline(By::Year)?;
    for bucket in &years {
        let bar = "#".repeat(bucket.count as usize);
        println!(
            "   {}  {bar} {} of {}",
            bucket.start.year(),
            bucket.count,
            bucket.total
        );
    }
    let counts: Vec<_> = years.iter().map(|bucket| bucket.count).collect();
    assert_eq!(counts, [2, 1, 2, 1, 5, 1]);

    println!("\n4. What was 2018 about?");
    let top = store.query("2018")?.facets(Facet::Tag, Some(3))?;
    for tag in &top {
        println!("   {:3}  {}", tag.count, tag.value);
    }
    assert_eq!(
        (top[0].value.as_str(), top[0].count, top[1].count),
        ("Ennet Bridge", 5, 3)
    );

    println!("\n5. Who reported on the storm?");
    let domains = store
        .query(r#"tag:"Storm Maren""#)?
        .facets(Facet::Domain, Some(20))?;
    for domain in &domains {
        println!("   {:3}  {}", domain.count, domain.value);
    }
    assert_eq!(
        (domains.len(), domains[3].value.as_str()),
        (4, "hallmere-gazette.example")
    );

    println!("\n6. What did the storm do away from the bridge, until the end of 2017?");
    let storm = store.query(r#"2016-10..2017 tag:"Storm Maren" -tag:"Ennet Bridge""#)?;
    print_titles(&storm)?;
    assert_eq!(storm.count()?, 5);

    println!("\n7. What does the page about the opening say?");
    let id: EventId = OPENING.parse()?;
    let event = store.get(&id)?.ok_or("the opening is not in the store")?;
    println!(
        "   {}\n   {}",
        event.title,
        event.summary.as_deref().unwrap_or("-")
    );
    println!("   {}", event.tags.join(", "));
    assert_eq!(
        event.tags,
        [
            "Ennet Bridge",
            "Northmark",
            "Saltby",
            "Velling",
            "Velling Railway"
        ]
    );
    // Nothing is lost: the page comes back byte for byte.
    let page = fs::read(Path::new(ARCHIVE).join(format!("news/{OPENING}.md")))?;
    assert_eq!(store.raw(&id)?, page);

    println!("\n8. Which events does it link to, and how many link to it?");
    let related = store.related(&id)?;
    for event in &related {
        println!("   -> {}  {}", day(event), event.title);
    }
    let referring = store.referring(&id)?;
    println!("   <- {} events", referring.count()?);
    assert_eq!((related.len(), referring.count()?), (5, 7));

    println!("\n9. Which pages were left behind by an edit of their title?");
    let old = store.query("superseded:only")?;
    print_titles(&old)?;
    assert_eq!((old.count()?, store.query("")?.count()?), (4, 69));

    println!("\n10. Which tags begin with an s?");
    let tags = store.tags("s", Some(3))?;
    for tag in &tags {
        println!("   {:3}  {}", tag.count, tag.value);
    }
    assert_eq!((tags[0].value.as_str(), tags[0].count), ("Saltby", 13));

    let stats = store.stats()?;
    assert_eq!(
        (stats.events, stats.superseded, stats.opinions, stats.tags),
        (73, 4, 2, 53)
    );
    println!(
        "\n{} events, {} tags, {} bytes on disk",
        stats.events, stats.tags, stats.disk_bytes
    );
    Ok(())
}

fn print_titles(hits: &Hits) -> eventstore::Result<()> {
    for event in hits.iter() {
        let event = event?;
        println!("   {}  {}", day(&event), event.title);
    }
    Ok(())
}

fn days(hits: &Hits) -> eventstore::Result<Vec<String>> {
    hits.iter().map(|event| Ok(day(&event?))).collect()
}

fn day(event: &Event) -> String {
    event.date.map_or_else(String::new, |date| date.to_string())
}
