//! Options, from the script tag's `data-*` attributes or from `init({…})`, through one path. Pure: the caller reads the
//! browser.
//!
//! An option that cannot be understood switches the snippet off: where data goes, and how much of it, is never guessed. What
//! is wrong with it, `www/explain.ts` says, which only such a page loads.

use askfirst_wire::hash::fnv1a;
use askfirst_wire::redact::cut;
use askfirst_wire::{Level, limits};

use crate::pairs::Texts;

/// What the site's owner decided, as far as it bears on what may be known. What bears on words and looks, the entry files hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The site's name, as the collector's configuration spells it.
    pub site: String,
    /// The ceiling: the level above which nothing is asked for. `anonymous` by default.
    pub level: Level,
    /// The level before the choice, and after a refusal: `aggregated` by default, or `none`.
    pub before: Level,
    /// Whether the banner shows by itself, when it is called, or never: then all is done through `askfirst.consent`.
    pub banner: BannerMode,
    /// The number of what is asked for, from 0 to 999 999 999: a hash of its material terms, which are the site, who is
    /// responsible, who else receives the data, and what the owner's own number stands for (R6: a new purpose, controller,
    /// recipient or longer duration asks again, a typo does not). With another number everybody is asked again (Garante 10 June
    /// 2021: on material changes only).
    pub policy: u32,
    /// Whether other hosts of the site share the choice: there is a cookie domain.
    pub shares_choice: bool,
    /// The audience is children, who are never asked (GDPR 8).
    children: bool,
}

/// When the banner shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BannerMode {
    /// By itself.
    Auto,
    /// When it is called.
    Manual,
    /// Never.
    Off,
}

/// The options, in the order in which TypeScript passes them: that of `askfirst_wire::options`. If the value is one of a few
/// words, it is passed as a digit: the position of the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionName {
    /// The site's name.
    Site,
    /// The collector's address.
    Endpoint,
    /// The address of the privacy policy.
    Policy,
    /// The banner's language.
    Lang,
    /// The owner's number for what is asked.
    PolicyNumber,
    /// Who is responsible.
    Controller,
    /// Who else receives the data.
    Recipients,
    /// The ceiling.
    Level,
    /// The level before the choice.
    BeforeChoice,
    /// When the banner shows.
    Banner,
    /// Whether children are the audience.
    Audience,
    /// The domain of the cookies, which TypeScript checks and adds.
    CookieDomain,
}

/// All of them.
static OPTIONS: [OptionName; 12] = [
    OptionName::Site,
    OptionName::Endpoint,
    OptionName::Policy,
    OptionName::Lang,
    OptionName::PolicyNumber,
    OptionName::Controller,
    OptionName::Recipients,
    OptionName::Level,
    OptionName::BeforeChoice,
    OptionName::Banner,
    OptionName::Audience,
    OptionName::CookieDomain,
];

/// Bytes that an option may have.
const LONGEST: usize = 253;
const _: () = assert!(LONGEST == limits::SITE);

impl Config {
    /// Reads all options, in the order of [`OptionName`]; one that is empty is not given.
    ///
    /// # Errors
    /// The option that cannot be understood, or that is missing.
    pub fn read(values: &mut Texts<'_>) -> Result<Self, OptionName> {
        let mut config = Self {
            site: String::new(),
            level: Level::Anonymous,
            before: Level::Aggregated,
            banner: BannerMode::Auto,
            policy: 0,
            shares_choice: false,
            children: false,
        };
        let mut missing = Some(OptionName::Site);
        for &name in &OPTIONS {
            let value = values.text();
            if value.is_empty() {
                continue;
            }
            if value.len() > LONGEST || value.bytes().any(|byte| byte < b' ') || !config.set(name, value) {
                return Err(name);
            }
            // The two that have to be there come first, in turn.
            missing = match (name, missing) {
                (OptionName::Site, _) => Some(OptionName::Endpoint),
                (OptionName::Endpoint, Some(OptionName::Endpoint)) => None,
                (_, missing) => missing,
            };
        }
        if let Some(name) = missing {
            return Err(name);
        }
        if config.children {
            config.level = config.level.min(Level::Aggregated);
        }
        config.before = config.before.min(config.level);
        config.policy = (config.policy ^ hash(OptionName::Site, &config.site)) % (limits::POLICY + 1);
        Ok(config)
    }

    /// Takes the value of an option; whether it is right.
    fn set(&mut self, name: OptionName, value: &str) -> bool {
        match name {
            OptionName::Site => {
                self.site = value.into();
                true
            }
            OptionName::Endpoint => is_address(value),
            // `javascript:` and the like would run code.
            OptionName::Policy => !cut(value, b":/?#").1.starts_with(':') || value.starts_with("http"),
            OptionName::Lang => true,
            OptionName::PolicyNumber => {
                // The number 1 is what there is without one.
                if value != "1" {
                    self.policy ^= hash(name, value);
                }
                is_whole_number(value)
            }
            OptionName::Controller | OptionName::Recipients => {
                self.policy ^= hash(name, value);
                true
            }
            OptionName::CookieDomain => {
                self.shares_choice = true;
                true
            }
            OptionName::Level | OptionName::BeforeChoice | OptionName::Banner | OptionName::Audience => {
                let &[digit] = value.as_bytes() else { return false };
                match (name, digit) {
                    (OptionName::Level, _) => {
                        self.level = Level::from_digit(digit & 15).unwrap_or(Level::None);
                    }
                    (OptionName::BeforeChoice, b'1') => self.before = Level::None,
                    (OptionName::Banner, b'1') => self.banner = BannerMode::Manual,
                    (OptionName::Banner, b'2') => self.banner = BannerMode::Off,
                    (OptionName::Audience, b'1') => self.children = true,
                    _ => {}
                }
                true
            }
        }
    }
}

