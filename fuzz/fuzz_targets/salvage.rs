//! Any bytes as the data of a damaged store: a salvage refuses it, or its archive is read into a new store.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| eventstore::fuzzing::salvage_data(bytes));
