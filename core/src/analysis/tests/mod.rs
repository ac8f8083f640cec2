//! Tests of the layer through its gate.

mod properties;
mod words;
