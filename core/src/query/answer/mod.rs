//! What a caller gets for a query.
//!
//! | question | file |
//! | --- | --- |
//! | which events match, how many, which slice of them? | `hits` |
//! | how are they read page by page? | `result_page`, `page_token` |
//! | where do the words of the query stand in their texts? | `highlight`, `snippet` |
//! | how are they read, one by one or in batches? | `events` |
//! | which values do they have, and how often? | `facets` |
//! | how are some of them drawn at random? | `sample` |
//! | which of them share most tags with an event? | `similar` |
//! | which words do they have, and how often? | `vocabulary` |
//! | how are they spread over time? | `timeline`; each value of a field: `split_timeline` |
//! | how was the answer found, and what was read for it? | `explain` |
//! | what may be wrong with a query that finds nothing? | `hint` |
//! | what may be meant by words, or instead of them? | `word_hints` |
//! | which words that exist are near to one that does not? | `near_words` |
//! | which traits do answers have that are a list? | `slice_of` |
//! | which values that exist are near to one that does not? | `suggest` |

mod events;
mod explain;
mod facets;
mod highlight;
mod hint;
mod hits;
mod near_words;
mod page_token;
mod ranking;
mod result_page;
mod sample;
mod similar;
mod slice_of;
mod snippet;
mod split_timeline;
mod suggest;
mod timeline;
mod vocabulary;
mod word_hints;

pub use events::Events;
pub use facets::{Count, Facet, Facets};
pub use highlight::{Highlights, TextField, mark_spans};
pub use hits::Hits;
pub use result_page::{Heading, ResultPage};
pub use similar::{Similar, SimilarEvents};
pub use snippet::Snippet;
pub use split_timeline::{SplitBucket, SplitTimeline};
pub use timeline::{Bucket, By, Timeline};

pub(super) use facets::count_values;
#[cfg(test)]
pub(super) use facets::{count_by_row, count_by_term};
pub(super) use suggest::with_known_values;
