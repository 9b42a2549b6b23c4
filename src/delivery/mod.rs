//! From a hit to the collector: hits wait for company, become a batch, and the batch is tried until it is answered.

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
use retry::{Answer, Pause};

/// Milliseconds for which hits wait for company.
const COMPANY: f64 = 2_000.0;
/// Hits that need no more company.
const ENOUGH: u32 = 10;

/// Messages that are on their way at the same time: with `keepalive`, browsers allow 64 KiB.
const AT_ONCE: usize = 4;

const COLLECT: &str = "/collect";
pub(crate) const CONSENT: &str = "/consent";

impl App {
    /// Lets a hit wait for company. Those that wait are of one level and one id: a hit keeps the level at which it was made.
    pub(crate) fn gather(&self, level: Level, id: Option<String>, hit: &JsValue) {
        if AGREED {
            let before = self.owner.take();
            if self.level.get() != level || before != id {
                self.owner.set(before);
                self.seal(false);
                self.level.set(level);
            }
            self.owner.set(id);
        }
        let enough = self.pending.borrow().push(hit) >= ENOUGH;
        if enough {
            self.flush(false);
        } else {
            self.wake_in(COMPANY);
        }
    }

    /// Makes a batch of the hits that wait, if there are any.
    #[inline(never)]
    pub(crate) fn seal(&self, leaving: bool) {
        let hits = self.pending.take();
        let (id, subject) = if AGREED { (self.owner.take(), self.subject.take()) } else { (None, None) };
        let count = hits.length();
        if count > 0 {
            let level = if AGREED { self.level.get() } else { Level::Aggregated };
            let number = self.browser.random(limits::BATCH_HEX);
            let dropped = self.outbox.borrow_mut().dropped();
            // Extensions do not add their header to what is sent on leaving.
            let signal = leaving && self.browser.says_no();
            let (site, subject) = (self.config.site.as_str(), subject.as_deref());
            let envelope =
                Envelope { site, level, number: &number, id: id.as_deref(), subject, dropped, signal };
            let body = object(&envelope);
            js::set(&body, "hits", &hits);
            self.post(Message { path: COLLECT, level, owner: id, choice: 0, hits: count + dropped, body });
        }
        if AGREED {
            self.subject.set(subject);
        }
    }

    /// Puts a message that is no batch into the outbox; `choice`: it tells the choice that was made last.
    #[inline(never)]
    pub(crate) fn tell(
        &self,
        path: &'static str,
        level: Level,
        owner: Option<String>,
        choice: bool,
        body: JsValue,
    ) {
        let choice = if AGREED && choice { self.choices.get() } else { 0 };
        self.post(Message { path, level, owner, choice, hits: 0, body });
    }

    fn post(&self, message: Message<JsValue>) {
        self.outbox.borrow_mut().put(message);
    }

    /// Sends what waits; with `leaving`, also to a collector that rests.
    #[inline(never)]
    pub(crate) fn flush(&self, leaving: bool) {
        self.seal(leaving);
        // Withdrawn, here or in another tab: nothing more goes under the id.
        if AGREED {
            let id = self.id();
            self.outbox.borrow_mut().keep(id.as_deref());
        }
        if !leaving {
            let rests = self.outbox.borrow().rests(now());
            if rests > 0.0 {
                return self.wake_in(rests);
            }
            // The browser says when it is back.
            if self.browser.offline() {
                return;
            }
        }
        loop {
            let next = self.outbox.borrow_mut().take(if leaving { usize::MAX } else { AT_ONCE }).map(
                |(number, Message { path, level, choice, body, .. })| {
                    (number, *path, *level, *choice, body.clone())
                },
            );
            let Some((number, path, level, choice, body)) = next else { return };
            // The collector may keep the choice that holds, not one that has been changed since.
            let holds = choice > 0 && choice == self.choices.get();
            let shares = holds && !self.config.cookie_domain.is_empty();
            // Where the collector keeps the id, nought stands for it.
            let credentials = AGREED && (shares || js::text(&body, "id") == limits::MINTED);
            self.browser.send(number, path, level.as_str(), &body, credentials);
        }
    }

    /// What has not arrived under the id outlives the page; at `aggregated` nothing is stored.
    pub(crate) fn store(&self) {
        let Some(id) = self.id() else { return };
        let bodies: Array = self.outbox.borrow().under(&id).collect();
        if bodies.length() > 0 {
            self.browser.store(Some(bodies));
        }
    }

    /// Takes over what earlier pages stored, as far as it stands under this id.
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
                self.post(Message { path, level, owner, choice: 0, hits: 0, body });
            }
        }
    }

    /// The collector answered with that status, or not at all (0); and asked to be left in peace for so many seconds.
    pub(crate) fn answered(&self, number: u32, status: u16, asked: f64) {
        let answer = Answer::of(status);
        if answer != Answer::Accepted {
            let what = if answer == Answer::Refused {
                "askfirst: message refused; the answer says why"
            } else {
                "askfirst: no answer"
            };
            self.browser.warn(what, "");
        }
        let now = now();
        // The millisecond of a failure is chance enough to spread the next tries.
        let chance = f64::from(now as u64 as u32 % 1_024) / 1_024.0;
        let rests = self.outbox.borrow_mut().answered(number, answer, now, Pause { chance, asked });
        if let Some(rests) = rests {
            self.wake_in(rests);
        }
    }
}
