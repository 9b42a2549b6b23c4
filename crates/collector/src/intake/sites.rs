//! The sites of the configuration, in the form in which hits meet them.

use std::sync::Arc;

use askfirst_wire::builtin::{self, Values};
use askfirst_wire::decode::Refused;
use askfirst_wire::redact::composed;
use askfirst_wire::{Level, Refusal};
use foldhash::HashMap;

use super::pages::Pages;
use super::{Word, coarsen};
use crate::config::{Config, Site};

/// All sites.
#[derive(Debug)]
pub struct Sites {
    terms: HashMap<String, SiteRules>,
    pages: Pages,
}

/// What one site takes.
#[derive(Debug)]
pub struct SiteRules {
    /// Its name.
    pub name: Arc<str>,
    /// The ceiling.
    pub level: Level,
    events: HashMap<String, KnownEvent>,
    props: HashMap<String, KnownProp>,
}

/// An event that is declared, or one that the snippet makes of its own accord.
#[derive(Debug)]
pub(super) struct KnownEvent {
    pub(super) name: Word,
    /// What only this event has.
    props: Vec<(&'static str, KnownProp)>,
}

/// A known property: the dimension that counts it, and what of its values is counted.
#[derive(Debug)]
struct KnownProp {
    dimension: Word,
    values: KnownValues,
}

/// What of a property's values is counted.
#[derive(Debug)]
enum KnownValues {
    /// The registrable domain of a host.
    Host,
    /// A page template.
    Page,
    /// These.
    OneOf(HashMap<String, Word>),
}

impl Sites {
    /// The sites of a configuration.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let terms = config.sites.iter().map(|site| (site.name.clone(), SiteRules::new(site))).collect();
        Self { terms, pages: Pages::default() }
    }

    /// The templates of their pages.
    pub(super) const fn pages(&self) -> &Pages {
        &self.pages
    }

    /// The site of that name, if it takes hits of that level.
    ///
    /// # Errors
    /// [`Refusal::UnknownSite`], [`Refusal::LevelAboveCeiling`].
    pub fn admit(&self, name: &str, level: Level) -> Result<&SiteRules, Refused> {
        let terms = self.terms.get(name).ok_or_else(|| {
            Refused::new(Refusal::UnknownSite, "the collector's configuration has no site of this name")
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

impl SiteRules {
    fn new(site: &Site) -> Self {
        let props = site.props.iter().map(|(name, values)| {
            let values = KnownValues::OneOf(shared(values.iter().map(String::as_str)));
            (composed(name.clone()), KnownProp { dimension: declared(&format!("prop.{name}")), values })
        });
        let declared = site.events.iter().map(|name| KnownEvent { name: declared(name), props: Vec::new() });
        let events = declared.chain(builtin::EVENTS.iter().map(KnownEvent::built_in));
        Self {
            name: site.name.as_str().into(),
            level: site.level,
            events: events.map(|event| (event.name.to_string(), event)).collect(),
            props: props.collect(),
        }
    }

    /// The event of that name; `None` where it is neither declared nor built in.
    pub(super) fn event(&self, name: &str) -> Option<&KnownEvent> {
        self.events.get(name)
    }

    /// The dimension that a property is counted under, and the value, where that is known; `None` where there is no such
    /// property. What only this event has goes before what the site declares.
    pub(super) fn prop(
        &self,
        event: Option<&KnownEvent>,
        name: &str,
        value: &str,
    ) -> Option<(Word, Option<Word>)> {
        let own = event.and_then(|event| event.props.iter().find(|(own, _)| *own == name));
        let prop = match own {
            Some((_, prop)) => prop,
            None => self.props.get(name)?,
        };
        Some((prop.dimension.clone(), prop.values.of(value)))
    }
}

impl KnownEvent {
    fn built_in(event: &builtin::Event) -> Self {
        let prop = |prop: &builtin::Prop| {
            let values = match prop.values {
                Values::Host => KnownValues::Host,
                Values::Page => KnownValues::Page,
                Values::OneOf(values) => KnownValues::OneOf(shared(values.iter().copied())),
            };
            (prop.name, KnownProp { dimension: prop.dimension.into(), values })
        };
        Self { name: event.name.into(), props: event.props.iter().map(prop).collect() }
    }
}

impl KnownValues {
    fn of(&self, value: &str) -> Option<Word> {
        match self {
            Self::Host => Some(coarsen::domain(value.to_owned())),
            Self::Page => Some(coarsen::page(value).into()),
            Self::OneOf(values) => values.get(value).cloned(),
        }
    }
}

fn shared<'a>(names: impl Iterator<Item = &'a str>) -> HashMap<String, Word> {
    names.map(|name| (composed(name.to_owned()), declared(name))).collect()
}

/// A name of the configuration, composed as those of hits are.
fn declared(name: &str) -> Word {
    Word::Declared(composed(name.to_owned()).into())
}
