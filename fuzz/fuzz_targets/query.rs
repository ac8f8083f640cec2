//! Any text as a query, an id, a day, a page token: it is refused with a place in it, or reads as it prints.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| eventstore::fuzzing::read_query(bytes));
