//! The recorded choice.
#![no_main]

#[allow(dead_code)]
#[path = "../../crates/wire/tests/holds/mod.rs"]
mod holds;

libfuzzer_sys::fuzz_target!(|text: &str| holds::choice(text));
