//! The hash of names and terms.

/// FNV-1a, 32 bits (<https://datatracker.ietf.org/doc/html/rfc9923>), with a number mixed into its start.
#[must_use]
pub fn fnv1a(start: u32, text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5 ^ start, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        assert_eq!(fnv1a(0, ""), 0x811c_9dc5);
        assert_eq!(fnv1a(0, "a"), 0xe40c_292c);
        assert_eq!(fnv1a(0, "foobar"), 0xbf9c_f968);
        assert_ne!(fnv1a(1, "a"), fnv1a(0, "a"));
    }
}
