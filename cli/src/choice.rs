//! The values of options: words to choose from, amounts and sizes.

use clap::ValueEnum;

use eventstore::{By, Facet, OnError};

/// Rows of a table where nothing is said: about what fits on a screen.
const TABLE_ROWS: usize = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OnBadPage {
    Collect,
    Raise,
}

impl From<OnBadPage> for OnError {
    fn from(what: OnBadPage) -> Self {
        match what {
            OnBadPage::Collect => Self::Collect,
            OnBadPage::Raise => Self::Raise,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum EventFormat {
    Table,
    Ndjson,
    Csv,
    Md,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum CountFormat {
    Table,
    Csv,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum StatsFormat {
    Table,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum BenchFormat {
    Table,
    Ndjson,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Width {
    Year,
    Month,
    Week,
    Day,
}

impl From<Width> for By {
    fn from(width: Width) -> Self {
        match width {
            Width::Year => Self::Year,
            Width::Month => Self::Month,
            Width::Week => Self::Week,
            Width::Day => Self::Day,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FacetField {
    #[value(alias = "tag")]
    Tags,
    Category,
    Source,
    Domain,
}

impl From<FacetField> for Facet {
    fn from(field: FacetField) -> Self {
        match field {
            FacetField::Tags => Self::Tags,
            FacetField::Category => Self::Category,
            FacetField::Source => Self::Source,
            FacetField::Domain => Self::Domain,
        }
    }
}

/// How many: a number from 1, or all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Amount {
    All,
    AtMost(usize),
}

impl Amount {
    /// The number, `None` for all: what was said, else the default of tables and other formats.
    pub fn of(said: Option<Self>, table: bool) -> Option<usize> {
        match said {
            Some(Self::AtMost(number)) => Some(number),
            Some(Self::All) => None,
            None => table.then_some(TABLE_ROWS),
        }
    }
}

impl std::str::FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.parse()) {
            ("all", _) => Ok(Self::All),
            (_, Ok(number)) if number > 0 => Ok(Self::AtMost(number)),
            _ => Err("write a number from 1, or all".to_owned()),
        }
    }
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
        assert_eq!(Amount::of(None, true), Some(20));
        assert_eq!(Amount::of(None, false), None);
        assert_eq!(Amount::of(Some(Amount::All), true), None);
    }
}
