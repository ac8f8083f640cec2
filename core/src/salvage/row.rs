//! Whether the page of a row can be given, byte for byte.

use super::mend::Doubts;
use crate::error::{Error, Result};
use crate::ingest::{ExportedRow, MemberKind, added_hash, hash, page_hash, page_of};
use crate::page::{self, ArchiveChoice};
use crate::segment::{Part, Segment, TermField};
use crate::store::{RowRef, SegmentView};

/// A row whose page can be given.
pub(super) struct WholeRow {
    pub row: ExportedRow,
    /// What was chosen for the archive of a Markdown page, as it is stored.
    pub choice: FoundChoice,
    pub hash: Option<u64>,
}

/// What is known of the choice for a page's archive.
pub(super) enum FoundChoice {
    /// It is no Markdown page.
    None,
    Stored(String),
    Lost,
}

/// A row whose page cannot.
pub(super) struct LostRow {
    pub at: RowRef,
    pub path: Option<String>,
    pub hash: Option<u64>,
    pub message: String,
}

/// Renders the page of a row, and holds it against its hash.
pub(super) fn look(
    view: &SegmentView,
    doubts: Doubts,
    at: RowRef,
) -> Result<Box<WholeRow>, Box<LostRow>> {
    let segment = &*view.segment;
    let hash = segment.hash_of(at.row).ok();
    let path = segment.path_of(at.row);
    let lost = |path: Option<String>, message: String| {
        Box::new(LostRow {
            at,
            path,
            hash,
            message,
        })
    };
    let path = path.map_err(|error| lost(None, said(error)))?;
    match whole(segment, doubts, at, &path, hash) {
        Ok(whole) => Ok(Box::new(whole)),
        Err(error) => Err(lost(Some(path), said(error))),
    }
}

fn whole(
    segment: &Segment,
    doubts: Doubts,
    at: RowRef,
    path: &str,
    hash: Option<u64>,
) -> Result<WholeRow> {
    let flags = segment.flags()?;
    let row = ExportedRow {
        path: path.into(),
        is_zh: flags.zh.contains(at.row),
        choice: None,
        at,
    };
    let (bytes, record) = page_of(segment, &row)?;
    let choice = match record.kind {
        MemberKind::Markdown => choice_of(segment, at.row),
        _ => FoundChoice::None,
    };
    let is_in_doubt = match record.kind {
        MemberKind::Markdown => doubts.markdown,
        _ if flags.raw.contains(at.row) => doubts.kept,
        _ => doubts.context && record.is_read(),
    };
    // Of what cannot be held against its hash it is not known whether it is right.
    let has_hash = match (&choice, hash) {
        (_, None) => None,
        (FoundChoice::Stored(stored), Some(hash)) if !record.added => {
            is_markdown_of(segment, path, &bytes, stored, hash)
        }
        (FoundChoice::None, Some(hash)) if record.added && is_in_doubt => {
            Some(is_added(segment, at.row, &bytes, hash)?)
        }
        (FoundChoice::None, Some(hash)) if record.is_read() && !record.added => {
            Some(page_hash(path, &bytes) == hash)
        }
        _ => None,
    };
    match has_hash.unwrap_or(!is_in_doubt) {
        true => Ok(WholeRow { row, choice, hash }),
        false => Err(segment.malformed(Part::Hashes, "it is not known whether this is the page")),
    }
}

/// Whether an added page has a hash: that of its bytes and of the tags beside it, as far as these are stored as
/// they were given.
fn is_added(segment: &Segment, row: u32, bytes: &[u8], hash: u64) -> Result<bool> {
    let (page, _) = segment.event_page(row)?;
    let stated: Vec<&str> = page.stated.iter().map(|&tag| page.get(tag)).collect();
    Ok(added_hash(bytes, &stated) == hash)
}

/// What was chosen for the archive of a Markdown page: its row says it, and so does the index.
fn choice_of(segment: &Segment, row: u32) -> FoundChoice {
    let indexed = || {
        let terms = segment.postings(TermField::Archive).ok()?;
        for term in 0..terms.len() {
            if terms.rows(term).ok()?.contains(row) {
                return terms.spelling(term).ok().map(str::to_owned);
            }
        }
        Some(String::new())
    };
    let stored = segment.stored_choice(row).ok().or_else(indexed);
    let stored = stored.filter(|stored| ArchiveChoice::of_stored(stored).is_some());
    stored.map_or(FoundChoice::Lost, FoundChoice::Stored)
}

/// Whether a Markdown page has a hash: that of its bytes, of its format and of the choice. None of versions
/// 4 and 5, which hashed other bytes.
fn is_markdown_of(
    segment: &Segment,
    path: &str,
    bytes: &[u8],
    stored: &str,
    page: u64,
) -> Option<bool> {
    if !segment.has_page_names() && segment.lacks_parts() {
        return None;
    }
    let choice = ArchiveChoice::of_stored(stored).unwrap_or_default();
    let local = page::local_id(path, &choice.prefix);
    let of_choice = match stored.is_empty() {
        true => 0,
        false => hash(stored.as_bytes()),
    };
    let of_format = page ^ page_hash(path, bytes) ^ of_choice;
    let mut older = page::older_format_hashes(bytes, local);
    Some(of_format == page::format_hash(bytes, local) || older.any(|older| older == of_format))
}

/// What an error says of stored bytes, without the path of the store.
fn said(error: Error) -> String {
    match error {
        Error::Corrupt {
            part,
            chunk,
            message,
            ..
        } => {
            // Where a copy is does not matter any more.
            let message = message.split(';').next().unwrap_or_default();
            match chunk {
                Some(chunk) => format!("{part}, chunk {chunk}: {message}"),
                None => format!("{part}: {message}"),
            }
        }
        other => other.to_string(),
    }
}
