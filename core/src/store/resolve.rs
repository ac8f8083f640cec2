//! The law: what the store answers is a function of the set {path: bytes} of pages (and added events) that it holds,
//! whatever order, batches, changes and removals led there.
//!
//! For an event X of language L, whose place is day D, that says:
//!
//! - X is the first by (canonical spelling, path) of the pages that claim its id; the others are twins and say nothing.
//! - tags(X) = the set, by folded form, of its category; the contexts of its own related list; the contexts of links to
//!   it on other events' pages; the context lines beside it on day pages and front pages of L; tags that its record
//!   states.
//!   Of two spellings of a form the first by code point stays.
//! - superseded(X) = X is no opinion, a day page of L for D is held, and none of them lists X.
//!
//! A link counts whether or not its target is held. So a change of some pages can change only: the pages themselves;
//! the events that the old and the new pages link to or list; the events of a day whose day pages change. Those are
//! worked out anew here, and re-added where the outcome differs. Nothing cascades, because evidence is what pages say,
//! never what was worked out from it.

use roaring::RoaringBitmap;

use super::claims;
use super::commit::Outcome;
use super::evidence::{self, Evidence};
use super::snapshot::{RowRef, Snapshot};
use crate::error::{PageError, Result};
use crate::segment::{Interners, PendingRow, PendingRows};
use crate::stop::Stop;

/// A page that is put into the store.
pub(crate) struct Put {
    /// Boxed, as it is handed from list to list.
    pub row: Box<PendingRow>,
    /// Held rows whose place it takes.
    pub replaces: Vec<RowRef>,
}

/// Held rows that the change takes away, by view.
#[derive(Clone)]
pub(crate) struct Gone {
    pub sets: Vec<RoaringBitmap>,
}

impl Gone {
    pub fn new(snapshot: &Snapshot) -> Self {
        Self {
            sets: vec![RoaringBitmap::new(); snapshot.views.len()],
        }
    }

    pub fn insert(&mut self, at: RowRef) {
        self.sets[at.view].insert(at.row);
    }

    pub fn contains(&self, at: RowRef) -> bool {
        self.sets[at.view].contains(at.row)
    }

    pub fn rows(&self) -> impl Iterator<Item = RowRef> + '_ {
        self.sets
            .iter()
            .enumerate()
            .flat_map(|(view, set)| set.iter().map(move |row| RowRef { view, row }))
    }

    pub fn is_empty(&self) -> bool {
        self.sets.iter().all(RoaringBitmap::is_empty)
    }
}

/// What a change comes to: rows to write, rows that go.
pub(crate) struct Resolved {
    pub rows: PendingRows,
    pub gone: Gone,
    pub vocabulary: Interners,
    pub outcome: Outcome,
}

/// Works out what putting some pages and taking some rows away comes to.
pub(crate) fn resolve(
    snapshot: &Snapshot,
    mut puts: Vec<Put>,
    mut gone: Gone,
    mut vocabulary: Interners,
    stop: &Stop,
) -> Result<Resolved> {
    let mut outcome = Outcome::default();
    let mut numbers: Vec<usize> = (0..puts.len()).collect();
    // A page that is refused leaves what is held under its path, and that may claim an id again: so until none is.
    let claims = loop {
        let mut away = gone.clone();
        puts.iter()
            .flat_map(|put| &put.replaces)
            .for_each(|&at| away.insert(at));
        let claims = claims::settle(snapshot, &puts, &vocabulary.ids, &away)?;
        if claims.refused.is_empty() {
            gone = away;
            break claims;
        }
        let mut stay = Vec::with_capacity(puts.len());
        for (i, (number, put)) in std::mem::take(&mut numbers)
            .into_iter()
            .zip(puts)
            .enumerate()
        {
            if claims.refused.contains(&i) {
                outcome
                    .refused
                    .push((number, id_taken(put.row.path(&vocabulary.ids).into_owned())));
            } else {
                numbers.push(number);
                stay.push(put);
            }
        }
        puts = stay;
    };
    outcome.refused.sort_by_key(|(number, _)| *number);
    let mut rows = Vec::with_capacity(puts.len());
    for ((put, twin), number) in puts.into_iter().zip(claims.twins).zip(numbers) {
        let mut row = put.row;
        row.twin = twin;
        if twin {
            outcome.twins.push(number);
        }
        rows.push(row);
    }
    for (at, twin) in claims.turned {
        stop.check()?;
        let mut row = held_row(snapshot, at, &mut vocabulary)?;
        row.twin = twin;
        rows.push(row);
        gone.insert(at);
    }
    let Evidence { outcomes, retagged } =
        evidence::weigh(snapshot, &rows, &gone, &mut vocabulary, stop)?;
    for (row, (tags, superseded)) in rows.iter_mut().zip(outcomes) {
        row.tags = tags;
        row.superseded = superseded;
    }
    outcome.retagged = retagged.len();
    for (at, tags, superseded) in retagged {
        let mut row = held_row(snapshot, at, &mut vocabulary)?;
        row.tags = tags;
        row.superseded = superseded;
        rows.push(row);
        gone.insert(at);
    }
    Ok(Resolved {
        rows,
        gone,
        vocabulary,
        outcome,
    })
}

fn id_taken(path: String) -> PageError {
    let message =
        "an event of the other language holds this id; give the page another file name".to_owned();
    PageError {
        path,
        line: 1,
        column: 1,
        offset: 0,
        kind: "id_taken",
        message,
    }
}

/// A held row as if it were put again, without its outcome; no twin.
pub(super) fn held_row(
    snapshot: &Snapshot,
    at: RowRef,
    vocabulary: &mut Interners,
) -> Result<Box<PendingRow>> {
    let segment = &snapshot.views[at.view].segment;
    let (path, page) = (segment.path_of(at.row)?, segment.page(at.row)?);
    let mut row = PendingRow::new(path, page, segment.hash_of(at.row)?, vocabulary);
    row.raw = segment.kept_bytes(at.row)?;
    row.added = segment.flags()?.added.contains(at.row);
    Ok(row)
}
