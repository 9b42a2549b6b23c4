//! The recorded choice, under `askfirst.choice`.

use askfirst_wire::Choice;
use gloo_storage::{LocalStorage, Storage as _};
use web_sys::Storage;

const KEY: &str = "askfirst.choice";

/// `raw()` panics where storage is denied (sandboxed frames, blocked cookies), so it is probed first.
#[inline(never)]
fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten().map(|_| LocalStorage::raw())
}

/// The choice, where one can be read.
#[must_use]
pub fn read() -> Option<Choice> {
    Choice::parse(&storage()?.get_item(KEY).ok()??)
}

/// Records the choice; whether the browser keeps it.
#[inline(never)]
pub fn write(choice: Choice) -> bool {
    storage().is_some_and(|storage| storage.set_item(KEY, &choice.to_text()).is_ok())
}
