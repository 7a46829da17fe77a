//! libFuzzer's door to `halyard_fuzz::canonical`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| halyard_fuzz::canonical(input));
