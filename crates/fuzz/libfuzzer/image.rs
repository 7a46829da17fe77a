//! libFuzzer's door to `halyard_fuzz::image`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| halyard_fuzz::image(input));
libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    halyard_fuzz::mutate(data, size, max_size, seed).unwrap_or_else(|| libfuzzer_sys::fuzzer_mutate(data, size, max_size))
});
