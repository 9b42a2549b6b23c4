//! The recorded choice, under `askfirst.choice`, and in the cookie `askfirst_choice` where pages of several hosts share it or
//! the collector sets it: Safari forgets what scripts write after seven days. The cookie goes first: another host may have
//! written it.

use askfirst_wire::Choice;
use gloo_storage::{LocalStorage, Storage as _};
use web_sys::Storage;

use crate::{AGREED, pairs};

const KEY: &str = "askfirst.choice";
/// The cookie's name.
pub(crate) const COOKIE: &str = "askfirst_choice";

/// `raw()` panics where storage is denied (sandboxed frames, blocked cookies), so it is probed first.
#[inline(never)]
fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten().map(|_| LocalStorage::raw())
}

/// The choice, where one can be read; `cookies` as the page sees them. A yes in the cookie counts only with its id: the
/// collector's answer to a yes may come after the no that followed it.
#[must_use]
pub fn read(cookies: &str, has_id: bool) -> Option<Choice> {
    // Where the cookie is read, the other build runs.
    let shared = if AGREED { pairs::find(cookies, b';', COOKIE) } else { None };
    shared
        .and_then(Choice::parse)
        .filter(|choice| has_id || !choice.level.has_id())
        .or_else(|| Choice::parse(&storage()?.get_item(KEY).ok()??))
}

/// Records the choice; whether the browser keeps it.
#[inline(never)]
pub fn write(choice: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(KEY, choice).is_ok())
}
