//! What is kept on the device of those who agreed: the last grant, and messages that have not arrived.

use askfirst_wire::consent::{Action, Grant};
use askfirst_wire::names::{GRANT_KEY, QUEUE_KEY};
use askfirst_wire::retry::Clocks;
use askfirst_wire::{Level, VERSION};
use js_sys::Array;
use wasm_bindgen::JsValue;

use super::grant::{MAX_RESENT, RECORDED, message, unrecorded};
use super::js::{self, object};
use super::outbox::Message;
use super::retry::Outcome;
use super::{COLLECT, CONSENT};
use crate::app::App;
use crate::browser::join;

/// The longest stored queue. The oldest messages are dropped first.
const LONGEST: u32 = 20;

impl App {
    /// The key of what is kept in storage for this site.
    pub(crate) fn key(&self, name: &str) -> String {
        join(&[name, &self.tag])
    }

    /// The last grant, as it is kept; empty if there is none.
    fn kept_grant(&self) -> String {
        self.storage.get(&self.key(GRANT_KEY)).unwrap_or_default()
    }

    /// Keeps a grant, as a message that the collector does not have yet.
    pub(crate) fn keep_grant(&self, grant: &JsValue) {
        self.storage.set(&self.key(GRANT_KEY), &js::stringify(grant));
    }

    /// Whether the collector has the grant, as far as this page knows.
    pub(crate) fn grant_is_recorded(&self) -> bool {
        !self.outbox.borrow().has_grant() && unrecorded(&self.kept_grant()).is_none()
    }

    /// Queues the grant again if the collector does not have it and no message with it is queued. Returns whether rows have to wait.
    pub(crate) fn resend_grant(&self, id: Option<String>) -> bool {
        if id.is_none() || self.grant_is_recorded() {
            return false;
        }
        let (kept, resent) = (self.kept_grant(), self.regrants.get());
        if !self.outbox.borrow().has_grant() && resent < MAX_RESENT {
            self.regrants.set(resent + 1);
            let body = js::parse(message(&kept));
            let level = Level::from_name(&js::text(&body, "level")).unwrap_or(Level::Anonymous);
            self.enqueue_message(CONSENT, level, id, false, body);
        }
        true
    }

    /// The collector answered the grant.
    pub(crate) fn grant_answered(&self, outcome: Outcome) {
        match outcome {
            Outcome::Accepted if !self.outbox.borrow().has_grant() => {
                let kept = self.kept_grant();
                if let Some(grant) = unrecorded(&kept) {
                    self.storage.set(&self.key(GRANT_KEY), &join(&[RECORDED, grant]));
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
        let kept = self.kept_grant();
        if kept.is_empty() {
            // The visitor agreed on another host or port of the site, which keeps what was asked.
            let (site, policy, level) = (self.config.site.clone(), self.config.policy, self.facts().status().1);
            let (lang, text, page) = ("und".into(), String::new(), None);
            let (action, id) = (Action::Grant, self.id().unwrap_or_default());
            let grant = Grant { v: VERSION, site, action, level, policy, lang, banner: false, text, page, id };
            self.keep_grant(&object(&grant));
        } else {
            self.storage.set(&self.key(GRANT_KEY), message(&kept));
        }
    }

    /// The collector says that this id was withdrawn: on another device, or by the site's owner.
    pub(crate) fn id_was_withdrawn(&self, id: &str) {
        if self.id().as_deref() == Some(id) {
            self.drop_id();
            self.choice_changed();
        }
    }

    /// Deletes the id and everything that is kept under it.
    #[inline(never)]
    pub(crate) fn drop_id(&self) {
        self.delete_id_cookie();
        self.subject.take();
        self.forget_kept();
    }

    fn forget_kept(&self) {
        for key in [QUEUE_KEY, GRANT_KEY] {
            self.storage.remove(&self.key(key));
        }
    }

    /// Stores undelivered batches under the id for the next page, each with the time of its first try, behind what another tab has
    /// stored. At `aggregated` nothing is stored.
    pub(crate) fn store_queue(&self) {
        let (Some(id), key) = (self.id(), self.key(QUEUE_KEY)) else { return };
        let queue = js::parse_list(&self.storage.get(&key).unwrap_or_default());
        for Message { first, body, .. } in self.outbox.borrow().rows_under(&id) {
            let first = first.unwrap_or_else(|| self.browser.clocks());
            queue.push(&Array::of2(&JsValue::from_f64(first.wall), body));
        }
        let length = queue.length();
        if length > 0 {
            let queue = queue.slice(length.saturating_sub(LONGEST), length);
            self.storage.set(&key, &js::stringify(&queue));
        }
    }

    /// Queues what earlier pages stored under this id, and removes it from storage.
    pub(crate) fn restore_queue(&self) {
        let Some(owner) = self.id() else { return self.forget_kept() };
        let key = self.key(QUEUE_KEY);
        let queue = js::parse_list(&self.storage.get(&key).unwrap_or_default());
        self.storage.remove(&key);
        for index in 0..queue.length() {
            let (wall, body) = js::pair(&queue.get(index));
            let (id, level) = (js::text(&body, "id"), js::text(&body, "level"));
            let level = Level::from_name(&level).unwrap_or(Level::None);
            if id == owner && level.has_id() {
                // This page's monotonic clock is not the one of the first try.
                let first = Some(Clocks { wall, monotonic: self.browser.clocks().monotonic });
                let owner = Some(id);
                self.enqueue(Message { path: COLLECT, level, owner, choice: 0, hits: 0, first, body });
            }
        }
    }
}
