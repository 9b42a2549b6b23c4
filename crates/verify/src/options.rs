//! The tag's options. The snippet turns itself off if it does not understand one.

use std::collections::BTreeMap;

use askfirst_wire::options::{OPTIONS, OptionKind};
use serde_json::Value;
use url::Url;

use super::is_local;
use super::page::HtmlPage;
use crate::finding::Finding;

const CHECK: &str = "options";

/// `before-choice` to `beforeChoice`, as browsers do it.
fn camel_case(name: &str) -> String {
    let mut made = String::new();
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        match letters.peek() {
            Some(next) if letter == '-' && next.is_ascii_lowercase() => {
                made.extend(letters.next().map(|next| next.to_ascii_uppercase()));
            }
            _ => made.push(letter),
        }
    }
    made
}

/// `beforeChoice` to `data-before-choice`.
fn attribute_name(name: &str) -> String {
    let mut made = "data-".to_owned();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            made.push('-');
        }
        made.push(letter.to_ascii_lowercase());
    }
    made
}

/// Checks all options.
pub(super) fn examine(attributes: &BTreeMap<String, String>, page: &HtmlPage) -> Vec<Finding> {
    let given: Vec<(String, &str)> = attributes
        .iter()
        .filter_map(|(name, value)| Some((camel_case(name.strip_prefix("data-")?), value.as_str())))
        .collect();
    let value = |name: &str| given.iter().find(|(given, _)| given == name).map_or("", |(_, value)| value);
    if given.is_empty() {
        return vec![Finding::warning(
            CHECK,
            "the tag has no options: askfirst waits until the page's own code calls init",
            "if no code does, add data-site to the tag",
        )];
    }
    let mut wrong: Vec<Finding> =
        given.iter().filter_map(|(name, value)| check_option(name, value)).collect();
    if value("site").is_empty() {
        wrong.push(off("data-site is missing", "set it to the site's name in the collector's configuration"));
    }
    if !value("recipients").is_empty() && !has_question(value("texts")) {
        wrong.push(off(
            "data-recipients needs your own question: the default one says that nobody else receives the data",
            "put it into data-texts",
        ));
    }
    if is_local(&page.url) && value("local") != "on" {
        wrong.push(off("the page is on this machine", "add data-local=\"on\" during development"));
    }
    if value("level") == "none" {
        wrong.push(Finding::warning(CHECK, "data-level is none: nothing is counted", "remove it to count"));
    }
    if wrong.is_empty() {
        let names: Vec<String> = given
            .iter()
            .filter(|(name, _)| known(name).is_some())
            .map(|(name, _)| attribute_name(name))
            .collect();
        wrong.push(Finding::ok(CHECK, format!("understood: {}", names.join(", "))));
    }
    wrong
}

fn off(says: &str, fix: impl Into<String>) -> Finding {
    Finding::error(CHECK, format!("askfirst is off: {says}"), fix)
}

fn known(name: &str) -> Option<OptionKind> {
    OPTIONS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
}

fn has_question(texts: &str) -> bool {
    serde_json::from_str(texts)
        .is_ok_and(|texts: Value| texts["question"].as_str().is_some_and(|text| !text.is_empty()))
}

/// Checks one option. An attribute that resembles none of the options belongs to another tool.
fn check_option(name: &str, value: &str) -> Option<Finding> {
    let Some(kind) = known(name) else {
        let slips =
            |known: &str| strsim::osa_distance(&name.to_ascii_lowercase(), &known.to_ascii_lowercase());
        let (near, _) = OPTIONS.iter().min_by_key(|(known, _)| slips(known))?;
        return (slips(near) <= (name.len() / 3).max(1)).then(|| {
            off(
                &format!("there is no option {}", attribute_name(name)),
                format!("did you mean {}?", attribute_name(near)),
            )
        });
    };
    let must = |right: &str| {
        Some(off(&format!("{} is {value:?}", attribute_name(name)), format!("it must be {right}")))
    };
    if value.is_empty() {
        return None;
    }
    let list = || value.split([' ', ',', '\n', '\t']).filter(|word| !word.is_empty());
    match kind {
        OptionKind::One(words) if !words.contains(&value) => must(&words.join(" or ")),
        OptionKind::Some(words) if !list().all(|word| words.contains(&word)) => {
            must(&format!("some of {}", words.join(", ")))
        }
        OptionKind::Whole if value.parse::<u32>().is_ok_and(|number| number > 0) => None,
        OptionKind::Whole => must("a whole number from 1"),
        OptionKind::Address
            if Url::parse(value).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) =>
        {
            None
        }
        OptionKind::Address => must("an http or https URL"),
        OptionKind::Json if serde_json::from_str::<Value>(value).is_ok_and(|texts| texts.is_object()) => None,
        OptionKind::Json => must("JSON"),
        OptionKind::One(_) | OptionKind::Some(_) | OptionKind::Text => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;
    use crate::site::tests::page;

    fn says(tag: &str) -> (Verdict, String) {
        let page = page(&format!("<script src=/askfirst.js {tag}></script>"));
        let findings = examine(&page.scripts[0].attributes, &page);
        let words =
            findings.iter().map(|finding| format!("{} -> {:?}\n", finding.says, finding.fix)).collect();
        (findings.iter().map(|finding| finding.verdict).max().unwrap(), words)
    }

    #[test]
    fn an_option_that_the_snippet_refuses_is_an_error_with_the_right_value() {
        for (tag, expected) in [
            ("data-site=''", "data-site is missing"),
            ("data-level=full", "data-site is missing"),
            ("data-site=a data-levle=full", "did you mean data-level?"),
            ("data-site=a data-beforechoice=nothing", "did you mean data-before-choice?"),
            ("data-site=a data-level=everything", "none or aggregated or anonymous or full"),
            ("data-site=a data-policy-number=1.5", "a whole number from 1"),
            ("data-site=a data-endpoint=stats.example.org", "an http or https URL"),
            ("data-site=a data-endpoint=javascript:alert(1)", "an http or https URL"),
            ("data-site=a data-texts={", "JSON"),
            ("data-site=a data-capture='links vital'", "some of all, events"),
            ("data-site=a data-recipients=Acme", "data-texts"),
        ] {
            let (worst, words) = says(tag);
            assert!(worst == Verdict::Error && words.contains(expected), "{tag}: {words}");
        }
    }

    #[test]
    fn valid_options_and_those_of_other_tools_are_ok() {
        for tag in [
            "data-site=a",
            "data-site=a data-cfasync=false data-turbo-track=reload data-cookieconsent=ignore",
            "data-site=a data-level='' data-capture='links, forms' data-policy-number=3 data-endpoint=https://a.example/",
            "data-site=a data-recipients=Acme data-texts='{\"question\":\"May we?\"}'",
        ] {
            let (worst, words) = says(tag);
            assert_eq!(worst, Verdict::Ok, "{tag}: {words}");
        }
        assert_eq!(says("").0, Verdict::Warning);
        assert_eq!(says("data-site=a data-level=none").0, Verdict::Warning);
    }

    #[test]
    fn attribute_names_are_converted_as_browsers_do() {
        for (name, _) in OPTIONS {
            assert_eq!(camel_case(attribute_name(name).strip_prefix("data-").unwrap()), name);
        }
    }
}
