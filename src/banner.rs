//! The banner: what it shows is decided here; `www/banner.ts` draws it.

use crate::app::App;
use crate::config::BannerMode;
use crate::consent::state::State;

/// What of the banner is on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Nothing: the owner shows it by hand, or has a banner of their own.
    Hidden,
    /// The question.
    Asking,
    /// Only the control to change one's mind.
    Closed,
}

impl Shown {
    /// The name that the style sheet knows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hidden => "hidden",
            Self::Asking => "asking",
            Self::Closed => "closed",
        }
    }
}

/// What is shown. `wanted`: somebody asked for it.
#[must_use]
pub fn shown(state: State, mode: BannerMode, wanted: bool) -> Shown {
    let wanted = mode == BannerMode::Auto || (wanted && mode == BannerMode::Manual);
    if wanted && state == State::Pending {
        Shown::Asking
    } else if mode == BannerMode::Auto {
        Shown::Closed
    } else {
        Shown::Hidden
    }
}

impl App {
    /// What of the banner belongs on the page now; `wanted`: somebody asked for it.
    pub(crate) fn banner(&self, state: State, wanted: bool) -> Shown {
        shown(state, self.config.banner, wanted || self.shown.get() == Shown::Asking)
    }

    /// Brings the banner up to date; `wanted` asks, if there is something to ask. Whether it asks now.
    pub(crate) fn show_banner(&self, wanted: bool) -> bool {
        let (state, level) = self.facts().status();
        let shown = self.banner(state, wanted);
        self.shown.set(shown);
        self.browser.draw(shown.as_str(), level.as_str());
        shown == Shown::Asking
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_shows_only_while_it_is_open() {
        assert_eq!(shown(State::Pending, BannerMode::Auto, false), Shown::Asking);
        for state in [State::Denied, State::Granted] {
            for wanted in [false, true] {
                assert_eq!(shown(state, BannerMode::Auto, wanted), Shown::Closed);
            }
        }
    }

    #[test]
    fn the_style_sheet_knows_each_name() {
        let style = include_str!("../www/banner.css");
        for shown in [Shown::Hidden, Shown::Asking, Shown::Closed] {
            let rule = format!("[data-shown='{}']", shown.as_str());
            assert!(style.contains(&rule), "{rule}");
        }
    }

    #[test]
    fn a_manual_banner_waits_to_be_called() {
        for state in [State::Pending, State::Denied, State::Granted] {
            assert_eq!(shown(state, BannerMode::Manual, false), Shown::Hidden);
        }
        assert_eq!(shown(State::Pending, BannerMode::Manual, true), Shown::Asking);
    }

    #[test]
    fn where_the_site_has_its_own_banner_ours_never_shows() {
        for state in [State::Pending, State::Denied, State::Granted] {
            assert_eq!(shown(state, BannerMode::Off, true), Shown::Hidden);
        }
    }
}
