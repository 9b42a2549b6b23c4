//! The recorded choice: in `localStorage`, and in a cookie if several hosts share it. The collector also sets that cookie,
//! because Safari deletes what scripts write after seven days. The cookie has precedence: another host may have written it.

use askfirst_wire::Choice;
use askfirst_wire::names::{CHOICE_COOKIE, CHOICE_KEY};
use gloo_storage::{LocalStorage, Storage as _};
use web_sys::Storage;

use crate::{AGREED, pairs};

/// `raw()` panics where storage is denied (sandboxed frames, blocked cookies), so it is probed first.
#[inline(never)]
fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten().map(|_| LocalStorage::raw())
}

/// The choice, if one can be read from `cookies` or from storage. A consent in the cookie needs its id: the collector's answer
/// to a consent may arrive after a later rejection.
#[must_use]
pub fn read(cookies: &str, has_id: bool) -> Option<Choice> {
    // Only the other build reads the cookie.
    let shared = if AGREED { pairs::find(cookies, b';', CHOICE_COOKIE) } else { None };
    shared
        .and_then(Choice::parse)
        .filter(|choice| has_id || !choice.level.has_id())
        .or_else(|| Choice::parse(&storage()?.get_item(CHOICE_KEY).ok()??))
}

/// Records the choice. Returns whether the browser stored it.
#[inline(never)]
pub fn write(choice: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(CHOICE_KEY, choice).is_ok())
}
