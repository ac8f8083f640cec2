//! Bytes of a file → a page.

use twox_hash::XxHash3_64;

use super::context::{self, Parsed};
use super::format::{format_of, is_claimed};
use super::limits::PageLimits;
use super::lines::{Fail, Step, fail};
use super::logical_path::LogicalPath;
use super::markdown::{ArchiveChoice, ReadPage};
use super::model::Page;
use crate::error::PageError;
use crate::event::{EventId, PAGE_ENDINGS};

/// Offsets of spans have 32 bits, and ids are put behind the page's text.
const BYTES_MAX: usize = 1 << 30;

/// What a file is by its content, and by its path where that says something.
#[derive(Debug)]
pub(crate) enum Reading {
    /// A page of the Context.
    Page(Page),
    /// No page of the Context: one of another format, or a free page of the Context's site, which the
    /// archive around it says.
    Foreign {
        bytes: Vec<u8>,
        /// Another format has it to itself, wherever it lies: it begins with front matter.
        is_claimed: bool,
    },
    /// No page at all, by the ending of its name.
    NoPage,
}

/// Reads one page, if it is one of the Context. `name` is its path as the archive has it, for errors.
///
/// The `text` of the result begins with the page itself (its first `bytes.len()` bytes); an ingest
/// compares what `render` makes with that.
pub(crate) fn read(
    name: &str,
    path: &LogicalPath,
    bytes: Vec<u8>,
    limits: &PageLimits,
) -> Result<Reading, PageError> {
    if !PAGE_ENDINGS.iter().any(|ending| name.ends_with(ending)) {
        return Ok(Reading::NoPage);
    }
    if !path.is_markdown() || is_fenced(&bytes) {
        return Ok(foreign(bytes, name));
    }
    let text = match checked(bytes, limits) {
        Ok(text) => text,
        Err((fail, bytes)) if path.id.is_some() || !is_style(&fail) => {
            return Err(fail.on(name, &bytes));
        }
        Err((_, bytes)) => {
            return Ok(foreign(bytes, name));
        }
    };
    match context::parse(&text, path, limits) {
        Ok(Parsed::Event(mut page, behind)) => {
            page.text = text + &behind;
            Ok(Reading::Page(Page::Event(page)))
        }
        Ok(Parsed::Listing(mut page, behind)) => {
            page.text = text + &behind;
            Ok(Reading::Page(Page::Listing(page)))
        }
        Ok(Parsed::Other) => Ok(foreign(text.into_bytes(), name)),
        Err(fail) => Err(fail.on(name, text.as_bytes())),
    }
}

/// A page of the Context's site that is neither event nor listing. It is checked as those are.
pub(crate) fn read_free(
    name: &str,
    path: &LogicalPath,
    bytes: Vec<u8>,
    limits: &PageLimits,
) -> Result<Page, PageError> {
    match path.is_markdown() {
        true => match checked(bytes, limits) {
            Ok(_) => Ok(Page::Other),
            Err((fail, bytes)) => Err(fail.on(name, &bytes)),
        },
        false => Ok(Page::Other),
    }
}

/// A page of any format but the Context's. `path` is its path within its archive, as the result's `text`
/// are its bytes. A template, from which a tool makes pages, fails as one.
pub(crate) fn read_kept(
    name: &str,
    path: &str,
    id: &EventId,
    bytes: Vec<u8>,
    limits: &PageLimits,
    choice: &ArchiveChoice,
) -> Result<ReadPage, PageError> {
    let text = match readable(bytes, limits) {
        Ok(text) => text,
        Err((fail, bytes)) => return Err(fail.on(name, &bytes)),
    };
    let format = format_of(text.as_bytes(), path);
    match (format.read)(&text, path, id.as_str(), choice) {
        Ok(mut read) => {
            read.page.text = text;
            Ok(read)
        }
        Err(fail) => Err(fail.on(name, text.as_bytes())),
    }
}

/// Whether the page begins with a fence of front matter, the usual case. Reads a few bytes.
fn is_fenced(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = text.trim_ascii_start();
    text.starts_with(b"---") || text.starts_with(b"+++")
}

fn foreign(bytes: Vec<u8>, name: &str) -> Reading {
    let text = std::str::from_utf8(&bytes);
    let is_claimed = text.is_ok_and(|text| is_claimed(text, name));
    Reading::Foreign { bytes, is_claimed }
}

/// What the hash of a page of another format than the Context's differs by: each format, and each
/// version of it, may read another page of the same bytes.
pub(crate) fn format_hash(bytes: &[u8], path: &str) -> u64 {
    let format = format_of(bytes, path);
    let name = XxHash3_64::oneshot(format.name.as_bytes());
    name ^ u64::from(format.version)
}

/// What that was for each older version of the format.
pub(crate) fn older_format_hashes(bytes: &[u8], path: &str) -> impl Iterator<Item = u64> {
    let format = format_of(bytes, path);
    let name = XxHash3_64::oneshot(format.name.as_bytes());
    (1..format.version).map(move |version| name ^ u64::from(version))
}

/// Whether only the Context minds this.
fn is_style(fail: &Fail) -> bool {
    matches!(fail.kind, "byte_order_mark" | "carriage_return")
}

/// The bytes as text of a page that may have any line ends.
fn readable(bytes: Vec<u8>, limits: &PageLimits) -> Result<String, (Fail, Vec<u8>)> {
    let problem = size_within(&bytes, limits).and_then(|()| no_nul(&bytes));
    match problem {
        Ok(()) => utf8(bytes),
        Err(fail) => Err((fail, bytes)),
    }
}

fn size_within(bytes: &[u8], limits: &PageLimits) -> Step<()> {
    let size = bytes.len();
    let most = limits.bytes.min(BYTES_MAX);
    if size <= most {
        return Ok(());
    }
    let message = format!(
        "the page has {size} bytes, more than the limit of {most}; raise the limit if it is meant so"
    );
    fail("too_large", 0, message)
}

fn no_nul(bytes: &[u8]) -> Step<()> {
    match memchr::memchr(0, bytes) {
        Some(at) => fail(
            "nul_byte",
            at,
            "the page holds a NUL byte; it is no text, or is damaged",
        ),
        None => Ok(()),
    }
}

fn utf8(bytes: Vec<u8>) -> Result<String, (Fail, Vec<u8>)> {
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let message = "the page is not UTF-8 here; save it as UTF-8".to_owned();
        (
            Fail {
                kind: "bad_utf8",
                offset,
                message,
            },
            error.into_bytes(),
        )
    })
}

/// The bytes as text of a page of the Context. Fails, and gives the bytes back, if they are none.
fn checked(bytes: Vec<u8>, limits: &PageLimits) -> Result<String, (Fail, Vec<u8>)> {
    let problem = size_within(&bytes, limits).and_then(|()| {
        if bytes.starts_with(b"\xef\xbb\xbf") {
            return fail(
                "byte_order_mark",
                0,
                "the page begins with a byte order mark; save it as UTF-8 without one",
            );
        }
        match memchr::memchr2(0, b'\r', &bytes) {
            Some(at) if bytes[at] == b'\r' => fail(
                "carriage_return",
                at,
                "the page holds a carriage return (line ends CRLF?); save it with line ends LF",
            ),
            Some(_) => no_nul(&bytes),
            None => Ok(()),
        }
    });
    match problem {
        Ok(()) => utf8(bytes),
        Err(fail) => Err((fail, bytes)),
    }
}
