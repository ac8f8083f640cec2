//! Whether two stores hold an event of one id: then neither is the one that an answer should have.
//!
//! An id that says its day is compared with those of stores that have rows of this day, and any other
//! by its hash. So stores of different years are compared without reading a row.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::error::{Error, Result};
use crate::segment::id_day;
use crate::store::segment_view::SegmentView;
use crate::store::snapshot::Snapshot;

/// A store with its path.
type Opened<'a> = (&'a Path, Arc<Snapshot>);

/// A row by the number of its store, that of its segment, and its own.
type StoreRow = (usize, usize, u32);

/// # Errors
/// `InvalidArgument` names the id and both stores.
pub(super) fn check_distinct(stores: &[Opened<'_>]) -> Result<()> {
    if stores.len() < 2 {
        return Ok(());
    }
    check_days(stores)?;
    check_exceptions(stores)?;
    check_other_names(stores)?;
    check_names_of_both_formats(stores)
}

/// Ids that say the day of their row.
fn check_days(stores: &[Opened<'_>]) -> Result<()> {
    let mut stores_of: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (number, (_, snapshot)) in stores.iter().enumerate() {
        for view in &snapshot.views {
            for &(day, _) in view.segment.days()? {
                let of_day = stores_of.entry(day).or_default();
                if day != 0 && day != u32::MAX && of_day.last() != Some(&number) {
                    of_day.push(number);
                }
            }
        }
    }
    let shared = stores_of.into_iter().filter(|(_, stores)| stores.len() > 1);
    for (day, of_day) in shared {
        let mut rows = Vec::new();
        for number in of_day {
            for (segment_index, view) in stores[number].1.views.iter().enumerate() {
                let live = view.live.range(view.segment.rows_of_day(day)?);
                rows.extend(live.map(|row| (number, segment_index, row)));
            }
        }
        check_rows(stores, rows)?;
    }
    Ok(())
}

/// Ids whose row has another day than they say.
fn check_exceptions(stores: &[Opened<'_>]) -> Result<()> {
    for (number, (_, snapshot)) in stores.iter().enumerate() {
        for view in &snapshot.views {
            for (name, row) in view.segment.names_of_other_days()? {
                if view.live.contains(row) {
                    check_others(stores, number, name)?;
                }
            }
        }
    }
    Ok(())
}

/// Ids that say no day, as those of most Markdown pages.
fn check_other_names(stores: &[Opened<'_>]) -> Result<()> {
    let mut hashed: Vec<(u32, usize, usize, u32)> = Vec::new();
    for (number, (_, snapshot)) in stores.iter().enumerate() {
        for (segment_index, view) in snapshot.views.iter().enumerate() {
            let hashes = view.segment.hashes_of_names()?.into_iter();
            let live = hashes.filter(|&(_, row)| view.live.contains(row));
            hashed.extend(live.map(|(hash, row)| (hash, number, segment_index, row)));
        }
    }
    hashed.sort_unstable();
    for alike in hashed.chunk_by(|one, other| one.0 == other.0) {
        if alike.iter().any(|entry| entry.1 != alike[0].1) {
            let rows = alike.iter().map(|entry| (entry.1, entry.2, entry.3));
            check_rows(stores, rows)?;
        }
    }
    Ok(())
}

/// Ids of Markdown pages that are such as the Context has, which are found by their day there.
fn check_names_of_both_formats(stores: &[Opened<'_>]) -> Result<()> {
    for (number, (_, snapshot)) in stores.iter().enumerate() {
        let others = stores.iter().enumerate().filter(|other| other.0 != number);
        let mut have_context = others.map(|(_, (_, other))| has_context(other));
        if !have_context.try_fold(false, or)? {
            continue;
        }
        for view in &snapshot.views {
            for row in &view.segment.flags()?.markdown & &*view.live {
                let name = view.segment.row_header(row)?.name;
                if id_day(&name).is_none() {
                    continue;
                }
                check_others(stores, number, &name)?;
            }
        }
    }
    Ok(())
}

/// Whether a store has events of the Context.
fn has_context(snapshot: &Snapshot) -> Result<bool> {
    let has = |view: &Arc<SegmentView>| {
        let flags = view.segment.flags()?;
        Ok(!(&*view.live - &flags.markdown).is_empty())
    };
    snapshot.views.iter().map(has).try_fold(false, or)
}

fn or(one: bool, other: Result<bool>) -> Result<bool> {
    Ok(one || other?)
}

/// Refuses rows of two stores that have one id.
fn check_rows(stores: &[Opened<'_>], rows: impl IntoIterator<Item = StoreRow>) -> Result<()> {
    let mut store_of: FxHashMap<String, usize> = FxHashMap::default();
    for (number, segment_index, row) in rows {
        let view = &stores[number].1.views[segment_index];
        let id = view.segment.row_header(row)?.name;
        match store_of.get(&id) {
            Some(&other) if other != number => return Err(twice(&id, stores, other, number)),
            _ => store_of.insert(id, number),
        };
    }
    Ok(())
}

/// Refuses an id of one store that another store has.
fn check_others(stores: &[Opened<'_>], number: usize, id: &str) -> Result<()> {
    for (other, (_, snapshot)) in stores.iter().enumerate() {
        if other != number && snapshot.find(id)?.is_some() {
            return Err(twice(id, stores, number.min(other), number.max(other)));
        }
    }
    Ok(())
}

fn twice(id: &str, stores: &[Opened<'_>], one: usize, other: usize) -> Error {
    let (one, other) = (stores[one].0.display(), stores[other].0.display());
    Error::InvalidArgument {
        what: "paths",
        message: format!(
            "the event {id} stands in {one} and in {other}; stores that are read as one share no id: \
             remove it from one of them, or give one of them"
        ),
    }
}
