//! The visitor's choice: what it is, what changes it, and what a change does.

pub(crate) mod record;
pub(crate) mod signal;
pub mod state;

use askfirst_wire::consent::{Action as Told, Denial, Forget, Grant};
use askfirst_wire::{Level, VERSION};
use wasm_bindgen::JsValue;

use crate::app::App;
use crate::browser::{Warning, emit, object, today, warn_once};
use crate::consent::state::{Action, Decision, Facts};
use crate::delivery::pending::Pending;
use crate::identity;

impl App {
    /// Everything the decision needs, read afresh: another tab may have changed it.
    pub(crate) fn facts(&self) -> Facts {
        Facts {
            choice: self.said_here.get().or_else(record::read),
            has_id: identity::read().is_some(),
            signal: signal::says_no(),
            today: today(),
            policy: self.config.policy_number,
            ceiling: self.config.level,
            before: self.config.before,
        }
    }

    /// The visitor's level, now.
    pub(crate) fn level(&self) -> Level {
        self.facts().status().1
    }

    /// What `consent.status()` returns and `askfirst:consent` carries: `{state, level, signal}`.
    pub(crate) fn status(&self) -> JsValue {
        let facts = self.facts();
        let (state, level) = facts.status();
        object(&[
            ("state", &state.as_str().into()),
            ("level", &level.as_str().into()),
            ("signal", &facts.signal.into()),
        ])
    }

    /// Carries an action out; whether it was allowed and kept. `banner`: it was a click in our banner.
    pub(crate) fn act(&self, action: Action, banner: bool) -> bool {
        let Some(decision) = self.facts().decide(action) else {
            warn_once(Warning::Grant, "");
            return false;
        };
        let (Level::None | Level::Aggregated) = decision.record.level else {
            return self.grant(decision, banner);
        };
        self.erase();
        if !record::write(decision.record) {
            self.said_here.set(Some(decision.record));
        }
        if decision.count_refusal {
            let (v, site, policy) = (VERSION, self.config.site.clone(), self.config.policy_number);
            let level = Level::Aggregated;
            let denial = Denial { v, site, action: Told::Deny, level, policy };
            self.post("/consent", level, &denial);
        }
        self.changed();
        true
    }

    fn grant(&self, decision: Decision, banner: bool) -> bool {
        // What was made until now goes as what it is.
        self.flush(false);
        let kept = record::write(decision.record);
        let id = if kept && decision.mint { identity::mint() } else { identity::read() };
        let Some(id) = id.filter(|_| kept) else {
            record::remove();
            warn_once(Warning::Storage, "");
            return false;
        };
        self.said_here.set(None);
        let (v, site, policy) = (VERSION, self.config.site.clone(), self.config.policy_number);
        let level = decision.record.level;
        let grant = Grant { v, site, action: Told::Grant, level, policy, lang: "en".into(), banner, id };
        self.post("/consent", level, &grant);
        self.changed();
        true
    }

    fn changed(&self) {
        self.flush(false);
        emit("askfirst:consent", &self.status());
        self.show_banner(false);
    }

    /// Removes the id, if there is one, and all that waits under it, and asks the collector to erase.
    fn erase(&self) {
        let Some(id) = identity::read() else { return };
        identity::erase();
        let mut outbox = self.outbox.take();
        outbox.drop_identified();
        self.outbox.set(outbox);
        match self.pending.take() {
            Pending::Identified(..) => {}
            counts => self.pending.set(counts),
        }
        self.visit.take();
        self.subject.take();
        let forget = Forget { v: VERSION, site: self.config.site.clone(), id };
        self.post("/forget", Level::Anonymous, &forget);
    }

    /// Removes an id that no standing agreement covers: expired, under another policy, or above a lowered ceiling.
    pub(crate) fn sweep(&self) {
        if self.facts().has_stray_id() {
            self.erase();
        }
    }
}
