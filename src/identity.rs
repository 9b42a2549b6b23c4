//! The anonymous id and its cookie. It is created only after consent and never kept in memory.

use askfirst_wire::limits;
use askfirst_wire::names::ID_COOKIE;

use crate::app::App;
use crate::browser::join;
use crate::pairs;

/// The id in `document.cookie`, if it has the right form.
pub(crate) fn find<'a>(cookies: &'a str, name: &str) -> Option<&'a str> {
    pairs::find(cookies, b';', name).filter(|id| {
        id.len() == limits::ID_HEX && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

impl App {
    /// The id in these cookies.
    pub(crate) fn id_in<'a>(&self, cookies: &'a str) -> Option<&'a str> {
        find(cookies, &join(&[ID_COOKIE, &self.tag]))
    }

    /// The id in the cookie.
    #[inline(never)]
    pub(crate) fn id(&self) -> Option<String> {
        self.id_in(&self.cookies()).map(Into::into)
    }

    /// Creates an id and writes its cookie. The caller reads it again to see whether the browser stored it.
    pub(crate) fn create_id(&self) {
        let id = self.browser.new_id().as_string().unwrap_or_default();
        self.write_cookie(ID_COOKIE, &id, crate::cookies::LIFE);
    }

    /// Deletes the cookie.
    #[inline(never)]
    pub(crate) fn delete_id_cookie(&self) {
        self.write_cookie(ID_COOKIE, "", "0");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_id_of_this_site_is_one() {
        let id = "3f1c9a52e07b48d6a1f0c2b4d6e8f901";
        let find = |cookies: &str| find(cookies, "askfirst_id_0a1b2c").map(str::to_owned);
        for cookies in [format!("askfirst_id_0a1b2c={id}"), format!("a=b; askfirst_id_0a1b2c={id}; c=d")] {
            assert_eq!(find(&cookies).as_deref(), Some(id), "{cookies}");
        }
        for cookies in [
            String::new(),
            "askfirst_id_0a1b2c=".into(),
            "askfirst_id_0a1b2c=forged".into(),
            format!("askfirst_id_0a1b2c={}", id.to_uppercase()),
            format!("xaskfirst_id_0a1b2c={id}"),
            format!("askfirst_id={id}"),
            format!("askfirst_id_0a1b2d={id}"),
            format!("askfirst_id_0a1b2c={id}0"),
        ] {
            assert_eq!(find(&cookies), None, "{cookies}");
        }
    }
}
