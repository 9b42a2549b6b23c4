//! The banner: what it shows is decided here; `www/banner.ts` draws it.

use crate::app::App;
use crate::consent::state::State;

/// What of the banner is on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Nothing: the owner shows it by hand.
    Hidden,
    /// The question.
    Asking,
    /// Only the control to change one's mind.
    Closed,
    /// Opened by that control: the state, and all choices.
    Open,
}

impl Shown {
    /// The name that the style sheet knows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hidden => "hidden",
            Self::Asking => "asking",
            Self::Closed => "closed",
            Self::Open => "open",
        }
    }
}

/// What is shown. `by_itself`: the owner left the banner on; `wanted`: somebody asked for it.
#[must_use]
pub const fn shown(state: State, by_itself: bool, wanted: bool) -> Shown {
    match (state, by_itself, wanted) {
        (State::Pending, _, true) | (State::Pending, true, _) => Shown::Asking,
        (_, _, true) => Shown::Open,
        (_, true, false) => Shown::Closed,
        (_, false, false) => Shown::Hidden,
    }
}

impl App {
    /// Brings the banner up to date; `wanted` opens it.
    pub(crate) fn show_banner(&self, wanted: bool) {
        let facts = self.facts();
        let (state, level) = facts.status();
        let shown = shown(state, self.config.banner, wanted);
        self.shown.set(shown);
        let signal = facts.signal && state == State::Denied;
        self.browser.draw(shown.as_str(), level.as_str(), signal, self.config.level.has_id());
    }

    /// Brings the banner up to date when the page is seen again: another tab may have answered. What was opened stays open; a
    /// question that was answered elsewhere goes.
    pub(crate) fn refresh_banner(&self) {
        let asking = self.shown.get() == Shown::Asking && self.facts().status().0 == State::Pending;
        self.show_banner(asking || self.shown.get() == Shown::Open);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_shows_only_while_it_is_open() {
        assert_eq!(shown(State::Pending, true, false), Shown::Asking);
        assert_eq!(shown(State::Denied, true, false), Shown::Closed);
        assert_eq!(shown(State::Granted, true, false), Shown::Closed);
        assert_eq!(shown(State::Granted, true, true), Shown::Open);
    }

    #[test]
    fn a_manual_banner_waits_to_be_called() {
        for state in [State::Pending, State::Denied, State::Granted] {
            assert_eq!(shown(state, false, false), Shown::Hidden);
        }
        assert_eq!(shown(State::Pending, false, true), Shown::Asking);
    }
}
