//! Granting a level: creates the id, records the choice, and sends the message that becomes the receipt.

use askfirst_wire::consent::{Action, ChoiceHead, GrantHead};
use askfirst_wire::names::GRANT_KEY;
use askfirst_wire::{Level, redact};
use wasm_bindgen::JsValue;

use crate::app::App;
use crate::delivery::hash_of;
use crate::delivery::js::object;
use crate::delivery::outbox::Route;

/// How the visitor was asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prompt<'a> {
    /// Whether our banner asked; otherwise the site's own did.
    pub(crate) banner: bool,
    /// The path of the page on which the visitor agreed; empty if the site excludes it from counting.
    pub(crate) page: &'a str,
    /// The language of the question's text.
    pub(crate) lang: &'a str,
    /// The question's text.
    pub(crate) text: &'a str,
}

impl App {
    /// Grants a level. Returns whether that was allowed and could be stored. The id is stored before the choice: a choice
    /// without its id does not count.
    pub(crate) fn grant(&self, level: Level, by_visitor: bool, prompt: Prompt<'_>) -> bool {
        let Some(decision) = self.facts().grant(level, by_visitor) else {
            self.browser.warn("not granted: no click, or above the ceiling", "");
            return false;
        };
        if !level.has_id() {
            self.apply_without_id(decision);
            return true;
        }
        // Earlier hits keep the level at which they were made.
        self.flush(false);
        if decision.create_id {
            self.create_id();
        }
        let (Some(id), true) = (self.id(), self.record(decision.record)) else {
            // Delete only an id that was created just now: an earlier consent stays.
            if decision.create_id {
                self.delete_id_cookie();
            }
            self.browser.warn("not granted: no cookie or storage is kept", "");
            return false;
        };
        self.unsaved_choice.set(None);
        // Before it is sent: if the visitor leaves at once, the next page sends it.
        let grant = self.keep_grant(level, &id, prompt);
        self.regrants.set(0);
        // Consenting again keeps the day of the first consent, which the collector does not know.
        self.enqueue_message(Route::Consent, level, hash_of(Some(&id)), decision.create_id, grant);
        self.choice_changed();
        true
    }

    /// Makes a grant and keeps it, as a message that the collector does not have yet.
    #[inline(never)]
    pub(crate) fn keep_grant(&self, level: Level, id: &str, prompt: Prompt<'_>) -> JsValue {
        let Prompt { banner, lang, text, page } = prompt;
        let (site, policy, action) = (self.config.site.as_str(), self.config.policy, Action::Grant);
        let choice = ChoiceHead { site, action, level, policy };
        let page = if page.is_empty() { String::new() } else { redact::page(page) };
        let grant = object(&GrantHead { choice, lang, banner, text, page: &page, id });
        self.keep(GRANT_KEY, &self.json(&grant));
        grant
    }
}
