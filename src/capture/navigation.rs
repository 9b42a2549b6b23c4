//! How the page load came to be, and client-side navigation: a page view for each change of the path, by the Navigation API
//! where there is one. Elsewhere the entry files call [`moved`](crate::moved) after the History API.

use wasm_bindgen::JsCast;
use web_sys::Performance;

use crate::app::App;
use crate::browser::{get, location, text, window};

/// `navigate`, `reload`, `back_forward` or `prerender`.
pub(crate) fn kind() -> String {
    let performance: Performance = get(&window(), "performance").unchecked_into();
    text(&get(&performance.get_entries_by_type("navigation"), "0"), "type")
}

impl App {
    /// Listens for client-side navigation.
    pub(crate) fn watch(&self) {
        let navigation = get(&window(), "navigation");
        if navigation.is_undefined() {
            self.listen(&window(), "popstate");
        } else {
            self.listen(&navigation, "currententrychange");
        }
    }

    /// Something about the address changed: counts the page if its path did.
    pub(crate) fn moved(&self) {
        let before = self.page.take();
        self.page.set(before.clone());
        if before.is_some_and(|before| before != location("pathname")) {
            self.page();
        }
    }
}
