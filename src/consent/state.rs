//! The consent state machine: what the visitor's level is, and what each action does to it. Pure: facts in, decisions out.
//!
//! | state | when | level |
//! |---|---|---|
//! | pending | no choice stands, and there is something to ask | that before the choice |
//! | denied | refused, or the browser says no (GPC, DNT), or the ceiling leaves nothing to ask | at most `aggregated` |
//! | granted | agreed, and the id is there | the one agreed to, at most the ceiling |

use askfirst_wire::Choice;
use askfirst_wire::Level;
use askfirst_wire::date::Day;

/// What the machine needs to know, read afresh each time: other tabs and the visitor's browser may have changed it.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The recorded choice, if it can be read.
    pub choice: Option<Choice>,
    /// Whether the id cookie is there.
    pub has_id: bool,
    /// Whether GPC or DNT says no.
    pub signal: bool,
    /// Today, UTC.
    pub today: Day,
    /// The number of the policy that is asked for now.
    pub policy: u32,
    /// The site's ceiling.
    pub ceiling: Level,
    /// The level before the choice, and after a refusal.
    pub before: Level,
}

/// Whether the visitor has been asked, and what the answer was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not answered yet.
    Pending,
    /// Refused.
    Denied,
    /// Agreed to.
    Granted,
}

impl State {
    /// The state's name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Denied => "denied",
            Self::Granted => "granted",
        }
    }
}

/// What has to happen for an answer. For a yes nothing may happen that the browser does not keep. For a no the id goes
/// first, with all that waits under it, and the collector is asked to erase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The choice to record.
    pub record: Choice,
    /// Make an id and put it in the cookie.
    pub create_id: bool,
    /// Tell the collector of a refusal, as a count.
    pub count_refusal: bool,
}

impl Facts {
    /// The choice that stands: for this policy, young enough, and, where it is a yes, with its id. A yes whose cookie is
    /// gone was taken back with the cookie: making a new id for it would prolong it.
    fn standing(&self) -> Option<Choice> {
        self.choice.filter(|choice| {
            choice.stands(self.policy, self.today) && (self.has_id || !choice.level.has_id())
        })
    }

    /// The visitor's state and level.
    #[must_use]
    pub fn status(&self) -> (State, Level) {
        match self.standing() {
            Some(choice) if choice.level.has_id() && self.ceiling.has_id() => {
                (State::Granted, choice.level.min(self.ceiling))
            }
            // A yes under a ceiling that has come down since is worth what a refusal is.
            Some(choice) if choice.level.has_id() => (State::Denied, self.before),
            Some(choice) => (State::Denied, choice.level.min(self.ceiling)),
            None if self.signal || !self.ceiling.has_id() => (State::Denied, self.before),
            None => (State::Pending, self.before),
        }
    }

    /// Whether an id lies in the browser that no standing agreement covers: it has to go.
    #[must_use]
    pub fn has_stray_id(&self) -> bool {
        self.has_id && self.status().0 != State::Granted
    }

    /// A choice for which no id is needed. At `none` not even the refusal is counted, and a withdrawal is no refusal.
    fn without_id(&self, level: Level) -> Decision {
        let record = Choice { level, policy: self.policy, day: self.today };
        Decision { record, create_id: false, count_refusal: !self.has_id && level == Level::Aggregated }
    }

    /// What agreeing to a level leads to; `None` where that may not be. `by_visitor`: the click is trusted, or the page has the
    /// browser's transient activation.
    #[must_use]
    pub fn grant(&self, level: Level, by_visitor: bool) -> Option<Decision> {
        // Only a person climbs; anybody may take a step down.
        let climbs = level.has_id() || level > self.status().1;
        if (climbs && !by_visitor) || level == Level::None || level > self.ceiling {
            return None;
        }
        if !level.has_id() {
            return Some(self.without_id(level));
        }
        let granted = self.status().0 == State::Granted;
        // The day of the first yes stays, so that agreeing again does not prolong the id.
        let day = self.standing().filter(|_| granted).map_or(self.today, |choice| choice.day);
        Some(Decision {
            record: Choice { level, policy: self.policy, day },
            create_id: !granted,
            count_refusal: false,
        })
    }

