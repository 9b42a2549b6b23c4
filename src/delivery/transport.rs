//! `fetch`, as the promises want it: no cookie, no Referer, no preflight, and alive after the page is left.

use askfirst_wire::tree::{Lay, Tree};
use askfirst_wire::{Level, limits};
use js_sys::JSON;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::app::App;
use crate::browser::{Warning, get, now, object, random_hex, warn_once};
use crate::delivery::outbox::Answer;
use crate::delivery::pending::Pending;
use crate::ledger::Ledger;

/// Milliseconds for which hits wait for company.
const COMPANY: f64 = 2_000.0;

/// A message, ready to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    path: &'static str,
    /// The body, as it is sent.
    text: JsValue,
    /// Its line in the ledger.
    entry: JsValue,
}

#[wasm_bindgen]
extern "C" {
    /// The promise of an answer.
    type Fetching;

    #[wasm_bindgen(catch)]
    fn fetch(address: &str, init: &JsValue) -> Result<Fetching, JsValue>;

    #[wasm_bindgen(method)]
    fn then(this: &Fetching, fulfilled: &JsValue, rejected: &JsValue) -> JsValue;
}

/// A message as the JavaScript object that is sent and shown. This is the one place where data leaves Rust.
fn to_js(message: &Tree<'_>) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
    message.serialize(&serializer).unwrap_or_default()
}

impl App {
    /// Puts a message into the outbox.
    pub(crate) fn post(&self, path: &'static str, level: Level, body: &dyn Lay) {
        let body = to_js(&body.lay());
        let entry = object(&[("path", &path.into()), ("level", &level.as_str().into()), ("body", &body)]);
        // Asking to erase outlives the agreement: withdrawal drops all else that was made under the id.
        let level = if path == "/forget" { Level::None } else { level };
        if let Ok(text) = JSON::stringify(&body) {
            let mut outbox = self.outbox.take();
            outbox.push(level, Message { path, text: text.into(), entry });
            self.outbox.set(outbox);
        }
    }

    /// Makes a batch of hits that wait, if any, and puts it into the outbox.
    pub(crate) fn seal(&self, pending: Pending) {
        if let Some(batch) = pending.seal(self.config.site.clone(), random_hex(limits::BATCH_HEX)) {
            self.post("/collect", batch.level(), &batch);
        }
    }

    /// Sends what waits and is due; with `leaving`, due or not.
    pub(crate) fn flush(&self, leaving: bool) {
        self.seal(self.pending.take());
        let mut outbox = self.outbox.take();
        let due = outbox.take_due(now(), leaving);
        self.outbox.set(outbox);
        for (number, message) in due {
            self.send(number, &message);
        }
    }

    /// Lets hits wait for company, or sends them where there are enough.
    pub(crate) fn gather(&self) {
        let pending = self.pending.take();
        let full = pending.is_full();
        self.pending.set(pending);
        if full {
            self.flush(false);
        } else {
            self.wake_in(COMPANY);
        }
    }

    /// `credentials: "omit"` and `referrerPolicy: "no-referrer"` are what `sendBeacon` cannot do.
    fn send(&self, number: u32, message: &Message) {
        let init = object(&[
            ("method", &"POST".into()),
            ("keepalive", &JsValue::TRUE),
            ("credentials", &"omit".into()),
            ("referrerPolicy", &"no-referrer".into()),
            ("body", &message.text),
        ]);
        let answered = self.listener.bind1(&JsValue::NULL, &number.into()).into();
        match fetch(&[&self.config.endpoint, message.path].concat(), &init) {
            Ok(fetching) => drop(fetching.then(&answered, &answered)),
            Err(error) => self.answered(number, &error),
        }
        self.ledger.note(&message.entry);
    }

    /// A Response has a status; the error of a failed fetch has none.
    pub(crate) fn answered(&self, number: u32, response: &JsValue) {
        let status = get(response, "status");
        let answer = Answer::of(status.as_f64().map(|status| status as u16));
        let mut outbox = self.outbox.take();
        let message = outbox.answered(number, answer, now(), js_sys::Math::random());
        let wait = outbox.next_due(now());
        self.outbox.set(outbox);
        if let Some(message) = message {
            Ledger::answered(&message.entry, &status);
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
