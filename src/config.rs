//! Options, from the script tag's `data-*` attributes or from `init({…})`, through one path. Pure: the caller reads the
//! browser.
//!
//! An option that cannot be understood switches the snippet off, with one warning that names it: where data goes, and how
//! much of it, is never guessed.

use askfirst_wire::{Level, limits};

use crate::browser::join;

/// Where options come from: it decides how they are spelled in warnings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// `data-*` attributes of the script tag. Other tools put attributes there too, so one that resembles none of ours is
    /// not ours.
    Tag,
    /// The object passed to `init`.
    Init,
}

/// What the site's owner decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The site's name, as the collector's configuration spells it.
    pub site: String,
    /// The collector's address, absolute, http or https, without a slash at its end.
    pub endpoint: String,
    /// The ceiling: the level above which nothing is asked for. `anonymous` by default.
    pub level: Level,
    /// The level before the choice, and after a refusal: `aggregated` by default, or `none`.
    pub before: Level,
    /// Whether the banner shows by itself.
    pub banner: bool,
    /// Address of the privacy policy that the banner links to, as the page would link to it.
    pub policy: Option<String>,
    /// The number of what is asked for. Raising it asks everybody again. 1 by default.
    pub policy_number: u32,
}

/// The options' names, as `init` and `dataset` spell them.
const NAMES: [&str; 7] = ["site", "endpoint", "level", "beforeChoice", "banner", "policy", "policyNumber"];

/// Reads the options: names and values, `None` for a value that is no string (the caller gives numbers as their digits where
/// one is wanted).
///
/// # Errors
/// The warning for the console: which option, what is wrong with it, and what would be right.
#[inline(never)]
pub fn read(options: &[(String, Option<String>)], source: Source) -> Result<Config, String> {
    let mut config = Config {
        site: String::new(),
        endpoint: String::new(),
        level: Level::Anonymous,
        before: Level::Aggregated,
        banner: true,
        policy: None,
        policy_number: 1,
    };
    for (name, value) in options {
        let (nearest, distance) = nearest(name);
        if distance == 0 && name == nearest {
            let wrong = value.as_ref().map_or(Some("a string"), |value| config.set(name, value));
            if let Some(right) = wrong {
                return Err(join(&[&spelled(name, source), " must be ", right]));
            }
        } else if source == Source::Init || distance < 3 {
            let (name, nearest) = (spelled(name, source), spelled(nearest, source));
            return Err(join(&["unknown option ", &name, "; did you mean ", &nearest, "?"]));
        }
    }
    config.before = config.before.min(config.level);
    for (name, value) in [("site", &config.site), ("endpoint", &config.endpoint)] {
        if value.is_empty() {
            return Err(join(&[&spelled(name, source), " is missing"]));
        }
    }
    Ok(config)
}

impl Config {
    /// Takes a value, or says what would be right.
    #[inline(never)]
    fn set(&mut self, name: &str, value: &str) -> Option<&'static str> {
        match name {
            "site" if value.is_empty() || value.len() > limits::SITE => return Some("the site's name"),
            "site" => self.site = value.into(),
            "endpoint" => match address(value) {
                Some(endpoint) => self.endpoint = endpoint.into(),
                None => return Some("an http or https URL"),
            },
            "level" => match Level::from_name(value) {
                Some(level) => self.level = level,
                None => return Some("none, aggregated, anonymous or full"),
            },
            "beforeChoice" => match value {
                "aggregated" => self.before = Level::Aggregated,
                "nothing" => self.before = Level::None,
                _ => return Some("aggregated or nothing"),
            },
            "banner" => match value {
                "auto" => self.banner = true,
                "manual" => self.banner = false,
                _ => return Some("auto or manual"),
            },
            "policy" if is_script(value) => return Some("the address of a page"),
            "policy" => self.policy = Some(value.into()),
            _ => match whole_number(value) {
                Some(number) => self.policy_number = number,
                None => return Some("a whole number from 1"),
            },
        }
        None
    }
}

/// `beforeChoice` as the owner wrote it: `data-before-choice` in a tag.
fn spelled(name: &str, source: Source) -> String {
    if source == Source::Init {
        return name.into();
    }
    let mut attribute = String::from("data-");
    for byte in name.bytes() {
        if byte.is_ascii_uppercase() {
            attribute.push('-');
        }
        attribute.push(char::from(byte.to_ascii_lowercase()));
    }
    attribute
}

/// The address without the slash at its end, where it is absolute, http or https, and has a host.
#[inline(never)]
fn address(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let clean = !rest.bytes().any(|byte| byte <= b' ' || matches!(byte, b'?' | b'#' | b'@' | b'\\'));
    let has_host = !matches!(rest.as_bytes().first(), None | Some(b'/' | b':' | b'.'));
    (clean && has_host).then(|| text.strip_suffix('/').unwrap_or(text))
}

/// Whether a link to it would run code: `javascript:`, `data:` and whatever else is neither http nor a path.
#[inline(never)]
fn is_script(address: &str) -> bool {
    let scheme =
        address.bytes().take_while(|byte| !matches!(byte, b'/' | b'?' | b'#')).any(|byte| byte == b':');
    scheme && !address.starts_with("https://") && !address.starts_with("http://")
}

/// A number from 1 to 999 999.
#[inline(never)]
fn whole_number(text: &str) -> Option<u32> {
    let mut number = 0;
    for byte in text.bytes() {
        if !byte.is_ascii_digit() || number > 99_999 {
            return None;
        }
        number = number * 10 + u32::from(byte - b'0');
    }
    (number > 0).then_some(number)
}

