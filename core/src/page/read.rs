//! Bytes of a file → a page.

use super::context::{self, Parsed};
use super::limits::PageLimits;
use super::lines::{Fail, fail};
use super::logical_path::LogicalPath;
use super::model::Page;
use crate::error::PageError;

/// Raised whenever the same bytes may be read as another page. Unchanged pages are then parsed again.
pub(crate) const PARSER_VERSION: u32 = 1;

/// Offsets of spans have 32 bits, and ids are put behind the page's text.
const BYTES_MAX: usize = 1 << 30;

/// Reads one page. `name` is its path as the archive has it, for errors.
///
/// The `text` of the result begins with the page itself (its first `bytes.len()` bytes); an ingest
/// compares what `render` makes with that. A file whose name does not end in `.md` is
/// [`Page::Other`], whatever it holds.
pub(crate) fn read(
    name: &str,
    path: &LogicalPath,
    bytes: Vec<u8>,
    limits: &PageLimits,
) -> Result<Page, PageError> {
    if !path.is_markdown() {
        return Ok(Page::Other);
    }
    let text = match checked(bytes, limits) {
        Ok(text) => text,
        Err((fail, bytes)) => return Err(fail.on(name, &bytes)),
    };
    match context::parse(&text, path, limits) {
        Ok(Parsed::Event(mut page, behind)) => {
            page.text = text + &behind;
            Ok(Page::Event(page))
        }
        Ok(Parsed::Listing(mut page, behind)) => {
            page.text = text + &behind;
            Ok(Page::Listing(page))
        }
        Ok(Parsed::Other) => Ok(Page::Other),
        Err(fail) => Err(fail.on(name, text.as_bytes())),
    }
}

/// The bytes as text. Fails, and gives the bytes back, if they are no plain text.
fn checked(bytes: Vec<u8>, limits: &PageLimits) -> Result<String, (Fail, Vec<u8>)> {
    let size = bytes.len();
    let most = limits.bytes.min(BYTES_MAX);
    let problem = if size > most {
        fail(
            "too_large",
            0,
            format!(
                "the page has {size} bytes, more than the limit of {most}; raise the limit if it is meant so"
            ),
        )
    } else if bytes.starts_with(b"\xef\xbb\xbf") {
        fail(
            "byte_order_mark",
            0,
            "the page begins with a byte order mark; save it as UTF-8 without one",
        )
    } else if let Some(at) = memchr::memchr2(0, b'\r', &bytes) {
        if bytes[at] == 0 {
            fail(
                "nul_byte",
                at,
                "the page holds a NUL byte; it is no text, or is damaged",
            )
        } else {
            fail(
                "carriage_return",
                at,
                "the page holds a carriage return (line ends CRLF?); save it with line ends LF",
            )
        }
    } else {
        Ok(())
    };
    match problem {
        Err(fail) => Err((fail, bytes)),
        Ok(()) => String::from_utf8(bytes).map_err(|error| {
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
        }),
    }
}
