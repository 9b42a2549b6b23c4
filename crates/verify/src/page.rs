//! The parts of a page that matter to the snippet: its script tags and its policies.

use std::collections::BTreeMap;

use html5gum::{DefaultEmitter, Token, Tokenizer};
use url::Url;

use super::fetch::HttpResponse;
use super::policy::CspPolicy;

/// A parsed page.
#[derive(Clone, Debug)]
pub(super) struct HtmlPage {
    pub(super) url: Url,
    /// The base of relative addresses.
    pub(super) base: Url,
    /// The character set, in lower case.
    pub(super) charset: Option<String>,
    pub(super) scripts: Vec<ScriptElement>,
    pub(super) policies: Vec<CspPolicy>,
    /// Where askfirst's script tag is mere text, for messages.
    pub(super) tag_as_text: Option<&'static str>,
}

/// A script tag.
#[derive(Clone, Debug, Default)]
pub(super) struct ScriptElement {
    /// Names in lower case.
    pub(super) attributes: BTreeMap<String, String>,
    /// The element around it whose content browsers do not run.
    pub(super) inert_parent: Option<&'static str>,
}

impl ScriptElement {
    pub(super) fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    /// An option that is not empty, by its name in the tag without `data-`.
    pub(super) fn option(&self, name: &str) -> Option<&str> {
        self.attributes.get(&format!("data-{name}")).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// Elements whose scripts browsers do not run.
const INERT: [&str; 2] = ["template", "noscript"];

impl HtmlPage {
    /// Parses it as browsers do. This never fails.
    pub(super) fn parse(answer: &HttpResponse, text: &str) -> Self {
        let mut page = Self {
            url: answer.url.clone(),
            base: answer.url.clone(),
            charset: answer.charset(),
            scripts: Vec::new(),
            policies: answer
                .all("content-security-policy")
                .flat_map(|text| CspPolicy::parse(text, "the header content-security-policy"))
                .collect(),
            tag_as_text: None,
        };
        let mut emitter = DefaultEmitter::default();
        // The text of a script is not HTML.
        emitter.naively_switch_states(true);
        let mut inert: Vec<&'static str> = Vec::new();
        for Ok(token) in Tokenizer::new_with_emitter(text, emitter) {
            match token {
                Token::StartTag(tag) => {
                    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                    let attributes = tag.attributes.iter().map(|(name, value)| (text(name), text(value)));
                    let tag_name = text(&tag.name);
                    inert.extend(INERT.into_iter().find(|name| *name == tag_name));
                    page.note_element(&tag_name, attributes.collect(), inert.last().copied());
                }
                Token::EndTag(tag) if inert.last().is_some_and(|open| open.as_bytes() == &**tag.name) => {
                    inert.pop();
                }
                Token::Comment(comment) => {
                    page.note_text("a comment of the page", &comment);
                }
                // Browsers that run scripts treat the content as text.
                Token::String(text) if inert.last() == Some(&"noscript") => {
                    page.note_text("<noscript>", &text);
                }
                _ => {}
            }
        }
        page
    }

    fn note_text(&mut self, place: &'static str, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        if text.contains("askfirst") && text.contains("<script") {
            self.tag_as_text = Some(place);
        }
    }

    fn note_element(
        &mut self,
        tag: &str,
        attributes: BTreeMap<String, String>,
        inert_parent: Option<&'static str>,
    ) {
        let attribute = |name: &str| attributes.get(name).map_or("", String::as_str);
        match tag {
            "script" => self.scripts.push(ScriptElement { attributes, inert_parent }),
            "base" if inert_parent.is_none() => {
                if let Ok(base) = self.url.join(attribute("href")) {
                    self.base = base;
                }
            }
            "meta" if inert_parent.is_none() => {
                if attribute("http-equiv").eq_ignore_ascii_case("content-security-policy") {
                    self.policies.extend(CspPolicy::parse(attribute("content"), "a <meta> of the page"));
                }
                if self.charset.is_none() && !attribute("charset").is_empty() {
                    self.charset = Some(attribute("charset").trim().to_ascii_lowercase());
                }
            }
            _ => {}
        }
    }
}
