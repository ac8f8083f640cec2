//! The formats of files, by the ending of their path.

use std::path::Path;

use crate::error::{Error, Result};
use crate::event::{unknown, words};

/// A format of tables, by the ending of a file's path.
///
/// # Examples
/// ```
/// use eventstore::TableFormat;
/// assert_eq!(TableFormat::of_path("out/events.CSV".as_ref())?, TableFormat::Csv);
/// let error = TableFormat::of_path("events.xlsx".as_ref()).unwrap_err().to_string();
/// assert!(error.contains(".parquet"));
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TableFormat {
    /// `.csv`: rows as RFC 4180 has them.
    Csv,
    /// `.tsv`: the same with tabs.
    Tsv,
    /// `.json`: an array of objects.
    Json,
    /// `.ndjson`: an object a line.
    Ndjson,
    /// `.parquet`: Apache Parquet, packed with Snappy; with the feature `parquet`.
    Parquet,
    /// `.arrow`: a file of Arrow's format for interprocess communication; with the feature `parquet`.
    Arrow,
}

words!(TableFormat, unknown;
    Csv = "csv",
    Tsv = "tsv",
    Json = "json",
    Ndjson = "ndjson" | "jsonl",
    Parquet = "parquet",
    Arrow = "arrow",
);

impl TableFormat {
    /// The format that the ending of a path names, in any case. `.jsonl` is read as `.ndjson`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for another ending, with the endings that there are.
    pub fn of_path(path: &Path) -> Result<Self> {
        let ending = path.extension().and_then(|ending| ending.to_str());
        let format = ending.and_then(|ending| ending.to_ascii_lowercase().parse().ok());
        format.ok_or_else(|| {
            let endings = Self::ALL.map(|format| format!(".{format}")).join(", ");
            Error::InvalidArgument {
                what: "path",
                message: format!(
                    "{}: the ending says which format is written; there are {endings}",
                    path.display()
                ),
            }
        })
    }
}
