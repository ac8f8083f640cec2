//! Which rows have the words that a value asks for.
//!
//! The texts of each row are read and cut into words here. So it is exact, and takes as long as
//! reading the events does.

use roaring::RoaringBitmap;

use crate::analysis::{Analyzer, WordPattern};
use crate::error::Result;
use crate::event::Event;
use crate::query::text::{Matcher, QueryField};
use crate::store::{RowRef, SegmentView, Snapshot};

/// The live rows of a view whose texts have what a matcher of a field of words asks for.
pub(super) fn rows_with(
    view: &SegmentView,
    snapshot: &Snapshot,
    field: &QueryField,
    matcher: &Matcher,
) -> Result<RoaringBitmap> {
    let mut rows = RoaringBitmap::new();
    let of_view = |other: &SegmentView| std::ptr::eq(other, view);
    let Some(segment_index) = snapshot.views.iter().position(of_view) else {
        return Ok(rows);
    };
    let mut analyzer = Analyzer::default();
    let mut tokens = Tokens::default();
    for row in &*view.live {
        let event = snapshot.event(RowRef { segment_index, row })?;
        let mut texts = texts_of(&event, field).into_iter().flatten();
        let found = texts.any(|text| {
            tokens.cut(&mut analyzer, text);
            tokens.have(matcher.pattern.as_ref())
        });
        if found {
            rows.insert(row);
        }
    }
    Ok(rows)
}

/// The texts of an event that a field means. Words next to each other stand in one of them.
fn texts_of<'e>(event: &'e Event, field: &QueryField) -> [Option<&'e str>; 3] {
    let asked = |one: QueryField| *field == one || *field == QueryField::Text;
    let title = Some(event.title.as_str());
    [
        title.filter(|_| asked(QueryField::Title)),
        event
            .summary
            .as_deref()
            .filter(|_| asked(QueryField::Summary)),
        event.body.as_deref().filter(|_| asked(QueryField::Body)),
    ]
}

/// The words of one text, each with its position, ascending.
#[derive(Default)]
struct Tokens(Vec<(u32, String)>);

impl Tokens {
    fn cut(&mut self, analyzer: &mut Analyzer, text: &str) {
        self.0.clear();
        analyzer.tokens(text, |term, position| {
            self.0.push((position, term.to_owned()));
        });
    }

    /// Whether a pattern stands among them; without one, whether there is any.
    fn have(&self, pattern: Option<&WordPattern>) -> bool {
        let Some(pattern) = pattern else {
            return !self.0.is_empty();
        };
        let Some(first) = pattern.parts.first() else {
            return false;
        };
        let mut starts = self.0.iter().map(|&(position, _)| position);
        starts.any(|start| {
            let mut parts = pattern.parts.iter();
            parts.all(|part| {
                let at = start + (part.offset - first.offset);
                let from = self.0.partition_point(|&(position, _)| position < at);
                let mut here = self.0[from..]
                    .iter()
                    .take_while(|(position, _)| *position == at);
                here.any(|(_, term)| match part.prefix {
                    true => term.starts_with(&part.term),
                    false => *term == part.term,
                })
            })
        })
    }
}
