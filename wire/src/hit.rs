//! What one hit may say. An aggregated hit has no field in which an id could stand; a hit under an id wraps one.
//!
//! On the wire an aggregated hit is an object with one key that names its kind, `{"view":{…}}` or `{"event":{…}}`; a hit
//! under an id is `{"uuid":"…","visit":"…","what":{"view":{…}}}`.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// The width class of the page's viewport, from `matchMedia`; never an exact size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "decode", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Viewport {
    /// Below 600 CSS pixels.
    Small,
    /// From 600 CSS pixels.
    Medium,
    /// From 1024 CSS pixels.
    Large,
    /// From 1536 CSS pixels.
    Wide,
}

impl Viewport {
    /// The class's name, as hits and reports spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
            Self::Wide => "wide",
        }
    }
}

/// An event's properties: at most [`PROPS`](crate::limits::PROPS) pairs of name and value, in the caller's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Props(pub Vec<(String, String)>);

impl Props {
    /// Whether there is no property.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Props {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Props {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Props".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        <std::collections::BTreeMap<String, String>>::json_schema(generator)
    }
}

/// A page view at level `aggregated`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "decode", derive(serde::Deserialize), serde(deny_unknown_fields))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AggregatedView {
    /// Path template, at most 512 bytes, no query, no fragment.
    pub page: String,
    /// Host that the visitor came from; absent where there is none or where it is the site itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "decode", serde(default))]
    pub referrer: Option<String>,
    /// Whether this view begins a visit: the first view of a page load that came from elsewhere, by neither reload nor
    /// back/forward. Absent means no.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "decode", serde(default))]
    pub entry: bool,
    /// `utm_source`, redacted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "decode", serde(default))]
    pub source: Option<String>,
    /// `utm_medium`, redacted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "decode", serde(default))]
    pub medium: Option<String>,
    /// `utm_campaign`, redacted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "decode", serde(default))]
    pub campaign: Option<String>,
    /// Width class of the viewport.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "decode", serde(default))]
    pub viewport: Option<Viewport>,
}

/// A named event at level `aggregated`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "decode", derive(serde::Deserialize), serde(deny_unknown_fields))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AggregatedEvent {
    /// Name, at most 64 bytes. The collector counts names that the site has not declared as "(other)".
    pub name: String,
    /// Path template of the page on which it happened.
    pub page: String,
    /// Properties; the collector counts values that the site has not declared as "(other)".
    #[serde(skip_serializing_if = "Props::is_empty")]
    #[cfg_attr(feature = "decode", serde(default))]
    pub props: Props,
}

/// A hit at level `aggregated`: it becomes increments and is forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "decode", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum AggregatedHit {
    /// A page was seen.
    View(AggregatedView),
    /// Something that the site has a name for happened.
    Event(AggregatedEvent),
}

/// A hit under an id: what an aggregated hit says, and what only a yes allows. It becomes a row that the id can erase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "decode", derive(serde::Deserialize), serde(deny_unknown_fields))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Hit {
    /// 128 random bits as 32 hex digits, one per hit, so that a retry is the same row.
    pub uuid: String,
    /// 128 random bits as 32 hex digits, one per visit, from the page's memory.
    pub visit: String,
    /// Path template of the page of this site that was seen before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "decode", serde(default))]
    pub previous: Option<String>,
    /// What happened.
    pub what: AggregatedHit,
}
