//! `fetch`, as the promises want it: no cookie, no Referer, no preflight, and alive after the page is left.

use askfirst_wire::batch::Envelope;
use askfirst_wire::tree::{Lay, Tree};
use askfirst_wire::{Level, limits};
use js_sys::{Array, JSON};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::app::App;
use crate::browser::{Warning, get, join, now, object, random_hex, set, text, warn_once};
use crate::delivery::outbox::Answer;
use crate::delivery::pending::Pending;
use crate::ledger;

/// Milliseconds for which hits wait for company.
const COMPANY: f64 = 2_000.0;

#[wasm_bindgen]
extern "C" {
    /// The promise of an answer.
    type Fetching;

    #[wasm_bindgen(catch)]
    fn fetch(address: &str, init: &JsValue) -> Result<Fetching, JsValue>;

    #[wasm_bindgen(method)]
    fn then(this: &Fetching, fulfilled: &JsValue, rejected: &JsValue) -> JsValue;
}

/// As the JavaScript object that is sent and shown. This is the one place where data leaves Rust.
pub(crate) fn to_js(tree: &Tree<'_>) -> JsValue {
    tree.serialize(&serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true)).unwrap_or_default()
}

impl App {
    /// Puts a message into the outbox, as its line in the ledger: `{path, level, body}`.
    pub(crate) fn post(&self, path: &str, level: Level, body: &JsValue) {
        let entry = object(&[("path", &path.into()), ("level", &level.as_str().into()), ("body", body)]);
        let mut outbox = self.outbox.take();
        // Asking to erase outlives the agreement: withdrawal drops all else that was made under the id.
        outbox.push(if path == "/forget" { Level::None } else { level }, entry);
        self.outbox.set(outbox);
    }

    /// Puts a message that is no batch into the outbox.
    pub(crate) fn tell(&self, path: &str, level: Level, message: &dyn Lay) {
        self.post(path, level, &to_js(&message.tree()));
    }

    /// Makes a batch of hits, if there are any, and puts it into the outbox.
    pub(crate) fn seal(&self, pending: &Pending<JsValue>) {
        if pending.hits.is_empty() {
            return;
        }
        let hits = Array::new();
        for hit in &pending.hits {
            hits.push(hit);
        }
        let owner = &pending.owner;
        let batch = to_js(&Tree::Fields(
            Envelope {
                site: &self.config.site,
                level: owner.level,
                number: &random_hex(limits::BATCH_HEX),
                id: owner.id.as_deref(),
                subject: owner.subject.as_deref(),
            }
            .fields(),
        ));
        set(&batch, "hits", &hits);
        self.post("/collect", owner.level, &batch);
    }

    /// Sends what waits and is due; with `leaving`, due or not.
    pub(crate) fn flush(&self, leaving: bool) {
        self.seal(&self.pending.take());
        loop {
            let mut outbox = self.outbox.take();
            let next = outbox.next(now(), leaving);
            self.outbox.set(outbox);
            let Some((number, entry)) = next else { return };
            self.send(number, &entry);
        }
    }

    /// Lets hits wait for company, or sends them where there are enough.
    pub(crate) fn gather(&self, full: bool) {
        if full {
            self.flush(false);
        } else {
            self.wake_in(COMPANY);
        }
    }

    /// `credentials: "omit"` and `referrerPolicy: "no-referrer"` are what `sendBeacon` cannot do.
    fn send(&self, number: u32, entry: &JsValue) {
        let Ok(body) = JSON::stringify(&get(entry, "body")) else { return };
        let init = object(&[
            ("method", &"POST".into()),
            ("keepalive", &JsValue::TRUE),
            ("credentials", &"omit".into()),
            ("referrerPolicy", &"no-referrer".into()),
            ("body", &body),
        ]);
        let answered = self.listener.bind1(&JsValue::NULL, &number.into()).into();
        match fetch(&join(&[&self.config.endpoint, &text(entry, "path")]), &init) {
            Ok(fetching) => drop(fetching.then(&answered, &answered)),
            Err(error) => self.answered(number, &error),
        }
        ledger::note(&self.sent, entry);
    }

    /// A Response has a status; the error of a failed fetch has none.
    pub(crate) fn answered(&self, number: u32, response: &JsValue) {
        let status = get(response, "status").as_f64().unwrap_or_default();
        let answer = Answer::of(status as u16);
        let now = now();
        let mut outbox = self.outbox.take();
        // The millisecond of a failure is chance enough to spread the next tries.
        let entry = outbox.answered(number, answer, now, f64::from(now as u64 as u32 % 1_024) / 1_024.0);
        let wait = outbox.wait(now);
        self.outbox.set(outbox);
        if let Some(entry) = entry {
            ledger::answered(&entry, status);
        }
        match answer {
            Answer::Accepted => {}
            Answer::Refused => warn_once(Warning::Refused, &self.config.endpoint),
            Answer::Failed => warn_once(Warning::Unreachable, &self.config.endpoint),
        }
        if let Some(wait) = wait {
            self.wake_in(wait);
        }
    }
}
