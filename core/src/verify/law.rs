//! The law: what a store says is a function of the pages that it holds.
//!
//! All live pages are put at once into a store that has none, by what resolves every commit. What comes
//! out, twins, tags and superseded events, has to be what is stored, whatever the history was.

use rustc_hash::FxHashMap;

use super::report::{Finding, Findings};
use crate::error::Result;
use crate::ingest::hash;
use crate::page::Page;
use crate::segment::{Interners, PendingRow};
use crate::stop::Stop;
use crate::store::{PutPage, RemovedRows, RowRef, Snapshot, resolve};

/// A live row with what is stored beside its page.
pub(super) struct LiveRow {
    pub at: RowRef,
    /// With the tags of its own page.
    pub row: Box<PendingRow>,
    pub stored_tags: Vec<u32>,
}

/// What is stored of a row, after its page was put again.
struct Stored {
    at: RowRef,
    tags: Vec<u32>,
    twin: bool,
    superseded: bool,
}

/// Holds the stored state against the one that follows from the pages. `empty` is a state without pages.
pub(super) fn check_law(
    snapshot: &Snapshot,
    empty: &Snapshot,
    live: Vec<LiveRow>,
    interners: Interners,
    findings: &mut Findings,
) -> Result<()> {
    let say = |findings: &mut Findings, at: RowRef, message: String| {
        let segment = &snapshot.views[at.segment_index].segment;
        let path = segment.path_of(at.row).ok();
        findings.push(|| Finding {
            segment: Some(segment.meta.id),
            part: "law".to_owned(),
            path,
            message,
        });
    };
    let (mut puts, mut stored) = (
        Vec::with_capacity(live.len()),
        Vec::with_capacity(live.len()),
    );
    let mut places: FxHashMap<u64, RowRef> = FxHashMap::default();
    for one in live {
        let LiveRow {
            at,
            row,
            stored_tags,
        } = one;
        if let Some(other) = places.insert(place_of(&row, &interners), at) {
            say(
                findings,
                at,
                format!("its path is that of another page, row {}", other.row),
            );
        }
        stored.push(Stored {
            at,
            tags: stored_tags,
            twin: row.twin,
            superseded: row.superseded,
        });
        puts.push(PutPage {
            row,
            replaces: Vec::new(),
            given: None,
        });
    }
    drop(places);
    let nothing = RemovedRows::new(empty);
    let resolved = resolve(empty, puts, nothing, interners, &Stop::default())?;
    let mut refused = resolved.outcome.refused.iter().peekable();
    let mut rows = resolved.rows.iter();
    for (number, was) in stored.into_iter().enumerate() {
        if refused.next_if(|(refused, _)| *refused == number).is_some() {
            say(
                findings,
                was.at,
                "an event of the other language has its id".to_owned(),
            );
            continue;
        }
        let Some(now) = rows.next() else { break };
        if now.twin != was.twin {
            let message = match now.twin {
                true => "another page has its id, and it is no twin",
                false => "it is a twin, and no other page has its id before it",
            };
            say(findings, was.at, message.to_owned());
        }
        if now.superseded != was.superseded {
            let message = match now.superseded {
                true => "no day page lists it, and it is not superseded",
                false => "it is superseded, and a day page lists it, or there is none",
            };
            say(findings, was.at, message.to_owned());
        }
        if now.tags != was.tags {
            let text = |tag: &u32| resolved.interners.tags.text(*tag).to_owned();
            let lacks = now
                .tags
                .iter()
                .find(|tag| !was.tags.contains(tag))
                .map(text);
            let extra = was
                .tags
                .iter()
                .find(|tag| !now.tags.contains(tag))
                .map(text);
            let message = match (lacks, extra) {
                (Some(tag), _) => format!("it lacks the tag “{}”", tag.escape_debug()),
                (_, Some(tag)) => format!("no page gives it the tag “{}”", tag.escape_debug()),
                _ => "a tag of it stands twice".to_owned(),
            };
            say(findings, was.at, message);
        }
    }
    Ok(())
}

/// Path and kind of a page: no two live pages share both.
fn place_of(row: &PendingRow, interners: &Interners) -> u64 {
    let kind = match &row.page {
        Page::Listing(listing) => 1 + u64::from(listing.lang as u8),
        Page::Markdown(_) => 3,
        Page::Event(_) | Page::Other => 0,
    };
    hash(row.path(&interners.ids).as_bytes()) ^ kind
}
