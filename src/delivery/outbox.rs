//! The queue of messages that were not delivered yet. Pure: `B` is the type of a message's body.

use askfirst_wire::Level;

use crate::AGREED;

use super::retry::{Backoff, Collector, Outcome};

/// The longest queue. The oldest messages are dropped first.
const MAX_QUEUED: u32 = 50;

/// A message to the collector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<B> {
    /// `/collect`, `/consent` or `/forget`.
    pub path: &'static str,
    /// The level at which it was made.
    pub level: Level,
    /// The id under which it is sent. None for the request to erase: it is sent after the id was deleted.
    pub owner: Option<String>,
    /// Which of this page's choices it reports, counted from 1; 0 for none.
    pub choice: u32,
    /// How many hits it carries.
    pub hits: u32,
    /// The body.
    pub body: B,
}

#[derive(Debug)]
struct Waiting<B> {
    number: u32,
    /// In flight: sent, and not answered yet.
    sent: bool,
    message: Message<B>,
}

/// All undelivered messages of this page load, and the state of retries.
#[derive(Debug)]
pub struct Outbox<B> {
    messages: Vec<Waiting<B>>,
    collector: Collector,
    last: u32,
    /// Hits that were dropped because the queue was full or the retries were used up.
    dropped: u32,
}

impl<B> Default for Outbox<B> {
    fn default() -> Self {
        Self { messages: Vec::new(), collector: Collector::default(), last: 0, dropped: 0 }
    }
}

impl<B> Outbox<B> {
    /// Puts a message in.
    pub fn put(&mut self, message: Message<B>) {
        self.last += 1;
        self.messages.push(Waiting { number: self.last, sent: false, message });
        self.discard(true, None, 0, self.last.saturating_sub(MAX_QUEUED));
    }

    /// How many hits were dropped since the last call.
    pub fn dropped(&mut self) -> u32 {
        std::mem::take(&mut self.dropped)
    }

    /// The undelivered messages under this id.
    pub fn queued_under(&self, id: &str) -> impl Iterator<Item = &B> {
        let under = move |waiting: &&Waiting<B>| waiting.message.owner.as_deref() == Some(id);
        self.messages.iter().filter(under).map(|waiting| &waiting.message.body)
    }

    /// Drops the message with this number, messages up to number `oldest` that are not in flight, and, unless `others`,
    /// messages under another id. One function: three would cost the snippet three copies of `retain`.
    #[inline(never)]
    fn discard(&mut self, others: bool, id: Option<&str>, number: u32, oldest: u32) {
        let dropped = &mut self.dropped;
        self.messages.retain(|Waiting { number: own, sent, message }| {
            let old = !*sent && *own <= oldest;
            if old {
                *dropped += message.hits;
            }
            *own != number
                && !old
                && (!AGREED || others || message.owner.is_none() || message.owner.as_deref() == id)
        });
    }

    /// Drops all messages under another id than this one.
    pub fn discard_other_ids(&mut self, id: Option<&str>) {
        self.discard(false, id, 0, 0);
    }

    /// The next message to send, and its number. None while `most` are in flight.
    pub fn take(&mut self, most: usize) -> Option<(u32, &Message<B>)> {
        if self.messages.iter().filter(|waiting| waiting.sent).count() >= most {
            return None;
        }
        let waiting = self.messages.iter_mut().find(|waiting| !waiting.sent)?;
        waiting.sent = true;
        Some((waiting.number, &waiting.message))
    }

    /// Milliseconds until the next try; 0 is now.
    #[must_use]
    pub fn retry_in(&self, now: f64) -> f64 {
        self.collector.retry_in(now)
    }

