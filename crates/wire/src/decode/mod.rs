//! Reads messages from bytes: the collector's side of the wire. A message is either complete and within all limits, or refused for
//! one reason.

mod check;
mod explain;

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::batch::{AggregatedBatch, AnonymousBatch, Batch, FullBatch};
use crate::consent::{Action, Denial, Forget, Grant, MyData};
use crate::inventory::Message;
use crate::level::Level;
use crate::refusal::Refusal;
pub use crate::refusal::Refused;
use crate::{VERSION, limits};
use check::{check_batch, check_hex, check_id, check_page, check_policy, check_site, check_text};
use explain::{explain, malformed};

/// What `POST /consent` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsentMessage {
    /// The visitor agreed.
    Grant(Grant),
    /// The visitor refused.
    Denial(Denial),
}

/// The fields that are read before the rest, to know how to read the rest.
#[derive(Deserialize)]
struct Head<'a> {
    v: u32,
    #[serde(borrow, default)]
    level: Option<Cow<'a, str>>,
    #[serde(default)]
    action: Option<Action>,
}

/// Reads the body of `POST /collect`.
///
/// # Errors
/// Every [`Refusal`] but those that need the collector's configuration or store.
pub fn batch(body: &[u8]) -> Result<Batch, Refused> {
    let batch = match aggregated(body) {
        Some(batch) => Batch::Aggregated(batch),
        None => other(body)?,
    };
    check_batch(&batch)?;
    Ok(batch)
}

/// Reads a batch of level `aggregated` in one pass. `None` if it is any other batch or invalid.
fn aggregated(body: &[u8]) -> Option<AggregatedBatch> {
    let batch: AggregatedBatch =
        if body.len() > limits::BODY { return None } else { serde_json::from_slice(body).ok()? };
    (batch.v == VERSION && batch.level == Level::Aggregated).then_some(batch)
}

fn other(body: &[u8]) -> Result<Batch, Refused> {
    let head = head(body)?;
    let level =
        head.level.as_deref().and_then(Level::from_name).filter(|&level| level != Level::None).ok_or_else(
            || Refused::new(Refusal::UnknownLevel, "level must be aggregated, anonymous or full"),
        )?;
    Ok(match level {
        Level::Anonymous => Batch::Anonymous(message::<AnonymousBatch>(body, Message::Collect, level)?),
        Level::Full => Batch::Full(message::<FullBatch>(body, Message::Collect, level)?),
        Level::None | Level::Aggregated => {
            Batch::Aggregated(message::<AggregatedBatch>(body, Message::Collect, level)?)
        }
    })
}

/// Reads the body of `POST /consent`.
///
/// # Errors
/// As [`batch`].
pub fn consent(body: &[u8]) -> Result<ConsentMessage, Refused> {
    let head = head(body)?;
    match head.action {
        Some(Action::Grant) => {
            let grant: Grant = message(body, Message::Consent, Level::Anonymous)?;
            if !grant.level.has_id() {
                return Err(Refused::new(Refusal::UnknownLevel, "a grant's level must be anonymous or full"));
            }
            check_site(&grant.site)?;
            check_id("id", &grant.id)?;
            check_text("lang", &grant.lang, 1, limits::LANG)?;
            check_text("text", &grant.text, 0, limits::TEXT)?;
            check_policy("policy", grant.policy)?;
            if let Some(page) = &grant.page {
                check_page("page", page)?;
            }
            Ok(ConsentMessage::Grant(grant))
        }
        Some(Action::Deny) => {
            let denial: Denial = message(body, Message::Consent, Level::Aggregated)?;
            if denial.level != Level::Aggregated {
                return Err(Refused::new(Refusal::UnknownLevel, "a denial's level must be aggregated"));
            }
            check_site(&denial.site)?;
            check_policy("policy", denial.policy)?;
            check_hex("number", &denial.number, limits::BATCH_HEX)?;
            Ok(ConsentMessage::Denial(denial))
        }
        None => Err(Refused::new(Refusal::Malformed, "action must be grant or deny")),
    }
}

/// Reads the body of `POST /forget`.
///
/// # Errors
/// As [`batch`].
pub fn forget(body: &[u8]) -> Result<Forget, Refused> {
    head(body)?;
    let forget: Forget = message(body, Message::Forget, Level::Anonymous)?;
    check_site(&forget.site)?;
    check_id("id", &forget.id)?;
    Ok(forget)
}

/// Reads the body of `POST /mydata`.
///
/// # Errors
/// As [`batch`].
pub fn my_data(body: &[u8]) -> Result<MyData, Refused> {
    head(body)?;
    let asked: MyData = message(body, Message::MyData, Level::Anonymous)?;
    check_site(&asked.site)?;
    check_id("id", &asked.id)?;
    Ok(asked)
}

fn head(body: &[u8]) -> Result<Head<'_>, Refused> {
    if body.len() > limits::BODY {
        return Err(Refused::new(
            Refusal::BodyTooLarge,
            format!("the body must be at most {} bytes", limits::BODY),
        ));
    }
    let head: Head<'_> = serde_json::from_slice(body).map_err(|error| malformed(&error))?;
    if head.v != u32::from(VERSION) {
        return Err(Refused::new(Refusal::UnsupportedVersion, format!("v must be {VERSION}")));
    }
    Ok(head)
}

fn message<T: DeserializeOwned>(body: &[u8], message: Message, level: Level) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(|error| explain(body, message, level, &error))
}
