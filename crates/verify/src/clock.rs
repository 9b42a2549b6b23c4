//! The collector's clock.

use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};

use crate::finding::Finding;

/// The tolerated difference between the clocks.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(1);

/// Compares the collector's clock with this machine's. The collector's clock decides where a day ends.
pub(super) fn examine(date: &str, [asked, answered]: [Timestamp; 2]) -> Option<Finding> {
    let theirs = rfc2822::parse(date).ok()?.timestamp();
    // The Date header has whole seconds.
    let apart = if theirs > answered {
        theirs.duration_since(answered)
    } else {
        (asked.duration_since(theirs) - SignedDuration::from_secs(1)).max(SignedDuration::ZERO)
    };
    if apart <= TOLERANCE {
        return Some(Finding::ok("clock", "the collector's clock and this machine's agree"));
    }
    let says = format!("the collector's clock says {theirs}, this machine's {answered:.0}");
    let fix = "set the wrong one by NTP: the collector's clock decides where a day ends";
    Some(if apart < SignedDuration::from_hours(1) {
        Finding::warning("clock", says, fix)
    } else {
        Finding::error("clock", says, fix)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;

    #[test]
    fn clocks_may_be_a_minute_apart() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let asked = [at("2026-11-23T12:00:00.9Z"), at("2026-11-23T12:00:02Z")];
        let of = |time: &str| examine(&format!("Mon, 23 Nov 2026 {time} GMT"), asked).unwrap().verdict;
        for (time, verdict) in [
            ("12:00:00", Verdict::Ok),
            ("12:01:02", Verdict::Ok),
            ("11:59:00", Verdict::Ok),
            ("12:01:10", Verdict::Warning),
            ("11:58:50", Verdict::Warning),
            ("13:30:00", Verdict::Error),
            ("10:00:00", Verdict::Error),
        ] {
            assert_eq!(of(time), verdict, "{time}");
        }
        assert!(examine("", asked).is_none() && examine("yesterday", asked).is_none());
    }
}
