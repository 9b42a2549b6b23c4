//! What one `POST /collect` carries: hits of one level.

use crate::VERSION;
use crate::fields::{FieldWriter, WriteFields};
use crate::hit::Hit;
use crate::level::Level;

/// Hits without an identifier. No two such batches can be joined by anything in them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "decode", derive(serde::Deserialize), serde(deny_unknown_fields))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AggregatedBatch {
    /// [`VERSION`].
    pub v: u8,
    /// The site's name, as the collector's configuration spells it.
    pub site: String,
    /// [`Level::Aggregated`].
    pub level: Level,
    /// 64 random bits as 16 hex digits: names this request, the same only on its retry. Forgotten after fifteen minutes.
    pub batch: String,
    /// Hits that the page had to drop since its last batch: its memory for them was full, or the collector away for too
    /// long. At most 10,000; absent means none.
    #[cfg_attr(feature = "decode", serde(default))]
    pub dropped: u32,
    /// Whether the browser says no (Global Privacy Control, Do Not Track), where the request's own headers may not say it.
    /// Absent means no.
    #[cfg_attr(feature = "decode", serde(default))]
    pub signal: bool,
    /// 1 to 100 hits.
    #[cfg_attr(feature = "decode", serde(deserialize_with = "crate::hit::bounded"))]
    pub hits: Vec<Hit>,
}

/// Hits under the anonymous id.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "decode", derive(serde::Deserialize), serde(deny_unknown_fields))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AnonymousBatch {
    /// As in [`AggregatedBatch`].
    pub v: u8,
    /// As in [`AggregatedBatch`].
    pub site: String,
    /// [`Level::Anonymous`].
    pub level: Level,
    /// 128 random bits as 32 hex digits: names this request, the same only on its retry. With the place in the batch it is the key
    /// of a hit's row.
    pub batch: String,
    /// The anonymous id: 128 random bits as 32 hex digits, made after the visitor's yes.
    pub id: String,
    /// As in [`AggregatedBatch`].
    #[cfg_attr(feature = "decode", serde(default))]
    pub dropped: u32,
    /// As in [`AggregatedBatch`].
    #[cfg_attr(feature = "decode", serde(default))]
    pub signal: bool,
    /// 1 to 100 hits.
    #[cfg_attr(feature = "decode", serde(deserialize_with = "crate::hit::bounded"))]
    pub hits: Vec<Hit>,
}

/// Hits under the anonymous id and the site's own id of the person.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "decode", derive(serde::Deserialize), serde(deny_unknown_fields))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FullBatch {
    /// As in [`AggregatedBatch`].
    pub v: u8,
    /// As in [`AggregatedBatch`].
    pub site: String,
    /// [`Level::Full`].
    pub level: Level,
    /// As in [`AnonymousBatch`].
    pub batch: String,
    /// As in [`AnonymousBatch`].
    pub id: String,
    /// The site's own id of the person, at most 128 characters; absent before `identify`.
    #[cfg_attr(feature = "decode", serde(default))]
    pub subject: Option<String>,
    /// As in [`AggregatedBatch`].
    #[cfg_attr(feature = "decode", serde(default))]
    pub dropped: u32,
    /// As in [`AggregatedBatch`].
    #[cfg_attr(feature = "decode", serde(default))]
    pub signal: bool,
    /// 1 to 100 hits.
    #[cfg_attr(feature = "decode", serde(deserialize_with = "crate::hit::bounded"))]
    pub hits: Vec<Hit>,
}

/// A batch of any level that sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Batch {
    /// Without an identifier.
    Aggregated(AggregatedBatch),
    /// Under the anonymous id.
    Anonymous(AnonymousBatch),
    /// Under the anonymous id and the site's own.
    Full(FullBatch),
}

impl Batch {
    /// The level at which it was made.
    #[must_use]
    pub const fn level(&self) -> Level {
        match self {
            Self::Aggregated(_) => Level::Aggregated,
            Self::Anonymous(_) => Level::Anonymous,
            Self::Full(_) => Level::Full,
        }
    }

