//! What waits to be delivered, and when it is tried again. Pure: the caller brings the time, the chance and the answers.

use askfirst_wire::Level;

/// Messages that may wait. The oldest is dropped first: what is new tells more.
const WAITING: usize = 50;
/// Deliveries that are tried before a message is dropped.
const TRIES: u8 = 6;
/// The first pause before trying again, in milliseconds; each later one is twice as long.
const PAUSE: f64 = 1_000.0;

/// One message on its way.
#[derive(Debug)]
struct Letter<B> {
    number: u32,
    level: Level,
    tries: u8,
    due: f64,
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
    /// What an HTTP status means; `None` is no answer at all.
    #[must_use]
    pub const fn of(status: Option<u16>) -> Self {
        match status {
            Some(200..=299) => Self::Accepted,
            Some(408 | 429 | 500..) | None => Self::Failed,
            Some(_) => Self::Refused,
        }
    }
}

/// Messages waiting or in flight, oldest first.
#[derive(Debug)]
pub struct Outbox<B> {
    letters: Vec<Letter<B>>,
    next: u32,
    /// Messages that were given up.
    dropped: u32,
}

impl<B> Default for Outbox<B> {
    fn default() -> Self {
        Self { letters: Vec::new(), next: 0, dropped: 0 }
    }
}

impl<B: Clone> Outbox<B> {
    /// Puts a message in, due at once.
    pub fn push(&mut self, level: Level, body: B) {
        if self.letters.len() >= WAITING {
            self.give_up(self.letters.first().map_or(0, |oldest| oldest.number));
        }
        self.next += 1;
        self.letters.push(Letter { number: self.next, level, tries: 0, due: 0.0, in_flight: false, body });
    }

    /// Takes what is to be sent at `now` (milliseconds), with the number under which its answer comes back. With `leaving`
    /// everything that is not on its way goes, due or not.
    pub fn take_due(&mut self, now: f64, leaving: bool) -> Vec<(u32, B)> {
        let due =
            self.letters.iter_mut().filter(|letter| !letter.in_flight && (leaving || letter.due <= now));
        due.map(|letter| {
            letter.in_flight = true;
            (letter.number, letter.body.clone())
        })
        .collect()
    }

    /// Notes an answer, and gives the message that it is for; none where that was dropped meanwhile. `chance` is a random
    /// number from 0 to 1, so that many browsers do not come back at once.
    pub fn answered(&mut self, number: u32, answer: Answer, now: f64, chance: f64) -> Option<B> {
        let letter = self.letters.iter_mut().find(|letter| letter.number == number)?;
        let body = letter.body.clone();
        letter.in_flight = false;
        letter.tries += 1;
        letter.due = now + PAUSE * f64::from(1u32 << letter.tries.min(8)) * (0.25 + chance / 2.0);
        match answer {
            Answer::Accepted => self.letters.retain(|letter| letter.number != number),
            Answer::Failed if letter.tries < TRIES => {}
            Answer::Failed | Answer::Refused => self.give_up(number),
        }
        Some(body)
    }

    fn give_up(&mut self, number: u32) {
        self.letters.retain(|letter| letter.number != number);
        self.dropped += 1;
    }

    /// When something is next to be tried again, in milliseconds from `now`; `None` where nothing waits.
    #[must_use]
    pub fn next_due(&self, now: f64) -> Option<f64> {
        let due = self.letters.iter().filter(|letter| !letter.in_flight).map(|letter| letter.due - now);
        due.min_by(f64::total_cmp).map(|wait| wait.max(0.0))
    }

    /// Drops everything that was made under an id, waiting or in flight: consent was withdrawn.
    pub fn drop_identified(&mut self) {
        self.letters.retain(|letter| !letter.level.has_id());
    }

