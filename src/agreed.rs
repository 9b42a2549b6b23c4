//! What JavaScript sees of what only a yes allows.

use askfirst_wire::{Level, limits};
use wasm_bindgen::prelude::*;

use crate::app::running;
use crate::consent::Prompt;
use crate::pairs::Texts;

/// The site's own id of the person, a string of 1 to 128 bytes, under which later hits go at level `full`.
/// An empty one forgets the person in this page.
#[wasm_bindgen]
pub fn identify(subject: String) {
    if let Some(app) = running() {
        // What waits goes under who it was.
        app.close_batch(false);
        app.subject.set(Some(subject).filter(|text| !text.is_empty() && text.len() <= limits::SUBJECT));
    }
}

/// Grants a level in the visitor's name. `texts` are the level, `anonymous` or `full`, and where our banner asked, the language
/// and the words; `by_visitor` says that the browser vouches for a person's click. Whether it was granted.
#[wasm_bindgen]
pub fn grant(texts: &str, by_visitor: bool, banner: bool) -> bool {
    let mut texts = Texts(texts);
    let level = Level::from_name(texts.text()).unwrap_or(Level::None);
    let prompt = Prompt { lang: texts.text(), text: texts.text(), banner };
    running().is_some_and(|app| app.grant(level, by_visitor, prompt))
}