    /// What a refusal or a withdrawal leads to: back to the level before the choice; with `everything`, the visitor objects to
    /// being counted at all. Anybody may do that.
    #[must_use]
    pub fn deny(&self, everything: bool) -> Decision {
        self.without_id(if everything { Level::None } else { self.before })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(number: u32) -> Day {
        Day::from_yyyymmdd(number).unwrap()
    }

    /// The visitor agrees to be remembered.
    fn yes(facts: Facts) -> Decision {
        facts.grant(Level::Anonymous, true).unwrap()
    }

    fn fresh() -> Facts {
        Facts {
            choice: None,
            has_id: false,
            signal: false,
            today: day(20261122),
            policy: 1,
            ceiling: Level::Anonymous,
            before: Level::Aggregated,
        }
    }

    /// The facts after a decision has been carried out.
    fn after(facts: Facts, decision: Decision) -> Facts {
        let has_id = decision.record.level.has_id() && (facts.has_id || decision.create_id);
        Facts { choice: Some(decision.record), has_id, ..facts }
    }

    #[test]
    fn before_the_choice_visitors_are_counted_without_an_id() {
        assert_eq!(fresh().status(), (State::Pending, Level::Aggregated));
        assert_eq!(Facts { before: Level::None, ..fresh() }.status(), (State::Pending, Level::None));
    }

    #[test]
    fn a_signal_is_an_answer_until_an_explicit_choice() {
        let listening = Facts { signal: true, ..fresh() };
        assert_eq!(listening.status(), (State::Denied, Level::Aggregated));
        let granted = after(listening, yes(listening));
        assert_eq!(granted.status(), (State::Granted, Level::Anonymous));
    }

    #[test]
    fn yes_mints_once_and_keeps_its_first_day() {
        let decision = yes(fresh());
        assert!(decision.create_id);
        let later = Facts { today: day(20261222), ceiling: Level::Full, ..after(fresh(), decision) };
        let again = later.grant(Level::Full, true).unwrap();
        assert!(!again.create_id);
        assert_eq!(again.record.day, day(20261122));
        assert_eq!(after(later, again).status(), (State::Granted, Level::Full));
    }

    #[test]
    fn states_have_their_names() {
        assert_eq!(
            [State::Pending, State::Denied, State::Granted].map(State::as_str),
            ["pending", "denied", "granted"]
        );
    }

    #[test]
    fn a_yes_above_a_lowered_ceiling_is_worth_a_refusal() {
        let granted =
            Facts { ceiling: Level::Aggregated, before: Level::None, ..after(fresh(), yes(fresh())) };
        assert_eq!(granted.status(), (State::Denied, Level::None));
    }

    #[test]
    fn only_a_refusal_of_who_is_still_counted_is_counted() {
        assert!(fresh().deny(false).count_refusal);
        assert!(!fresh().deny(true).count_refusal, "nothing is sent at none");
        assert!(!after(fresh(), yes(fresh())).deny(false).count_refusal, "a withdrawal");
        let nothing = Facts { before: Level::None, ..fresh() };
        assert!(!nothing.deny(false).count_refusal);
    }

    #[test]
    fn a_yes_needs_a_person_and_stays_below_the_ceiling() {
        assert_eq!(fresh().grant(Level::Anonymous, false), None);
        assert_eq!(fresh().grant(Level::Full, true), None);
        assert_eq!(fresh().grant(Level::None, true), None);
    }

    #[test]
    fn to_be_counted_without_cookies_can_be_chosen_where_nothing_is_counted_before() {
        let nothing = Facts { before: Level::None, ..fresh() };
        let decision = nothing.grant(Level::Aggregated, true).unwrap();
        assert!(!decision.create_id);
        assert_eq!(after(nothing, decision).status(), (State::Denied, Level::Aggregated));
        assert_eq!(nothing.grant(Level::Aggregated, false), None, "by script");
        assert_eq!(Facts { ceiling: Level::None, ..nothing }.grant(Level::Aggregated, true), None);
    }

    #[test]
    fn a_yes_whose_cookie_is_gone_is_asked_again() {
        let granted = after(fresh(), yes(fresh()));
        assert_eq!(Facts { has_id: false, ..granted }.status(), (State::Pending, Level::Aggregated));
    }

    #[test]
    fn an_id_without_a_choice_is_stray() {
        assert!(Facts { has_id: true, ..fresh() }.has_stray_id());
        let granted = after(fresh(), yes(fresh()));
        assert!(!granted.has_stray_id());
        assert!(Facts { today: day(20270801), ..granted }.has_stray_id(), "after its 184 days");
        assert!(Facts { policy: 2, ..granted }.has_stray_id(), "after the policy changed");
        assert!(
            Facts { ceiling: Level::Aggregated, ..granted }.has_stray_id(),
            "after the ceiling came down"
        );
    }

    fn any_facts() -> impl Strategy<Value = Facts> {
        let choice = proptest::option::of((0u8..4, 1u32..3, 1u32..13));
        (choice, any::<bool>(), any::<bool>(), 0u8..4, any::<bool>()).prop_map(
            |(choice, has_id, signal, ceiling, nothing)| {
                let ceiling = Level::from_digit(ceiling).unwrap();
                let before = if nothing { Level::None } else { Level::Aggregated };
                Facts {
                    choice: choice.map(|(level, policy, month)| Choice {
                        level: Level::from_digit(level).unwrap(),
                        policy,
                        day: day(20260000 + month * 100 + 1),
                    }),
                    has_id,
                    signal,
                    ceiling,
                    before: before.min(ceiling),
                    ..fresh()
                }
            },
        )
    }

    proptest! {
        #[test]
        fn no_id_level_without_a_choice_an_id_and_the_ceiling(facts in any_facts()) {
            let (state, level) = facts.status();
            prop_assert!(level <= facts.ceiling);
            prop_assert_eq!(state == State::Granted, level.has_id());
            if level.has_id() {
                prop_assert!(facts.has_id && facts.choice.unwrap().level.has_id());
            }
        }

        #[test]
        fn only_a_visitor_climbs(facts in any_facts(), level in 0u8..4, by_visitor in any::<bool>()) {
            if let Some(decision) = facts.grant(Level::from_digit(level).unwrap(), by_visitor) {
                let (before, then) = (facts.status().1, after(facts, decision).status().1);
                prop_assert!(by_visitor || then <= before || !then.has_id());
            }
        }

        #[test]
        fn no_always_works_and_leaves_no_id(facts in any_facts(), everything in any::<bool>()) {
            let then = after(facts, facts.deny(everything));
            prop_assert!(!then.has_id);
            prop_assert_eq!(then.status().0, State::Denied);
            let most = if everything { Level::None } else { Level::Aggregated };
            prop_assert!(then.status().1 <= most);
        }
    }
}
