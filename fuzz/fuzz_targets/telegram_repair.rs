#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| mynah_fuzz::telegram_repair(text));
