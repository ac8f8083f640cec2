//! Any bytes as a stored part of a store, or as its manifest: asking ends with an answer or an error.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| eventstore::fuzzing::read_stored(bytes));
