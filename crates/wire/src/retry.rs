//! How long a message is retried, from its first try.

use crate::limits::{CONSENTED_RETRY_DAYS, RETRY_MINUTES};

/// A moment by both of the browser's clocks, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Clocks {
    /// Since 1970. It can be set back.
    pub wall: f64,
    /// Since the page was loaded. It can stop while the device sleeps.
    pub monotonic: f64,
}

/// Whether it is too late to retry a message. The age is the larger one by the two clocks: a message that is retried for too long
/// could be counted twice.
#[must_use]
pub fn is_over(consented: bool, first: Clocks, now: Clocks) -> bool {
    let minutes = if consented { CONSENTED_RETRY_DAYS * 24 * 60 } else { RETRY_MINUTES };
    let most = f64::from(minutes) * 60_000.0;
    now.wall - first.wall > most || now.monotonic - first.monotonic > most
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: f64 = 60_000.0;
    const DAY: f64 = 1_440.0 * MINUTE;

    fn at(wall: f64, monotonic: f64) -> Clocks {
        Clocks { wall, monotonic }
    }

    #[test]
    fn aggregated_messages_are_retried_for_ten_minutes() {
        assert!(!is_over(false, at(1e12, 0.0), at(1e12 + 10.0 * MINUTE, 10.0 * MINUTE)));
        assert!(is_over(false, at(1e12, 0.0), at(1e12 + 10.0 * MINUTE + 1.0, 0.0)), "the device slept");
        assert!(is_over(false, at(1e12, 0.0), at(1e11, 10.0 * MINUTE + 1.0)), "the clock was set back");
    }

    #[test]
    fn a_page_that_is_open_for_long_retries_as_long_as_a_new_one() {
        let opened = 600.0 * MINUTE;
        assert!(!is_over(false, at(1e12, opened), at(1e12, opened + 10.0 * MINUTE)));
        assert!(is_over(false, at(1e12, opened), at(1e12, opened + 10.0 * MINUTE + 1.0)));
    }

    #[test]
    fn messages_under_an_id_are_retried_for_seven_days() {
        assert!(!is_over(true, at(1e12, 0.0), at(1e12 + 7.0 * DAY, 0.0)));
        assert!(is_over(true, at(1e12, 0.0), at(1e12 + 7.0 * DAY + 1.0, 0.0)));
        assert!(is_over(true, at(1e12, 5.0), at(0.0, 7.0 * DAY + 6.0)));
    }
}
