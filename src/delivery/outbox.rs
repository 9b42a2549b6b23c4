//! What waits to be delivered, and when it is tried again. Pure: the caller brings the time, the chance and the answers.
//!
//! All messages go to one collector, so it is the collector that is left in peace for a while when it fails, not a message.

use askfirst_wire::Level;

/// Messages that may wait. The oldest is dropped first: what is new tells more.
const WAITING: usize = 50;
/// Deliveries that are tried before a message is dropped.
const TRIES: u8 = 6;
/// The pause after the first failure, in milliseconds; each later one is twice as long.
const PAUSE: f64 = 1_000.0;

/// One message on its way.
#[derive(Debug)]
struct Letter<B> {
    number: u32,
    level: Level,
    tries: u8,
    in_flight: bool,
    body: B,
}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 2xx: the collector has it on disk.
    Accepted,
    /// Another 4xx: it never will be taken.
    Refused,
    /// No answer, 429 or 5xx: later.
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

/// Messages waiting or in flight, oldest first.
#[derive(Debug)]
pub struct Outbox<B> {
    letters: Vec<Letter<B>>,
    last: u32,
    /// Failures since the collector last answered.
    failures: u8,
    /// Until when the collector is left in peace, in milliseconds.
    rest: f64,
}

impl<B> Default for Outbox<B> {
    fn default() -> Self {
        Self { letters: Vec::new(), last: 0, failures: 0, rest: 0.0 }
    }
}

impl<B: Clone> Outbox<B> {
    /// Puts a message in.
    pub fn push(&mut self, level: Level, body: B) {
        if self.letters.len() >= WAITING {
            let oldest = self.last + 1 - WAITING as u32;
            self.letters.retain(|letter| letter.number > oldest);
        }
        self.last += 1;
        self.letters.push(Letter { number: self.last, level, tries: 0, in_flight: false, body });
    }

    /// Takes the next message that is to be sent at `now` (milliseconds), with the number under which its answer comes back.
    /// With `leaving` nothing waits for the collector's rest to end.
    pub fn next(&mut self, now: f64, leaving: bool) -> Option<(u32, B)> {
        if !leaving && now < self.rest {
            return None;
        }
        let letter = self.letters.iter_mut().find(|letter| !letter.in_flight)?;
        letter.in_flight = true;
        Some((letter.number, letter.body.clone()))
    }

    /// Notes an answer, and gives the message that it is for; none where that was dropped meanwhile. `chance` is a number
    /// from 0 to 1, so that many browsers do not come back at once.
    pub fn answered(&mut self, number: u32, answer: Answer, now: f64, chance: f64) -> Option<B> {
        if answer == Answer::Failed {
            self.failures = self.failures.saturating_add(1).min(8);
            self.rest = now + PAUSE * f64::from(1u32 << self.failures) * (0.25 + chance / 2.0);
        } else {
            self.failures = 0;
            self.rest = 0.0;
        }
        let letter = self.letters.iter_mut().find(|letter| letter.number == number)?;
        letter.in_flight = false;
        letter.tries += 1;
        let body = letter.body.clone();
        if answer != Answer::Failed || letter.tries >= TRIES {
            self.letters.retain(|letter| letter.number != number);
        }
        Some(body)
    }

    /// In how many milliseconds something is to be sent; `None` where nothing waits.
    #[must_use]
    pub fn wait(&self, now: f64) -> Option<f64> {
        self.letters.iter().any(|letter| !letter.in_flight).then(|| (self.rest - now).max(0.0))
    }

