//! Tests of the layer through its gate.

mod guide;
mod patterns;
mod properties;
mod words;
