//! What `POST /consent`, `POST /forget` and `POST /mydata` carry.

use crate::VERSION;
#[cfg(feature = "decode")]
use crate::fields::serialize_by_fields;
use crate::fields::{FieldWriter, WriteFields};
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
    /// 64 random bits as 16 hex digits: names this message, the same only on its retry, so that it is counted once.
    pub number: String,
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
    /// Path template of the page on which the visitor agreed. It becomes the first row under the id. Absent if the site excludes the
    /// page from counting.
    #[cfg_attr(feature = "decode", serde(default))]
    pub page: Option<String>,
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

/// The fields that a [`Grant`] and a [`Denial`] share.
#[derive(Clone, Copy, Debug)]
pub struct ChoiceHead<'a> {
    /// The site's name.
    pub site: &'a str,
    /// What the visitor did.
    pub action: Action,
    /// As in [`Denial`] and [`Grant`].
    pub level: Level,
    /// The number of the terms that were shown: a hash of them.
    pub policy: u32,
}

/// What a [`Denial`] says.
#[derive(Clone, Copy, Debug)]
pub struct DenialHead<'a> {
    /// The fields that a [`Grant`] has too.
    pub choice: ChoiceHead<'a>,
    /// As in [`Denial`].
    pub number: &'a str,
}

/// What a [`Grant`] says; a text that is empty is left out.
#[derive(Clone, Copy, Debug)]
pub struct GrantHead<'a> {
    /// The fields that a [`Denial`] has too.
    pub choice: ChoiceHead<'a>,
    /// As in [`Grant`].
    pub lang: &'a str,
    /// As in [`Grant`].
    pub banner: bool,
    /// As in [`Grant`].
    pub text: &'a str,
    /// As in [`Grant`].
    pub page: &'a str,
    /// As in [`Grant`].
    pub id: &'a str,
}

impl WriteFields for ChoiceHead<'_> {
    fn write_fields<W: FieldWriter>(&self, out: &mut W) {
        out.number("v", VERSION.into());
        out.text("site", self.site);
        out.text("action", self.action.as_str());
        out.text("level", self.level.as_str());
        out.number("policy", self.policy);
    }
}

impl WriteFields for DenialHead<'_> {
    fn write_fields<W: FieldWriter>(&self, out: &mut W) {
        self.choice.write_fields(out);
        out.text("number", self.number);
    }
}

impl WriteFields for Denial {
    fn write_fields<W: FieldWriter>(&self, out: &mut W) {
        let Self { site, action, level, policy, number, .. } = self;
        let choice = ChoiceHead { site, action: *action, level: *level, policy: *policy };
        DenialHead { choice, number }.write_fields(out);
    }
}

impl WriteFields for GrantHead<'_> {
    fn write_fields<W: FieldWriter>(&self, out: &mut W) {
        self.choice.write_fields(out);
        out.text("lang", self.lang);
        out.flag("banner", self.banner);
        for (name, text) in [("text", self.text), ("page", self.page)] {
            if !text.is_empty() {
                out.text(name, text);
            }
        }
        out.text("id", self.id);
    }
}

impl WriteFields for Grant {
    fn write_fields<W: FieldWriter>(&self, out: &mut W) {
        let Self { site, action, level, policy, lang, banner, text, page, id, .. } = self;
        let choice = ChoiceHead { site, action: *action, level: *level, policy: *policy };
        let page = page.as_deref().unwrap_or_default();
        GrantHead { choice, lang, banner: *banner, text, page, id }.write_fields(out);
    }
}

impl WriteFields for Forget {
    fn write_fields<W: FieldWriter>(&self, out: &mut W) {
        out.number("v", self.v.into());
        out.text("site", &self.site);
        out.text("id", &self.id);
    }
}

impl WriteFields for MyData {
    fn write_fields<W: FieldWriter>(&self, out: &mut W) {
        out.number("v", self.v.into());
        out.text("site", &self.site);
        out.text("id", &self.id);
    }
}

#[cfg(feature = "decode")]
serialize_by_fields!(Denial, Grant, Forget, MyData);
