//! The cookies of this site: how they are read and written.

use askfirst_wire::limits::CHOICE_DAYS;

use crate::app::App;

/// Seconds for which a cookie lives: set once and never prolonged.
pub(crate) const LIFE: u32 = CHOICE_DAYS * 86_400;

impl App {
    /// A cookie's value; empty if there is none. `name` is followed by the site's tag.
    #[inline(never)]
    pub(crate) fn cookie(&self, name: &str) -> String {
        self.browser.cookie(&self.key(name)).as_string().unwrap_or_default()
    }

    /// Writes a cookie. A life of 0 deletes it.
    #[inline(never)]
    pub(crate) fn write_cookie(&self, name: &str, value: &str, seconds: u32) {
        self.browser.set_cookie(&self.key(name), value, seconds);
    }
}
