#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| mynah_fuzz::export("whatsapp", "_chat.txt", bytes));
