//! What one hit may say: the same at every level. No hit has a field for an id: only the batch says under whom it is.
//!
//! On the wire a hit is an object with one key that names its kind: `{"view":{…}}` or `{"event":{…}}`.

use serde::Serialize;

#[cfg(feature = "decode")]
use crate::fields::serialize_by_fields;
use crate::fields::{FieldWriter, WriteFields};

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
    /// The widths in CSS pixels from which a window is medium, large and wide.
    pub const WIDTHS: [u16; 3] = [600, 1024, 1536];

    /// The class of a window that reaches this many of [`Self::WIDTHS`].
    #[must_use]
    pub const fn of(reached: u8) -> Self {
        match reached {
            0 => Self::Small,
            1 => Self::Medium,
            2 => Self::Large,
            _ => Self::Wide,
        }
    }

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

#[cfg(feature = "decode")]
impl<'de> serde::Deserialize<'de> for Props {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::{IgnoredAny, MapAccess, Visitor};

        use crate::limits;

        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Props;
            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object of strings")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Props, A::Error> {
                let mut pairs = Vec::new();
                while pairs.len() <= limits::PROPS
                    && let Some(pair) = map.next_entry()?
                {
                    pairs.push(pair);
                }
                // One too many is enough to refuse: the others are not kept.
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Props(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

impl WriteFields for Props {
    fn write_fields<W: FieldWriter>(&self, out: &mut W) {
        for (name, value) in &self.0 {
            out.text(name, value);
        }
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

/// A page view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "decode", derive(serde::Deserialize), serde(deny_unknown_fields))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ViewHit {
    /// Path template, decoded, at most 512 characters, no query, no fragment.
    pub page: String,
    /// Host that the visitor came from; absent where there is none or where it is the site itself.
    #[cfg_attr(feature = "decode", serde(default))]
    pub referrer: Option<String>,
    /// Whether this view begins a visit: the first view of a page load that came from elsewhere, by neither reload nor
    /// back/forward. Absent means no.
    #[cfg_attr(feature = "decode", serde(default))]
    pub entry: bool,
    /// The number of the policy under which this page asks for consent; on an entry only. Absent if the page does not ask.
    #[cfg_attr(feature = "decode", serde(default))]
    pub asked: Option<u32>,
    /// `utm_source`, redacted.
    #[cfg_attr(feature = "decode", serde(default))]
    pub source: Option<String>,
    /// `utm_medium`, redacted.
    #[cfg_attr(feature = "decode", serde(default))]
    pub medium: Option<String>,
    /// `utm_campaign`, redacted.
    #[cfg_attr(feature = "decode", serde(default))]
    pub campaign: Option<String>,
    /// Width class of the viewport.
    #[cfg_attr(feature = "decode", serde(default))]
    pub viewport: Option<Viewport>,
}

/// A named event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "decode", derive(serde::Deserialize), serde(deny_unknown_fields))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EventHit {
    /// Name, at most 64 characters. The collector counts names that the site has not declared as "(other)".
    pub name: String,
    /// Path template of the page on which it happened.
    pub page: String,
    /// Properties; the collector counts values that the site has not declared as "(other)".
    #[cfg_attr(feature = "decode", serde(default))]
    pub props: Props,
}

/// A hit. At level `aggregated` it raises counters and is forgotten; under an id it also becomes a row that the id can erase.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "decode", derive(serde::Deserialize), serde(rename_all = "lowercase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Hit {
    /// A page was seen.
    View(ViewHit),
    /// Something that the site has a name for happened.
    Event(EventHit),
}

/// Reads the hits of a batch. One more than [`HITS`](crate::limits::HITS) is enough to refuse: the others are not kept.
#[cfg(feature = "decode")]
pub(crate) fn bounded<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Hit>, D::Error> {
    use serde::de::{IgnoredAny, SeqAccess, Visitor};

    use crate::limits;

    struct Hits;
    impl<'de> Visitor<'de> for Hits {
        type Value = Vec<Hit>;
        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("a list of hits")
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<Hit>, A::Error> {
            let mut hits = Vec::new();
            while hits.len() <= limits::HITS
                && let Some(hit) = list.next_element()?
            {
                hits.push(hit);
            }
            while list.next_element::<IgnoredAny>()?.is_some() {}
            Ok(hits)
        }
    }
    deserializer.deserialize_seq(Hits)
}

/// What a [`ViewHit`] says; a text that is empty is left out.
#[derive(Clone, Copy, Debug)]
pub struct ViewHead<'v> {
    /// As in [`ViewHit`].
    pub page: &'v str,
    /// As in [`ViewHit`].
    pub referrer: &'v str,
    /// As in [`ViewHit`].
    pub entry: bool,
    /// As in [`ViewHit`].
    pub asked: Option<u32>,
    /// Source, medium and campaign, as in [`ViewHit`].
    pub named: [&'v str; 3],
    /// As in [`ViewHit`].
    pub viewport: Option<Viewport>,
}

impl WriteFields for ViewHead<'_> {
    fn write_fields<W: FieldWriter>(&self, out: &mut W) {
        let [source, medium, campaign] = self.named;
        let texts = [
            ("page", self.page),
            ("referrer", self.referrer),
            ("source", source),
            ("medium", medium),
            ("campaign", campaign),
            ("viewport", self.viewport.map_or("", Viewport::as_str)),
        ];
        for (name, value) in texts {
            if !value.is_empty() {
                out.text(name, value);
            }
        }
        if self.entry {
            out.flag("entry", true);
        }
        if let Some(policy) = self.asked {
            out.number("asked", policy);
        }
    }
}

impl WriteFields for ViewHit {
    fn write_fields<W: FieldWriter>(&self, out: &mut W) {
        let [referrer, source, medium, campaign] =
            [&self.referrer, &self.source, &self.medium, &self.campaign]
                .map(|text| text.as_deref().unwrap_or_default());
        let Self { page, entry, asked, viewport, .. } = self;
        let named = [source, medium, campaign];
        ViewHead { page, referrer, entry: *entry, asked: *asked, named, viewport: *viewport }
            .write_fields(out);
    }
}

/// A view or an event, as an object with its kind as the only key.
#[derive(Clone, Copy, Debug)]
pub struct TaggedHit<'l, L>(pub &'static str, pub &'l L);

impl<L: WriteFields> WriteFields for TaggedHit<'_, L> {
    fn write_fields<W: FieldWriter>(&self, out: &mut W) {
        out.nested(self.0, self.1);
    }
}

impl WriteFields for EventHit {
    fn write_fields<W: FieldWriter>(&self, out: &mut W) {
        out.text("name", &self.name);
        out.text("page", &self.page);
        if !self.props.is_empty() {
            out.nested("props", &self.props);
        }
    }
}

impl WriteFields for Hit {
    fn write_fields<W: FieldWriter>(&self, out: &mut W) {
        match self {
            Self::View(view) => TaggedHit("view", view).write_fields(out),
            Self::Event(event) => TaggedHit("event", event).write_fields(out),
        }
    }
}

#[cfg(feature = "decode")]
serialize_by_fields!(Hit);
