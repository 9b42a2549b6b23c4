//! What is kept on the device of those who agreed: the last grant, and messages that have not arrived.

use askfirst_wire::Level;
use askfirst_wire::names::{CHOICE_COOKIE, GRANT_KEY, QUEUE_KEY};
use askfirst_wire::retry::Clocks;
use wasm_bindgen::JsValue;

use super::grant::{MAX_RESENT, RECORDED, message, unrecorded};
use super::outbox::{Message, Route};
use super::retry::Outcome;
use super::{hash_of, js, stored};
use crate::app::App;
use crate::browser::join;
use crate::consent::Prompt;

/// Bytes that may be stored before another page adds its messages; beyond, they are dropped.
const LONGEST: usize = 65_536;

/// Whether a message is under this id.
fn is_under(body: &JsValue, owner: u32) -> bool {
    hash_of(Some(&js::text(body, "id"))) == owner
}

impl App {
    /// The key of what is kept in storage for this site.
    pub(crate) fn key(&self, name: &str) -> String {
        join(&[name, &self.tag])
    }

    /// What is kept in storage for this site; empty if there is nothing.
    #[inline(never)]
    pub(crate) fn kept(&self, name: &str) -> String {
        self.storage.get(&self.key(name)).unwrap_or_default()
    }

    /// Keeps a text in storage for this site. Returns whether the browser stored it.
    #[inline(never)]
    pub(crate) fn keep(&self, name: &str, text: &str) -> bool {
        self.storage.set(&self.key(name), text)
    }

    /// Whether the collector has the grant, as far as this page knows.
    pub(crate) fn grant_is_recorded(&self) -> bool {
        !self.outbox.borrow().has_grant() && unrecorded(&self.kept(GRANT_KEY)).is_none()
    }

    /// Queues the grant again if the collector does not have it and no message with it is queued. Returns whether rows have to wait.
    pub(crate) fn resend_grant(&self, owner: u32) -> bool {
        if owner == 0 || self.grant_is_recorded() {
            return false;
        }
        let resent = self.regrants.get();
        if !self.outbox.borrow().has_grant() && resent < MAX_RESENT {
            let body = self.browser.parse(message(&self.kept(GRANT_KEY)));
            if !is_under(&body, owner) {
                // The visitor withdrew and agreed again on another port of the host, which shares the cookies and not the storage.
                self.storage.remove(&self.key(GRANT_KEY));
                return false;
            }
            self.regrants.set(resent + 1);
            let (_, level) = self.facts().status();
            self.enqueue_message(Route::Consent, level, owner, false, body);
        }
        true
    }

    /// The collector answered the grant.
    pub(crate) fn grant_answered(&self, outcome: Outcome) {
        match outcome {
            Outcome::Accepted if !self.outbox.borrow().has_grant() => {
                let kept = self.kept(GRANT_KEY);
                if let Some(grant) = unrecorded(&kept) {
                    self.keep(GRANT_KEY, &join(&[RECORDED, grant]));
                }
                self.browser.changed(&self.status());
            }
            // The next page tries again.
            Outcome::Refused => self.regrants.set(MAX_RESENT),
            Outcome::Accepted | Outcome::Failed => {}
        }
    }

    /// The collector has no grant for a batch: it will be sent again, before the batch.
    pub(crate) fn grant_is_missing(&self) {
        let kept = self.kept(GRANT_KEY);
        if !kept.is_empty() {
            self.keep(GRANT_KEY, message(&kept));
        } else if let Some(id) = self.id() {
            // The visitor agreed on another host or port of the site, which keeps what was asked: this grant is the page's word.
            let prompt = Prompt { page: "", lang: "und", text: "", banner: false };
            self.keep_grant(self.facts().status().1, &id, prompt);
        }
    }

    /// The collector says that this id was withdrawn: on another device, or by the site's owner.
    pub(crate) fn id_was_withdrawn(&self, owner: u32) {
        if owner != 0 && self.owner_now() == owner {
            self.drop_id();
            self.choice_changed();
        }
    }

    /// Deletes the id, the cookie of the yes, and everything that is kept under it.
    #[inline(never)]
    pub(crate) fn drop_id(&self) {
        self.delete_id_cookie();
        self.write_cookie(CHOICE_COOKIE, "", 0);
        self.subject.take();
        self.forget_kept();
    }

    fn forget_kept(&self) {
        for key in [QUEUE_KEY, GRANT_KEY] {
            self.storage.remove(&self.key(key));
        }
    }

    /// Stores undelivered batches under the id for the next page, behind what another tab has stored. At `aggregated` nothing is
    /// stored.
    pub(crate) fn store_queue(&self) {
        let owner = self.owner_now();
        let mut lines = String::new();
        for Message { first, body, .. } in self.outbox.borrow().rows_under(owner) {
            let wall = first.unwrap_or_else(|| self.browser.clocks()).wall;
            stored::push(&mut lines, wall, &self.json(body));
        }
        if !lines.is_empty() {
            let mut queue = self.kept(QUEUE_KEY);
            if queue.len() > LONGEST {
                queue.clear();
            }
            queue.push_str(&lines);
            self.keep(QUEUE_KEY, &queue);
        }
    }

    /// Queues what earlier pages stored under this id, and removes it from storage.
    pub(crate) fn restore_queue(&self) {
        let (owner, lines) = (self.owner_now(), self.kept(QUEUE_KEY));
        self.storage.remove(&self.key(QUEUE_KEY));
        if owner == 0 {
            return self.forget_kept();
        }
        let mut rest = lines.as_str();
        while let Some((wall, json)) = stored::next(&mut rest) {
            let body = self.browser.parse(json);
            if is_under(&body, owner) {
                // This page's monotonic clock is not the one of the first try.
                let first = Some(Clocks { wall, ..self.browser.clocks() });
                let level = Level::Anonymous;
                self.enqueue(Message {
                    route: Route::Collect,
                    level,
                    owner,
                    choice: 0,
                    hits: 0,
                    first,
                    body,
                });
            }
        }
    }

    /// A value as JSON.
    pub(crate) fn json(&self, value: &JsValue) -> String {
        self.browser.json(value).as_string().unwrap_or_default()
    }
}
