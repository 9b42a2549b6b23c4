//! The bodies of `POST /collect`, `/consent`, `/forget` and `/mydata`.
#![no_main]

#[allow(dead_code)]
#[path = "../../crates/wire/tests/holds/mod.rs"]
mod holds;

libfuzzer_sys::fuzz_target!(|body: &[u8]| holds::message(body));
