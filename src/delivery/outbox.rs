//! The queue of messages that were not delivered yet. Pure: `B` is the type of a message's body.

use askfirst_wire::Level;
use askfirst_wire::retry::{Clocks, is_over};

use super::retry::{Backoff, Collector, Outcome};

/// The longest queue. The oldest messages are dropped first.
const MAX_QUEUED: u32 = 50;

/// Where a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Hits.
    Collect,
    /// A grant or a refusal of consent.
    Consent,
    /// The request to erase.
    Forget,
}

impl Route {
    /// The path at the collector.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Collect => "/collect",
            Self::Consent => "/consent",
            Self::Forget => "/forget",
        }
    }
}

/// A message to the collector.
#[derive(Clone, Debug, PartialEq)]
pub struct Message<B> {
    /// Where it goes.
    pub route: Route,
    /// The level at which it was made.
    pub level: Level,
    /// A hash of the id under which it is sent; 0 for none. The request to erase has none: it is sent after the id was deleted.
    pub owner: u32,
    /// Which of this page's choices it reports, counted from 1; 0 for none.
    pub choice: u32,
    /// How many hits it carries.
    pub hits: u32,
    /// When it was first tried; none before.
    pub first: Option<Clocks>,
    /// The body.
    pub body: B,
}

impl<B> Message<B> {
    /// Whether it is a grant of consent.
    #[must_use]
    pub fn is_grant(&self) -> bool {
        self.route == Route::Consent && self.level.has_id()
    }

    /// Whether its hits become rows.
    fn is_rows(&self) -> bool {
        self.route == Route::Collect && self.level.has_id()
    }
}

#[derive(Debug)]
struct Waiting<B> {
    number: u32,
    /// In flight: sent, and not answered yet.
    sent: bool,
    /// To be removed.
    gone: bool,
    message: Message<B>,
}

