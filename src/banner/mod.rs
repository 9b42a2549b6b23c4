//! The banner: what it shows is decided here, purely; the module `view` draws it.

pub mod texts;
pub(crate) mod view;

use askfirst_wire::Level;
use wasm_bindgen::JsValue;

use crate::app::App;
use crate::browser::{document, get, is_true, join};
use crate::consent::state::{Action, State};
use texts::{ENGLISH, Texts};

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

/// The sentence that says what is now.
#[must_use]
pub const fn now(texts: &Texts, level: Level) -> &'static str {
    match level {
        Level::None => texts.none,
        Level::Aggregated => texts.aggregated,
        Level::Anonymous | Level::Full => texts.granted,
    }
}

impl App {
    /// Brings the banner up to date; `wanted` opens it.
    pub(crate) fn show_banner(&self, wanted: bool) {
        let facts = self.facts();
        let (state, level) = facts.status();
        let shown = shown(state, self.config.banner, wanted);
        if shown == Shown::Hidden && self.banner.get().is_none() {
            return;
        }
        let signal = if facts.signal && state == State::Denied { ENGLISH.signal } else { "" };
        let text = join(&[now(&ENGLISH, level), " ", signal]);
        let banner = self.banner.get_or_init(|| view::Banner::new(&self.listener, &self.config, &ENGLISH));
        banner.show(shown, &text, self.config.level.has_id());
    }

    /// Brings the banner up to date when the page is seen again: another tab may have answered. What was opened stays open; a
    /// question that was answered elsewhere goes.
    pub(crate) fn refresh_banner(&self) {
        let shown = self.banner.get().map(view::Banner::shown);
        let asking = shown == Some(Shown::Asking) && self.facts().status().0 == State::Pending;
        self.show_banner(asking || shown == Some(Shown::Open));
    }

    /// A click on one of the banner's buttons. Any click may refuse; only a trusted one may agree.
    pub(crate) fn clicked(&self, event: &JsValue) {
        let Some(banner) = self.banner.get() else { return };
        let action = match view::button(&get(event, "target")).as_str() {
            "accept" => Action::Grant { level: Level::Anonymous, by_visitor: is_true(event, "isTrusted") },
            "reject" => Action::Deny,
            "object" => Action::Object,
            "manage" => return self.show_banner(banner.shown() != Shown::Open),
            _ => return,
        };
        // The button that had the focus is about to go.
        let focused = !view::button(&get(&document(), "activeElement")).is_empty();
        if self.act(action, true) && focused {
            banner.focus_control();
        }
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
