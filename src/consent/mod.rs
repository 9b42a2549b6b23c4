//! The visitor's choice: what it is, what changes it, and what a change does.

pub mod record;
pub mod state;

use askfirst_wire::consent::{Action as Told, Denial, Forget, Grant};
use askfirst_wire::tree::{Fields, Tree};
use askfirst_wire::{Level, VERSION};
use wasm_bindgen::JsValue;

use crate::app::App;
use crate::browser::today;
use crate::consent::state::{Action, Decision, Facts};
use crate::delivery::js::from_tree;
use crate::identity;

impl App {
    /// Everything the decision needs, read afresh: another tab may have changed it.
    #[inline(never)]
    pub(crate) fn facts(&self) -> Facts {
        Facts {
            choice: self.said_here.get().or_else(record::read),
            has_id: self.id().is_some(),
            signal: self.browser.says_no(),
            today: today(),
            policy: self.config.policy_number,
            ceiling: self.config.level,
            before: self.config.before,
        }
    }

    /// What `consent.status()` returns and `askfirst:consent` carries: `{state, level, signal}`.
    #[inline(never)]
    pub(crate) fn status(&self) -> JsValue {
        let facts = self.facts();
        let (state, level) = facts.status();
        let mut fields = Fields::default();
        fields.text("state", state.as_str());
        fields.text("level", level.as_str());
        fields.put("signal", Tree::Flag(facts.signal));
        from_tree(&Tree::Fields(fields))
    }

    /// Carries an action out; whether it was allowed and kept. `banner`: it was a click in our banner.
    pub(crate) fn act(&self, action: Action, banner: bool) -> bool {
        let Some(decision) = self.facts().decide(action) else {
            self.browser.warn("askfirst: not granted: no visitor's click, or above the ceiling", "");
            return false;
        };
        let kept =
            if decision.record.level.has_id() { self.grant(decision, banner) } else { self.deny(decision) };
        if kept {
            self.flush(false);
            self.browser.changed(&self.status());
            self.show_banner(false);
        }
        kept
    }

    /// The id first, then the choice: a choice without its id would be none.
    fn grant(&self, decision: Decision, banner: bool) -> bool {
        // What was made until now goes as what it is.
        self.flush(false);
        if decision.mint {
            identity::mint(&self.browser);
        }
        let (Some(id), true) = (self.id(), record::write(decision.record)) else {
            // Only the id that was made for this yes: an earlier yes stands.
            if decision.mint {
                identity::erase(&self.browser);
            }
            self.browser.warn("askfirst: not granted: the browser keeps no cookie or storage", "");
            return false;
        };
        self.said_here.set(None);
        let (site, policy, level) =
            (self.config.site.clone(), self.config.policy_number, decision.record.level);
        let action = Told::Grant;
        let grant =
            Grant { v: VERSION, site, action, level, policy, lang: "en".into(), banner, text: String::new(), id: id.clone() };
        self.tell("/consent", level, Some(id), &grant);
        true
    }

    fn deny(&self, decision: Decision) -> bool {
        self.erase();
        let kept = record::write(decision.record);
        self.said_here.set((!kept).then_some(decision.record));
        if decision.count_refusal {
            let (site, policy, level) =
                (self.config.site.clone(), self.config.policy_number, Level::Aggregated);
            let denial = Denial { v: VERSION, site, action: Told::Deny, level, policy };
            self.tell("/consent", level, None, &denial);
        }
        true
    }

    /// Removes the id, if there is one, and asks the collector to erase. What waits under the id is not sent any more: each
    /// message is held against the cookie when its turn comes.
    #[inline(never)]
    fn erase(&self) {
        let Some(id) = self.id() else { return };
        identity::erase(&self.browser);
        self.visit.take();
        self.subject.take();
        let forget = Forget { v: VERSION, site: self.config.site.clone(), id };
        self.tell("/forget", Level::Anonymous, None, &forget);
    }

    /// Removes an id that no standing agreement covers: expired, under another policy, or above a lowered ceiling.
    pub(crate) fn sweep(&self) {
        if self.facts().has_stray_id() {
            self.erase();
        }
    }
}