    /// Records an answer. Returns the milliseconds until the next try, or none if nothing is queued.
    pub fn answered(&mut self, number: u32, outcome: Outcome, now: f64, backoff: Backoff) -> Option<f64> {
        let again = self.collector.answered(outcome, now, backoff);
        for waiting in &mut self.messages {
            if waiting.number == number {
                waiting.sent = false;
                if outcome == Outcome::Failed && !again {
                    self.dropped += waiting.message.hits;
                }
            }
        }
        if !again {
            self.discard(true, None, number, 0);
        }
        let waits = self.messages.iter().any(|waiting| !waiting.sent);
        waits.then(|| self.retry_in(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn message(body: u32, owner: Option<&str>) -> Message<u32> {
        Message {
            path: "/collect",
            level: Level::Aggregated,
            owner: owner.map(Into::into),
            choice: 0,
            hits: body,
            body,
        }
    }

    const MOST: usize = 50;
    const AT_ONCE: Backoff = Backoff { jitter: 0.5, retry_after: 0.0 };

    fn with(count: u32) -> Outbox<u32> {
        let mut outbox = Outbox::default();
        for body in 1..=count {
            outbox.put(message(body, None));
        }
        outbox
    }

    /// The bodies of all that is sent now.
    fn sent(outbox: &mut Outbox<u32>) -> Vec<u32> {
        std::iter::from_fn(|| outbox.take(MOST).map(|(_, message)| message.body)).collect()
    }

    #[test]
    fn each_message_is_sent_once_in_turn() {
        let mut outbox = with(3);
        assert_eq!(sent(&mut outbox), [1, 2, 3]);
        assert!(sent(&mut outbox).is_empty());
        assert_eq!(outbox.answered(2, Outcome::Accepted, 0.0, AT_ONCE), None);
    }

    #[test]
    fn only_so_many_are_on_their_way() {
        let mut outbox = with(3);
        assert!(outbox.take(2).is_some() && outbox.take(2).is_some());
        assert!(outbox.take(2).is_none());
        assert_eq!(outbox.answered(1, Outcome::Accepted, 0.0, AT_ONCE), Some(0.0), "3 waits");
        assert!(outbox.take(2).is_some());
    }

    #[test]
    fn what_failed_waits_and_goes_again() {
        let mut outbox = with(2);
        sent(&mut outbox);
        assert_eq!(outbox.answered(1, Outcome::Failed, 0.0, AT_ONCE), Some(1_000.0));
        assert_eq!(outbox.retry_in(0.0), 1_000.0);
        assert_eq!(sent(&mut outbox), [1], "2 is still on its way");
        assert_eq!(outbox.answered(2, Outcome::Accepted, 0.0, AT_ONCE), None);
        assert_eq!(outbox.retry_in(0.0), 0.0);
    }

    #[test]
    fn what_is_refused_is_dropped() {
        let mut outbox = with(1);
        sent(&mut outbox);
        assert_eq!(outbox.answered(1, Outcome::Refused, 0.0, AT_ONCE), None);
        assert!(sent(&mut outbox).is_empty());
    }

    #[test]
    fn what_was_made_under_an_id_goes_with_it() {
        let mut outbox = with(1);
        outbox.put(message(2, Some("a")));
        outbox.put(message(3, Some("b")));
        outbox.discard_other_ids(Some("a"));
        assert_eq!(sent(&mut outbox), [1, 2]);
        outbox.discard_other_ids(None);
        assert_eq!(
            outbox.answered(2, Outcome::Failed, 0.0, AT_ONCE),
            None,
            "withdrawn while it was on its way"
        );
        assert!(sent(&mut outbox).is_empty());
    }

    #[test]
    fn the_oldest_is_dropped_first() {
        assert_eq!(sent(&mut with(MAX_QUEUED + 2)).first(), Some(&3));
    }

    #[test]
    fn what_is_dropped_is_counted_once() {
        let mut outbox = with(MAX_QUEUED + 2);
        assert_eq!(outbox.dropped(), 1 + 2, "the hits of the two oldest");
        assert_eq!(outbox.dropped(), 0);
        outbox.discard_other_ids(Some("a"));
        let mut outbox = with(1);
        let mut now = 0.0;
        while outbox.take(MOST).is_some() {
            now += 3.6e6;
            outbox.answered(1, Outcome::Failed, now, AT_ONCE);
        }
        assert_eq!(outbox.dropped(), 1, "given up");
        let mut outbox = with(1);
        sent(&mut outbox);
        outbox.answered(1, Outcome::Refused, 0.0, AT_ONCE);
        assert_eq!(outbox.dropped(), 0, "the collector knows what it refused");
    }

    #[test]
    fn what_has_not_arrived_under_an_id_is_known() {
        let mut outbox = with(1);
        outbox.put(message(2, Some("a")));
        outbox.put(message(3, Some("a")));
        outbox.put(message(4, Some("b")));
        sent(&mut outbox);
        outbox.answered(2, Outcome::Accepted, 0.0, AT_ONCE);
        assert_eq!(outbox.queued_under("a").collect::<Vec<_>>(), [&3]);
    }

    proptest! {
        #[test]
        fn a_message_is_never_sent_again_without_a_failure(answers in proptest::collection::vec(0u16..3, 1..40)) {
            let mut outbox = with(5);
            let mut sent = [0; 6];
            for (number, answer) in (1..).zip(answers) {
                while let Some((number, _)) = outbox.take(MOST) {
                    sent[number as usize] += 1;
                }
                let number = number % 5 + 1;
                let answer = [Outcome::Accepted, Outcome::Refused, Outcome::Failed][usize::from(answer)];
                let before = sent[number as usize];
                outbox.answered(number, answer, 0.0, AT_ONCE);
                let again = outbox.take(MOST).is_some();
                prop_assert!(!again || (answer == Outcome::Failed && before > 0));
                if again {
                    sent[number as usize] += 1;
                }
            }
        }
    }
}
