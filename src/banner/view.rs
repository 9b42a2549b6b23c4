//! `<askfirst-consent>`: an element with an open shadow root that holds only a slot and the style, and its content in the
//! light DOM, where refusal tools find it and hostile page styles cannot win against the shadow's `!important`.
//!
//! No `innerHTML`, no style element, no inline style: nothing for a content security policy to forbid.

use std::cell::Cell;

use js_sys::Array;
use wasm_bindgen::{JsCast, UnwrapThrowExt};
use web_sys::{CssStyleSheet, Element, HtmlElement, Node, ShadowRootInit, ShadowRootMode};

use crate::app::App;
use crate::banner::Shown;
use crate::banner::texts::Texts;
use crate::browser::{document, get, set};

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

/// A new element with one attribute and a text, the last child of its parent.
fn child(parent: &Node, name: &str, attribute: &str, value: &str, text: &str) -> Element {
    let child = document().create_element(name).unwrap_throw();
    let _ = child.set_attribute(attribute, value);
    child.set_text_content(Some(text));
    let _ = parent.append_child(&child);
    child
}

impl App {
    /// Builds the element and puts it first into the body.
    pub(crate) fn build_banner(&self, texts: &Texts) -> Banner {
        let body: Element = get(&document(), "body").unchecked_into();
        let host = child(&body, "askfirst-consent", "role", "region", "");
        let _ = host.set_attribute("aria-label", texts.manage);
        let _ = host.set_attribute("lang", "en");
        let button = |name: &str, label: &str| child(&host, "button", "data-askfirst", name, label);
        child(&host, "h2", "class", "", texts.title);
        child(&host, "p", "class", "", &texts.question_for(&self.config.site));
        if let Some(policy) = &self.config.policy {
            child(&host, "a", "href", policy, texts.policy);
        }
        let now = child(&host, "p", "role", "status", "");
        button("reject", texts.reject);
        button("accept", texts.accept);
        button("object", texts.object);
        let manage = button("manage", texts.manage);
        if let (Ok(root), Ok(sheet)) =
            (host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)), CssStyleSheet::new())
        {
            child(&root, "slot", "class", "", "");
            let _ = sheet.replace_sync(STYLE);
            set(&root, "adoptedStyleSheets", &Array::of1(&sheet));
        }
        self.listen(&host, "click");
        let _ = body.prepend_with_node_1(&host);
        Banner { host, now, manage, shown: Cell::new(Shown::Hidden) }
    }
}

impl Banner {
    /// Shows that much of it, and what is now. `can_ask`: there is a level to agree to.
    pub(crate) fn show(&self, shown: Shown, now: &str, can_ask: bool) {
        self.shown.set(shown);
        let _ = self.host.set_attribute("data-shown", shown.as_str());
        let _ = self.host.set_attribute("data-can-ask", if can_ask { "yes" } else { "no" });
        let _ = self.manage.set_attribute("aria-expanded", if self.is_open() { "true" } else { "false" });
        self.now.set_text_content(Some(now));
    }

    pub(crate) fn is_open(&self) -> bool {
        self.shown.get() == Shown::Open
    }

    pub(crate) fn has_focus(&self) -> bool {
        self.host.contains(get(&document(), "activeElement").dyn_ref())
    }

    pub(crate) fn focus_control(&self) {
        let _ = self.manage.unchecked_ref::<HtmlElement>().focus();
    }
}
