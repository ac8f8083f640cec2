//! Whether a store keeps words, and what an opening wishes.

use super::manifest::Manifest;
use crate::error::{Error, Result};
use crate::event::{ParseError, words};
use crate::storage::Storage;

/// Whether a store keeps the words of titles, summaries and bodies, by which they are found.
///
/// # Examples
/// ```
/// use eventstore::{OpenOptions, Words};
///
/// assert_eq!("off".parse::<Words>()?, Words::Off);
/// let store = OpenOptions::new().words(Words::Off).memory()?;
/// assert!(store.is_empty()?);
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Words {
    /// They are stored: some 100 bytes for each event of the Context, and as many bytes as the packed
    /// text has where pages have bodies.
    #[default]
    On,
    /// They are not. A question for a word reads the texts of all events of the segments that have events of its
    /// time, up to 20,000.
    Off,
}

words!(Words, unknown; On = "on", Off = "off");

fn unknown(word: &str, words: &[&'static str]) -> ParseError {
    let message = format!("{word:?} is none of {}", words.join(", "));
    ParseError::new(word, 0, message, Some("write on or off".to_owned()))
}

/// Writes down what is wished of the words of a new store, also into `manifest`, which the root of `storage` holds;
/// fails if a store that is there has decided otherwise. Gives the wish back where nobody has decided yet and this
/// storage only reads.
pub(super) fn decide_words(
    wish: Option<Words>,
    storage: &dyn Storage,
    manifest: &mut Manifest,
) -> Result<Option<Words>> {
    let Some(words) = wish else {
        return Ok(None);
    };
    let asked = words == Words::On;
    if manifest.is_undecided() {
        if storage.is_read_only() {
            return Ok(wish);
        }
        if manifest.words != asked {
            manifest.words = asked;
            storage.set_root(&manifest.encode())?;
        }
    } else if manifest.words != asked {
        let message = format!(
            "{path} has words {has}; reindex(\"{words}\") or `eventstore reindex {path} --words {words}` \
             changes that",
            path = storage.path().display(),
            has = if asked { Words::Off } else { Words::On },
        );
        return Err(Error::InvalidArgument {
            what: "words",
            message,
        });
    }
    Ok(None)
}
