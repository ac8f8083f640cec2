//! Whose is an id: of several pages that claim one, the first by (canonical spelling, path) is the event.

use rustc_hash::FxHashSet;

use super::resolve::{Gone, Put};
use super::snapshot::{RowRef, Snapshot};
use crate::error::Result;
use crate::event::canonical_path;
use crate::page::Edition;
use crate::segment::IdInterner;

/// What the claims come to.
pub(super) struct Claims {
    /// For each put whether it is a twin.
    pub twins: Vec<bool>,
    /// Puts whose id an event of the other language holds.
    pub refused: FxHashSet<usize>,
    /// Held rows that become twins or stop being one, with the new state: they are put again.
    pub turned: Vec<(RowRef, bool)>,
}

enum Claimant {
    Put(usize),
    Held(RowRef),
}

/// Settles every id that a put claims or that a row which goes has claimed.
pub(super) fn settle(
    snapshot: &Snapshot,
    puts: &[Put],
    names: &IdInterner,
    gone: &Gone,
) -> Result<Claims> {
    let mut claims = Claims {
        twins: vec![false; puts.len()],
        refused: FxHashSet::default(),
        turned: Vec::new(),
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
        let held = held_claimants(snapshot, id, gone)?;
        if group.len() > 1 || !held.is_empty() {
            let new: Vec<usize> = group.iter().map(|&(_, put)| put).collect();
            settle_one(snapshot, id, &new, held, (puts, names), &mut claims)?;
        }
    }
    let is_put = |id: &str| {
        let number = names.find(id);
        number.is_some_and(|number| by_id.binary_search_by_key(&number, |&(id, _)| id).is_ok())
    };
    let mut seen = FxHashSet::default();
    for at in gone.rows() {
        let head = snapshot.views[at.view].segment.row_header(at.row)?;
        if head.kind.is_event() && !is_put(&head.name) && seen.insert(head.name.clone()) {
            let held = held_claimants(snapshot, &head.name, gone)?;
            settle_one(snapshot, &head.name, &[], held, (puts, names), &mut claims)?;
        }
    }
    Ok(claims)
}

fn held_claimants(snapshot: &Snapshot, id: &str, gone: &Gone) -> Result<Vec<RowRef>> {
    let mut held = Vec::new();
    for (view, seen) in snapshot.views.iter().enumerate() {
        let rows = seen
            .segment
            .rows_named(id)?
            .into_iter()
            .map(|row| RowRef { view, row });
        held.extend(rows.filter(|&at| !seen.deleted.contains(at.row) && !gone.contains(at)));
    }
    Ok(held)
}

fn settle_one(
    snapshot: &Snapshot,
    id: &str,
    new: &[usize],
    held: Vec<RowRef>,
    (puts, names): (&[Put], &IdInterner),
    claims: &mut Claims,
) -> Result<()> {
    let canonical = canonical_path(id);
    let mut order: Vec<(bool, String, Edition, Claimant)> = Vec::new();
    for at in held {
        let segment = &snapshot.views[at.view].segment;
        let path = segment.path_of(at.row)?;
        order.push((
            path != canonical,
            path,
            segment.row_header(at.row)?.lang,
            Claimant::Held(at),
        ));
    }
    for &i in new {
        let row = &puts[i].row;
        if let Some(event) = row.event() {
            let path = row.path(names).into_owned();
            order.push((path != canonical, path, event.lang, Claimant::Put(i)));
        }
    }
    // Who held the id before keeps its language; among new pages the first in order gives it.
    order.sort_by(|a, b| (a.0, &a.1, a.2).cmp(&(b.0, &b.1, b.2)));
    let holder = order
        .iter()
        .find(|claim| matches!(claim.3, Claimant::Held(_)))
        .or(order.first());
    let Some(lang) = holder.map(|claim| claim.2) else {
        return Ok(());
    };
    let mut first = true;
    for (_, _, language, claimant) in order {
        match claimant {
            Claimant::Put(i) if language != lang => {
                claims.refused.insert(i);
            }
            Claimant::Put(i) => {
                claims.twins[i] = !first;
                first = false;
            }
            Claimant::Held(at) => {
                let was_twin = snapshot.views[at.view]
                    .segment
                    .flags()?
                    .twins
                    .contains(at.row);
                if was_twin == first {
                    claims.turned.push((at, !first));
                }
                first = false;
            }
        }
    }
    Ok(())
}