    /// The site it speaks of.
    #[must_use]
    pub fn site(&self) -> &str {
        match self {
            Self::Aggregated(batch) => &batch.site,
            Self::Anonymous(batch) => &batch.site,
            Self::Full(batch) => &batch.site,
        }
    }

    /// Its number, the same on a retry.
    #[must_use]
    pub fn number(&self) -> &str {
        match self {
            Self::Aggregated(batch) => &batch.batch,
            Self::Anonymous(batch) => &batch.batch,
            Self::Full(batch) => &batch.batch,
        }
    }

    /// The anonymous id; none at `aggregated`.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Aggregated(_) => None,
            Self::Anonymous(batch) => Some(&batch.id),
            Self::Full(batch) => Some(&batch.id),
        }
    }

    /// Puts the id in place of [`ID_AT_COLLECTOR`](crate::names::ID_AT_COLLECTOR).
    pub fn put_id(&mut self, id: String) {
        match self {
            Self::Aggregated(_) => {}
            Self::Anonymous(batch) => batch.id = id,
            Self::Full(batch) => batch.id = id,
        }
    }

    /// How many hits the page had to drop.
    #[must_use]
    pub const fn dropped(&self) -> u32 {
        match self {
            Self::Aggregated(batch) => batch.dropped,
            Self::Anonymous(batch) => batch.dropped,
            Self::Full(batch) => batch.dropped,
        }
    }

    /// Whether the browser says no.
    #[must_use]
    pub const fn signal(&self) -> bool {
        match self {
            Self::Aggregated(batch) => batch.signal,
            Self::Anonymous(batch) => batch.signal,
            Self::Full(batch) => batch.signal,
        }
    }

    /// Whether a page view is among its hits.
    #[must_use]
    pub fn has_view(&self) -> bool {
        self.hits().iter().any(|hit| matches!(hit, Hit::View(_)))
    }

    /// Its hits.
    #[must_use]
    pub fn hits(&self) -> &[Hit] {
        match self {
            Self::Aggregated(batch) => &batch.hits,
            Self::Anonymous(batch) => &batch.hits,
            Self::Full(batch) => &batch.hits,
        }
    }

    /// How many hits it carries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.hits().len()
    }

    /// Whether it carries no hit.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Everything of a batch but its hits.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// The site's name.
    pub site: &'a str,
    /// The level of all hits.
    pub level: Level,
    /// The request's number.
    pub number: &'a str,
    /// The anonymous id; from [`Level::Anonymous`] on.
    pub id: Option<&'a str>,
    /// The site's own id of the person; at [`Level::Full`].
    pub subject: Option<&'a str>,
    /// Hits that the page had to drop; 0 is left out.
    pub dropped: u32,
    /// Whether the browser says no; left out where it does not.
    pub signal: bool,
}

impl WriteFields for Envelope<'_> {
    /// An id below its level is left out.
    fn write_fields<W: FieldWriter>(&self, out: &mut W) {
        out.number("v", VERSION.into());
        out.text("site", self.site);
        out.text("level", self.level.as_str());
        out.text("batch", self.number);
        out.optional("id", self.id.filter(|_| self.level.has_id()));
        out.optional("subject", self.subject.filter(|_| self.level == Level::Full));
        if self.dropped > 0 {
            out.number("dropped", self.dropped);
        }
        if self.signal {
            out.flag("signal", true);
        }
    }
}

#[cfg(feature = "decode")]
impl serde::Serialize for Batch {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use crate::fields::to_json;

        let subject = match self {
            Self::Full(batch) => batch.subject.as_deref(),
            Self::Aggregated(_) | Self::Anonymous(_) => None,
        };
        let envelope = Envelope {
            site: self.site(),
            level: self.level(),
            number: self.number(),
            id: self.id(),
            subject,
            dropped: self.dropped(),
            signal: self.signal(),
        };
        let mut body = to_json(&envelope);
        body["hits"] = self.hits().iter().map(to_json).collect();
        body.serialize(serializer)
    }
}
