//! `fetch`, as the promises want it: no cookie, no Referer, no preflight, and alive after the page is left.

use askfirst_wire::batch::Envelope;
use askfirst_wire::tree::{Fields, Lay, Tree};
use askfirst_wire::{Level, limits};
use js_sys::JSON;
use wasm_bindgen::prelude::*;

use crate::app::App;
use crate::browser::{Warning, get, join, now, random_hex, set, text, warn_once};
use crate::delivery::js::from_tree;
use crate::delivery::retry::Answer;
use crate::{identity, ledger};

/// Milliseconds for which hits wait for company.
const COMPANY: f64 = 2_000.0;
/// Hits that need no more company.
const ENOUGH: u32 = 10;
/// Messages that may wait. The oldest is dropped first: what is new tells more.
const WAITING: u32 = 50;
/// What `fetch` is told beside the body. `credentials: "omit"` and `referrerPolicy: "no-referrer"` are what `sendBeacon`
/// cannot do.
const INIT: &str =
    r#"{"method":"POST","keepalive":true,"credentials":"omit","referrerPolicy":"no-referrer"}"#;

#[wasm_bindgen]
extern "C" {
    /// The promise of an answer.
    type Fetching;

    #[wasm_bindgen(catch)]
    fn fetch(address: &str, init: &JsValue) -> Result<Fetching, JsValue>;

    #[wasm_bindgen(method)]
    fn then(this: &Fetching, fulfilled: &JsValue, rejected: &JsValue) -> JsValue;
}

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
        let pending = self.pending.take();
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
            let (level, number) = (self.level.get(), random_hex(limits::BATCH_HEX));
            let (id, subject) = (id.as_deref(), subject.as_deref());
            let envelope = Envelope { site: &self.config.site, level, number: &number, id, subject };
            let batch = from_tree(&Tree::Fields(envelope.fields()));
            set(&batch, "hits", &hits);
            self.post("/collect", level, &batch);
        }
        self.subject.set(subject);
    }

    /// Puts a message that is no batch into the outbox.
    #[inline(never)]
    pub(crate) fn tell(&self, path: &str, level: Level, message: &dyn Lay) {
        self.post(path, level, &from_tree(&message.tree()));
    }

    /// Puts a message into the outbox, as its line in the ledger: `{path, level, body}`.
    fn post(&self, path: &str, level: Level, body: &JsValue) {
        let mut fields = Fields::default();
        fields.text("path", path);
        fields.text("level", level.as_str());
        let entry = from_tree(&Tree::Fields(fields));
        set(&entry, "body", body);
        self.enqueue(&entry);
    }

    fn enqueue(&self, entry: &JsValue) {
        if self.outbox.push(entry) > WAITING {
            self.outbox.shift();
        }
    }

    /// Sends what waits; with `leaving`, also to a collector that rests.
    #[inline(never)]
    pub(crate) fn flush(&self, leaving: bool) {
        self.seal();
        let rests = self.collector.get().rests(now());
        if rests > 0.0 && !leaving {
            return self.wake_in(rests);
        }
        // Only what waits now: what fails at once is put in again.
        for _ in 0..self.outbox.length() {
            self.send(&self.outbox.shift());
        }
    }

    fn send(&self, entry: &JsValue) {
        let (path, body) = (text(entry, "path"), get(entry, "body"));
        let id = text(&body, "id");
        // Withdrawn, here or in another tab: nothing more goes under the id, but the wish to erase it.
        if !id.is_empty() && path != "/forget" && identity::read() != Some(id) {
            return;
        }
        let (Ok(init), Ok(body)) = (JSON::parse(INIT), JSON::stringify(&body)) else { return };
        set(&init, "body", &body);
        let answered = self.listener.bind1(&JsValue::NULL, entry).into();
        match fetch(&join(&[&self.config.endpoint, &path]), &init) {
            Ok(fetching) => drop(fetching.then(&answered, &answered)),
            Err(error) => self.answered(entry, &error),
        }
        ledger::note(&self.sent, entry);
    }

    /// A Response has a status; the error of a failed fetch has none.
    pub(crate) fn answered(&self, entry: &JsValue, response: &JsValue) {
        let status = get(response, "status").as_f64().unwrap_or_default();
        ledger::answered(entry, status);
        let answer = Answer::of(status as u16);
        if answer != Answer::Accepted {
            let warning = if answer == Answer::Refused { Warning::Refused } else { Warning::Unreachable };
            warn_once(warning, &self.config.endpoint);
        }
        let (mut collector, now) = (self.collector.get(), now());
        // The millisecond of a failure is chance enough to spread the next tries.
        let again = collector.answered(answer, now, f64::from(now as u64 as u32 % 1_024) / 1_024.0);
        self.collector.set(collector);
        if again {
            self.enqueue(entry);
        }
        if self.outbox.length() > 0 {
            self.wake_in(collector.rests(now));
        }
    }
}
