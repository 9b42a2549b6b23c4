//! `inventory.toml` as data: every field that may leave a browser or reach a disk, with level, purpose and lifetime.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::level::Level;

/// The messages that a snippet sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// `POST /collect`.
    Collect,
    /// `POST /consent`.
    Consent,
    /// `POST /forget`.
    Forget,
    /// `POST /mydata`.
    MyData,
}

impl Message {
    /// All messages.
    pub const ALL: [Self; 4] = [Self::Collect, Self::Consent, Self::Forget, Self::MyData];

    /// The message's name, the first word of a field's `wire` paths.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Collect => "collect",
            Self::Consent => "consent",
            Self::Forget => "forget",
            Self::MyData => "mydata",
        }
    }
}

/// The whole inventory.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Inventory {
    /// The version of the inventory's own form.
    pub schema: u32,
    /// Every datum.
    #[serde(rename = "field")]
    pub fields: Vec<Field>,
    /// What is refused at every level: the snippet does not hold these calls.
    pub refused: Vec<ProhibitedApis>,
}

/// One datum.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name, unique.
    pub id: String,
    /// The lowest level at which it may exist.
    pub level: Level,
    /// What it is for.
    pub purpose: String,
    /// Where it touches the device.
    pub access: Access,
    /// What is read on the device, where `access` is `script` or `http`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reads: Option<String>,
    /// What is written on the device, where `access` is `store`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stores: Option<String>,
    /// Its values, or what is done to it before it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<String>,
    /// Its places in the messages: `collect.hits.view.page`.
    #[serde(default)]
    pub wire: Vec<String>,
    /// Its places on the collector's disk: `table.column`.
    #[serde(default)]
    pub stored: Vec<String>,
    /// How long it is kept.
    pub life: String,
    /// How sensitive it is, after Mozilla's categories.
    pub sensitivity: Sensitivity,
    /// The legal ground as we read it; not legal advice.
    pub basis: String,
}

/// Where a datum touches the device.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Not at all: it is made for the request.
    None,
    /// It arrives with any HTTP request.
    Http,
    /// The script asks the browser.
    Script,
    /// It is written on the device.
    Store,
}

/// Mozilla's data categories.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// Of the machinery.
    Technical,
    /// Of the use of the site.
    Interaction,
    /// Of what somebody reads.
    StoredContent,
    /// Joins a person's visits.
    HighlySensitive,
}

/// Calls that the snippet does not hold, at any level.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ProhibitedApis {
    /// The browser's names for them.
    pub api: Vec<String>,
    /// Why.
    pub why: String,
}

impl Inventory {
    /// The lowest level at which a message may hold the field at that dotted path.
    #[must_use]
    pub fn level_of(&self, message: Message, path: &str) -> Option<Level> {
        self.fields
            .iter()
            .filter(|field| {
                field.wire.iter().any(|place| {
                    place.strip_prefix(message.as_str()).and_then(|rest| rest.strip_prefix('.')) == Some(path)
                })
            })
            .map(|field| field.level)
            .min()
    }
}

/// The inventory that this crate was built with.
///
/// # Panics
/// Never in a build whose tests pass: they parse the same text.
#[must_use]
pub fn shipped() -> &'static Inventory {
    static SHIPPED: OnceLock<Inventory> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        toml::from_str(include_str!("../inventory.toml")).expect("inventory.toml parses: a test reads it")
    })
}
