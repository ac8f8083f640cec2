//! Whether the page of a row can be given, byte for byte.

use crate::error::{Error, Result};
use crate::ingest::{ExportedRow, MemberKind, hash, page_hash, page_of};
use crate::page::{self, ArchiveChoice};
use crate::segment::{Part, Segment, TermField};
use crate::store::{RowRef, SegmentView};

/// A row whose page can be given.
pub(super) struct WholeRow {
    pub row: ExportedRow,
    /// What was chosen for the archive of a Markdown page, as it is stored.
    pub choice: Choice,
    pub hash: Option<u64>,
}

/// What is known of the choice for a page's archive.
pub(super) enum Choice {
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
pub(super) fn look(view: &SegmentView, at: RowRef) -> Result<Box<WholeRow>, Box<LostRow>> {
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
    match whole(segment, at, &path, hash) {
        Ok(whole) => Ok(Box::new(whole)),
        Err(error) => Err(lost(Some(path), said(error))),
    }
}

fn whole(segment: &Segment, at: RowRef, path: &str, hash: Option<u64>) -> Result<WholeRow> {
    let flags = segment.flags()?;
    let row = ExportedRow {
        path: path.into(),
        is_zh: flags.zh.contains(at.row),
        choice: None,
        at,
    };
    let (bytes, record) = page_of(segment, &row)?;
    let choice = match record.kind {
        MemberKind::Markdown if !flags.raw.contains(at.row) => {
            return Err(segment.malformed(Part::Raw, "the page is not kept"));
        }
        MemberKind::Markdown => choice_of(segment, at.row),
        _ => Choice::None,
    };
    let has_hash = match (&choice, record.kind, hash) {
        // Of what was added the hash is that of the tags as they were given, too.
        _ if record.added => true,
        (Choice::Stored(stored), _, Some(hash)) => {
            is_markdown_of(segment, path, &bytes, stored, hash)
        }
        (Choice::None, MemberKind::Event, Some(hash)) => page_hash(path, &bytes) == hash,
        _ => true,
    };
    match has_hash {
        true => Ok(WholeRow { row, choice, hash }),
        false => Err(segment.malformed(Part::Hashes, "the page has another hash")),
    }
}

/// What was chosen for the archive of a Markdown page: its row says it, and so does the index.
fn choice_of(segment: &Segment, row: u32) -> Choice {
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
    stored.map_or(Choice::Lost, Choice::Stored)
}

/// Whether a Markdown page has a hash: that of its bytes, of its format and of the choice.
fn is_markdown_of(segment: &Segment, path: &str, bytes: &[u8], stored: &str, page: u64) -> bool {
    // Versions 4 and 5 hashed other bytes.
    if segment.meta.chunks_of(Part::PageNames) == 0 && segment.lacks_parts() {
        return true;
    }
    let choice = ArchiveChoice::of_stored(stored).unwrap_or_default();
    let local = page::local_id(path, &choice.prefix);
    let of_choice = match stored.is_empty() {
        true => 0,
        false => hash(stored.as_bytes()),
    };
    let of_format = page ^ page_hash(path, bytes) ^ of_choice;
    of_format == page::format_hash(bytes, local)
        || page::older_format_hashes(bytes, local).any(|older| older == of_format)
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
            // What to do about it was done.
            let message = message.split(';').next().unwrap_or_default();
            format!("{part}, chunk {chunk}: {message}")
        }
        other => other.to_string(),
    }
}
