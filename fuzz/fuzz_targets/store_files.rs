//! Any bytes as `CURRENT`, `CLEAN` or `PLACES`: the store is refused, or asking ends with an answer or an error.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| eventstore::fuzzing::read_store_files(bytes));
