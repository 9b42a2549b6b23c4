//! Retry with exponential backoff. Pure: the caller passes the time, the jitter and the answers.
//!
//! There is one backoff for the collector, not one for each message: all messages go to the same place.

/// The delay after the first failure, in milliseconds. Each later one is twice as long, up to [`MAX_DOUBLED`] times.
const FIRST_DELAY: f64 = 1_000.0;
/// How often the delay is doubled: up to about two minutes. When to give up is not decided here (`askfirst_wire::retry`).
const MAX_DOUBLED: u8 = 7;

/// The result of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 2xx: the collector has it on disk.
    Accepted,
    /// Another 4xx: a retry cannot succeed.
    Refused,
    /// No answer, 408, 425, 429 or 5xx: retry.
    Failed,
}

impl Outcome {
    /// What an HTTP status means; 0 is no answer at all.
    #[must_use]
    pub const fn of(status: u16) -> Self {
        match status {
            200..=299 => Self::Accepted,
            0 | 408 | 425 | 429 | 500.. => Self::Failed,
            _ => Self::Refused,
        }
    }
}

/// What determines the delay, besides the number of failures.
#[derive(Clone, Copy, Debug, Default)]
pub struct Backoff {
    /// From 0 to 1, so that browsers do not retry at the same time.
    pub jitter: f64,
    /// Seconds, from the answer's `Retry-After` header; 0 if it has none.
    pub retry_after: f64,
}

/// The longest `Retry-After` that is respected, in seconds: few pages stay open longer.
const MAX_RETRY_AFTER: f64 = 600.0;

/// The state of retries.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Collector {
    /// Failures since the last success, at most [`MAX_DOUBLED`].
    failures: u8,
    /// Nothing is sent before this time, in milliseconds since 1970.
    paused_until: f64,
}

impl Collector {
    /// Records an answer.
    pub fn answered(&mut self, outcome: Outcome, now: f64, backoff: Backoff) {
        if outcome != Outcome::Failed {
            *self = Self::default();
        } else if now >= self.paused_until {
            // Others that were in flight at the same time do not count: they are the same failure.
            self.failures = MAX_DOUBLED.min(self.failures + 1);
            let own = FIRST_DELAY * f64::from(1u32 << self.failures) * (0.25 + backoff.jitter / 2.0);
            self.paused_until = now + own.max(backoff.retry_after.min(MAX_RETRY_AFTER) * 1_000.0);
        }
    }

    /// Milliseconds until the next try; 0 is now.
    #[must_use]
    pub fn retry_in(&self, now: f64) -> f64 {
        (self.paused_until - now).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AT_ONCE: Backoff = Backoff { jitter: 0.5, retry_after: 0.0 };

    #[test]
    fn a_collector_that_asks_for_peace_gets_it() {
        let mut collector = Collector::default();
        collector.answered(Outcome::Failed, 0.0, Backoff { retry_after: 30.0, ..AT_ONCE });
        assert_eq!(collector.retry_in(0.0), 30_000.0);
        collector.answered(Outcome::Failed, 30_000.0, Backoff { retry_after: 1e9, ..AT_ONCE });
        assert_eq!(collector.retry_in(30_000.0), MAX_RETRY_AFTER * 1_000.0);
        collector.answered(Outcome::Failed, 630_000.0, Backoff { retry_after: -5.0, ..AT_ONCE });
        assert!(collector.retry_in(630_000.0) > 0.0, "never sooner than by its own count");
    }

    #[test]
    fn what_fails_together_is_one_failure() {
        let mut collector = Collector::default();
        for _ in 0..20 {
            collector.answered(Outcome::Failed, 0.0, AT_ONCE);
        }
        assert_eq!(collector.retry_in(0.0), 1_000.0);
    }

    #[test]
    fn statuses() {
        assert_eq!(Outcome::of(202), Outcome::Accepted);
        for never in [400, 404, 410, 413, 422] {
            assert_eq!(Outcome::of(never), Outcome::Refused, "{never}");
        }
        for later in [0, 408, 425, 429, 500, 503] {
            assert_eq!(Outcome::of(later), Outcome::Failed, "{later}");
        }
    }

    #[test]
    fn what_failed_is_tried_again_later_and_later() {
        let mut collector = Collector::default();
        assert_eq!(collector.retry_in(0.0), 0.0);
        collector.answered(Outcome::Failed, 0.0, AT_ONCE);
        assert_eq!(collector.retry_in(0.0), 1_000.0);
        assert_eq!(collector.retry_in(2_000.0), 0.0);
        collector.answered(Outcome::Failed, 1_000.0, AT_ONCE);
        assert_eq!(collector.retry_in(1_000.0), 2_000.0, "at the end of a pause, the next one begins");
    }

    #[test]
    fn a_collector_that_answers_again_is_used_again() {
        for answer in [Outcome::Accepted, Outcome::Refused] {
            let mut collector = Collector::default();
            collector.answered(Outcome::Failed, 0.0, AT_ONCE);
            collector.answered(answer, 0.0, AT_ONCE);
            assert_eq!(collector, Collector::default());
        }
    }

    proptest! {
        #[test]
        fn pauses_grow_and_are_bounded(failures in 1u32..40, jitter in 0.0f64..1.0) {
            let mut collector = Collector::default();
            let mut now = 0.0;
            for _ in 0..failures {
                now += 3.6e6;
                collector.answered(Outcome::Failed, now, Backoff { jitter, retry_after: 0.0 });
            }
            let full = FIRST_DELAY * f64::from(1 << failures.min(MAX_DOUBLED.into()));
            prop_assert!(collector.retry_in(now) >= full * 0.25 && collector.retry_in(now) <= full * 0.75);
        }
    }
}
