//! From a hit to the collector: hits wait for company, become a batch, and the batch is tried until it is answered.

pub mod js;
pub mod outbox;
pub mod retry;

use askfirst_wire::batch::Envelope;
use askfirst_wire::tree::Tree;
use askfirst_wire::{Level, limits};
use js_sys::Array;
use wasm_bindgen::JsValue;

use crate::app::App;
use crate::browser::now;
use js::from_tree;
use outbox::Message;
use retry::Answer;

/// Milliseconds for which hits wait for company.
const COMPANY: f64 = 2_000.0;
/// Hits that need no more company.
const ENOUGH: u32 = 10;

impl App {
    /// Lets a hit wait for company. Those that wait are of one level and one id: a hit keeps the level at which it was made.
    pub(crate) fn gather(&self, level: Level, id: Option<String>, hit: &JsValue) {
        let before = self.owner.take();
        if self.level.get() != level || before != id {
            self.owner.set(before);
            self.seal();
            self.level.set(level);
        }
        self.owner.set(id);
        let pending: Array = self.pending.take();
        let enough = pending.push(hit) >= ENOUGH;
        self.pending.set(pending);
        if enough {
            self.flush(false);
        } else {
            self.wake_in(COMPANY);
        }
    }

    /// Makes a batch of the hits that wait, if there are any.
    #[inline(never)]
    pub(crate) fn seal(&self) {
        let hits = self.pending.take();
        let (id, subject) = (self.owner.take(), self.subject.take());
        if hits.length() > 0 {
            let (level, number) = (self.level.get(), self.browser.random(limits::BATCH_HEX));
            let (site, subject) = (self.config.site.as_str(), subject.as_deref());
            let envelope = Envelope {
                site,
                level,
                number: &number,
                id: id.as_deref(),
                subject,
                dropped: 0,
                signal: false,
            };
            let body = from_tree(&Tree::Fields(envelope.fields()));
            js::set(&body, "hits", &hits);
            self.post(Message { path: "/collect", level, owner: id, choice: 0, body });
        }
        self.subject.set(subject);
    }

    /// Puts a message that is no batch into the outbox; `choice`: it tells the choice that was made last.
    #[inline(never)]
    pub(crate) fn tell(
        &self,
        path: &'static str,
        level: Level,
        owner: Option<String>,
        choice: bool,
        message: &Tree<'_>,
    ) {
        let choice = if choice { self.choices.get() } else { 0 };
        self.post(Message { path, level, owner, choice, body: from_tree(message) });
    }

    fn post(&self, message: Message<JsValue>) {
        let mut outbox = self.outbox.take();
        outbox.put(message);
        self.outbox.set(outbox);
    }

    /// Sends what waits; with `leaving`, also to a collector that rests.
    #[inline(never)]
    pub(crate) fn flush(&self, leaving: bool) {
        self.seal();
        let mut outbox = self.outbox.take();
        let rests = outbox.rests(now());
        // Withdrawn, here or in another tab: nothing more goes under the id.
        outbox.keep(self.id().as_deref());
        self.outbox.set(outbox);
        if rests > 0.0 && !leaving {
            return self.wake_in(rests);
        }
        loop {
            let mut outbox = self.outbox.take();
            let next = outbox.take().map(|(number, message)| (number, message.clone()));
            self.outbox.set(outbox);
            let Some((number, Message { path, level, choice, body, .. })) = next else { return };
            // The collector may keep the choice that holds, not one that has been changed since.
            let holds = choice > 0 && choice == self.choices.get();
            let credentials = holds && !self.config.cookie_domain.is_empty();
            self.browser.send(number, path, level.as_str(), &body, credentials);
        }
    }

    /// The collector answered with that status, or not at all (0).
    pub(crate) fn answered(&self, number: u32, status: u16) {
        let answer = Answer::of(status);
        if answer != Answer::Accepted {
            let what = if answer == Answer::Refused {
                "askfirst: message refused by the collector; its answer says why"
            } else {
                "askfirst: no answer from the collector"
            };
            self.browser.warn(what, "");
        }
        let now = now();
        let mut outbox = self.outbox.take();
        // The millisecond of a failure is chance enough to spread the next tries.
        let rests = outbox.answered(number, answer, now, f64::from(now as u64 as u32 % 1_024) / 1_024.0);
        self.outbox.set(outbox);
        if let Some(rests) = rests {
            self.wake_in(rests);
        }
    }
}
