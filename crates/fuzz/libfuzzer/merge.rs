//! libFuzzer's door to `halyard_fuzz::merge`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| halyard_fuzz::merge(input));

// Half of the mutations know JSON: bytes alone seldom leave a document that passes its checks.
libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let made = data.get(..size).filter(|_| seed % 2 == 0).and_then(|input| halyard_fuzz::mutated(input, seed));
    match made.filter(|made| made.len() <= max_size) {
        Some(made) => {
            data.iter_mut().zip(&made).for_each(|(to, from)| *to = *from);
            made.len()
        }
        None => libfuzzer_sys::fuzzer_mutate(data, size, max_size),
    }
});