    /// Drops everything that was made under an id, waiting or in flight: consent was withdrawn.
    pub fn drop_identified(&mut self) {
        self.letters.retain(|letter| !letter.level.has_id());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(outbox: &mut Outbox<&'static str>, now: f64, leaving: bool) -> Vec<u32> {
        std::iter::from_fn(|| outbox.next(now, leaving)).map(|(number, _)| number).collect()
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
    fn what_failed_comes_back_later_and_what_was_accepted_is_gone() {
        let mut outbox = Outbox::default();
        outbox.push(Level::Aggregated, "a");
        outbox.push(Level::Aggregated, "b");
        assert_eq!(all(&mut outbox, 0.0, false), [1, 2]);
        assert_eq!(outbox.wait(0.0), None, "both on their way");
        assert_eq!(outbox.answered(1, Answer::Accepted, 0.0, 0.5), Some("a"));
        assert_eq!(outbox.answered(2, Answer::Failed, 0.0, 0.5), Some("b"));
        assert!(all(&mut outbox, 999.0, false).is_empty());
        assert_eq!(outbox.wait(0.0), Some(1_000.0));
        assert_eq!(all(&mut outbox, 1_000.0, false), [2]);
    }

    #[test]
    fn a_collector_that_answers_again_is_used_again() {
        let mut outbox = Outbox::default();
        outbox.push(Level::Aggregated, "a");
        all(&mut outbox, 0.0, false);
        outbox.answered(1, Answer::Failed, 0.0, 0.5);
        outbox.push(Level::Aggregated, "b");
        assert!(
            all(&mut outbox, 0.0, false).is_empty(),
            "a new message does not disturb a collector that rests"
        );
        assert_eq!(all(&mut outbox, 1_000.0, false), [1, 2]);
        outbox.answered(1, Answer::Accepted, 1_000.0, 0.5);
        outbox.push(Level::Aggregated, "c");
        assert_eq!(all(&mut outbox, 1_000.0, false), [3]);
    }

    #[test]
    fn leaving_waits_for_nothing() {
        let mut outbox = Outbox::default();
        outbox.push(Level::Aggregated, "a");
        all(&mut outbox, 0.0, false);
        outbox.answered(1, Answer::Failed, 0.0, 0.5);
        assert_eq!(all(&mut outbox, 1.0, true), [1]);
    }

    #[test]
    fn a_message_is_given_up_after_six_tries_or_a_refusal() {
        let mut outbox = Outbox::default();
        outbox.push(Level::Aggregated, "a");
        for _ in 0..6 {
            assert_eq!(all(&mut outbox, 0.0, true), [1]);
            outbox.answered(1, Answer::Failed, 0.0, 0.5);
        }
        assert!(all(&mut outbox, 0.0, true).is_empty());
        outbox.push(Level::Aggregated, "b");
        assert_eq!(all(&mut outbox, 0.0, true), [2]);
        outbox.answered(2, Answer::Refused, 0.0, 0.5);
        assert!(all(&mut outbox, 0.0, true).is_empty());
    }

    #[test]
    fn withdrawal_drops_what_is_identified_and_a_late_answer_changes_nothing() {
        let mut outbox = Outbox::default();
        outbox.push(Level::Aggregated, "count");
        outbox.push(Level::Anonymous, "row");
        all(&mut outbox, 0.0, false);
        outbox.drop_identified();
        assert_eq!(outbox.answered(2, Answer::Failed, 0.0, 0.5), None);
        outbox.answered(1, Answer::Failed, 0.0, 0.5);
        assert_eq!(all(&mut outbox, 0.0, true), [1]);
    }

    proptest! {
        #[test]
        fn memory_is_bounded_and_the_newest_stay(pushes in 1usize..200) {
            let mut outbox = Outbox::default();
            for _ in 0..pushes {
                outbox.push(Level::Aggregated, "x");
            }
            let waiting = all(&mut outbox, 0.0, false);
            prop_assert_eq!(waiting.len(), pushes.min(WAITING));
            prop_assert_eq!(waiting.last().copied(), u32::try_from(pushes).ok());
        }

        #[test]
        fn pauses_grow_and_are_bounded(failures in 1u32..12, chance in 0.0f64..1.0) {
            let mut outbox = Outbox::default();
            for _ in 0..failures {
                outbox.answered(0, Answer::Failed, 0.0, chance);
            }
            outbox.push(Level::Aggregated, "x");
            let full = PAUSE * f64::from(1 << failures.min(8));
            let wait = outbox.wait(0.0).unwrap();
            prop_assert!(wait >= full * 0.25 && wait <= full * 0.75, "{}", wait);
        }
    }
}
