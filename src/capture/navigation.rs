//! How the page load came to be, and client-side navigation: a page view for each change of the path. The entry files tell
//! of changes: by the Navigation API, or where there is none by the History API.

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
    /// Something about the address changed: counts the page if its path did.
    pub(crate) fn moved(&self) {
        let before = self.page.take();
        self.page.set(before.clone());
        if before.is_some_and(|before| before != location("pathname")) {
            self.page();
        }
    }
}
