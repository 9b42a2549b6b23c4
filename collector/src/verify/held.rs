//! Consent tools and proxies that hold a script back, or rewrite its tag.

use super::page::Script;
use super::tag::{CHECK, EXAMPLE, Tag};
use crate::finding::Finding;

/// Whose marks a tag bears that is held back until somebody agrees.
pub(super) fn manager(script: &Script) -> &'static str {
    let (class, kind) = (script.attribute("class"), script.attribute("type"));
    let has = |name: &str| script.attributes.contains_key(name);
    if has("data-rocketsrc") || kind.ends_with("-text/javascript") {
        "; Cloudflare's Rocket Loader rewrites it"
    } else if has("data-cookieconsent") {
        "; Cookiebot holds it back"
    } else if class.contains("optanon-category") {
        "; OneTrust holds it back"
    } else if has("data-usercentrics") {
        "; Usercentrics holds it back"
    } else if has("data-cookieyes") {
        "; CookieYes holds it back"
    } else if class.contains("_iub_cs_activate") {
        "; iubenda holds it back"
    } else if class.contains("cmplazyload") || has("data-cmp-src") {
        "; consentmanager holds it back"
    } else if has("data-name") && has("data-type") {
        "; Klaro holds it back"
    } else if has("data-category") || has("data-service") {
        "; a consent tool holds it back by its category"
    } else {
        ""
    }
}

/// What to do about a tag that does not run.
pub(super) fn fix(script: &Script) -> String {
    let manager = manager(script);
    if manager.contains("Rocket") {
        return "add data-cfasync=\"false\" to the tag".to_owned();
    }
    if manager.is_empty() {
        return format!("write it as {EXAMPLE}");
    }
    "askfirst asks by itself, and sends nothing that identifies before the answer: exempt it from the tool, or let the tool ask (data-banner=\"off\" with data-adapter)".to_owned()
}

/// Consent tools that hold scripts back by themselves, in the browser, though the page does not show it.
pub(super) fn guard(script: &Script, tags: &[Tag]) -> Option<Finding> {
    let (who, exempt) = if script.attribute("data-blockingmode").eq_ignore_ascii_case("auto") {
        ("Cookiebot", "data-cookieconsent=\"ignore\"")
    } else if script.attribute("src").contains("OtAutoBlock") {
        ("OneTrust", "data-ot-ignore")
    } else {
        return None;
    };
    let name = exempt.split('=').next().unwrap_or_default();
    tags.iter().any(|tag| !tag.script.attributes.contains_key(name)).then(|| {
        Finding::warning(
            CHECK,
            format!("{who} holds back by itself, in the browser, what it takes for tracking"),
            format!("add {exempt} to askfirst's tag: it asks by itself"),
        )
    })
}
