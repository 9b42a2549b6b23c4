//! The visitor's choice: what it is, what changes it, and what a change does.

#[cfg(feature = "agreed")]
mod grant;
pub mod record;
pub mod state;

use askfirst_wire::consent::{Action, ConsentAnswer, Forget};
use askfirst_wire::date::Day;
use askfirst_wire::fields::{FieldWriter, Fields};
use askfirst_wire::{Choice, Level, VERSION};
use wasm_bindgen::JsValue;

use crate::app::App;
use crate::consent::state::{Decision, Facts, State};
use crate::cookies::LIFE;
use crate::delivery::CONSENT;
use crate::delivery::js::object;
use crate::{AGREED, identity};
#[cfg(feature = "agreed")]
pub(crate) use grant::Asked;

/// The day of a clock that shows none.
const EPOCH: Day = Day::of_unix_time(0);

/// What `consent.status()` returns and `askfirst:consent` carries.
struct Status {
    state: State,
    level: Level,
    signal: bool,
}

impl Fields for Status {
    fn write_fields<S: FieldWriter>(&self, writer: &mut S) {
        writer.text("state", self.state.as_str());
        writer.text("level", self.level.as_str());
        writer.flag("signal", self.signal);
    }
}

impl App {
    /// Everything the decision needs, read afresh: another tab may have changed it.
    #[inline(never)]
    pub(crate) fn facts(&self) -> Facts {
        let cookies = if AGREED { self.cookies() } else { String::new() };
        let has_id = AGREED && identity::find(&cookies).is_some();
        Facts {
            choice: self.said_here.get().or_else(|| record::read(&cookies, has_id)),
            has_id,
            signal: self.browser.says_no(),
            today: Day::from_yyyymmdd(self.browser.today()).unwrap_or(EPOCH),
            policy: self.config.policy,
            ceiling: if AGREED { self.config.level } else { Level::Anonymous },
            before: if AGREED { self.config.before } else { Level::Aggregated },
        }
    }

    /// What `consent.status()` returns and `askfirst:consent` carries: `{state, level, signal}`.
    #[inline(never)]
    pub(crate) fn status(&self) -> JsValue {
        let facts = self.facts();
        let (state, level) = facts.status();
        object(&Status { state, level, signal: facts.signal })
    }

    /// Refuses, or withdraws; with `everything` the visitor is not even counted.
    pub(crate) fn deny(&self, everything: bool) {
        self.lower(self.facts().deny(everything));
    }

    /// Carries out a choice for which no id is needed.
    fn lower(&self, decision: Decision) {
        if AGREED {
            self.erase();
        }
        let kept = self.record(decision.record);
        self.said_here.set((!kept).then_some(decision.record));
        if decision.count_refusal {
            let (site, policy, level) = (self.config.site.as_str(), self.config.policy, Level::Aggregated);
            let denial = ConsentAnswer { site, action: Action::Deny, level, policy };
            self.tell(CONSENT, level, None, true, object(&denial));
        }
        self.chosen();
    }

    /// What follows from a choice.
    fn chosen(&self) {
        self.flush(false);
        self.browser.changed(&self.status());
        self.show_banner(false);
    }

    /// Records the choice; whether the browser keeps it.
    #[inline(never)]
    fn record(&self, choice: Choice) -> bool {
        self.choices.set(self.choices.get() + 1);
        let (text, domain) = (choice.to_text(), &self.config.cookie_domain);
        if AGREED && !domain.is_empty() {
            self.write_cookie(record::COOKIE, &text, LIFE, domain);
        }
        record::write(&text) || (AGREED && record::read(&self.cookies(), true) == Some(choice))
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
        if AGREED && self.facts().has_stray_id() {
            self.erase();
        }
    }
}
