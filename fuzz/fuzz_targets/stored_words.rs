//! Any bytes as the stored words of a segment: reading ends, nothing panics, and what is read keeps its promises.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| eventstore::fuzzing::read_stored_words(bytes));
