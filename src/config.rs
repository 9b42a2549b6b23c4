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

/// What the site's owner decided, as far as it bears on what may be known. What bears on words and looks, the entry files hold.
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
    /// Whether the banner shows by itself, when it is called, or never: then all is done through `askfirst.consent`.
    pub banner: Showing,
    /// The number of what is asked for, from 0 to 999 999 999: a hash of its material terms, which are the site, who is
    /// responsible, who else receives the data, and what the owner's own number stands for (R6: a new purpose, controller,
    /// recipient or longer duration asks again, a typo does not). With another number everybody is asked again (Garante 10 June
    /// 2021: on material changes only).
    pub policy: u32,
    /// The domain whose pages share the choice and the id, for cookies; empty where this host keeps them for itself.
    pub cookie_domain: String,
    /// The audience is children, who are never asked (GDPR 8).
    children: bool,
}

/// When the banner shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Showing {
    /// By itself.
    Auto,
    /// When it is called.
    Manual,
    /// Never.
    Off,
}

/// The options' names, as `init` and `dataset` spell them, and what is right for each: in words, or all that it may be.
static OPTIONS: [(&str, &str); 14] = [
    ("site", "the site's name"),
    ("endpoint", "an http or https URL"),
    ("policy", "the address of a page"),
    ("policyNumber", "a whole number from 1"),
    ("controller", "a name"),
    ("recipients", "names"),
    ("cookieDomain", "a domain"),
    ("lang", "a language"),
    ("level", "none|aggregated|anonymous|full"),
    ("beforeChoice", "aggregated|nothing"),
    ("banner", "auto|manual|off"),
    ("audience", "everybody|children"),
    ("placement", "left|right|bottom"),
    ("adapter", "google|tcf"),
];

/// Bytes that an option may have.
const LONGEST: usize = 253;
const _: () = assert!(LONGEST == limits::SITE);

impl Default for Config {
    fn default() -> Self {
        Self {
            site: String::new(),
            endpoint: false,
            level: Level::Anonymous,
            before: Level::Aggregated,
            banner: Showing::Auto,
            policy: 0,
            cookie_domain: String::new(),
            children: false,
        }
    }
}

impl Config {
    /// Reads all options: names and values in turn, `None` for a value that is no string.
    ///
    /// # Errors
    /// The warning for the console: which option, what is wrong with it, and what would be right.
    pub fn read(mut options: impl Iterator<Item = Option<String>>, source: Source) -> Result<Self, String> {
        let mut config = Self::default();
        while let (Some(Some(name)), Some(value)) = (options.next(), options.next()) {
            config.option(&name, value, source)?;
        }
        config.complete(source)?;
        Ok(config)
    }

