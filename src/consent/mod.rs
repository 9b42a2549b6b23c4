//! The visitor's choice: what it is, what changes it, and what a change does.

pub mod record;
pub mod state;

use askfirst_wire::consent::{Action as Told, Denial, Forget, Grant};
use askfirst_wire::lay::{Lay, Sink};
use askfirst_wire::{Choice, Level, VERSION};
use wasm_bindgen::JsValue;

use crate::app::App;
use crate::browser::today;
use crate::consent::state::{Action, Decision, Facts, State};
use crate::cookies::LIFE;
use crate::delivery::CONSENT;
use crate::delivery::js::object;
use crate::identity;

/// How somebody was asked.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Asked<'a> {
    /// By our banner, not by the site's own.
    pub(crate) banner: bool,
    /// In which language.
    pub(crate) lang: &'a str,
    /// In which words.
    pub(crate) text: &'a str,
}

/// What `consent.status()` returns and `askfirst:consent` carries.
struct Status {
    state: State,
    level: Level,
    signal: bool,
}

impl Lay for Status {
    fn lay<S: Sink>(&self, sink: &mut S) {
        sink.text("state", self.state.as_str());
        sink.text("level", self.level.as_str());
        sink.flag("signal", self.signal);
    }
}

impl App {
    /// Everything the decision needs, read afresh: another tab may have changed it.
    #[inline(never)]
    pub(crate) fn facts(&self) -> Facts {
        let cookies = self.cookies();
        let has_id = identity::find(&cookies).is_some();
        Facts {
            choice: self.said_here.get().or_else(|| record::read(&cookies, has_id)),
            has_id,
            signal: self.browser.says_no(),
            today: today(),
            policy: self.config.policy,
            ceiling: self.config.level,
            before: self.config.before,
        }
    }

    /// What `consent.status()` returns and `askfirst:consent` carries: `{state, level, signal}`.
    #[inline(never)]
    pub(crate) fn status(&self) -> JsValue {
        let facts = self.facts();
        let (state, level) = facts.status();
        object(&Status { state, level, signal: facts.signal })
    }

    /// Carries an action out; whether it was allowed and kept.
    pub(crate) fn act(&self, action: Action, asked: Asked<'_>) -> bool {
        let Some(decision) = self.facts().decide(action) else {
            self.browser.warn("askfirst: not granted: no click, or above the ceiling", "");
            return false;
        };
        let kept =
            if decision.record.level.has_id() { self.grant(decision, asked) } else { self.deny(decision) };
        if kept {
            self.flush(false);
            self.browser.changed(&self.status());
            self.show_banner(false);
        }
        kept
    }

    /// The id first, then the choice: a choice without its id would be none.
    fn grant(&self, decision: Decision, asked: Asked<'_>) -> bool {
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
        let (site, policy, level) = (self.config.site.clone(), self.config.policy, decision.record.level);
        let (action, Asked { banner, lang, text }) = (Told::Grant, asked);
        let (lang, text) = (lang.into(), text.into());
        let grant = Grant { v: VERSION, site, action, level, policy, lang, banner, text, id: id.clone() };
        // Agreeing again keeps the day of the first yes, which the collector does not know.
        self.tell(CONSENT, level, Some(id), decision.mint, object(&grant));
        true
    }

    /// Records the choice; whether the browser keeps it.
    #[inline(never)]
    fn record(&self, choice: Choice) -> bool {
        self.choices.set(self.choices.get() + 1);
        let (text, domain) = (choice.to_text(), &self.config.cookie_domain);
        if !domain.is_empty() {
            self.write_cookie(record::COOKIE, &text, LIFE, domain);
        }
        record::write(&text) || record::read(&self.cookies(), true) == Some(choice)
    }

    fn deny(&self, decision: Decision) -> bool {
        self.erase();
        let kept = self.record(decision.record);
        self.said_here.set((!kept).then_some(decision.record));
        if decision.count_refusal {
            let (site, policy, level) = (self.config.site.clone(), self.config.policy, Level::Aggregated);
            let denial = Denial { v: VERSION, site, action: Told::Deny, level, policy };
            self.tell(CONSENT, level, None, true, object(&denial));
        }
        true
    }

    /// Removes the id, if there is one, and asks the collector to erase. What waits under the id is not sent any more: each
    /// message is held against the cookie when its turn comes.
    #[inline(never)]
    fn erase(&self) {
        let Some(id) = self.id() else { return };
        self.unmint();
        self.browser.store(None);
        self.visit.take();
        self.subject.take();
        let forget = Forget { v: VERSION, site: self.config.site.clone(), id };
        self.tell("/forget", Level::Anonymous, None, false, object(&forget));
    }

    /// Removes an id that no standing agreement covers: expired, under another policy, or above a lowered ceiling.
    pub(crate) fn sweep(&self) {
        if self.facts().has_stray_id() {
            self.erase();
        }
    }
}
