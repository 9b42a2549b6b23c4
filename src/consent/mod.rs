//! The visitor's choice: reads it, changes it, and applies the consequences.

#[cfg(feature = "agreed")]
mod grant;
pub mod record;
pub mod state;

use askfirst_wire::consent::{Action, ChoiceHead, Forget};
use askfirst_wire::date::Day;
use askfirst_wire::fields::{FieldWriter, WriteFields};
use askfirst_wire::names::CHOICE_COOKIE;
use askfirst_wire::{Choice, Level, VERSION};
use wasm_bindgen::JsValue;

use crate::app::App;
use crate::consent::state::{Decision, Facts, State};
use crate::cookies::LIFE;
use crate::delivery::CONSENT;
use crate::delivery::js::object;
use crate::{AGREED, identity};
#[cfg(feature = "agreed")]
pub(crate) use grant::Prompt;

/// Used if the browser's clock shows no valid day.
const EPOCH: Day = Day::of_unix_time(0);

/// What `consent.status()` returns and `askfirst:consent` carries.
struct Status {
    state: State,
    level: Level,
    signal: bool,
}

impl WriteFields for Status {
    fn write_fields<W: FieldWriter>(&self, out: &mut W) {
        out.text("state", self.state.as_str());
        out.text("level", self.level.as_str());
        out.flag("signal", self.signal);
    }
}

impl App {
    /// Everything a decision needs. It is read again each time: another tab may have changed it.
    #[inline(never)]
    pub(crate) fn facts(&self) -> Facts {
        let cookies = if AGREED { self.cookies() } else { String::new() };
        let has_id = AGREED && identity::find(&cookies).is_some();
        Facts {
            choice: self.unsaved_choice.get().or_else(|| record::read(&cookies, has_id)),
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

    /// Rejects, or withdraws. With `everything` the visitor is not even counted.
    pub(crate) fn deny(&self, everything: bool) {
        self.apply_without_id(self.facts().deny(everything));
    }

    /// Applies a choice that needs no id.
    fn apply_without_id(&self, decision: Decision) {
        if AGREED {
            self.erase();
        }
        let kept = self.record(decision.record);
        self.unsaved_choice.set((!kept).then_some(decision.record));
        if decision.count_refusal {
            let (site, policy, level) = (self.config.site.as_str(), self.config.policy, Level::Aggregated);
            let denial = ChoiceHead { site, action: Action::Deny, level, policy };
            self.enqueue_message(CONSENT, level, None, true, object(&denial));
        }
        self.choice_changed();
    }

    /// Sends what is queued, tells the page, and updates the banner.
    fn choice_changed(&self) {
        self.flush(false);
        self.browser.changed(&self.status());
        self.show_banner(false);
    }

    /// Records the choice. Returns whether the browser stored it.
    #[inline(never)]
    fn record(&self, choice: Choice) -> bool {
        self.choices.set(self.choices.get() + 1);
        let (text, domain) = (choice.to_text(), &self.config.cookie_domain);
        if AGREED && !domain.is_empty() {
            self.write_cookie(CHOICE_COOKIE, &text, LIFE, domain);
        }
        record::write(&text) || (AGREED && record::read(&self.cookies(), true) == Some(choice))
    }

    /// Deletes the id, if there is one, and asks the collector to erase. Queued messages under the id are not sent any more:
    /// `flush` compares them with the cookie.
    #[inline(never)]
    fn erase(&self) {
        let Some(id) = self.id() else { return };
        self.delete_id_cookie();
        self.browser.store(None);
        self.visit.take();
        self.subject.take();
        let forget = Forget { v: VERSION, site: self.config.site.clone(), id };
        self.enqueue_message("/forget", Level::Anonymous, None, false, object(&forget));
    }

    /// Deletes an id without a valid consent: expired, for another policy, or above a lowered ceiling.
    pub(crate) fn erase_stray_id(&self) {
        if AGREED && self.facts().has_stray_id() {
            self.erase();
        }
    }
}
