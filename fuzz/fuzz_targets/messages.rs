//! The bodies of `POST /collect`, `/consent`, `/forget` and `/mydata`.
#![no_main]

#[allow(dead_code)]
#[path = "../../crates/wire/tests/holds/mod.rs"]
mod holds;
#[path = "../../crates/wire/tests/holds/memory.rs"]
mod memory;

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    holds::message(body);
    let (peak, bound) = (memory::peak(body), memory::bound(body));
    assert!(peak <= bound, "{peak} of {bound} bytes");
});
