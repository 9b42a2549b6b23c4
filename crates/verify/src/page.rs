//! What of a page bears on the snippet: its script tags, and the policies that stand in it.

use std::collections::BTreeMap;

use html5gum::{DefaultEmitter, Token, Tokenizer};
use url::Url;

use super::fetch::Answer;
use super::policy::Policy;

/// A page.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) url: Url,
    /// What relative addresses in it begin at.
    pub(super) base: Url,
    /// In lower case.
    pub(super) charset: Option<String>,
    pub(super) scripts: Vec<Script>,
    pub(super) policies: Vec<Policy>,
    /// Where the script's tag stands as mere text.
    pub(super) hidden: Option<&'static str>,
}

/// A script tag.
#[derive(Clone, Debug, Default)]
pub(super) struct Script {
    /// Names in lower case.
    pub(super) attributes: BTreeMap<String, String>,
    /// The element around it whose content browsers do not run.
    pub(super) inside: Option<&'static str>,
}

impl Script {
    pub(super) fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    /// An option that says something, by the name that it has in the tag, without `data-`.
    pub(super) fn option(&self, name: &str) -> Option<&str> {
        self.attributes.get(&format!("data-{name}")).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// Elements whose content is there and not run.
const IDLE: [&str; 2] = ["template", "noscript"];

impl Page {
    /// Reads it, as browsers do: whatever stands there, something comes out.
    pub(super) fn of(answer: &Answer, text: &str) -> Self {
        let mut page = Self {
            url: answer.url.clone(),
            base: answer.url.clone(),
            charset: answer.charset(),
            scripts: Vec::new(),
            policies: answer
                .all("content-security-policy")
                .flat_map(|text| Policy::parse(text, "the header content-security-policy"))
                .collect(),
            hidden: None,
        };
        let mut emitter = DefaultEmitter::default();
        // A script's text is no HTML.
        emitter.naively_switch_states(true);
        let mut inside: Vec<&'static str> = Vec::new();
        for Ok(token) in Tokenizer::new_with_emitter(text, emitter) {
            match token {
                Token::StartTag(tag) => {
                    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                    let attributes = tag.attributes.iter().map(|(name, value)| (text(name), text(value)));
                    let tag_name = text(&tag.name);
                    inside.extend(IDLE.into_iter().find(|idle| *idle == tag_name));
                    page.note(&tag_name, attributes.collect(), inside.last().copied());
                }
                Token::EndTag(tag) if inside.last().is_some_and(|open| open.as_bytes() == &**tag.name) => {
                    inside.pop();
                }
                Token::Comment(comment) => {
                    page.hide("a comment of the page", &comment);
                }
                // Browsers that run scripts read what stands in it as text.
                Token::String(text) if inside.last() == Some(&"noscript") => page.hide("<noscript>", &text),
                _ => {}
            }
        }
        page
    }

    fn hide(&mut self, place: &'static str, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        if text.contains("askfirst") && text.contains("<script") {
            self.hidden = Some(place);
        }
    }

    fn note(&mut self, tag: &str, attributes: BTreeMap<String, String>, inside: Option<&'static str>) {
        let attribute = |name: &str| attributes.get(name).map_or("", String::as_str);
        match tag {
            "script" => self.scripts.push(Script { attributes, inside }),
            "base" if inside.is_none() => {
                if let Ok(base) = self.url.join(attribute("href")) {
                    self.base = base;
                }
            }
            "meta" if inside.is_none() => {
                if attribute("http-equiv").eq_ignore_ascii_case("content-security-policy") {
                    self.policies.extend(Policy::parse(attribute("content"), "a <meta> of the page"));
                }
                if self.charset.is_none() && !attribute("charset").is_empty() {
                    self.charset = Some(attribute("charset").trim().to_ascii_lowercase());
                }
            }
            _ => {}
        }
    }
}