    fn option(&mut self, name: &str, value: Option<String>, source: Source) -> Result<(), String> {
        let (mut index, mut best) = (0, 0);
        let [(mut option, mut right), ..] = OPTIONS;
        for (at, (known, wanted)) in OPTIONS.iter().enumerate() {
            let alike = alike(name, known);
            if alike > best {
                (index, best, option, right) = (at, alike, known, wanted);
            }
        }
        if name == option {
            if value.is_some_and(|value| value.len() <= LONGEST && self.take(index, right, value)) {
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

    /// Takes the value of an option; whether it is right.
    fn take(&mut self, option: usize, right: &str, value: String) -> bool {
        match option {
            0 => {
                self.site = value;
                !self.site.is_empty()
            }
            1 => {
                self.endpoint = is_address(&value);
                self.endpoint
            }
            // `javascript:` and the like would run code.
            2 => !cut(&value, b":/?#").1.starts_with(':') || value.starts_with("http"),
            3..=5 => {
                // The number 1 is what there is without one.
                if option > 3 || value != "1" {
                    self.policy ^= hash(option, &value);
                }
                option > 3 || is_whole_number(&value)
            }
            6 => {
                let right = is_domain(&value);
                self.cookie_domain = value;
                right
            }
            7 => true,
            _ => {
                let Some(place) = place(right, &value) else { return false };
                match (option, place) {
                    (8, _) => self.level = Level::from_digit(place).unwrap_or(Level::None),
                    (9, 1) => self.before = Level::None,
                    (10, 1) => self.banner = Showing::Manual,
                    (10, 2) => self.banner = Showing::Off,
                    (11, 1) => self.children = true,
                    _ => {}
                }
                true
            }
        }
    }

    /// Sees to it that nothing is missing once all options are taken.
    fn complete(&mut self, source: Source) -> Result<(), String> {
        if self.children {
            self.level = self.level.min(Level::Aggregated);
        }
        self.before = self.before.min(self.level);
        let missing = if self.site.is_empty() { "site" } else { "endpoint" };
        if self.site.is_empty() || !self.endpoint {
            return Err(join(&[&spelled(missing, source), " is missing"]));
        }
        self.policy = (self.policy ^ hash(0, &self.site)) % 1_000_000_000;
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

/// A hash of one material term, by its option: FNV-1a, 32 bits.
fn hash(option: usize, term: &str) -> u32 {
    let mut hash = 0x811c_9dc5_u32 ^ (option as u32);
    for byte in term.bytes() {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    hash
}

/// Whether it is absolute, http or https, with a host and without query, fragment and credentials.
fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    rest.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric() || first == b'[')
        && !rest.bytes().any(|byte| matches!(byte, 0..=b' ' | b'?' | b'#' | b'@' | b'\\'))
}

/// Whether it is a number from 1 to 999 999.
fn is_whole_number(text: &str) -> bool {
    !text.is_empty()
        && text.len() < 7
        && !text.starts_with('0')
        && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether it could be a domain: what a cookie's attribute may hold.
fn is_domain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-')
}

/// At which place the value stands in a row of words.
fn place(row: &str, value: &str) -> Option<u8> {
    let (mut rest, mut place) = (row, 0);
    loop {
        let (word, after) = cut(rest, b"|");
        if word == value {
            return Some(place);
        }
        rest = after.strip_prefix("|")?;
        place += 1;
    }
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
        assert_eq!((config.level, config.before), (Level::Anonymous, Level::Aggregated));
        assert_eq!((config.banner, config.cookie_domain.as_str()), (Showing::Auto, ""));
    }

    #[test]
    fn every_option_is_read() {
        assert_eq!(with("level", text("full"), Source::Tag).unwrap().level, Level::Full);
        assert_eq!(with("beforeChoice", text("nothing"), Source::Tag).unwrap().before, Level::None);
        assert_eq!(with("banner", text("manual"), Source::Init).unwrap().banner, Showing::Manual);
        assert_eq!(with("banner", text("off"), Source::Init).unwrap().banner, Showing::Off);
        assert!(with("policy", text("/privacy"), Source::Init).is_ok());
        assert_eq!(
            with("cookieDomain", text("shop.example"), Source::Tag).unwrap().cookie_domain,
            "shop.example"
        );
        for (name, value) in
            [("placement", "bottom"), ("lang", "pt-BR"), ("audience", "everybody"), ("adapter", "tcf")]
        {
            assert!(with(name, text(value), Source::Tag).is_ok(), "{name}");
        }
        assert_eq!(
            with("level", text("none"), Source::Tag).unwrap().before,
            Level::None,
            "never above the ceiling"
        );
    }

    #[test]
    fn children_are_never_asked() {
        let options = |level: &str| {
            let pairs =
                [("site", "x"), ("endpoint", "https://x"), ("audience", "children"), ("level", level)];
            let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect();
            read(&pairs, Source::Tag).unwrap()
        };
        for level in ["full", "anonymous", "aggregated"] {
            assert_eq!(options(level).level, Level::Aggregated, "{level}");
        }
        assert_eq!(options("none").level, Level::None);
    }

    #[test]
    fn only_material_terms_ask_again() {
        let policy = |name: &str, value: &str| with(name, text(value), Source::Init).unwrap().policy;
        let before = policy("site", "shop.example");
        for (name, value) in [("policy", "/new"), ("lang", "de"), ("placement", "bottom"), ("level", "full")]
        {
            assert_eq!(policy(name, value), before, "{name}");
        }
        for (name, value) in
            [("site", "other"), ("controller", "Shop Ltd"), ("recipients", "Shop Ltd"), ("policyNumber", "2")]
        {
            assert_ne!(policy(name, value), before, "{name}");
        }
        assert_ne!(policy("controller", "Shop Ltd"), policy("recipients", "Shop Ltd"));
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
            ("site", None, "site must be the site's name"),
            ("site", text(""), "site must be the site's name"),
            ("site", text(&"x".repeat(254)), "site must be the site's name"),
            ("endpoint", text("stats.shop.example"), "endpoint must be an http or https URL"),
            ("endpoint", text("https://"), "endpoint must be an http or https URL"),
            ("endpoint", text("ftp://stats.example"), "endpoint must be an http or https URL"),
            ("endpoint", text("https://a b"), "endpoint must be an http or https URL"),
            ("endpoint", None, "endpoint must be an http or https URL"),
            ("level", text("all"), "level must be none|aggregated|anonymous|full"),
            ("level", text(""), "level must be none|aggregated|anonymous|full"),
            ("beforeChoice", text("none"), "beforeChoice must be aggregated|nothing"),
            ("banner", None, "banner must be auto|manual|off"),
            ("banner", text("auto|manual"), "banner must be auto|manual|off"),
            ("audience", text("adults"), "audience must be everybody|children"),
            ("placement", text("top"), "placement must be left|right|bottom"),
            ("adapter", text("x"), "adapter must be google|tcf"),
            ("policy", text("javascript:alert(1)"), "policy must be the address of a page"),
            ("policyNumber", text("0"), "policyNumber must be a whole number from 1"),
            ("policyNumber", text("1.5"), "policyNumber must be a whole number from 1"),
            ("policyNumber", text("1000000"), "policyNumber must be a whole number from 1"),
            ("cookieDomain", text("a; Secure"), "cookieDomain must be a domain"),
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
