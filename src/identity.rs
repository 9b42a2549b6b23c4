//! The anonymous id and its cookie. It is created only after consent and never kept in memory.

use askfirst_wire::limits;
use askfirst_wire::names::ID_COOKIE;

use crate::app::App;
use crate::pairs;

/// The id in `document.cookie`, if it has the right form.
pub(crate) fn find(cookies: &str) -> Option<&str> {
    pairs::find(cookies, b';', ID_COOKIE).filter(|id| {
        id.len() == limits::ID_HEX && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

impl App {
    /// The id in the cookie.
    #[inline(never)]
    pub(crate) fn id(&self) -> Option<String> {
        find(&self.cookies()).map(Into::into)
    }

    /// Creates an id and writes its cookie. The caller reads it again to see whether the browser stored it. If the collector
    /// creates the id, the cookie only says that there is one.
    #[cfg(feature = "agreed")]
    pub(crate) fn create_id(&self) {
        let id = if self.config.id_by_collector {
            limits::MINTED.into()
        } else {
            self.browser.random(limits::ID_HEX)
        };
        self.write_cookie(ID_COOKIE, &id, crate::cookies::LIFE, &self.config.cookie_domain);
    }

    /// Deletes the cookie: this host's, and the one that is shared across the cookie domain.
    #[inline(never)]
    pub(crate) fn delete_id_cookie(&self) {
        self.write_cookie(ID_COOKIE, "", "0", "");
        self.write_cookie(ID_COOKIE, "", "0", &self.config.cookie_domain);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_id_of_ours_is_one() {
        let id = "3f1c9a52e07b48d6a1f0c2b4d6e8f901";
        for cookies in [format!("askfirst_id={id}"), format!("a=b; askfirst_id={id}; c=d")] {
            assert_eq!(find(&cookies), Some(id), "{cookies}");
        }
        for cookies in [
            String::new(),
            "askfirst_id=".into(),
            "askfirst_id=forged".into(),
            format!("askfirst_id={}", id.to_uppercase()),
            format!("xaskfirst_id={id}"),
            format!("askfirst_id_={id}"),
            format!("askfirst_id={id}0"),
        ] {
            assert_eq!(find(&cookies), None, "{cookies}");
        }
    }
}
