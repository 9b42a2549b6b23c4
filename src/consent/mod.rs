//! The visitor's choice: reads it, changes it, and applies the consequences.

mod grant;
pub mod state;

use askfirst_wire::consent::{Action, ChoiceHead, DenialHead, Forget};
use askfirst_wire::date::Day;
use askfirst_wire::fields::{FieldWriter, WriteFields};
use askfirst_wire::names::{CHOICE_COOKIE, CHOICE_KEY};
use askfirst_wire::{Choice, Level, VERSION, limits};
use wasm_bindgen::JsValue;

use crate::app::App;
use crate::consent::state::{Decision, Facts, State};
use crate::cookies::LIFE;
use crate::delivery::js::object;
use crate::delivery::outbox::Route;
pub(crate) use grant::Prompt;

/// Used if the browser's clock shows no valid day.
const EPOCH: Day = Day::of_unix_time(0);

/// What `consent.status()` returns and `askfirst:consent` carries.
struct Status {
    state: State,
    level: Level,
    signal: bool,
    recorded: bool,
}

impl WriteFields for Status {
    fn write_fields<W: FieldWriter>(&self, out: &mut W) {
        out.text("state", self.state.as_str());
        out.text("level", self.level.as_str());
        out.flag("signal", self.signal);
        out.flag("recorded", self.recorded);
    }
}

impl App {
    /// Everything a decision needs. It is read again each time: another tab may have changed it.
    #[inline(never)]
    pub(crate) fn facts(&self) -> Facts {
        let has_id = self.owner_now() != 0;
        Facts {
            choice: self.unsaved_choice.get().or_else(|| self.recorded_choice(has_id)),
            has_id,
            signal: self.browser.says_no(),
            today: Day::from_yyyymmdd(self.browser.today()).unwrap_or(EPOCH),
            policy: self.config.policy,
            ceiling: self.config.level,
            before: self.config.before,
        }
    }

    /// What `consent.status()` returns and `askfirst:consent` carries: `{state, level, signal, recorded}`.
    #[inline(never)]
    pub(crate) fn status(&self) -> JsValue {
        let facts = self.facts();
        let (state, level) = facts.status();
        let recorded = state != State::Granted || self.grant_is_recorded();
        object(&Status { state, level, signal: facts.signal, recorded })
    }

    /// Rejects, or withdraws. With `everything` the visitor is not even counted.
    pub(crate) fn deny(&self, everything: bool) {
        self.apply_without_id(self.facts().deny(everything));
    }

    /// Applies a choice that needs no id.
    fn apply_without_id(&self, decision: Decision) {
        self.erase();
        let kept = self.record(decision.record);
        self.unsaved_choice.set((!kept).then_some(decision.record));
        if decision.count_refusal {
            let (site, policy, level) = (self.config.site.as_str(), self.config.policy, Level::Aggregated);
            let choice = ChoiceHead { site, action: Action::Deny, level, policy };
            let denial = DenialHead { choice, number: &self.browser.random(limits::BATCH_HEX) };
            self.enqueue_message(Route::Consent, level, 0, true, object(&denial));
        }
        self.choice_changed();
    }

    /// Sends what is queued, tells the page, and updates the banner.
    pub(crate) fn choice_changed(&self) {
        self.flush(false);
        self.browser.changed(&self.status());
        self.show_banner(false);
    }

    /// The recorded choice, from the cookie or from storage. The cookie has precedence: another host or port of the site may have
    /// written it. A consent in it needs its id, because the collector's answer to a consent may arrive after a later rejection.
    fn recorded_choice(&self, has_id: bool) -> Option<Choice> {
        Choice::parse(&self.cookie(CHOICE_COOKIE))
            .filter(|choice| has_id || !choice.level.has_id())
            .or_else(|| Choice::parse(&self.kept(CHOICE_KEY)))
    }

    /// Records the choice: in storage, and after a yes in a cookie too, which all ports of the host share. A no sets no cookie unless
    /// the site's hosts share the choice. Returns whether the browser stored it.
    #[inline(never)]
    fn record(&self, choice: Choice) -> bool {
        self.choices.set(self.choices.get() + 1);
        let text = choice.to_text();
        if choice.level.has_id() || self.config.shares_choice {
            self.write_cookie(CHOICE_COOKIE, &text, LIFE);
        }
        self.keep(CHOICE_KEY, &text) || self.recorded_choice(true) == Some(choice)
    }

    /// Deletes the id, if there is one, and asks the collector to erase. Queued messages under the id are not sent any more:
    /// `flush` compares them with the cookie.
    #[inline(never)]
    fn erase(&self) {
        let Some(id) = self.id() else { return };
        self.drop_id();
        let forget = Forget { v: VERSION, site: self.config.site.clone(), id };
        self.enqueue_message(Route::Forget, Level::Anonymous, 0, false, object(&forget));
    }

    /// Deletes an id without a valid consent: expired, for another policy, or above a lowered ceiling.
    pub(crate) fn erase_stray_id(&self) {
        if self.facts().has_stray_id() {
            self.erase();
        }
    }
}