    /// Messages that were given up since the page was loaded.
    #[must_use]
    pub const fn dropped(&self) -> u32 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn numbers(taken: &[(u32, &'static str)]) -> Vec<u32> {
        taken.iter().map(|(number, _)| *number).collect()
    }

    #[test]
    fn statuses() {
        assert_eq!(Answer::of(Some(202)), Answer::Accepted);
        assert_eq!(Answer::of(Some(404)), Answer::Refused);
        for later in [None, Some(429), Some(500), Some(503)] {
            assert_eq!(Answer::of(later), Answer::Failed);
        }
    }

    #[test]
    fn what_failed_comes_back_later_and_what_was_accepted_is_gone() {
        let mut outbox = Outbox::default();
        outbox.push(Level::Aggregated, "a");
        outbox.push(Level::Aggregated, "b");
        assert_eq!(numbers(&outbox.take_due(0.0, false)), [1, 2]);
        assert_eq!(outbox.next_due(0.0), None, "both on their way");
        outbox.answered(1, Answer::Accepted, 0.0, 0.5);
        outbox.answered(2, Answer::Failed, 0.0, 0.5);
        assert!(outbox.take_due(999.0, false).is_empty());
        assert_eq!(outbox.next_due(0.0), Some(1_000.0));
        assert_eq!(numbers(&outbox.take_due(1_000.0, false)), [2]);
        assert_eq!(outbox.dropped(), 0);
    }

    #[test]
    fn leaving_waits_for_nothing() {
        let mut outbox = Outbox::default();
        outbox.push(Level::Aggregated, "a");
        outbox.take_due(0.0, false);
        outbox.answered(1, Answer::Failed, 0.0, 0.5);
        assert_eq!(numbers(&outbox.take_due(1.0, true)), [1]);
    }

    #[test]
    fn a_message_is_given_up_after_six_tries_or_a_refusal() {
        let mut outbox = Outbox::default();
        outbox.push(Level::Aggregated, "a");
        for _ in 0..6 {
            assert_eq!(outbox.take_due(f64::MAX, false).len(), 1);
            outbox.answered(1, Answer::Failed, 0.0, 0.5);
        }
        assert_eq!((outbox.take_due(f64::MAX, true).len(), outbox.dropped()), (0, 1));
        outbox.push(Level::Aggregated, "b");
        outbox.take_due(0.0, false);
        outbox.answered(2, Answer::Refused, 0.0, 0.5);
        assert_eq!((outbox.take_due(f64::MAX, true).len(), outbox.dropped()), (0, 2));
    }

    #[test]
    fn withdrawal_drops_what_is_identified_and_a_late_answer_changes_nothing() {
        let mut outbox = Outbox::default();
        outbox.push(Level::Aggregated, "count");
        outbox.push(Level::Anonymous, "row");
        outbox.take_due(0.0, false);
        outbox.drop_identified();
        outbox.answered(2, Answer::Failed, 0.0, 0.5);
        outbox.answered(1, Answer::Failed, 0.0, 0.5);
        assert_eq!(numbers(&outbox.take_due(f64::MAX, true)), [1]);
    }

    proptest! {
        #[test]
        fn memory_is_bounded_and_drops_are_counted(pushes in 0usize..200) {
            let mut outbox = Outbox::default();
            for _ in 0..pushes {
                outbox.push(Level::Aggregated, "x");
            }
            prop_assert_eq!(outbox.take_due(0.0, false).len(), pushes.min(WAITING));
            prop_assert_eq!(outbox.dropped() as usize, pushes.saturating_sub(WAITING));
        }

        #[test]
        fn pauses_grow_and_are_bounded(tries in 1u32..6, chance in 0.0f64..1.0) {
            let mut outbox = Outbox::default();
            outbox.push(Level::Aggregated, "x");
            for _ in 0..tries.min(5) {
                outbox.take_due(f64::MAX, true);
                outbox.answered(1, Answer::Failed, 0.0, chance);
            }
            let wait = outbox.next_due(0.0).unwrap();
            let full = PAUSE * f64::from(1 << tries.min(5));
            prop_assert!(wait >= full * 0.25 && wait <= full * 0.75, "{}", wait);
        }
    }
}
