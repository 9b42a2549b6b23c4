//! What a request shows by itself, made coarse: device class, browser, system, language, country. The snippet reads none of
//! it, and none of it goes together: each is counted by itself.
//!
//! The User-Agent, the languages and the address are looked at for as long as it takes to make this of them. They are not
//! stored and not logged.

mod agent;
mod country;
mod language;
mod robot;

use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;

use anyhow::Context as _;
use quick_cache::sync::Cache;

pub use agent::Families;
pub use country::{Countries, Country};
pub use robot::Bot;

use crate::config::Config;

/// User-Agents whose families are remembered.
const REMEMBERED: usize = 1024;

/// What one request shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Context {
    /// Device class, browser and system.
    pub families: Families,
    /// ISO 639-1 code of the first language, or "(other)".
    pub language: &'static str,
    /// `None` where the owner names no database.
    pub country: Option<Country>,
}

impl Context {
    /// Dimensions and values.
    pub fn cells(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let Self { families, language, country } = self;
        let always = [
            ("device", families.device),
            ("browser", families.browser),
            ("os", families.os),
            ("language", *language),
        ];
        always.into_iter().chain(country.iter().map(|country| ("country", country.as_str())))
    }
}

/// What of a request is looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown<'a> {
    /// `User-Agent`.
    pub agent: &'a str,
    /// Whether the browser says that it asks ahead of anybody.
    pub ahead: bool,
    /// `Accept-Language`.
    pub languages: &'a str,
    /// The visitor's address, where it is looked at.
    pub client: Option<IpAddr>,
}

/// Makes contexts.
///
/// Most visitors have one of few User-Agents, and matching one costs some microseconds, so the families of the last ones
/// are remembered: in memory, under a hash whose key is random and new with each start, with nothing beside them. The
/// header itself is not held, what is held says nothing of who came when, and it is never written.
#[derive(Debug)]
pub struct Contexts {
    agents: agent::AgentClassifier,
    remembered: Cache<u64, Option<Families>>,
    key: RandomState,
    countries: Option<Countries>,
    /// Whether a site counts its visitors.
    uniques: bool,
}

impl Contexts {
    /// As the configuration says.
    ///
    /// # Errors
    /// Where the database of countries cannot be read: names it.
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        let countries = config.country_database.as_deref().map(Countries::open).transpose()?;
        Ok(Self {
            agents: agent::AgentClassifier::new().context("cannot compile the rules for User-Agents")?,
            remembered: Cache::new(REMEMBERED),
            key: RandomState::new(),
            countries,
            uniques: config.sites.iter().any(|site| site.uniques),
        })
    }

    /// Whether the address is looked at.
    #[must_use]
    pub const fn wants_address(&self) -> bool {
        self.countries.is_some() || self.uniques
    }

    /// The families of whoever sends.
    ///
    /// # Errors
    /// [`Bot`] where it is nobody.
    pub fn sender(&self, shown: &Shown<'_>) -> Result<Families, Bot> {
        if shown.ahead {
            return Err(Bot::Ahead);
        }
        self.families(shown.agent).ok_or(Bot::Agent)
    }

    /// What a request of that sender shows.
    #[must_use]
    pub fn of(&self, families: Families, shown: &Shown<'_>) -> Context {
        let country = self.countries.as_ref().map(|countries| countries.of(shown.client));
        Context { families, language: language::first(shown.languages), country }
    }

    fn families(&self, agent: &str) -> Option<Families> {
        let hash = self.key.hash_one(agent);
        if let Some(families) = self.remembered.get(&hash) {
            return families;
        }
        let families = self.agents.families(agent);
        self.remembered.insert(hash, families);
        families
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_was_found() {
        let contexts = Contexts::new(&Config::default()).unwrap();
        let agent = |number: usize| {
            let browser = if number.is_multiple_of(2) { "Firefox" } else { "Chrome" };
            (format!("Mozilla/5.0 (X11; Linux x86_64; {number}) {browser}/1.0"), browser)
        };
        for _ in 0..2 {
            for number in 0..3 * REMEMBERED {
                let (agent, browser) = agent(number);
                assert_eq!(contexts.families(&agent).unwrap().browser, browser, "{agent}");
            }
        }
        assert!(contexts.remembered.len() <= REMEMBERED, "bounded");
    }

    #[test]
    fn a_request_that_shows_nothing_is_other_and_without_a_database_has_no_country() {
        let contexts = Contexts::new(&Config::default()).unwrap();
        let shown = Shown { client: Some([192, 0, 2, 1].into()), ..Shown::default() };
        let context = contexts.of(contexts.sender(&shown).unwrap(), &shown);
        assert_eq!(context, Context { families: Families::OTHER, language: "(other)", country: None });
        assert!(!contexts.wants_address());
    }

    #[test]
    fn a_robot_stays_one_when_it_is_remembered_and_who_asks_ahead_is_none_whatever_its_name() {
        let contexts = Contexts::new(&Config::default()).unwrap();
        let robot = Shown { agent: "curl/8.5.0", ..Shown::default() };
        for _ in 0..2 {
            assert_eq!(contexts.sender(&robot), Err(Bot::Agent));
        }
        let browser = Shown { agent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/143.0", ..Shown::default() };
        assert!(contexts.sender(&browser).is_ok());
        assert_eq!(contexts.sender(&Shown { ahead: true, ..browser }), Err(Bot::Ahead));
        assert_eq!(contexts.sender(&Shown { ahead: true, ..robot }), Err(Bot::Ahead));
    }
}
