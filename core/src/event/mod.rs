//! The model: what an event is. No I/O.
//!
//! | question | file |
//! | --- | --- |
//! | what is an event, a source, a related entry, a change? | `model` |
//! | how is an event named, and in which spellings is a name read? | `id`, `day_path` |
//! | what may stand for an id in a call? | `as_id` |
//! | what is a day, a time of the day, and which month does a name mean? | `date`, `time`, `month` |
//! | which kinds and languages are there? | `kind`, `lang` |
//! | what does a page say beside all that, and what of it can be asked for? | `meta`, `meta_terms` |
//! | where is an event's page in the tree? | `path` |
//! | what is the address of its page on its site? | `url` |
//! | which publisher does a URL or a host belong to? | `domain`, `punycode` |
//! | how does text as written become text as shown and text as matched? | `text`, `title` |
//! | what is the error of text that cannot be read? | `parse_error` |
//! | how do enums and kinds become words, and which word was meant? | `words` |
//! | how is it written by serde, and exchanged with jiff? | `serde_text`, `json`, `jiff_date` |

mod as_id;
mod date;
mod day_path;
mod domain;
mod id;
#[cfg(feature = "jiff")]
mod jiff_date;
#[cfg(feature = "serde")]
mod json;
mod kind;
mod lang;
mod meta;
mod meta_terms;
mod model;
mod month;
mod parse_error;
mod path;
mod punycode;
#[cfg(feature = "serde")]
mod serde_text;
mod text;
mod time;
mod title;
mod url;
mod words;

pub use as_id::AsId;
pub use date::Date;
pub use id::EventId;
pub(crate) use id::PAGE_ENDINGS;
pub use kind::Kind;
pub use lang::Lang;
pub use meta::{Meta, MetaValue};
pub use model::{Change, ChangeKind, Event, Related, Source};
pub use parse_error::ParseError;
pub use text::steers_terminal;
pub use time::Time;

pub(crate) use day_path::{dated_path, day_at, is_slug, without_extension};
pub(crate) use domain::{domain_of, domain_of_value, domain_prefix_of_value};
pub(crate) use meta_terms::{
    META_BYTES_MAX, META_TERMS_MAX, MetaTerms, meta_key, meta_term, split_meta_term,
};
pub(crate) use month::{ORDINAL_ENDINGS, month_of};
pub(crate) use path::{canonical_path, is_canonical_path};
pub(crate) use text::{clean, clean_url, escaped, fold, fold_into, nfc, plain, tidy};
pub(crate) use title::{clean_title, searched_title, variant_forms};
pub(crate) use words::{closest, unknown, words};
