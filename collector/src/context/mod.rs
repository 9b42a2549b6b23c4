//! What a request shows by itself, made coarse: device class, browser, system, language, country. The snippet reads none of
//! it, and none of it goes together: each is counted by itself.
//!
//! The User-Agent, the languages and the address are looked at for as long as it takes to make this of them. They are not
//! stored and not logged, and where no country is asked for, the address is not even looked at.

mod agent;
mod country;
mod hop;
mod language;

use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;

use anyhow::Context as _;
use ipnet::IpNet;
use quick_cache::sync::Cache;

pub use agent::Families;
pub use country::{Countries, Country};

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
    /// `Accept-Language`.
    pub languages: &'a str,
    /// The address of whoever connected, where it was kept for this.
    pub peer: Option<IpAddr>,
    /// `X-Forwarded-For`, all lines of it, in order, joined by commas.
    pub forwarded: &'a str,
}

/// Makes contexts.
///
/// Most visitors have one of few User-Agents, and matching one costs some microseconds, so the families of the last ones
/// are remembered: in memory, under a hash whose key is random and new with each start, with nothing beside them. The
/// header itself is not held, what is held says nothing of who came when, and it is never written.
#[derive(Debug)]
pub struct Contexts {
    agents: agent::Agents,
    remembered: Cache<u64, Families>,
    key: RandomState,
    countries: Option<Countries>,
    trusted: Vec<IpNet>,
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
            agents: agent::Agents::new().context("the rules for User-Agents do not compile")?,
            remembered: Cache::new(REMEMBERED),
            key: RandomState::new(),
            countries,
            trusted: config.trusted_proxies.clone(),
            uniques: config.sites.iter().any(|site| site.uniques),
        })
    }

    /// Whether the address is looked at.
    #[must_use]
    pub const fn wants_address(&self) -> bool {
        self.countries.is_some() || self.uniques
    }

    /// What a request shows.
    #[must_use]
    pub fn of(&self, shown: &Shown<'_>) -> Context {
        let country = self.countries.as_ref().map(|countries| countries.of(self.client(shown)));
        Context { families: self.families(shown.agent), language: language::first(shown.languages), country }
    }

    /// Whose address the request comes from, where that was kept.
    #[must_use]
    pub fn client(&self, shown: &Shown<'_>) -> Option<IpAddr> {
        shown.peer.and_then(|peer| hop::client(peer, shown.forwarded, &self.trusted))
    }

    fn families(&self, agent: &str) -> Families {
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
                assert_eq!(contexts.families(&agent).browser, browser, "{agent}");
            }
        }
        assert!(contexts.remembered.len() <= REMEMBERED, "bounded");
    }

    #[test]
    fn a_request_that_shows_nothing_is_other_and_without_a_database_has_no_country() {
        let contexts = Contexts::new(&Config::default()).unwrap();
        let shown = Shown { peer: Some([192, 0, 2, 1].into()), ..Shown::default() };
        let context = contexts.of(&shown);
        assert_eq!(context, Context { families: Families::OTHER, language: "(other)", country: None });
        assert!(!contexts.wants_address());
    }
}
