//! Delivery: hits are collected into a batch, the batch is queued, and it is sent until the collector answers.

pub mod js;
pub mod outbox;
pub mod retry;

use askfirst_wire::batch::Envelope;
use askfirst_wire::{Level, limits};
use js_sys::Array;
use wasm_bindgen::JsValue;

use crate::AGREED;
use crate::app::App;
use crate::browser::now;
use js::object;
use outbox::Message;
use retry::{Backoff, Outcome};

/// Milliseconds after a hit until its batch is sent.
const BATCH_DELAY: f64 = 2_000.0;
/// A batch with this many hits is sent at once.
const BATCH_SIZE: u32 = 10;

/// Concurrent requests: browsers allow 64 KiB of `keepalive` bodies in flight.
const MAX_IN_FLIGHT: usize = 4;

const COLLECT: &str = "/collect";
pub(crate) const CONSENT: &str = "/consent";

impl App {
    /// Adds a hit to the open batch. A batch has one level and one id; if they change, a new batch begins.
    pub(crate) fn add_to_batch(&self, level: Level, id: Option<String>, hit: &JsValue) {
        if AGREED {
            let before = self.owner.take();
            if self.level.get() != level || before != id {
                self.owner.set(before);
                self.close_batch(false);
                self.level.set(level);
            }
            self.owner.set(id);
        }
        let enough = self.pending.borrow().push(hit) >= BATCH_SIZE;
        if enough {
            self.flush(false);
        } else {
            self.wake_in(BATCH_DELAY);
        }
    }

    /// Closes the open batch and queues it, if it has any hits.
    #[inline(never)]
    pub(crate) fn close_batch(&self, leaving: bool) {
        let hits = self.pending.take();
        let (id, subject) = if AGREED { (self.owner.take(), self.subject.take()) } else { (None, None) };
        let count = hits.length();
        if count > 0 {
            let level = if AGREED { self.level.get() } else { Level::Aggregated };
            let number = self.browser.random(limits::BATCH_HEX);
            let dropped = self.outbox.borrow_mut().dropped();
            // Extensions do not add the signal's header to requests that are sent on leaving.
            let signal = leaving && self.browser.says_no();
            let (site, subject) = (self.config.site.as_str(), subject.as_deref());
            let envelope =
                Envelope { site, level, number: &number, id: id.as_deref(), subject, dropped, signal };
            let body = object(&envelope);
            js::set(&body, "hits", &hits);
            self.enqueue(Message { path: COLLECT, level, owner: id, choice: 0, hits: count + dropped, body });
        }
        if AGREED {
            self.subject.set(subject);
        }
    }

    /// Queues a message that is no batch. `choice`: it reports the most recent choice.
    #[inline(never)]
    pub(crate) fn enqueue_message(
        &self,
        path: &'static str,
        level: Level,
        owner: Option<String>,
        choice: bool,
        body: JsValue,
    ) {
        let choice = if AGREED && choice { self.choices.get() } else { 0 };
        self.enqueue(Message { path, level, owner, choice, hits: 0, body });
    }

    fn enqueue(&self, message: Message<JsValue>) {
        self.outbox.borrow_mut().put(message);
    }

    /// Sends what is queued. With `leaving`, it does not wait for the next retry.
    #[inline(never)]
    pub(crate) fn flush(&self, leaving: bool) {
        self.close_batch(leaving);
        // Consent may have been withdrawn here or in another tab: drop messages under any other id.
        if AGREED {
            let id = self.id();
            self.outbox.borrow_mut().discard_other_ids(id.as_deref());
        }
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
        loop {
            let next = self.outbox.borrow_mut().take(if leaving { usize::MAX } else { MAX_IN_FLIGHT }).map(
                |(number, Message { path, level, choice, body, .. })| {
                    (number, *path, *level, *choice, body.clone())
                },
            );
            let Some((number, path, level, choice, body)) = next else { return };
            // Only the current choice may go into the collector's cookie, not an earlier one.
            let holds = choice > 0 && choice == self.choices.get();
            let shares = holds && !self.config.cookie_domain.is_empty();
            // If the collector keeps the id, the message holds a placeholder for it.
            let credentials = AGREED && (shares || js::text(&body, "id") == limits::MINTED);
            self.browser.send(number, path, level.as_str(), &body, credentials);
        }
    }

    /// Stores undelivered messages under the id for the next page. At `aggregated` nothing is stored.
    pub(crate) fn store(&self) {
        let Some(id) = self.id() else { return };
        let bodies: Array = self.outbox.borrow().queued_under(&id).collect();
        if bodies.length() > 0 {
            self.browser.store(Some(bodies));
        }
    }

    /// Queues what earlier pages stored under this id, and removes it from storage.
    pub(crate) fn restore(&self) {
        let Some(owner) = self.id() else { return };
        let bodies = self.browser.restore();
        for index in 0..bodies.length() {
            let body = bodies.get(index);
            let (id, level) = (js::text(&body, "id"), js::text(&body, "level"));
            let level = Level::from_name(&level).unwrap_or(Level::None);
            if id == owner && level.has_id() {
                let owner = Some(id);
                let path = if js::text(&body, "action").is_empty() { COLLECT } else { CONSENT };
                self.enqueue(Message { path, level, owner, choice: 0, hits: 0, body });
            }
        }
    }

    /// The collector answered with this status, or not at all (0). `retry_after`: seconds, from its `Retry-After` header.
    pub(crate) fn answered(&self, number: u32, status: u16, retry_after: f64) {
        let outcome = Outcome::of(status);
        if outcome != Outcome::Accepted {
            let what = if outcome == Outcome::Refused {
                "askfirst: message refused; the answer says why"
            } else {
                "askfirst: no answer"
            };
            self.browser.warn(what, "");
        }
        let now = now();
        // The millisecond of the failure is enough jitter to spread retries.
        let jitter = f64::from(now as u64 as u32 % 1_024) / 1_024.0;
        let retry_in =
            self.outbox.borrow_mut().answered(number, outcome, now, Backoff { jitter, retry_after });
        if let Some(retry_in) = retry_in {
            self.wake_in(retry_in);
        }
    }
}
