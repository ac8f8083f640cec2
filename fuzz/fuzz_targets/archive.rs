//! Any bytes as an archive: reading ends within its limits, and what comes of it is sound.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| eventstore::fuzzing::read_archive(bytes));
