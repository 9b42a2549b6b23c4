//! What one `POST /collect` carries: hits of one level.

use crate::hit::{AggregatedHit, Hit};
use crate::level::Level;
use crate::tree::{Fields, Lay, Tree, optional, serialize_as_tree};

/// Hits without an identifier. No two such batches can be joined by anything in them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "decode", derive(serde::Deserialize), serde(deny_unknown_fields))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AggregatedBatch {
    /// [`VERSION`](crate::VERSION).
    pub v: u8,
    /// The site's name, as the collector's configuration spells it.
    pub site: String,
    /// [`Level::Aggregated`].
    pub level: Level,
    /// 64 random bits as 16 hex digits: names this request, the same only on its retry. Forgotten after ten minutes.
    pub batch: String,
    /// 1 to 100 hits.
    pub hits: Vec<AggregatedHit>,
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
    /// As in [`AggregatedBatch`].
    pub batch: String,
    /// The anonymous id: 128 random bits as 32 hex digits, made after the visitor's yes.
    pub id: String,
    /// 1 to 100 hits.
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
    /// As in [`AggregatedBatch`].
    pub batch: String,
    /// As in [`AnonymousBatch`].
    pub id: String,
    /// The site's own id of the person, at most 128 bytes; absent before `identify`.
    #[cfg_attr(feature = "decode", serde(default))]
    pub subject: Option<String>,
    /// 1 to 100 hits.
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

    /// How many hits it carries.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Aggregated(batch) => batch.hits.len(),
            Self::Anonymous(batch) => batch.hits.len(),
            Self::Full(batch) => batch.hits.len(),
        }
    }

    /// Whether it carries no hit.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Lay for Batch {
    fn lay(&self) -> Tree<'_> {
        let (v, id, subject, hits) = match self {
            Self::Aggregated(batch) => (batch.v, None, None, lay_all(&batch.hits)),
            Self::Anonymous(batch) => (batch.v, Some(batch.id.as_str()), None, lay_all(&batch.hits)),
            Self::Full(batch) => {
                (batch.v, Some(batch.id.as_str()), batch.subject.as_deref(), lay_all(&batch.hits))
            }
        };
        let mut fields: Fields<'_> = vec![
            ("v", Tree::Number(v.into())),
            ("site", Tree::Text(self.site())),
            ("level", Tree::Text(self.level().as_str())),
            ("batch", Tree::Text(self.number())),
        ];
        optional(&mut fields, "id", id);
        optional(&mut fields, "subject", subject);
        fields.push(("hits", hits));
        Tree::Fields(fields)
    }
}

fn lay_all<T: Lay>(hits: &[T]) -> Tree<'_> {
    Tree::List(hits.iter().map(Lay::lay).collect())
}

serialize_as_tree!(Batch);
