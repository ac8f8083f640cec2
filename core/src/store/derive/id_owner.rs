//! Who owns an id: of several pages with one id, the first by (canonical spelling, path) is the
//! event.

use rustc_hash::FxHashSet;

use crate::error::Result;
use crate::event::canonical_path;
use crate::page::Edition;
use crate::segment::IdInterner;
use crate::store::change::{PutPage, RemovedRows};
use crate::store::snapshot::{RowRef, Snapshot};

/// Who owns the ids that a write touches.
pub(super) struct IdOwners {
    /// For each put whether it is a twin: another page owns its id.
    pub twins: Vec<bool>,
    /// Puts whose id an event of the other language owns.
    pub refused: FxHashSet<usize>,
    /// Stored rows that become a twin (true) or stop being one (false). They are written again.
    pub changed: Vec<(RowRef, bool)>,
}

/// A page with an id.
enum Candidate {
    New(usize),
    Stored(RowRef),
}

/// Finds the owner of every id that a put or a removed row has.
pub(super) fn find_owners(
    snapshot: &Snapshot,
    puts: &[PutPage],
    names: &IdInterner,
    removed: &RemovedRows,
) -> Result<IdOwners> {
    let mut owners = IdOwners {
        twins: vec![false; puts.len()],
        refused: FxHashSet::default(),
        changed: Vec::new(),
    };
    // (number of the id, put)
    let mut by_id: Vec<(u32, usize)> = puts
        .iter()
        .enumerate()
        .filter_map(|(i, put)| Some((put.row.number()?, i)))
        .collect();
    by_id.sort_unstable();
    for group in by_id.chunk_by(|a, b| a.0 == b.0) {
        let id = names.id(group[0].0);
        let stored = stored_candidates(snapshot, id, removed)?;
        if group.len() > 1 || !stored.is_empty() {
            let new: Vec<usize> = group.iter().map(|&(_, put)| put).collect();
            find_owner(snapshot, id, &new, stored, (puts, names), &mut owners)?;
        }
    }
    let is_put = |id: &str| {
        let number = names.find(id);
        number.is_some_and(|number| by_id.binary_search_by_key(&number, |&(id, _)| id).is_ok())
    };
    let mut seen = FxHashSet::default();
    for at in removed.rows() {
        let head = snapshot.views[at.segment_index]
            .segment
            .row_header(at.row)?;
        if head.kind.is_event() && !is_put(&head.name) && seen.insert(head.name.clone()) {
            let stored = stored_candidates(snapshot, &head.name, removed)?;
            find_owner(
                snapshot,
                &head.name,
                &[],
                stored,
                (puts, names),
                &mut owners,
            )?;
        }
    }
    Ok(owners)
}

/// Stored rows that stay and have an id.
fn stored_candidates(snapshot: &Snapshot, id: &str, removed: &RemovedRows) -> Result<Vec<RowRef>> {
    let mut stored = Vec::new();
    for (segment_index, view) in snapshot.views.iter().enumerate() {
        let rows = view
            .segment
            .rows_named(id)?
            .into_iter()
            .map(|row| RowRef { segment_index, row });
        stored.extend(rows.filter(|&at| !view.deleted.contains(at.row) && !removed.contains(at)));
    }
    Ok(stored)
}

/// Finds the owner of one id among the new and the stored pages that have it.
fn find_owner(
    snapshot: &Snapshot,
    id: &str,
    new: &[usize],
    stored: Vec<RowRef>,
    (puts, names): (&[PutPage], &IdInterner),
    owners: &mut IdOwners,
) -> Result<()> {
    let canonical = canonical_path(id);
    let mut order: Vec<(bool, String, Option<Edition>, Candidate)> = Vec::new();
    for at in stored {
        let segment = &snapshot.views[at.segment_index].segment;
        let path = segment.path_of(at.row)?;
        let lang = match segment.is_markdown(at.row)? {
            true => None,
            false => Some(segment.row_header(at.row)?.lang),
        };
        order.push((path != canonical, path, lang, Candidate::Stored(at)));
    }
    for &i in new {
        let row = &puts[i].row;
        if row.title().is_some() {
            let path = row.path(names).into_owned();
            order.push((path != canonical, path, row.lang(), Candidate::New(i)));
        }
    }
    // The edition is that of the stored pages of the Context. Without any, the first new page gives
    // it. Markdown pages belong to none.
    order.sort_by(|a, b| (a.0, &a.1, a.2).cmp(&(b.0, &b.1, b.2)));
    let with_lang = || order.iter().filter(|candidate| candidate.2.is_some());
    let first_stored = with_lang().find(|candidate| matches!(candidate.3, Candidate::Stored(_)));
    let lang = first_stored
        .or(with_lang().next())
        .and_then(|candidate| candidate.2);
    let mut first = true;
    for (_, _, language, candidate) in order {
        match candidate {
            Candidate::New(i) if language.is_some() && language != lang => {
                owners.refused.insert(i);
            }
            Candidate::New(i) => {
                owners.twins[i] = !first;
                first = false;
            }
            Candidate::Stored(at) => {
                let was_twin = snapshot.views[at.segment_index]
                    .segment
                    .flags()?
                    .twins
                    .contains(at.row);
                if was_twin == first {
                    owners.changed.push((at, !first));
                }
                first = false;
            }
        }
    }
    Ok(())
}
