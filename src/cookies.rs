//! The cookies: how they are read and written.

use askfirst_wire::limits;

use crate::app::App;
use crate::browser::join;

/// [`limits::CHOICE_DAYS`] in seconds. A cookie's life is set once and never prolonged.
pub(crate) const LIFE: &str = "15897600";
const _: () = assert!(number(LIFE) == limits::CHOICE_DAYS * 86_400);

/// A decimal number, at compile time.
const fn number(text: &str) -> u32 {
    let (digits, mut number, mut index) = (text.as_bytes(), 0, 0);
    while index < digits.len() {
        number = number * 10 + (digits[index] - b'0') as u32;
        index += 1;
    }
    number
}

impl App {
    /// All cookies that the page may see.
    #[inline(never)]
    pub(crate) fn cookies(&self) -> String {
        self.browser.cookies().as_string().unwrap_or_default()
    }

    /// Writes a cookie of this site: `name` is followed by the site's tag. A life of `0` deletes it.
    #[inline(never)]
    pub(crate) fn write_cookie(&self, name: &str, value: &str, life: &str) {
        self.browser.set_cookie(&join(&[name, &self.tag, "=", value, "; Max-Age=", life]));
    }
}
