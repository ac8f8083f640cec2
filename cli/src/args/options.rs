//! The values of options: words to choose from, amounts, sizes and paths.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::{PathBufValueParser, PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Args};

use crate::path::expanded;
use eventstore::{Facet, OpenOptions};

/// Lines of a list on a terminal where no number is given: about what fits on a screen.
const SCREEN_LINES: usize = 20;

/// Reads a word of an enum of the library, one of `all`. The help lists the words as they are printed.
pub(super) fn word<T, const N: usize>(all: [T; N], as_str: fn(T) -> &'static str) -> WordParser<T>
where
    T: FromStr,
{
    WordParser {
        words: all.into_iter().map(as_str).collect(),
        parse: |word| word.parse().ok(),
    }
}

/// Reads a field whose values can be counted.
pub(super) fn facet() -> WordParser<Facet> {
    let words = Facet::ALL.iter().map(Facet::as_str);
    WordParser {
        words: words.chain(["word", "meta.KEY"]).collect(),
        parse: |word| word.parse().ok(),
    }
}

#[derive(Clone)]
pub(super) struct WordParser<T> {
    words: Vec<&'static str>,
    parse: fn(&str) -> Option<T>,
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for WordParser<T> {
    type Value = T;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<T, clap::Error> {
        if let Some(value) = value.to_str().and_then(self.parse) {
            return Ok(value);
        }
        // The error that clap has for a word that is none of a list, with the list and what was meant.
        let parser = PossibleValuesParser::new(&self.words);
        match parser.parse_ref(command, argument, value) {
            Err(error) => Err(error),
            Ok(_) => Err(clap::Error::new(ErrorKind::InvalidValue).with_cmd(command)),
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.words.iter().map(PossibleValue::new)))
    }
}

/// How many: a number from 1, or all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Amount {
    All,
    AtMost(usize),
}

impl Amount {
    /// The number, `None` for all: what was given, or else what fits on a screen where the list
    /// goes to one.
    pub(crate) fn or_screen(given: Option<Self>, is_for_screen: bool) -> Option<usize> {
        match given {
            Some(Self::AtMost(number)) => Some(number),
            Some(Self::All) => None,
            None => is_for_screen.then_some(SCREEN_LINES),
        }
    }
}

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.parse()) {
            ("all", _) => Ok(Self::All),
            (_, Ok(number)) if number > 0 => Ok(Self::AtMost(number)),
            _ => Err("write a number from 1, or all".to_owned()),
        }
    }
}

/// Reads a number from 1.
pub(super) fn number<T: FromStr + Default + PartialOrd>(text: &str) -> Result<T, String> {
    let number: Option<T> = text.parse().ok();
    number
        .filter(|number| *number > T::default())
        .ok_or_else(|| "write a number from 1".to_owned())
}

/// Reads `4096`, `64K`, `1M`, `512MiB`, `2GB`, in powers of 1024.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let shift = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        _ => u32::MAX,
    };
    let number: Option<u64> = digits.parse().ok();
    number
        .and_then(|number| number.checked_mul(1u64.checked_shl(shift)?))
        .filter(|&bytes| bytes > 0)
        .ok_or_else(|| "write a number of bytes from 1, or as in 64K, 1M, 2G".to_owned())
}

/// Reads a path, `~` at its start as the home directory.
pub(super) fn path() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().map(expanded)
}

// What commands take that write.
#[derive(Debug, Args)]
pub(crate) struct LockArgs {
    /// Wait so long for a process that writes to the store [default: not at all]
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 0,
        hide_default_value = true
    )]
    wait: u64,
}

impl LockArgs {
    /// How a store is opened that may be made.
    pub fn options(&self) -> OpenOptions {
        OpenOptions::new().wait(Duration::from_secs(self.wait))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_powers_of_1024() {
        assert_eq!(size("4096"), Ok(4096));
        assert_eq!(size("64k"), Ok(64 << 10));
        assert_eq!(size("1M"), Ok(1 << 20));
        assert_eq!(size("512MiB"), Ok(512 << 20));
        assert_eq!(size("2T"), Ok(2 << 40));
        for bad in ["", "0", "-1", "M", "1.5M", "1X", "99999999T", "1 M"] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn amounts_are_numbers_from_1_or_all() {
        assert_eq!("all".parse(), Ok(Amount::All));
        assert_eq!("7".parse(), Ok(Amount::AtMost(7)));
        assert!("0".parse::<Amount>().is_err());
        assert!("-1".parse::<Amount>().is_err());
        assert_eq!(Amount::or_screen(None, true), Some(20));
        assert_eq!(Amount::or_screen(None, false), None);
        assert_eq!(Amount::or_screen(Some(Amount::All), true), None);
    }
}
