//! The store's error in an error of a stream of record batches.

use arrow_schema::ArrowError;

use crate::error::Error;

/// The error of the store that ended a stream, where it is one.
pub(crate) fn store_error(error: ArrowError) -> Error {
    let invalid = |message: String| Error::InvalidArgument {
        what: "batches",
        message,
    };
    match error {
        ArrowError::ExternalError(error) => match error.downcast::<Error>() {
            Ok(error) => *error,
            Err(error) => invalid(error.to_string()),
        },
        other => invalid(other.to_string()),
    }
}
