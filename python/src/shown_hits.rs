//! What is shown of hits in a terminal and in a notebook: the first of them, by relevance with scores and snippets.

use eventstore::{Event, Hits, Order, Result};

use crate::convert;
use crate::highlight::PySnippet;
use crate::notebook::{self, HtmlTable};
use crate::terminal;

/// Characters of a snippet, and columns of a title beside it: together a row of a notebook.
const SNIPPET_CHARS: usize = 60;
const TITLE_COLUMNS: usize = 44;
/// The columns of an answer by relevance.
const RANKED: [&str; 4] = ["score", "date", "title", "snippet"];

/// The first of some hits, and how many there are.
pub struct ShownHits {
    pub count: u64,
    pub events: Vec<Event>,
    order: ShownOrder,
}

/// What the order of hits gives to be shown.
enum ShownOrder {
    Date,
    /// The score and the snippet of each event.
    Relevance(Vec<(f64, PySnippet)>),
    /// By relevance, though no event has a score.
    NoScores,
}

impl ShownHits {
    pub fn of(hits: &Hits) -> Result<Self> {
        let first = hits.slice(..notebook::EVENTS_SHOWN as u64);
        let events = first.iter().collect::<Result<Vec<_>>>()?;
        let scores = match hits.ordered_by() {
            Order::Relevance => first.scores()?,
            _ => Vec::new(),
        };
        let order = match scores.iter().any(|&score| score > 0.0) {
            true => {
                let snippets = events
                    .iter()
                    .map(|event| event.snippet(hits.query(), SNIPPET_CHARS));
                let snippets = snippets.map(PySnippet::from);
                ShownOrder::Relevance(scores.into_iter().zip(snippets).collect())
            }
            false if scores.is_empty() => ShownOrder::Date,
            false => ShownOrder::NoScores,
        };
        Ok(Self {
            count: hits.count()?,
            events,
            order,
        })
    }

    /// How many are not shown.
    pub fn left(&self) -> u64 {
        self.count - self.events.len() as u64
    }

    /// Why the order is not what its name says.
    pub fn note(&self) -> Option<&'static str> {
        match self.order {
            ShownOrder::NoScores => Some("no word counts, so that relevance is newest first"),
            _ => None,
        }
    }

    /// The rows of a terminal that is so wide.
    pub fn lines(&self, width: usize) -> Vec<String> {
        let ShownOrder::Relevance(ranked) = &self.order else {
            return terminal::events(self.events.iter(), width);
        };
        let rows = self
            .events
            .iter()
            .zip(ranked)
            .map(|(event, (score, snippet))| {
                let (score, day) = (format!("{score:.2}"), convert::shown(event.date));
                vec![score, day, event.title.clone(), snippet.in_brackets()]
            });
        let rows: Vec<_> = rows.collect();
        terminal::rows(&RANKED.map(str::to_owned), &rows, width)
    }

    /// The table of a notebook.
    pub fn html(&self) -> String {
        let ShownOrder::Relevance(ranked) = &self.order else {
            return notebook::events(self.events.iter());
        };
        let mut table = HtmlTable::new(&RANKED);
        for (event, (score, snippet)) in self.events.iter().zip(ranked) {
            table.row(&[
                notebook::plain_cell(format!("{score:.2}")),
                notebook::plain_cell(convert::shown(event.date)),
                notebook::text_cell(&event.title, TITLE_COLUMNS),
                notebook::html_cell(&snippet.html()),
            ]);
        }
        table.finish()
    }
}