/// A hash of one material term, by its option.
fn hash(name: OptionName, term: &str) -> u32 {
    fnv1a(name as u32, term)
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(options: &[(OptionName, &str)]) -> Result<Config, OptionName> {
        let given =
            |wanted| options.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned());
        let values: Vec<String> = OPTIONS.iter().map(|&name| given(name).unwrap_or_default()).collect();
        Config::read(&mut Texts(&values.join("\0")))
    }

    fn with(name: OptionName, value: &str) -> Result<Config, OptionName> {
        read(&[
            (name, value),
            (OptionName::Site, "shop.example"),
            (OptionName::Endpoint, "https://stats.shop.example"),
        ])
    }

    #[test]
    fn options_stand_in_the_order_of_their_names() {
        for (index, name) in OPTIONS.iter().enumerate() {
            assert_eq!(*name as usize, index);
        }
        let spelled = OPTIONS.map(|name| {
            let name = format!("{name:?}");
            name[..1].to_lowercase() + &name[1..]
        });
        let shared = &askfirst_wire::options::OPTIONS[..askfirst_wire::options::MODULE_OPTIONS];
        assert!(shared.iter().map(|(name, _)| *name).eq(spelled.iter().map(String::as_str)));
    }

    #[test]
    fn defaults() {
        let config = with(OptionName::Endpoint, "https://stats.shop.example/").unwrap();
        assert_eq!((config.level, config.before), (Level::Anonymous, Level::Aggregated));
        assert_eq!((config.banner, config.shares_choice), (BannerMode::Auto, false));
    }

    #[test]
    fn every_option_is_read() {
        assert_eq!(with(OptionName::Level, "3").unwrap().level, Level::Full);
        assert_eq!(with(OptionName::BeforeChoice, "1").unwrap().before, Level::None);
        assert_eq!(with(OptionName::Banner, "1").unwrap().banner, BannerMode::Manual);
        assert_eq!(with(OptionName::Banner, "2").unwrap().banner, BannerMode::Off);
        assert!(with(OptionName::CookieDomain, "shop.example").unwrap().shares_choice);
        for (name, value) in [
            (OptionName::Policy, "/privacy"),
            (OptionName::Lang, "pt-BR"),
            (OptionName::Audience, "0"),
        ] {
            assert!(with(name, value).is_ok(), "{name:?}");
        }
        assert_eq!(with(OptionName::Level, "0").unwrap().before, Level::None, "never above the ceiling");
    }

    #[test]
    fn children_are_never_asked() {
        let options = |level: &str| {
            let (site, endpoint) = ((OptionName::Site, "x"), (OptionName::Endpoint, "https://x"));
            read(&[site, endpoint, (OptionName::Audience, "1"), (OptionName::Level, level)]).unwrap()
        };
        for level in ["3", "2", "1"] {
            assert_eq!(options(level).level, Level::Aggregated, "{level}");
        }
        assert_eq!(options("0").level, Level::None);
    }

    #[test]
    fn only_material_terms_ask_again() {
        let policy = |name, value| with(name, value).unwrap().policy;
        let before = policy(OptionName::Site, "shop.example");
        for (name, value) in [
            (OptionName::Policy, "/new"),
            (OptionName::Lang, "de"),
            (OptionName::Level, "3"),
            (OptionName::PolicyNumber, "1"),
        ] {
            assert_eq!(policy(name, value), before, "{name:?}");
        }
        for (name, value) in [
            (OptionName::Site, "other"),
            (OptionName::Controller, "Shop Ltd"),
            (OptionName::Recipients, "Shop Ltd"),
            (OptionName::PolicyNumber, "2"),
        ] {
            assert_ne!(policy(name, value), before, "{name:?}");
        }
        assert_ne!(policy(OptionName::Controller, "Shop Ltd"), policy(OptionName::Recipients, "Shop Ltd"));
    }

    #[test]
    fn wrong_values_are_refused() {
        for (name, value) in [
            (OptionName::Site, "\u{1}"),
            (OptionName::Site, "x".repeat(254).as_str()),
            (OptionName::Endpoint, "stats.shop.example"),
            (OptionName::Endpoint, "https://"),
            (OptionName::Endpoint, "ftp://stats.example"),
            (OptionName::Endpoint, "https://a b"),
            (OptionName::Level, "-1"),
            (OptionName::BeforeChoice, "-1"),
            (OptionName::Banner, "-1"),
            (OptionName::Audience, "-1"),
            (OptionName::Policy, "javascript:alert(1)"),
            (OptionName::PolicyNumber, "0"),
            (OptionName::PolicyNumber, "1.5"),
            (OptionName::PolicyNumber, "1000000"),
            (OptionName::Lang, "\u{1}"),
        ] {
            assert_eq!(with(name, value).unwrap_err(), name, "{value:?}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(read(&[]).unwrap_err(), OptionName::Site);
        assert_eq!(with(OptionName::Site, "").unwrap_err(), OptionName::Site);
        assert_eq!(read(&[(OptionName::Endpoint, "https://x")]).unwrap_err(), OptionName::Site);
        assert_eq!(read(&[(OptionName::Site, "x")]).unwrap_err(), OptionName::Endpoint);
    }

    proptest! {
        #[test]
        fn any_options_are_read_or_refused(at in 0..OPTIONS.len(), value in "\\PC{0,40}") {
            let _ = with(OPTIONS[at], &value);
        }
    }
}
