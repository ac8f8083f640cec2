//! The invariant of a store, and what a write comes to under it.
//!
//! What a store answers is a function of the set {path: bytes} of pages, and of added events, that
//! it has. The order of writes, their batches, and changes and removals on the way have no
//! influence.
//!
//! For an event X of language L, whose path has the date D, that means:
//!
//! - X is the first by (canonical spelling, path) of the pages with its id. The others are twins
//!   and contribute nothing.
//! - tags(X) is the set, by folded form, of: its category; the contexts of its own related list;
//!   the contexts of links to it on other events' pages; the context lines beside it on day pages
//!   and front pages of L; tags that were stated when it was added. Of two spellings of one form
//!   the first by code point stays.
//! - superseded(X): X is no opinion, a day page of L for D is stored, and no such page lists X.
//!
//! A link counts whether or not its target is stored. So a write can change only: the pages it puts
//! and removes; events that these pages, or the ones they replace, link to or list; and events of a
//! day whose day pages change. These are worked out anew here, and written again where the result
//! differs. No change causes a further one, because tags follow from what pages say, never from
//! what was derived from it.

use super::id_owner::find_owners;
use super::tags::{Derivation, derive_tags};
use crate::error::{Error, PageError, Result};
use crate::segment::{Interners, KeptPage, PendingRow, PendingRows};
use crate::stop::Stop;
use crate::store::change::{PutPage, RemovedRows, WriteOutcome};
use crate::store::snapshot::{RowRef, Snapshot};

/// What a write comes to: rows to write and rows to remove.
pub(crate) struct Resolved {
    pub rows: PendingRows,
    pub removed: RemovedRows,
    pub interners: Interners,
    pub outcome: WriteOutcome,
}

/// Works out what a write comes to.
pub(crate) fn resolve(
    snapshot: &Snapshot,
    mut puts: Vec<PutPage>,
    mut removed: RemovedRows,
    mut interners: Interners,
    stop: &Stop,
) -> Result<Resolved> {
    if snapshot.manifest.resolved {
        return as_given(snapshot, puts, removed, interners);
    }
    let mut outcome = WriteOutcome::default();
    let mut numbers: Vec<usize> = (0..puts.len()).collect();
    // A refused page leaves the stored page of its path in place, and that one may own an id again.
    // So owners are found anew until no page is refused.
    let owners = loop {
        let mut replaced = removed.clone();
        puts.iter()
            .flat_map(|put| &put.replaces)
            .for_each(|&at| replaced.insert(at));
        let owners = find_owners(snapshot, &puts, &interners.ids, &replaced)?;
        if owners.refused.is_empty() {
            removed = replaced;
            break owners;
        }
        let numbered = std::mem::take(&mut numbers).into_iter().zip(puts);
        let mut accepted = Vec::new();
        for (i, (number, put)) in numbered.enumerate() {
            if owners.refused.contains(&i) {
                let path = put.row.path(&interners.ids).into_owned();
                outcome.refused.push((number, id_taken(path)));
            } else {
                numbers.push(number);
                accepted.push(put);
            }
        }
        puts = accepted;
    };
    outcome.refused.sort_by_key(|(number, _)| *number);
    let mut rows = Vec::with_capacity(puts.len());
    for ((put, twin), number) in puts.into_iter().zip(owners.twins).zip(numbers) {
        let mut row = put.row;
        row.twin = twin;
        if twin {
            outcome.twins.push(number);
            if row.markdown().is_some() {
                let ids = &interners.ids;
                let twin = (row.path(ids).into_owned(), row.name(ids).to_owned());
                outcome.markdown_twins.push(twin);
            }
        }
        rows.push(row);
    }
    for (at, twin) in owners.changed {
        stop.check()?;
        let mut row = stored_row(snapshot, at, &mut interners)?;
        row.twin = twin;
        rows.push(row);
        removed.insert(at);
    }
    let Derivation { of_rows, retagged } =
        derive_tags(snapshot, &rows, &removed, &mut interners, stop)?;
    for (row, derived) in rows.iter_mut().zip(of_rows) {
        row.tags = derived.tags;
        row.superseded = derived.superseded;
    }
    outcome.retagged = retagged.len();
    for (at, derived) in retagged {
        let mut row = stored_row(snapshot, at, &mut interners)?;
        row.tags = derived.tags;
        row.superseded = derived.superseded;
        rows.push(row);
        removed.insert(at);
    }
    Ok(Resolved {
        rows,
        removed,
        interners,
        outcome,
    })
}

/// What a write to a resolved store comes to: what was given with its pages. Nothing there is changed.
fn as_given(
    snapshot: &Snapshot,
    puts: Vec<PutPage>,
    removed: RemovedRows,
    mut interners: Interners,
) -> Result<Resolved> {
    let refused = || Error::Resolved {
        path: snapshot.storage.path().to_owned(),
        operation: "change or go",
    };
    let mut rows = Vec::with_capacity(puts.len());
    for PutPage {
        mut row,
        replaces,
        given,
    } in puts
    {
        let given = given.filter(|_| replaces.is_empty()).ok_or_else(refused)?;
        let tags = given.tags.iter().map(|tag| interners.tags.number(tag));
        row.tags = tags.collect();
        interners.tags.distinct(&mut row.tags);
        (row.superseded, row.twin) = (given.superseded, given.twin);
        rows.push(row);
    }
    match removed.is_empty() {
        true => Ok(Resolved {
            rows,
            removed,
            interners,
            outcome: WriteOutcome::default(),
        }),
        false => Err(refused()),
    }
}

fn id_taken(path: String) -> PageError {
    PageError::of_whole_page(
        path,
        "id_taken",
        "an event of the other language holds this id; give the page another file name",
    )
}

/// A stored row as a row to write, as if its page was put again: without tags, not superseded, no
/// twin.
pub(in crate::store) fn stored_row(
    snapshot: &Snapshot,
    at: RowRef,
    interners: &mut Interners,
) -> Result<Box<PendingRow>> {
    let segment = &snapshot.views[at.segment_index].segment;
    let (path, page) = (segment.path_of(at.row)?, segment.page(at.row)?);
    let mut row = PendingRow::new(path, page, segment.hash_of(at.row)?, interners);
    row.raw = segment.kept_bytes(at.row)?.map(KeptPage::new);
    row.added = segment.flags()?.added.contains(at.row);
    Ok(row)
}