/// All undelivered messages of this page load, and the state of retries.
#[derive(Debug)]
pub struct Outbox<B> {
    messages: Vec<Waiting<B>>,
    collector: Collector,
    last: u32,
    /// Hits that were dropped because the queue was full or it was too late to retry them.
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
        self.messages.push(Waiting { number: self.last, sent: false, gone: false, message });
        let oldest = self.last.saturating_sub(MAX_QUEUED);
        for waiting in &mut self.messages {
            waiting.gone = !waiting.sent && waiting.number <= oldest;
        }
        self.dropped += self.sweep();
    }

    /// How many hits were dropped since the last call.
    pub fn dropped(&mut self) -> u32 {
        std::mem::take(&mut self.dropped)
    }

    /// The message of that number, if it is undelivered.
    #[must_use]
    pub fn find(&self, number: u32) -> Option<&Message<B>> {
        self.messages.iter().find(|waiting| waiting.number == number).map(|waiting| &waiting.message)
    }

    /// Whether a grant is undelivered.
    #[must_use]
    pub fn has_grant(&self) -> bool {
        self.messages.iter().any(|waiting| waiting.message.is_grant())
    }

    /// The undelivered batches under this id.
    pub fn rows_under(&self, id: u32) -> impl Iterator<Item = &Message<B>> {
        let all = self.messages.iter().map(|waiting| &waiting.message);
        all.filter(move |message| message.is_rows() && message.owner == id)
    }

    /// Removes the messages that are marked as gone. Returns how many hits they carry.
    #[inline(never)]
    fn sweep(&mut self) -> u32 {
        let mut hits = 0;
        self.messages.retain(|waiting| {
            if waiting.gone {
                hits += waiting.message.hits;
            }
            !waiting.gone
        });
        hits
    }

    /// Drops all messages under another id than this one.
    pub fn discard_other_ids(&mut self, id: u32) {
        for waiting in &mut self.messages {
            waiting.gone = waiting.message.owner != 0 && waiting.message.owner != id;
        }
        self.sweep();
    }

    /// Drops the messages that it is too late to retry.
    pub fn expire(&mut self, now: Clocks) {
        for waiting in &mut self.messages {
            let Waiting { sent, message, .. } = waiting;
            waiting.gone =
                !*sent && message.first.is_some_and(|first| is_over(message.level.has_id(), first, now));
        }
        self.dropped += self.sweep();
    }

    /// The next message to send, and its number. None while `most` are in flight. With `hold_rows`, batches under an id wait. A grant
    /// waits for the answer to the one before it, so that they arrive in their order.
    pub fn take(&mut self, most: usize, now: Clocks, hold_rows: bool) -> Option<(u32, &Message<B>)> {
        if self.messages.iter().filter(|waiting| waiting.sent).count() >= most {
            return None;
        }
        let granting = self.messages.iter().any(|waiting| waiting.sent && waiting.message.is_grant());
        let waiting = self.messages.iter_mut().find(|Waiting { sent, message, .. }| {
            !(*sent || hold_rows && message.is_rows() || granting && message.is_grant())
        })?;
        waiting.sent = true;
        waiting.message.first.get_or_insert(now);
        Some((waiting.number, &waiting.message))
    }

    /// Milliseconds until the next try; 0 is now.
    #[must_use]
    pub fn retry_in(&self, now: f64) -> f64 {
        self.collector.retry_in(now)
    }

    /// Records an answer. Returns the milliseconds until the next try, or none if nothing is queued.
    pub fn answered(&mut self, number: u32, outcome: Outcome, now: f64, backoff: Backoff) -> Option<f64> {
        self.collector.answered(outcome, now, backoff);
        for waiting in &mut self.messages {
            let answered = waiting.number == number;
            waiting.gone = answered && outcome != Outcome::Failed;
            waiting.sent &= !answered;
            if answered {
                // Sent again, it goes without cookies: a browser shows no answer if the collector does not expect them.
                waiting.message.choice = 0;
            }
        }
        self.sweep();
        let waits = self.messages.iter().any(|waiting| !waiting.sent);
        waits.then(|| self.retry_in(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn message(body: u32, owner: u32) -> Message<u32> {
        let (route, level) = (Route::Collect, if owner > 0 { Level::Anonymous } else { Level::Aggregated });
        Message { route, level, owner, choice: 0, hits: body, first: None, body }
    }

    const MOST: usize = 50;
    const AT_ONCE: Backoff = Backoff { jitter: 0.5, retry_after: 0.0 };
    const MINUTE: f64 = 60_000.0;

    fn at(minutes: f64) -> Clocks {
        Clocks { wall: minutes * MINUTE, monotonic: minutes * MINUTE }
    }

    fn with(count: u32) -> Outbox<u32> {
        let mut outbox = Outbox::default();
        for body in 1..=count {
            outbox.put(message(body, 0));
        }
        outbox
    }

    /// The bodies of all that is sent at that minute.
    fn sent_at(outbox: &mut Outbox<u32>, minutes: f64) -> Vec<u32> {
        outbox.expire(at(minutes));
        std::iter::from_fn(|| outbox.take(MOST, at(minutes), false).map(|(_, message)| message.body))
            .collect()
    }

    fn sent(outbox: &mut Outbox<u32>) -> Vec<u32> {
        sent_at(outbox, 0.0)
    }

    fn fail(outbox: &mut Outbox<u32>, number: u32) {
        outbox.answered(number, Outcome::Failed, 0.0, AT_ONCE);
    }

    #[test]
    fn each_message_is_sent_once_in_turn() {
        let mut outbox = with(3);
        assert_eq!(sent(&mut outbox), [1, 2, 3]);
        assert!(sent(&mut outbox).is_empty());
        assert_eq!(outbox.answered(2, Outcome::Accepted, 0.0, AT_ONCE), None);
        assert!(outbox.find(2).is_none() && outbox.find(3).is_some());
    }

    #[test]
    fn only_so_many_are_on_their_way() {
        let mut outbox = with(3);
        assert!(outbox.take(2, at(0.0), false).is_some() && outbox.take(2, at(0.0), false).is_some());
        assert!(outbox.take(2, at(0.0), false).is_none());
        assert_eq!(outbox.answered(1, Outcome::Accepted, 0.0, AT_ONCE), Some(0.0), "3 waits");
        assert!(outbox.take(2, at(0.0), false).is_some());
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
    fn a_choice_is_reported_with_cookies_once() {
        let mut outbox = Outbox::default();
        outbox.put(Message { choice: 3, ..message(1, 7) });
        outbox.put(Message { choice: 4, ..message(2, 7) });
        sent(&mut outbox);
        fail(&mut outbox, 1);
        assert_eq!(outbox.find(1).map(|message| message.choice), Some(0));
        assert_eq!(outbox.find(2).map(|message| message.choice), Some(4));
    }

    #[test]
    fn what_is_refused_is_dropped() {
        let mut outbox = with(1);
        sent(&mut outbox);
        assert_eq!(outbox.answered(1, Outcome::Refused, 0.0, AT_ONCE), None);
        assert!(sent(&mut outbox).is_empty());
        assert_eq!(outbox.dropped(), 0, "the collector knows what it refused");
    }

    #[test]
    fn what_was_made_under_an_id_goes_with_it() {
        let mut outbox = with(1);
        outbox.put(message(2, 7));
        outbox.put(message(3, 8));
        outbox.discard_other_ids(7);
        assert_eq!(sent(&mut outbox), [1, 2]);
        outbox.discard_other_ids(0);
        assert_eq!(
            outbox.answered(2, Outcome::Failed, 0.0, AT_ONCE),
            None,
            "withdrawn while it was on its way"
        );
        assert!(sent(&mut outbox).is_empty());
    }

    #[test]
    fn rows_wait_for_their_grant_and_nothing_else_does() {
        let mut outbox = with(1);
        outbox.put(message(2, 7));
        outbox.put(Message { route: Route::Consent, ..message(3, 7) });
        assert!(outbox.has_grant());
        let held: Vec<u32> =
            std::iter::from_fn(|| outbox.take(MOST, at(0.0), true).map(|(_, message)| message.body))
                .collect();
        assert_eq!(held, [1, 3]);
        assert!(
            outbox.find(3).is_some_and(Message::is_grant) && !outbox.find(2).is_some_and(Message::is_grant)
        );
        outbox.answered(3, Outcome::Accepted, 0.0, AT_ONCE);
        assert!(!outbox.has_grant());
        assert_eq!(sent(&mut outbox), [2]);
    }

    #[test]
    fn a_grant_waits_for_the_answer_to_the_one_before_it() {
        let mut outbox = Outbox::default();
        for body in [1, 2] {
            outbox.put(Message { route: Route::Consent, ..message(body, 7) });
        }
        outbox.put(message(3, 0));
        assert_eq!(sent(&mut outbox), [1, 3]);
        outbox.answered(1, Outcome::Accepted, 0.0, AT_ONCE);
        assert_eq!(sent(&mut outbox), [2]);
    }

    #[test]
    fn a_refusal_of_consent_is_no_grant() {
        let mut outbox = Outbox::default();
        outbox.put(Message { route: Route::Consent, ..message(1, 0) });
        assert!(!outbox.has_grant());
    }

    #[test]
    fn the_oldest_is_dropped_first_and_counted_once() {
        let mut outbox = with(MAX_QUEUED + 2);
        assert_eq!(sent(&mut outbox).first(), Some(&3));
        assert_eq!(outbox.dropped(), 1 + 2, "the hits of the two oldest");
        assert_eq!(outbox.dropped(), 0);
        outbox.discard_other_ids(7);
        assert_eq!(outbox.dropped(), 0);
        outbox.put(message(9, 0));
        assert_eq!(outbox.dropped(), 0, "those on their way are not dropped");
    }

    #[test]
    fn aggregated_messages_are_given_up_ten_minutes_after_their_first_try() {
        let mut outbox = with(1);
        assert_eq!(sent_at(&mut outbox, 100.0), [1], "not tried before: it does not matter when it was made");
        fail(&mut outbox, 1);
        assert_eq!(sent_at(&mut outbox, 110.0), [1]);
        fail(&mut outbox, 1);
        assert!(sent_at(&mut outbox, 110.1).is_empty());
        assert_eq!(outbox.dropped(), 1);
    }

    #[test]
    fn what_is_on_its_way_does_not_expire() {
        let mut outbox = with(1);
        sent(&mut outbox);
        outbox.expire(at(60.0));
        assert_eq!(outbox.dropped(), 0);
        assert!(outbox.find(1).is_some());
    }

    #[test]
    fn messages_under_an_id_wait_for_seven_days() {
        let mut outbox = Outbox::default();
        outbox.put(message(1, 7));
        for day in 0..=7 {
            assert_eq!(sent_at(&mut outbox, f64::from(day) * 1_440.0), [1]);
            fail(&mut outbox, 1);
        }
        assert!(sent_at(&mut outbox, 7.0 * 1_440.0 + 1.0).is_empty());
        let mut outbox = Outbox::default();
        outbox.put(Message { first: Some(at(0.0)), ..message(1, 7) });
        assert!(sent_at(&mut outbox, 8.0 * 1_440.0).is_empty(), "tried by an earlier page");
    }

    #[test]
    fn what_has_not_arrived_under_an_id_is_known() {
        let mut outbox = with(1);
        outbox.put(message(2, 7));
        outbox.put(message(3, 7));
        outbox.put(message(4, 8));
        outbox.put(Message { route: Route::Consent, ..message(5, 7) });
        sent(&mut outbox);
        outbox.answered(2, Outcome::Accepted, 0.0, AT_ONCE);
        assert_eq!(outbox.rows_under(7).map(|message| message.body).collect::<Vec<_>>(), [3]);
    }

    proptest! {
        #[test]
        fn a_message_is_never_sent_again_without_a_failure(answers in proptest::collection::vec(0u16..3, 1..40)) {
            let mut outbox = with(5);
            let mut sent = [0; 6];
            for (number, answer) in (1..).zip(answers) {
                while let Some((number, _)) = outbox.take(MOST, at(0.0), false) {
                    sent[number as usize] += 1;
                }
                let number = number % 5 + 1;
                let answer = [Outcome::Accepted, Outcome::Refused, Outcome::Failed][usize::from(answer)];
                let before = sent[number as usize];
                outbox.answered(number, answer, 0.0, AT_ONCE);
                let again = outbox.take(MOST, at(0.0), false).is_some();
                prop_assert!(!again || (answer == Outcome::Failed && before > 0));
                if again {
                    sent[number as usize] += 1;
                }
            }
        }
    }
}
