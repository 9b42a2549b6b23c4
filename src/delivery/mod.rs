//! Delivery: hits are collected into a batch, the batch is queued, and it is sent until the collector answers.

pub mod grant;
pub mod js;
pub mod outbox;
mod queue;
pub mod retry;
pub mod stored;

use askfirst_wire::batch::Envelope;
use askfirst_wire::hash::fnv1a;
use askfirst_wire::{Level, limits};
use wasm_bindgen::JsValue;

use crate::app::App;
use crate::browser::now;
use js::object;
use outbox::{Message, Route};
use retry::{Backoff, Outcome};

/// Milliseconds after a hit until its batch is sent.
const BATCH_DELAY: f64 = 2_000.0;
/// A batch with this many hits is sent at once.
const BATCH_SIZE: u32 = 10;

/// Concurrent requests: browsers allow 64 KiB of `keepalive` bodies in flight.
const MAX_IN_FLIGHT: usize = 4;

/// The collector has no grant for the id.
const NO_GRANT: u16 = 425;
/// The id was withdrawn.
const WITHDRAWN: u16 = 410;

/// A hash of an id, which tells messages under one id from those under another; 0 for none.
pub(crate) fn hash_of(id: Option<&str>) -> u32 {
    id.map_or(0, |id| fnv1a(0, id) | 1)
}

impl App {
    /// A hash of the id in the cookie; 0 for none.
    #[inline(never)]
    pub(crate) fn owner_now(&self) -> u32 {
        hash_of(self.id().as_deref())
    }

    /// Adds a hit to the open batch. A batch has one level and one id; if they change, a new batch begins.
    pub(crate) fn add_to_batch(&self, level: Level, owner: u32, hit: &JsValue) {
        if self.level.get() != level || self.owner.get() != owner {
            self.close_batch(false);
            self.level.set(level);
            self.owner.set(owner);
        }
        let enough = self.pending.borrow().push(hit) >= BATCH_SIZE;
        if enough {
            self.flush(false);
        } else {
            self.wake_in(BATCH_DELAY);
        }
    }

    /// Closes the open batch and queues it, if it has any hits. They are dropped if their id is gone: the visitor withdrew.
    #[inline(never)]
    pub(crate) fn close_batch(&self, leaving: bool) {
        let (hits, level, owner) = (self.pending.take(), self.level.get(), self.owner.get());
        let (count, id) = (hits.length(), if level.has_id() { self.id() } else { None });
        if count == 0 || hash_of(id.as_deref()) != owner {
            return;
        }
        let number = self.browser.random(if level.has_id() { limits::ID_HEX } else { limits::BATCH_HEX });
        let dropped = self.outbox.borrow_mut().dropped();
        // Extensions do not add the signal's header to requests that are sent on leaving.
        let signal = leaving && self.browser.says_no();
        let (site, subject) = (self.config.site.as_str(), self.subject.take());
        let envelope = Envelope {
            site,
            level,
            number: &number,
            id: id.as_deref(),
            subject: subject.as_deref(),
            dropped,
            signal,
        };
        let body = object(&envelope);
        js::set(&body, "hits", &hits);
        self.subject.set(subject);
        self.enqueue(Message {
            route: Route::Collect,
            level,
            owner,
            choice: 0,
            hits: count + dropped,
            first: None,
            body,
        });
    }

    /// Queues a message that is no batch. `choice`: it reports the most recent choice.
    #[inline(never)]
    pub(crate) fn enqueue_message(
        &self,
        route: Route,
        level: Level,
        owner: u32,
        choice: bool,
        body: JsValue,
    ) {
        let choice = if choice { self.choices.get() } else { 0 };
        self.enqueue(Message { route, level, owner, choice, hits: 0, first: None, body });
    }

    fn enqueue(&self, message: Message<JsValue>) {
        self.outbox.borrow_mut().put(message);
    }

    /// Sends what is queued. With `leaving`, it does not wait for the next retry.
    #[inline(never)]
    pub(crate) fn flush(&self, leaving: bool) {
        self.close_batch(leaving);
        // Consent may have been withdrawn here or in another tab: drop messages under any other id.
        let owner = self.owner_now();
        self.outbox.borrow_mut().discard_other_ids(owner);
        let hold_rows = self.resend_grant(owner);
        if !leaving {
            let retry_in = self.outbox.borrow().retry_in(now());
            if retry_in > 0.0 {
                return self.wake_in(retry_in);
            }
            // An event comes when the browser is online again.
            if self.browser.offline() {
                return;
            }
        }
        let (most, clocks) = (if leaving { usize::MAX } else { MAX_IN_FLIGHT }, self.browser.clocks());
        self.outbox.borrow_mut().expire(clocks);
        loop {
            let next = self.outbox.borrow_mut().take(most, clocks, hold_rows).map(
                |(number, Message { route, level, choice, body, .. })| {
                    (number, *route, *level, *choice, body.clone())
                },
            );
            let Some((number, route, level, choice, body)) = next else { return };
            // Only the current choice may go into the collector's cookie, not an earlier one.
            let current = choice > 0 && choice == self.choices.get();
            self.browser.send(number, route.as_str(), level.as_str(), &body, current);
        }
    }

    /// The collector answered with this status, or not at all (0). `retry_after`: seconds, from its `Retry-After` header.
    pub(crate) fn answered(&self, number: u32, status: u16, retry_after: f64) {
        let outcome = Outcome::of(status);
        let (owner, is_grant) = self
            .outbox
            .borrow()
            .find(number)
            .map_or((0, false), |message| (message.owner, message.is_grant()));
        let now = now();
        // The millisecond of the failure is enough jitter to spread retries.
        let jitter = f64::from(now as u64 as u32 % 1_024) / 1_024.0;
        let retry_in =
            self.outbox.borrow_mut().answered(number, outcome, now, Backoff { jitter, retry_after });
        if status == WITHDRAWN {
            self.id_was_withdrawn(owner);
        } else if status == NO_GRANT {
            self.grant_is_missing();
        } else if is_grant {
            self.grant_answered(outcome);
        }
        if let Some(retry_in) = retry_in {
            self.wake_in(retry_in);
        }
    }
}
