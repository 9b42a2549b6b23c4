//! A body costs little memory while it is decoded. Measured by `memory.rs` and by `fuzz/`.

use askfirst_wire::{decode, inventory};

/// Bytes that one decoding may take.
pub(crate) fn bound(body: &[u8]) -> u64 {
    8 * body.len() as u64 + 64 * 1024
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
