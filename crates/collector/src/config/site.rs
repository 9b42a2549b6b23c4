//! One site of the configuration.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{bail, ensure};
use askfirst_wire::{Level, builtin, limits};
use serde::Deserialize;

use super::cookie;
use super::origins::Origin;
use super::party::Controller;

/// The most bytes of one statement.
const STATEMENT_MOST: usize = 500;

/// One site.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Its name, the same as in `data-site`.
    pub name: String,
    /// The ceiling: hits above it are refused.
    pub level: Level,
    /// Reports fold cells with fewer views into "(other)".
    #[serde(default = "default_k")]
    pub k: u32,
    /// Whether cells with fewer views are not written at all.
    #[serde(default)]
    pub strict: bool,
    /// Whether each day's visitors are estimated, in memory.
    #[serde(default)]
    pub uniques: bool,
    /// Whether robots and browsers that a program drives count like visitors, for trying things out.
    #[serde(default)]
    pub robots: bool,
    /// Declared event names; others are counted as "(other)".
    #[serde(default)]
    pub events: BTreeSet<String>,
    /// Declared properties of events, each with its values. Other values are counted as "(other)"; other properties are not
    /// counted.
    #[serde(default)]
    pub props: BTreeMap<String, BTreeSet<String>>,
    /// The controller, for receipts.
    #[serde(default)]
    pub controller: Controller,
    /// Who else gets the data under an id, for receipts; empty means nobody.
    #[serde(default)]
    pub recipients: Option<Vec<String>>,
    /// The address of the page that tells visitors what the site does, for receipts.
    #[serde(default)]
    pub notice: Option<String>,
    /// The domain whose hosts share the visitor's choice in a cookie, if any.
    #[serde(default)]
    pub cookie_domain: Option<String>,
    /// The origins of its pages. If empty, pages of any origin can send.
    #[serde(default)]
    pub origins: Vec<Origin>,
}

/// The default of `k`.
pub(super) const fn default_k() -> u32 {
    10
}

impl Site {
    /// The only site of a collector without a configuration file.
    #[must_use]
    pub fn demo() -> Self {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Self {
            name: "demo".into(),
            level: Level::Full,
            k: 1,
            strict: false,
            uniques: false,
            robots: true,
            events: names(&["signup", "download", "newsletter", "plan"]),
            props: BTreeMap::from([("plan".to_owned(), names(&["free", "team", "pro"]))]),
            controller: Controller::default(),
            recipients: None,
            notice: None,
            cookie_domain: None,
            origins: Vec::new(),
        }
    }

    /// Whether a page of this origin may send to this site.
    #[must_use]
    pub fn allows(&self, origin: &str) -> bool {
        self.origins.is_empty() || self.lists(origin)
    }

    /// Whether the site declares that origin. False if it declares none.
    #[must_use]
    pub fn lists(&self, origin: &str) -> bool {
        self.origins.iter().any(|listed| listed.matches(origin))
    }

    /// The keys of statements that receipts lack. Empty if the site's ceiling allows no level with receipts.
    #[must_use]
    pub fn unstated(&self) -> Vec<&'static str> {
        if !self.level.has_id() {
            return Vec::new();
        }
        let mut keys: Vec<&str> = self
            .statements()
            .into_iter()
            .filter(|(_, statement)| statement.is_none())
            .map(|(key, _)| key)
            .collect();
        if self.recipients.is_none() {
            keys.push("recipients");
        }
        keys
    }

    fn statements(&self) -> [(&'static str, Option<&str>); 6] {
        let Controller { name, address, contact, jurisdiction, authority } = &self.controller;
        [
            ("controller.name", name.as_deref()),
            ("controller.address", address.as_deref()),
            ("controller.contact", contact.as_deref()),
            ("controller.jurisdiction", jurisdiction.as_deref()),
            ("controller.authority", authority.as_deref()),
            ("notice", self.notice.as_deref()),
        ]
    }

    /// Checks that the statements fit into a receipt.
    fn check_statements(&self) -> anyhow::Result<()> {
        let site = &self.name;
        let recipients = self.recipients.iter().flatten().map(|name| ("recipients", name.as_str()));
        let statements = self.statements().into_iter().filter_map(|(key, statement)| Some((key, statement?)));
        for (key, statement) in statements.chain(recipients) {
            ensure!(
                !statement.trim().is_empty()
                    && statement.len() <= STATEMENT_MOST
                    && !statement.chars().any(char::is_control),
                "site {site:?}: {key} must be 1 to {STATEMENT_MOST} bytes without control characters; leave it out where there is nothing to say"
            );
        }
        if let Some(notice) = &self.notice {
            let rest = notice.strip_prefix("https://").or_else(|| notice.strip_prefix("http://"));
            ensure!(
                rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace)),
                "site {site:?}: notice = {notice:?} must be the full address of the page, such as \"https://example.org/privacy\""
            );
        }
        Ok(())
    }

    /// Checks what no type can express.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let name = &self.name;
        check_name("site: name", name, limits::SITE)?;
        ensure!(self.k > 0, "site {name:?}: k must be at least 1");
        for event in &self.events {
            check_name("site: events", event, limits::EVENT_NAME)?;
        }
        self.check_statements()?;
        if let Some(domain) = &self.cookie_domain {
            cookie::check(name, domain)?;
        }
        ensure!(self.props.len() <= limits::PROPS, "site {name:?}: at most {} props", limits::PROPS);
        for (prop, values) in &self.props {
            check_name("site: props", prop, limits::PROP_NAME)?;
            ensure!(
                prop != builtin::REVENUE,
                "site {name:?}: remove props.{prop}: amounts are summed without a declaration"
            );
            for value in values {
                check_name(&format!("site: props.{prop}"), value, limits::PROP_VALUE)?;
            }
        }
        Ok(())
    }
}

fn check_name(what: &str, name: &str, most: usize) -> anyhow::Result<()> {
    if name.is_empty() || name.len() > most || name.chars().any(char::is_control) {
        bail!("{what}: {name:?} must be 1 to {most} bytes without control characters");
    }
    Ok(())
}
