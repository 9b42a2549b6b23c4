//! A yes: the id, the record of it, and the message that becomes the receipt.

use askfirst_wire::consent::{Action, Grant};
use askfirst_wire::{Level, VERSION};

use crate::app::App;
use crate::delivery::CONSENT;
use crate::delivery::js::object;

/// How somebody was asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    /// By our banner, not by the site's own.
    pub(crate) banner: bool,
    /// In which language.
    pub(crate) lang: &'a str,
    /// In which words.
    pub(crate) text: &'a str,
}

impl App {
    /// Grants a level; whether that was allowed, and kept. The id first, then the choice: a choice without its id would be none.
    pub(crate) fn grant(&self, level: Level, by_visitor: bool, asked: Asked<'_>) -> bool {
        let Some(decision) = self.facts().grant(level, by_visitor) else {
            self.browser.warn("askfirst: not granted: no click, or above the ceiling", "");
            return false;
        };
        if !level.has_id() {
            self.lower(decision);
            return true;
        }
        // What was made until now goes as what it is.
        self.flush(false);
        if decision.mint {
            self.mint();
        }
        let (Some(id), true) = (self.id(), self.record(decision.record)) else {
            // Only the id that was made for this yes: an earlier yes stands.
            if decision.mint {
                self.unmint();
            }
            self.browser.warn("askfirst: not granted: no cookie or storage is kept", "");
            return false;
        };
        self.said_here.set(None);
        let (site, policy) = (self.config.site.clone(), self.config.policy);
        let (action, Asked { banner, lang, text }) = (Action::Grant, asked);
        let (lang, text) = (lang.into(), text.into());
        let grant = Grant { v: VERSION, site, action, level, policy, lang, banner, text, id: id.clone() };
        // Agreeing again keeps the day of the first yes, which the collector does not know.
        self.tell(CONSENT, level, Some(id), decision.mint, object(&grant));
        self.chosen();
        true
    }
}
