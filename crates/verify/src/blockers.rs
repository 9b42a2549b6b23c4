//! Consent tools and proxies that block a script or rewrite its tag.

use super::page::ScriptElement;

/// A script tag that works.
pub(super) const EXAMPLE: &str =
    r#"<script defer src="https://stats.example.org/askfirst.js" data-site="example.org"></script>"#;

/// The tool that holds the tag back until the visitor consents, as the end of a sentence; empty if none is known.
pub(super) fn held_by(script: &ScriptElement) -> &'static str {
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

/// How to fix a tag that does not run.
pub(super) fn fix_tag(script: &ScriptElement) -> String {
    let held_by = held_by(script);
    if held_by.contains("Rocket") {
        return "add data-cfasync=\"false\" to the tag".to_owned();
    }
    if held_by.is_empty() {
        return format!("write it as {EXAMPLE}");
    }
    "askfirst asks for consent itself and sends no identifier before it: exempt it from the tool, or let the tool ask (data-banner=\"off\" with data-adapter)".to_owned()
}

/// A consent tool that blocks other scripts in the browser, which their tags do not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ScriptBlocker {
    /// The tool's name.
    pub(super) tool: &'static str,
    /// The attribute that exempts a script from it.
    pub(super) exempt: &'static str,
}

impl ScriptBlocker {
    /// The tool that this tag loads, if it blocks other scripts.
    pub(super) fn of(script: &ScriptElement) -> Option<Self> {
        if script.attribute("data-blockingmode").eq_ignore_ascii_case("auto") {
            Some(Self { tool: "Cookiebot", exempt: "data-cookieconsent=\"ignore\"" })
        } else if script.attribute("src").contains("OtAutoBlock") {
            Some(Self { tool: "OneTrust", exempt: "data-ot-ignore" })
        } else {
            None
        }
    }

    /// Whether this tag is exempt.
    pub(super) fn exempts(self, script: &ScriptElement) -> bool {
        let name = self.exempt.split('=').next().unwrap_or_default();
        script.attributes.contains_key(name)
    }
}
