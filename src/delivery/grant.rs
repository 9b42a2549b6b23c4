//! The grant as it is kept on the device: the message as it was sent, with `+` before it once the collector has it.
//!
//! Until then rows wait, and each page of the site sends the grant again. Afterwards it stays, because a collector may ask for it
//! again (425): one that was restored from a backup, or another one of the same site.

/// Marks a grant that the collector has.
pub const RECORDED: &str = "+";
/// How often one page sends its grant again without being asked by the visitor.
pub const MAX_RESENT: u8 = 3;

/// A grant that the collector does not have yet; none if it has it, or if none is kept.
#[must_use]
pub fn unrecorded(kept: &str) -> Option<&str> {
    (!kept.is_empty() && !kept.starts_with(RECORDED)).then_some(kept)
}

/// The message, whether the collector has it or not.
#[must_use]
pub fn message(kept: &str) -> &str {
    kept.strip_prefix(RECORDED).unwrap_or(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_recorded_once_it_is_marked() {
        assert_eq!(unrecorded("{}"), Some("{}"));
        assert_eq!((unrecorded("+{}"), unrecorded("")), (None, None));
        assert_eq!((message("+{}"), message("{}")), ("{}", "{}"));
    }
}
