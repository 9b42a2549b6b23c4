//! Options, from the script tag's `data-*` attributes or from `init({…})`, through one path. Pure: the caller reads the
//! browser.
//!
//! An option that cannot be understood switches the snippet off, with one warning that names it: where data goes, and how
//! much of it, is never guessed.

use askfirst_wire::redact::cut;
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
    /// Whether the collector's address was given, absolute, http or https. The entry files hold it.
    pub endpoint: bool,
    /// The ceiling: the level above which nothing is asked for. `anonymous` by default.
    pub level: Level,
    /// The level before the choice, and after a refusal: `aggregated` by default, or `none`.
    pub before: Level,
    /// Whether the banner shows by itself.
    pub banner: bool,
    /// The number of what is asked for. Raising it asks everybody again. 1 by default.
    pub policy_number: u32,
}

/// The options' names, as `init` and `dataset` spell them, and what is right for each.
static OPTIONS: [(&str, &str); 7] = [
    ("site", "the site's name, a string"),
    ("endpoint", "an http or https URL"),
    ("level", "none, aggregated, anonymous or full"),
    ("beforeChoice", "aggregated or nothing"),
    ("banner", "auto or manual"),
    ("policy", "the address of a page"),
    ("policyNumber", "a whole number from 1"),
];

impl Default for Config {
    fn default() -> Self {
        Self {
            site: String::new(),
            endpoint: false,
            level: Level::Anonymous,
            before: Level::Aggregated,
            banner: true,
            policy_number: 1,
        }
    }
}

impl Config {
    /// Reads all options: names and values in turn, `None` for a value that is no string.
    ///
    /// # Errors
    /// The first warning, as [`option`](Self::option) and [`complete`](Self::complete) give it.
    pub fn read(mut options: impl Iterator<Item = Option<String>>, source: Source) -> Result<Self, String> {
        let mut config = Self::default();
        while let (Some(Some(name)), Some(value)) = (options.next(), options.next()) {
            config.option(&name, value.as_deref(), source)?;
        }
        config.complete(source)?;
        Ok(config)
    }

    /// Takes one option; `None` for a value that is no string (the caller gives a number as its digits where one is wanted).
    ///
    /// # Errors
    /// The warning for the console: which option, what is wrong with it, and what would be right.
    pub fn option(&mut self, name: &str, value: Option<&str>, source: Source) -> Result<(), String> {
        let (mut index, mut best) = (0, 0);
        let [(mut option, mut right), ..] = OPTIONS;
        for (at, (known, wanted)) in OPTIONS.iter().enumerate() {
            let alike = alike(name, known);
            if alike > best {
                (index, best, option, right) = (at, alike, known, wanted);
            }
        }
        if name == option {
            if value.is_some_and(|value| self.take(index, value)) {
                return Ok(());
            }
            return Err(join(&[&spelled(name, source), " must be ", right]));
        }
        // An attribute that resembles none of ours is another tool's.
        if source == Source::Tag && best * 2 < name.len() {
            return Ok(());
        }
        Err(join(&[
            "unknown option ",
            &spelled(name, source),
            "; did you mean ",
            &spelled(option, source),
            "?",
        ]))
    }

    /// Whether the value is right for the option.
    fn take(&mut self, option: usize, value: &str) -> bool {
        match option {
            0 => {
                self.site = value.into();
                !value.is_empty() && value.len() <= limits::SITE
            }
            1 => {
                self.endpoint = is_address(value);
                self.endpoint
            }
            2 => {
                let level = Level::from_name(value);
                self.level = level.unwrap_or(Level::None);
                level.is_some()
            }
            3 => {
                self.before = if value == "nothing" { Level::None } else { Level::Aggregated };
                value == "nothing" || value == "aggregated"
            }
            4 => {
                self.banner = value == "auto";
                self.banner || value == "manual"
            }
            5 => {
                // `javascript:` and the like would run code.
                !cut(value, b":/?#").1.starts_with(':') || value.starts_with("http")
            }
            _ => {
                self.policy_number = whole_number(value);
                self.policy_number > 0
            }
        }
    }

    /// Sees to it that nothing is missing once all options are taken.
    ///
    /// # Errors
    /// As [`option`](Self::option).
    pub fn complete(&mut self, source: Source) -> Result<(), String> {
        self.before = self.before.min(self.level);
        let missing = if self.site.is_empty() { "site" } else { "endpoint" };
        if self.site.is_empty() || !self.endpoint {
            return Err(join(&[&spelled(missing, source), " is missing"]));
        }
        Ok(())
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

/// Whether it is absolute, http or https, with a host and without query, fragment and credentials.
fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    rest.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric() || first == b'[')
        && !rest.bytes().any(|byte| matches!(byte, 0..=b' ' | b'?' | b'#' | b'@' | b'\\'))
}

/// A number from 1 to 999 999; 0 for everything else.
fn whole_number(text: &str) -> u32 {
    let mut number = 0;
    for byte in text.bytes() {
        if !byte.is_ascii_digit() || number > 99_999 {
            return 0;
        }
        number = number * 10 + u32::from(byte - b'0');
    }
    number
}

/// How many letters of a name stand in another in the same order, blind to case: enough for slips of the finger.
fn alike(name: &str, known: &str) -> usize {
    let mut rest = known.bytes();
    let mut found = 0;
    for letter in name.bytes() {
        let mut ahead = rest.clone();
        // Bit 5 tells ASCII's lower case from its upper case.
        if ahead.any(|other| other | 0x20 == letter | 0x20) {
            rest = ahead;
            found += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(value: &str) -> Option<String> {
        Some(value.into())
    }

    fn read(options: &[(String, Option<String>)], source: Source) -> Result<Config, String> {
        Config::read(options.iter().flat_map(|(name, value)| [Some(name.clone()), value.clone()]), source)
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
        assert_eq!((config.level, config.before, config.banner), (Level::Anonymous, Level::Aggregated, true));
        assert_eq!(config.policy_number, 1);
    }

    #[test]
    fn every_option_is_read() {
        assert_eq!(with("level", text("full"), Source::Tag).unwrap().level, Level::Full);
        assert_eq!(with("beforeChoice", text("nothing"), Source::Tag).unwrap().before, Level::None);
        assert!(!with("banner", text("manual"), Source::Init).unwrap().banner);
        assert!(with("policy", text("/privacy"), Source::Init).is_ok());
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
        for (slip, meant) in [
            ("sit", "site"),
            ("endpont", "endpoint"),
            ("enpdoint", "endpoint"),
            ("Level", "level"),
            ("baner", "banner"),
            ("polcy", "policy"),
            ("policynumer", "policyNumber"),
        ] {
            let warning = with(slip, text("x"), Source::Init).unwrap_err();
            assert_eq!(warning, format!("unknown option {slip}; did you mean {meant}?"));
            assert!(with(slip, text("x"), Source::Tag).is_err(), "{slip} in a tag");
        }
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
            ("site", None, "site must be the site's name, a string"),
            ("site", text(""), "site must be the site's name, a string"),
            ("endpoint", text("stats.shop.example"), "endpoint must be an http or https URL"),
            ("endpoint", text("https://"), "endpoint must be an http or https URL"),
            ("endpoint", text("ftp://stats.example"), "endpoint must be an http or https URL"),
            ("endpoint", text("https://a b"), "endpoint must be an http or https URL"),
            ("endpoint", None, "endpoint must be an http or https URL"),
            ("level", text("all"), "level must be none, aggregated, anonymous or full"),
            ("beforeChoice", text("none"), "beforeChoice must be aggregated or nothing"),
            ("banner", None, "banner must be auto or manual"),
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
    }
}
