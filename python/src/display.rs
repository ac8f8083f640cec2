//! Text as it is shown: on a terminal, and in a notebook.

use std::borrow::Cow;
use std::fmt::{self, Display};

use eventstore::steers_terminal;
use pulldown_cmark_escape::{FmtWriter, escape_html};

/// Text from outside that ends in a message, with control characters and marks of direction shown
/// as `�`: a name in an archive must not steer the terminal that prints it. Line ends stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    let steers = |c: char| steers_terminal(c) && c != '\n';
    if text.contains(steers) {
        Cow::Owned(text.replace(steers, "\u{FFFD}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Text that may stand between the tags of HTML and in its attributes.
pub struct Escaped<T>(pub T);

impl<T: Display> Display for Escaped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        escape_html(FmtWriter(f), &self.0.to_string())
    }
}
