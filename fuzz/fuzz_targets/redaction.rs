//! What of an address may leave the browser.
#![no_main]

#[allow(dead_code)]
#[path = "../../crates/wire/tests/holds/mod.rs"]
mod holds;

libfuzzer_sys::fuzz_target!(|input: (&str, u128, &str)| {
    let (before, bits, after) = input;
    holds::template(before);
    holds::secret(before, bits, after);
});
