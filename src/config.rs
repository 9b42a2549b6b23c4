//! Options, from the script tag's `data-*` attributes or from `init({…})`, through one path. Pure: the caller reads the
//! browser.
//!
//! An option that cannot be understood switches the snippet off: where data goes, and how much of it, is never guessed. What
//! is wrong with it, `www/explain.ts` says, which only such a page loads. Options that are off by default are checked by
//! `www/options.ts`, which only pages with such an option load.

use askfirst_wire::hash::fnv1a;
use askfirst_wire::redact::cut;
use askfirst_wire::{Level, limits};

use crate::texts::Texts;

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

/// The options that are checked here, in the order in which TypeScript passes them: that of `askfirst_wire::options`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionName {
    /// The site's name.
    Site,
    /// The collector's address.
    Endpoint,
    /// The address of the privacy policy.
    Policy,
}

/// Options that are one of a few words, each as the place of its word, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switches {
    /// The ceiling, as the level's digit.
    pub level: u8,
    /// 1: nothing is counted before the choice.
    pub before: u8,
    /// When the banner shows: by itself, when it is called, never.
    pub banner: u8,
    /// Whether children are the audience. They are never asked (GDPR 8).
    pub children: bool,
    /// Whether other hosts of the site share the choice.
    pub shares_choice: bool,
}

impl Config {
    /// Reads the options: those of [`OptionName`], and the terms that are not as by default, in one text.
    ///
    /// # Errors
    /// The option that cannot be understood, or that is missing.
    pub fn read(values: &mut Texts<'_>, switches: Switches) -> Result<Self, OptionName> {
        let (site, endpoint, policy) = (values.text(), values.text(), values.text());
        if site.is_empty() || site.len() > limits::SITE || has_control(site) {
            return Err(OptionName::Site);
        }
        if !is_address(endpoint) {
            return Err(OptionName::Endpoint);
        }
        if !is_link(policy) {
            return Err(OptionName::Policy);
        }
        let level = Level::from_digit(switches.level).unwrap_or(Level::None);
        let level = if switches.children { level.min(Level::Aggregated) } else { level };
        let before = if switches.before == 1 { Level::None } else { Level::Aggregated };
        Ok(Self {
            site: site.into(),
            level,
            before: before.min(level),
            banner: match switches.banner {
                0 => BannerMode::Auto,
                1 => BannerMode::Manual,
                _ => BannerMode::Off,
            },
            policy: fnv1a(fnv1a(0, values.text()), site) % (limits::POLICY + 1),
            shares_choice: switches.shares_choice,
        })
    }
}

fn has_control(text: &str) -> bool {
    text.bytes().any(|byte| byte < b' ')
}

/// Whether it can be the address of a link: `javascript:` and the like would run code.
fn is_link(text: &str) -> bool {
    !has_control(text) && (text.starts_with("http") || !cut(text, b":/?#").1.starts_with(':'))
}

