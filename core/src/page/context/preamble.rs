//! What may stand above the heading of any page.

use super::super::lines::Lines;
use super::super::model::Edition;
use super::labels;

/// The lines above the heading.
pub(super) struct Preamble<'t> {
    /// Whether the page begins with an empty line.
    pub blank_first: bool,
    /// The line of links to other formats, and the edition that has such a line.
    pub formats: Option<(&'t str, Edition)>,
}

impl<'t> Preamble<'t> {
    /// Moves the cursor to the first line that is not part of the preamble.
    pub fn read(lines: &mut Lines<'t>) -> Self {
        let blank_first = lines.skip_blank() > 0;
        let formats = lines
            .line()
            .and_then(|line| Some((line, labels::formats(line)?)));
        if formats.is_some() {
            lines.advance();
            lines.skip_blank();
        }
        Self {
            blank_first,
            formats,
        }
    }

    /// The edition whose line of formats the page has.
    pub fn edition(&self) -> Option<Edition> {
        self.formats.map(|(_, edition)| edition)
    }
}
