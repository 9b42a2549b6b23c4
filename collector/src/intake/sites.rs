//! The sites of the configuration, in the form in which hits meet them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use askfirst_wire::decode::Refused;
use askfirst_wire::{Level, Refusal};

use super::OTHER;
use crate::config::{Config, Site};

/// All sites.
#[derive(Debug)]
pub struct Sites(HashMap<String, Terms>);

/// What one site takes.
#[derive(Debug)]
pub struct Terms {
    /// Its name.
    pub name: Arc<str>,
    /// The ceiling.
    pub level: Level,
    /// The names of the dimensions, shared by all increments.
    pub(super) dimensions: Dimensions,
    events: HashMap<String, Arc<str>>,
    props: HashMap<String, Prop>,
    other: Arc<str>,
}

/// A declared property: the dimension that counts it, and its declared values.
#[derive(Debug)]
struct Prop {
    dimension: Arc<str>,
    values: HashMap<String, Arc<str>>,
}

/// Names of dimensions.
#[derive(Debug)]
pub(super) struct Dimensions {
    pub(super) referrer: Arc<str>,
    pub(super) source: Arc<str>,
    pub(super) medium: Arc<str>,
    pub(super) campaign: Arc<str>,
    pub(super) viewport: Arc<str>,
    pub(super) event: Arc<str>,
}

impl Sites {
    /// The sites of a configuration.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self(config.sites.iter().map(|site| (site.name.clone(), Terms::new(site))).collect())
    }

    /// The site of that name, if it takes hits of that level.
    ///
    /// # Errors
    /// [`Refusal::UnknownSite`], [`Refusal::LevelAboveCeiling`].
    pub fn admit(&self, name: &str, level: Level) -> Result<&Terms, Refused> {
        let terms = self.0.get(name).ok_or_else(|| {
            Refused::new(Refusal::UnknownSite, "the collector's configuration has no site of that name")
        })?;
        if level > terms.level {
            return Err(Refused::new(
                Refusal::LevelAboveCeiling,
                format!("the site's ceiling is {}", terms.level.as_str()),
            ));
        }
        Ok(terms)
    }
}

impl Terms {
    fn new(site: &Site) -> Self {
        let props = site.props.iter().map(|(name, values)| {
            (name.clone(), Prop { dimension: format!("prop.{name}").into(), values: shared(values) })
        });
        Self {
            name: site.name.as_str().into(),
            level: site.level,
            dimensions: Dimensions {
                referrer: "referrer".into(),
                source: "source".into(),
                medium: "medium".into(),
                campaign: "campaign".into(),
                viewport: "viewport".into(),
                event: "event".into(),
            },
            events: shared(&site.events),
            props: props.collect(),
            other: OTHER.into(),
        }
    }

    /// The declared event name, or "(other)".
    pub(super) fn event(&self, name: &str) -> Arc<str> {
        Arc::clone(self.events.get(name).unwrap_or(&self.other))
    }

    /// The dimension and the value that a property is counted under; `None` where the site declares no such property.
    pub(super) fn prop(&self, name: &str, value: &str) -> Option<(Arc<str>, Arc<str>)> {
        let prop = self.props.get(name)?;
        Some((Arc::clone(&prop.dimension), Arc::clone(prop.values.get(value).unwrap_or(&self.other))))
    }
}

fn shared(names: &BTreeSet<String>) -> HashMap<String, Arc<str>> {
    names.iter().map(|name| (name.clone(), name.as_str().into())).collect()
}