/// Whether it is absolute, http or https, with a host and without query, fragment and credentials.
fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    rest.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric() || first == b'[')
        && !rest.bytes().any(|byte| matches!(byte, 0..=b' ' | b'?' | b'#' | b'@' | b'\\'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BASIC: [&str; 3] = ["shop.example", "https://stats.shop.example", ""];
    const DEFAULT: Switches =
        Switches { level: 2, before: 0, banner: 0, children: false, shares_choice: false };

    fn read(basic: [&str; 3], terms: &str, switches: Switches) -> Result<Config, OptionName> {
        Config::read(&mut Texts(&[&basic.join("\0"), "\0", terms].concat()), switches)
    }

    fn with(name: OptionName, value: &str) -> Result<Config, OptionName> {
        let mut basic = BASIC;
        basic[name as usize] = value;
        read(basic, "", DEFAULT)
    }

    fn switches(switches: Switches) -> Config {
        read(BASIC, "", switches).unwrap()
    }

    #[test]
    fn options_stand_in_the_order_of_their_names() {
        let names = [OptionName::Site, OptionName::Endpoint, OptionName::Policy];
        for (name, (shared, _)) in names.into_iter().zip(askfirst_wire::options::OPTIONS) {
            assert_eq!(format!("{name:?}").to_lowercase(), shared);
        }
    }

    #[test]
    fn defaults() {
        let config = with(OptionName::Endpoint, "https://stats.shop.example/").unwrap();
        assert_eq!((config.level, config.before), (Level::Anonymous, Level::Aggregated));
        assert_eq!((config.banner, config.shares_choice), (BannerMode::Auto, false));
    }

    #[test]
    fn every_switch_is_read() {
        assert_eq!(switches(Switches { level: 3, ..DEFAULT }).level, Level::Full);
        assert_eq!(switches(Switches { before: 1, ..DEFAULT }).before, Level::None);
        assert_eq!(switches(Switches { banner: 1, ..DEFAULT }).banner, BannerMode::Manual);
        assert_eq!(switches(Switches { banner: 2, ..DEFAULT }).banner, BannerMode::Off);
        assert!(switches(Switches { shares_choice: true, ..DEFAULT }).shares_choice);
        assert_eq!(switches(Switches { level: 0, ..DEFAULT }).before, Level::None, "never above the ceiling");
    }

    #[test]
    fn children_are_never_asked() {
        for level in 1..4 {
            let config = switches(Switches { level, children: true, ..DEFAULT });
            assert_eq!(config.level, Level::Aggregated, "{level}");
        }
        assert_eq!(switches(Switches { level: 0, children: true, ..DEFAULT }).level, Level::None);
    }

    #[test]
    fn only_material_terms_ask_again() {
        let policy = |basic, terms| read(basic, terms, DEFAULT).unwrap().policy;
        let before = policy(BASIC, "");
        assert!(before <= limits::POLICY);
        assert_eq!(with(OptionName::Policy, "/new").unwrap().policy, before);
        let other = Switches { level: 3, before: 1, banner: 2, children: true, shares_choice: true };
        assert_eq!(switches(other).policy, before);
        assert_ne!(with(OptionName::Site, "other").unwrap().policy, before);
        assert_ne!(policy(BASIC, "\x01Shop Ltd\x01"), before);
        assert_ne!(policy(BASIC, "\x01Shop Ltd\x01"), policy(BASIC, "\x01\x01Shop Ltd"));
    }

    #[test]
    fn the_policy_s_number_has_nine_digits_at_most() {
        for site in ["shop.example", "pages.example", "demo", "a", "b"] {
            let whole = fnv1a(fnv1a(0, ""), site);
            assert_eq!(with(OptionName::Site, site).unwrap().policy, whole % 1_000_000_000, "{site}");
        }
    }

    #[test]
    fn names_may_have_spaces_and_addresses_may_be_numbers() {
        assert!(with(OptionName::Site, "my shop").is_ok());
        for address in ["https://[::1]:8100", "http://127.0.0.1:8100", "https://stats.shop.example/a"] {
            assert!(with(OptionName::Endpoint, address).is_ok(), "{address}");
        }
        assert!(with(OptionName::Endpoint, "https://-stats.example").is_err());
    }

    #[test]
    fn wrong_values_are_refused() {
        for (name, value) in [
            (OptionName::Site, ""),
            (OptionName::Site, "\u{1}"),
            (OptionName::Site, "x".repeat(254).as_str()),
            (OptionName::Endpoint, ""),
            (OptionName::Endpoint, "stats.shop.example"),
            (OptionName::Endpoint, "https://"),
            (OptionName::Endpoint, "ftp://stats.example"),
            (OptionName::Endpoint, "https://a b"),
            (OptionName::Endpoint, "https://a?b"),
            (OptionName::Policy, "javascript:alert(1)"),
            (OptionName::Policy, "\u{1}"),
        ] {
            assert_eq!(with(name, value).unwrap_err(), name, "{value:?}");
        }
        assert!(with(OptionName::Site, "x".repeat(253).as_str()).is_ok());
        for policy in ["/privacy", "privacy?x:y", "https://shop.example/privacy", "#privacy"] {
            assert!(with(OptionName::Policy, policy).is_ok(), "{policy}");
        }
        assert_eq!(Config::read(&mut Texts(""), DEFAULT).unwrap_err(), OptionName::Site);
    }

    proptest! {
        #[test]
        fn any_options_are_read_or_refused(options in "\\PC{0,40}(\0\\PC{0,40}){0,7}", level: u8, banner: u8) {
            let _ = Config::read(&mut Texts(&options), Switches { level, banner, ..DEFAULT });
        }
    }
}
