//! A body costs little memory while it is decoded. Measured by `memory.rs` and by `fuzz/`.

use askfirst_wire::{decode, inventory};

/// Bytes that one decoding may take.
pub(crate) fn bound(body: &[u8]) -> u64 {
    // serde_json's messages escape DEL with six characters: for a text of nothing else, where none may be.
    let times = if body.contains(&0x7F) { 13 } else { 8 };
    times * body.len() as u64 + 64 * 1024
}

/// The most memory that a decoder takes for this body. Reallocation counts twice, as if it always copied.
pub(crate) fn peak(body: &[u8]) -> u64 {
    // Parsed once and kept.
    let _shipped = inventory::shipped();
    let decoders: [&dyn Fn(); 4] = [
        &|| drop(decode::batch(body)),
        &|| drop(decode::consent(body)),
        &|| drop(decode::forget(body)),
        &|| drop(decode::my_data(body)),
    ];
    decoders.into_iter().map(|decode| allocation_counter::measure(decode).bytes_max).max().unwrap_or_default()
}
