//! When a message is tried again. Pure: the caller brings the time, the chance and the answers.
//!
//! All messages go to one collector, so it is the collector that is left in peace when it fails, not a message.

/// Failures in a row after which what waits is given up: some two minutes.
const MOST: u8 = 7;
/// The pause after the first failure, in milliseconds; each later one is twice as long.
const PAUSE: f64 = 1_000.0;

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 2xx: the collector has it on disk.
    Accepted,
    /// Another 4xx: it never will be taken.
    Refused,
    /// No answer, 408, 429 or 5xx: later.
    Failed,
}

impl Answer {
    /// What an HTTP status means; 0 is no answer at all.
    #[must_use]
    pub const fn of(status: u16) -> Self {
        match status {
            200..=299 => Self::Accepted,
            0 | 408 | 429 | 500.. => Self::Failed,
            _ => Self::Refused,
        }
    }
}

/// What the length of a pause depends on, beside the failures.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pause {
    /// From 0 to 1, so that many browsers do not come back at once.
    pub chance: f64,
    /// Seconds for which the collector asks to be left in peace (`Retry-After`); 0 where it does not say.
    pub asked: f64,
}

/// Seconds of peace that are granted at most: what waits longer outlives few pages.
const LONGEST: f64 = 600.0;

/// How the collector has been doing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Collector {
    /// Failures since it last answered.
    failures: u8,
    /// Until when it is left in peace, in milliseconds.
    rest: f64,
}

impl Collector {
    /// Notes an answer; whether its message is to be tried again.
    pub fn answered(&mut self, answer: Answer, now: f64, pause: Pause) -> bool {
        if answer != Answer::Failed {
            *self = Self::default();
            return false;
        }
        if now < self.rest {
            // Sent beside the one that failed before: that is one failure of the collector, not two.
            return true;
        }
        let again = self.failures < MOST;
        if again {
            self.failures += 1;
        }
        let own = PAUSE * f64::from(1u32 << self.failures) * (0.25 + pause.chance / 2.0);
        self.rest = now + own.max(pause.asked.min(LONGEST) * 1_000.0);
        again
    }

    /// In how many milliseconds it may be asked again; 0 is at once.
    #[must_use]
    pub fn rests(&self, now: f64) -> f64 {
        (self.rest - now).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AT_ONCE: Pause = Pause { chance: 0.5, asked: 0.0 };

    #[test]
    fn a_collector_that_asks_for_peace_gets_it() {
        let mut collector = Collector::default();
        assert!(collector.answered(Answer::Failed, 0.0, Pause { asked: 30.0, ..AT_ONCE }));
        assert_eq!(collector.rests(0.0), 30_000.0);
        collector.answered(Answer::Failed, 30_000.0, Pause { asked: 1e9, ..AT_ONCE });
        assert_eq!(collector.rests(30_000.0), LONGEST * 1_000.0);
        collector.answered(Answer::Failed, 630_000.0, Pause { asked: -5.0, ..AT_ONCE });
        assert!(collector.rests(630_000.0) > 0.0, "never sooner than by its own count");
    }

    #[test]
    fn what_fails_together_is_one_failure() {
        let mut collector = Collector::default();
        for _ in 0..20 {
            assert!(collector.answered(Answer::Failed, 0.0, AT_ONCE));
        }
        assert_eq!(collector.rests(0.0), 1_000.0);
    }

    #[test]
    fn statuses() {
        assert_eq!(Answer::of(202), Answer::Accepted);
        assert_eq!(Answer::of(404), Answer::Refused);
        for later in [0, 408, 429, 500, 503] {
            assert_eq!(Answer::of(later), Answer::Failed, "{later}");
        }
    }

    #[test]
    fn what_failed_is_tried_again_later() {
        let mut collector = Collector::default();
        assert_eq!(collector.rests(0.0), 0.0);
        assert!(collector.answered(Answer::Failed, 0.0, AT_ONCE));
        assert_eq!(collector.rests(0.0), 1_000.0);
        assert_eq!(collector.rests(2_000.0), 0.0);
    }

    #[test]
    fn a_collector_that_answers_again_is_used_again() {
        let mut collector = Collector::default();
        collector.answered(Answer::Failed, 0.0, AT_ONCE);
        assert!(!collector.answered(Answer::Accepted, 0.0, AT_ONCE));
        assert_eq!(collector, Collector::default());
    }

    #[test]
    fn what_is_refused_is_not_tried_again() {
        assert!(!Collector::default().answered(Answer::Refused, 0.0, AT_ONCE));
    }

    #[test]
    fn what_fails_again_and_again_is_given_up() {
        let mut collector = Collector::default();
        let tries = (0..20)
            .filter(|&hour| collector.answered(Answer::Failed, f64::from(hour) * 3.6e6, AT_ONCE))
            .count();
        assert_eq!(tries, usize::from(MOST));
    }

    proptest! {
        #[test]
        fn pauses_grow_and_are_bounded(failures in 1u32..20, chance in 0.0f64..1.0) {
            let mut collector = Collector::default();
            let mut now = 0.0;
            for _ in 0..failures {
                now += 3.6e6;
                collector.answered(Answer::Failed, now, Pause { chance, asked: 0.0 });
            }
            let full = PAUSE * f64::from(1 << failures.min(MOST.into()));
            prop_assert!(collector.rests(now) >= full * 0.25 && collector.rests(now) <= full * 0.75);
        }
    }
}
