//! Any bytes as the export of a store: it is refused, or what comes of it is sound and has an equal export.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| drop(eventstore::fuzzing::import_export(bytes)));
