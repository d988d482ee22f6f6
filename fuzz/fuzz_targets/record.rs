#![no_main]

libfuzzer_sys::fuzz_target!(|input: (u64, &[u8])| mynah_fuzz::record(input.1, input.0));
