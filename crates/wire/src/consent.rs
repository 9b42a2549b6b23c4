//! What `POST /consent`, `POST /forget` and `POST /mydata` carry.

use crate::VERSION;
#[cfg(feature = "decode")]
use crate::fields::serialize_fields;
use crate::fields::{FieldWriter, Fields};
use crate::level::Level;

/// What the visitor did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "decode", derive(serde::Deserialize), serde(rename_all = "lowercase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Action {
    /// Agreed to a level above `aggregated`.
    Grant,
    /// Refused it.
    Deny,
}

impl Action {
    /// The action's name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::Deny => "deny",
        }
    }
}

/// A refusal, sent where the visitor still is counted without an id (`aggregated`): it becomes a daily count and nothing
/// else (GDPR 5(1)(c)). At `none` nothing is sent at all.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "decode", derive(serde::Deserialize), serde(deny_unknown_fields))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Denial {
    /// [`VERSION`].
    pub v: u8,
    /// The site's name.
    pub site: String,
    /// [`Action::Deny`].
    pub action: Action,
    /// Always [`Level::Aggregated`]: what remains.
    pub level: Level,
    /// The number of the terms that were shown: a hash of them.
    pub policy: u32,
}

/// A grant: it becomes a receipt (GDPR 7(1)).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "decode", derive(serde::Deserialize), serde(deny_unknown_fields))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Grant {
    /// [`VERSION`].
    pub v: u8,
    /// The site's name.
    pub site: String,
    /// [`Action::Grant`].
    pub action: Action,
    /// What was agreed to: [`Level::Anonymous`] or [`Level::Full`].
    pub level: Level,
    /// The number of the terms that were shown: a hash of them.
    pub policy: u32,
    /// Language of the text that was shown: a tag of at most 16 bytes.
    pub lang: String,
    /// Whether the visitor clicked in our own banner; otherwise the grant is the site's word.
    pub banner: bool,
    /// The words that asked, as they were shown: at most 2,000 bytes; empty where the site's own banner asked.
    #[cfg_attr(feature = "decode", serde(default))]
    pub text: String,
    /// The anonymous id. The receipt keeps a keyed hash of it.
    pub id: String,
}

/// `POST /forget`: erase everything under this id. The id is the capability. The answer is the same whether anything was
/// there or not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "decode", derive(serde::Deserialize), serde(deny_unknown_fields))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Forget {
    /// [`VERSION`].
    pub v: u8,
    /// The site's name.
    pub site: String,
    /// The id to erase.
    pub id: String,
}

/// `POST /mydata`: what is kept under this id. The id is the capability. An unknown one is answered with empty lists.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "decode", derive(serde::Deserialize), serde(deny_unknown_fields))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MyData {
    /// [`VERSION`].
    pub v: u8,
    /// The site's name.
    pub site: String,
    /// The id that is asked about.
    pub id: String,
}

/// What a grant and a refusal both say; all of a [`Denial`].
#[derive(Clone, Copy, Debug)]
pub struct ConsentAnswer<'a> {
    /// The site's name.
    pub site: &'a str,
    /// What the visitor did.
    pub action: Action,
    /// As in [`Denial`] and [`Grant`].
    pub level: Level,
    /// The number of the terms that were shown: a hash of them.
    pub policy: u32,
}

impl Fields for ConsentAnswer<'_> {
    fn write_fields<S: FieldWriter>(&self, writer: &mut S) {
        writer.number("v", VERSION.into());
        writer.text("site", self.site);
        writer.text("action", self.action.as_str());
        writer.text("level", self.level.as_str());
        writer.number("policy", self.policy);
    }
}

impl Fields for Denial {
    fn write_fields<S: FieldWriter>(&self, writer: &mut S) {
        let Self { site, action, level, policy, .. } = self;
        ConsentAnswer { site, action: *action, level: *level, policy: *policy }.write_fields(writer);
    }
}

impl Fields for Grant {
    fn write_fields<S: FieldWriter>(&self, writer: &mut S) {
        let Self { site, action, level, policy, .. } = self;
        ConsentAnswer { site, action: *action, level: *level, policy: *policy }.write_fields(writer);
        writer.text("lang", &self.lang);
        writer.flag("banner", self.banner);
        if !self.text.is_empty() {
            writer.text("text", &self.text);
        }
        writer.text("id", &self.id);
    }
}

impl Fields for Forget {
    fn write_fields<S: FieldWriter>(&self, writer: &mut S) {
        writer.number("v", self.v.into());
        writer.text("site", &self.site);
        writer.text("id", &self.id);
    }
}

impl Fields for MyData {
    fn write_fields<S: FieldWriter>(&self, writer: &mut S) {
        writer.number("v", self.v.into());
        writer.text("site", &self.site);
        writer.text("id", &self.id);
    }
}

#[cfg(feature = "decode")]
serialize_fields!(Denial, Grant, Forget, MyData);
