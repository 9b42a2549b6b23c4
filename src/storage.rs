//! `localStorage`, through gloo-storage.

use gloo_storage::{LocalStorage, Storage as _};

/// The storage of the page's origin; nothing is kept if the browser denies it.
#[derive(Debug)]
pub struct Storage(Option<web_sys::Storage>);

impl Storage {
    /// Looks for the storage, once per page. `raw()` panics if storage is denied (sandboxed frames, blocked cookies), so it is
    /// probed first. The crate's typed `get` and `set` would bring a JSON reader of 18 kB (brotli).
    #[must_use]
    pub fn open() -> Self {
        let probe = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
        Self(probe.map(|_| LocalStorage::raw()))
    }

    /// What is kept under that name.
    #[must_use]
    #[inline(never)]
    pub fn get(&self, key: &str) -> Option<String> {
        self.0.as_ref()?.get_item(key).ok()?
    }

    /// Keeps a value. Returns whether the browser stored it.
    #[inline(never)]
    pub fn set(&self, key: &str, value: &str) -> bool {
        self.0.as_ref().is_some_and(|storage| storage.set_item(key, value).is_ok())
    }

    /// Removes what is kept under that name.
    #[inline(never)]
    pub fn remove(&self, key: &str) {
        if let Some(storage) = &self.0 {
            let _ = storage.remove_item(key);
        }
    }
}
