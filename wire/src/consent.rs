//! What `POST /consent`, `POST /forget` and `POST /mydata` carry.

use crate::VERSION;
use crate::level::Level;
use crate::tree::{Fields, Lay, Tree, serialize_as_tree};

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

impl Lay for Denial {
    fn lay<'a>(&'a self, fields: &mut Fields<'a>) {
        lay_choice(fields, &self.site, self.action, self.level, self.policy);
    }
}

impl Lay for Grant {
    fn lay<'a>(&'a self, fields: &mut Fields<'a>) {
        lay_choice(fields, &self.site, self.action, self.level, self.policy);
        fields.text("lang", &self.lang);
        fields.put("banner", Tree::Flag(self.banner));
        if !self.text.is_empty() {
            fields.text("text", &self.text);
        }
        fields.text("id", &self.id);
    }
}

impl Lay for Forget {
    fn lay<'a>(&'a self, fields: &mut Fields<'a>) {
        fields.put("v", Tree::Number(self.v.into()));
        fields.text("site", &self.site);
        fields.text("id", &self.id);
    }
}

impl Lay for MyData {
    fn lay<'a>(&'a self, fields: &mut Fields<'a>) {
        fields.put("v", Tree::Number(self.v.into()));
        fields.text("site", &self.site);
        fields.text("id", &self.id);
    }
}

fn lay_choice<'a>(fields: &mut Fields<'a>, site: &'a str, action: Action, level: Level, policy: u32) {
    fields.put("v", Tree::Number(VERSION.into()));
    fields.text("site", site);
    fields.text("action", action.as_str());
    fields.text("level", level.as_str());
    fields.put("policy", Tree::Number(policy));
}

serialize_as_tree!(Denial, Grant, Forget, MyData);