/// The valid name that is spelled most alike, and in how many letters it differs.
#[inline(never)]
fn nearest(name: &str) -> (&'static str, usize) {
    let mut best = ("", usize::MAX);
    for candidate in NAMES {
        let distance = distance(name.as_bytes(), candidate.as_bytes());
        if distance < best.1 {
            best = (candidate, distance);
        }
    }
    best
}

/// Levenshtein's distance, blind to case.
#[inline(never)]
fn distance(a: &[u8], b: &[u8]) -> usize {
    // The distances from what of `a` was read to each beginning of `b`, but for the empty one.
    let mut row: Vec<usize> = (1..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let (mut diagonal, mut left) = (i, i + 1);
        for (cell, y) in row.iter_mut().zip(b) {
            let substituted = diagonal + usize::from(!x.eq_ignore_ascii_case(y));
            diagonal = *cell;
            left = substituted.min(left + 1).min(diagonal + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(value: &str) -> Option<String> {
        Some(value.into())
    }

    fn with(name: &str, value: Option<String>, source: Source) -> Result<Config, String> {
        let mut options = vec![
            ("site".to_owned(), text("shop.example")),
            ("endpoint".to_owned(), text("https://stats.shop.example")),
        ];
        options.retain(|(other, _)| other != name);
        options.push((name.to_owned(), value));
        read(&options, source)
    }

    #[test]
    fn defaults() {
        let config = with("endpoint", text("https://stats.shop.example/"), Source::Tag).unwrap();
        assert_eq!(config.endpoint, "https://stats.shop.example");
        assert_eq!((config.level, config.before, config.banner), (Level::Anonymous, Level::Aggregated, true));
        assert_eq!(config.policy_number, 1);
    }

    #[test]
    fn every_option_is_read() {
        assert_eq!(with("level", text("full"), Source::Tag).unwrap().level, Level::Full);
        assert_eq!(with("beforeChoice", text("nothing"), Source::Tag).unwrap().before, Level::None);
        assert!(!with("banner", text("manual"), Source::Init).unwrap().banner);
        assert_eq!(with("policy", text("/privacy"), Source::Init).unwrap().policy.unwrap(), "/privacy");
        assert_eq!(with("policyNumber", text("3"), Source::Tag).unwrap().policy_number, 3);
        assert_eq!(
            with("level", text("none"), Source::Tag).unwrap().before,
            Level::None,
            "never above the ceiling"
        );
    }

    #[test]
    fn a_misspelled_option_is_named_with_its_nearest() {
        assert_eq!(
            with("levle", text("full"), Source::Init).unwrap_err(),
            "unknown option levle; did you mean level?"
        );
        assert_eq!(
            with("beforechoise", text("nothing"), Source::Tag).unwrap_err(),
            "unknown option data-beforechoise; did you mean data-before-choice?"
        );
        assert!(with("colour", text("red"), Source::Init).is_err());
    }

    #[test]
    fn attributes_of_other_tools_are_not_ours() {
        for name in ["cfasync", "nscript", "turboTrack", "rocketStatus"] {
            assert!(with(name, text("x"), Source::Tag).is_ok(), "{name}");
        }
    }

    #[test]
    fn wrong_values_say_what_is_right() {
        for (name, value, right) in [
            ("site", None, "site must be a string"),
            ("site", text(""), "site must be the site's name"),
            ("endpoint", text("stats.shop.example"), "endpoint must be an http or https URL"),
            ("endpoint", text("https://"), "endpoint must be an http or https URL"),
            ("endpoint", text("ftp://stats.example"), "endpoint must be an http or https URL"),
            ("endpoint", text("https://a b"), "endpoint must be an http or https URL"),
            ("endpoint", None, "endpoint must be a string"),
            ("level", text("all"), "level must be none, aggregated, anonymous or full"),
            ("beforeChoice", text("none"), "beforeChoice must be aggregated or nothing"),
            ("banner", None, "banner must be a string"),
            ("banner", text("never"), "banner must be auto or manual"),
            ("policy", text("javascript:alert(1)"), "policy must be the address of a page"),
            ("policyNumber", text("0"), "policyNumber must be a whole number from 1"),
            ("policyNumber", text("1.5"), "policyNumber must be a whole number from 1"),
            ("policyNumber", text("1000000"), "policyNumber must be a whole number from 1"),
        ] {
            assert_eq!(with(name, value.clone(), Source::Init).unwrap_err(), right, "{name} {value:?}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(read(&[], Source::Tag).unwrap_err(), "data-site is missing");
        assert_eq!(read(&[("site".into(), text("x"))], Source::Init).unwrap_err(), "endpoint is missing");
    }

    proptest! {
        #[test]
        fn any_options_are_read_or_refused(name in "[a-zA-Z]{0,14}", value in "\\PC{0,40}") {
            let _ = with(&name, text(&value), Source::Tag);
            let _ = with(&name, text(&value), Source::Init);
        }

        #[test]
        fn distance_is_symmetric_and_zero_for_equals(a in "[a-z]{0,8}", b in "[a-z]{0,8}") {
            prop_assert_eq!(distance(a.as_bytes(), b.as_bytes()), distance(b.as_bytes(), a.as_bytes()));
            prop_assert_eq!(distance(a.as_bytes(), a.as_bytes()), 0);
        }
    }
}
