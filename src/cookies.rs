//! The cookies: how they are read and written.

use askfirst_wire::limits;

use crate::app::App;
use crate::browser::join;

/// 184 days in seconds. Written once, never prolonged.
pub(crate) const LIFE: &str = "15897600";
const _: () = assert!(limits::CHOICE_DAYS == 184);

impl App {
    /// All cookies that the page may see.
    #[inline(never)]
    pub(crate) fn cookies(&self) -> String {
        self.browser.cookies().as_string().unwrap_or_default()
    }

    /// Writes a cookie for the domain that shares it; an empty domain is this host.
    #[inline(never)]
    pub(crate) fn write_cookie(&self, name: &str, value: &str, life: &str, domain: &str) {
        let attribute = if domain.is_empty() { "" } else { "; Domain=" };
        self.browser.set_cookie(&join(&[name, "=", value, "; Max-Age=", life, attribute, domain]));
    }
}
