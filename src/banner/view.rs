//! `<askfirst-consent>`: an element with an open shadow root that holds only a slot and the style, and its content in the
//! light DOM, where refusal tools find it and hostile page styles cannot win against the shadow's `!important`.
//!
//! No `innerHTML`, no style element, no inline style: nothing for a content security policy to forbid.

use std::cell::Cell;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue, UnwrapThrowExt};
use web_sys::{CssStyleSheet, Element, HtmlElement};

use crate::banner::Shown;
use crate::banner::texts::Texts;
use crate::browser::{document, get, object, set, set_text, text};
use crate::config::Config;

const STYLE: &str = include_str!(concat!(env!("OUT_DIR"), "/style.css"));

/// The banner on the page.
#[derive(Debug)]
pub(crate) struct Banner {
    host: Element,
    /// The sentence that says what is now; a live region, so that a screen reader hears the change.
    now: Element,
    manage: Element,
    shown: Cell<Shown>,
}

/// Which button of the banner it is; empty for everything else.
pub(crate) fn button(element: &JsValue) -> String {
    text(&get(element, "dataset"), "askfirst")
}

/// A new element with a text, the first child of its parent.
#[inline(never)]
fn child(parent: &Element, name: &str, text: &str) -> Element {
    let child = document().create_element(name).unwrap_throw();
    set_text(&child, "textContent", text);
    let _ = parent.prepend_with_node_1(&child);
    child
}

fn new_button(host: &Element, name: &str, label: &str) -> Element {
    let button = child(host, "button", label);
    set_text(&get(&button, "dataset"), "askfirst", name);
    button
}

impl Banner {
    /// Builds the element, with `listener` for clicks, and puts it first into the body.
    pub(crate) fn new(listener: &JsValue, config: &Config, texts: &Texts) -> Self {
        let host = child(get(&document(), "body").unchecked_ref(), "askfirst-consent", "");
        set_text(&host, "role", "region");
        set_text(&host, "ariaLabel", texts.manage);
        set_text(&host, "lang", "en");
        // From the last to the first.
        let manage = new_button(&host, "manage", texts.manage);
        new_button(&host, "object", texts.object);
        new_button(&host, "accept", texts.accept);
        new_button(&host, "reject", texts.reject);
        let now = child(&host, "p", "");
        set_text(&now, "role", "status");
        if !config.policy.is_empty() {
            set_text(&child(&host, "a", texts.policy), "href", &config.policy);
        }
        child(&host, "p", &texts.question_for(&config.site));
        child(&host, "h2", texts.title);
        let open = object(&[("mode", &"open".into())]);
        if let (Ok(root), Ok(sheet)) = (host.attach_shadow(open.unchecked_ref()), CssStyleSheet::new()) {
            child(root.unchecked_ref(), "slot", "");
            let _ = sheet.replace_sync(STYLE);
            set(&root, "adoptedStyleSheets", &Array::of1(&sheet));
        }
        set(&host, "onclick", listener);
        Self { host, now, manage, shown: Cell::new(Shown::Hidden) }
    }

    /// Shows that much of it, and what is now. `can_ask`: there is a level to agree to.
    pub(crate) fn show(&self, shown: Shown, now: &str, can_ask: bool) {
        self.shown.set(shown);
        let data = get(&self.host, "dataset");
        set_text(&data, "shown", shown.as_str());
        set_text(&data, "ask", if can_ask { "yes" } else { "no" });
        set_text(&self.manage, "ariaExpanded", if shown == Shown::Open { "true" } else { "false" });
        set_text(&self.now, "textContent", now);
    }

    pub(crate) fn shown(&self) -> Shown {
        self.shown.get()
    }

    pub(crate) fn focus_control(&self) {
        let _ = self.manage.unchecked_ref::<HtmlElement>().focus();
    }
}
