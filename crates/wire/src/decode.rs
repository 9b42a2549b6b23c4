//! Bytes to checked messages: the collector's side of the wire. A message either comes out whole, within all limits, or
//! with the one reason for which it is refused.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde_json::Value;

use crate::batch::{AggregatedBatch, AnonymousBatch, Batch, FullBatch};
use crate::consent::{Action, Denial, Forget, Grant, MyData};
use crate::hit::{AggregatedHit, Hit, Props};
use crate::inventory::{self, Message};
use crate::level::Level;
use crate::refusal::Refusal;
use crate::{VERSION, limits};

/// A refusal and what it is about, in words for whoever reads the answer. The detail never repeats a value of the message:
/// it may stand in a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The machine-readable reason.
    pub reason: Refusal,
    /// What to look at: a field's path, a limit.
    pub detail: String,
}

impl Refused {
    /// A refusal with its detail.
    pub fn new(reason: Refusal, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into() }
    }
}

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
    let batch = match usual(body) {
        Some(batch) => Batch::Aggregated(batch),
        None => unusual(body)?,
    };
    check_batch(&batch)?;
    Ok(batch)
}

/// A batch of the default level, which is read in one go; none where it is anything else, or nothing right.
fn usual(body: &[u8]) -> Option<AggregatedBatch> {
    let batch: AggregatedBatch =
        if body.len() > limits::BODY { return None } else { serde_json::from_slice(body).ok()? };
    (batch.v == VERSION && batch.level == Level::Aggregated).then_some(batch)
}

fn unusual(body: &[u8]) -> Result<Batch, Refused> {
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
            Ok(ConsentMessage::Grant(grant))
        }
        Some(Action::Deny) => {
            let denial: Denial = message(body, Message::Consent, Level::Aggregated)?;
            if denial.level != Level::Aggregated {
                return Err(Refused::new(Refusal::UnknownLevel, "a denial's level must be aggregated"));
            }
            check_site(&denial.site)?;
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

/// `serde_json`'s own messages repeat what stood in the body, so only the place is told.
fn malformed(error: &serde_json::Error) -> Refused {
    let what = match error.classify() {
        serde_json::error::Category::Data => "a field is missing or has the wrong type",
        _ => "the body is not JSON",
    };
    Refused::new(Refusal::Malformed, format!("{what}, at line {} column {}", error.line(), error.column()))
}

/// Finds out whether a body that did not fit its level's type holds a field that the inventory has at a higher level, or
/// nowhere.
fn explain(body: &[u8], message: Message, level: Level, error: &serde_json::Error) -> Refused {
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return malformed(error) };
    let mut paths = Vec::new();
    collect_paths(&value, String::new(), &mut paths);
    let inventory = inventory::shipped();
    let mut unknown = false;
    for path in &paths {
        match inventory.level_of(message, path) {
            Some(lowest) if lowest > level => {
                return Refused::new(
                    Refusal::FieldAboveLevel,
                    format!("{path} needs level {} or above", lowest.as_str()),
                );
            }
            Some(_) => {}
            None => unknown = true,
        }
    }
    if unknown {
        return Refused::new(
            Refusal::UnknownField,
            "the body has a field that does not exist at any level: see /.well-known/askfirst.json",
        );
    }
    malformed(error)
}

/// The dotted paths of all fields that hold something. A list and [`WRAP`] add nothing to the path, a kind's name
/// (`hits.view`) is no field of its own, and what stands below `props` is the site's.
fn collect_paths(value: &Value, at: String, paths: &mut Vec<String>) {
    match value {
        Value::Object(fields) if !fields.is_empty() && !at.ends_with(".props") => {
            for (name, value) in fields {
                let path = match at.as_str() {
                    "" => name.clone(),
                    _ if name == inventory::WRAP => at.clone(),
                    _ => format!("{at}.{name}"),
                };
                collect_paths(value, path, paths);
            }
        }
        Value::Array(items) => {
            for item in items {
                collect_paths(item, at.clone(), paths);
            }
        }
        _ => paths.push(at),
    }
}

fn check_batch(batch: &Batch) -> Result<(), Refused> {
    check_site(batch.site())?;
    if batch.is_empty() {
        return Err(Refused::new(Refusal::InvalidValue, "hits must not be empty"));
    }
    if batch.len() > limits::HITS {
        return Err(Refused::new(
            Refusal::TooManyHits,
            format!("a batch must have at most {} hits", limits::HITS),
        ));
    }
    if batch.dropped() > limits::DROPPED {
        return Err(invalid("dropped", &format!("must be at most {}", limits::DROPPED)));
    }
    check_hex("batch", batch.number(), limits::BATCH_HEX)?;
    match batch {
        Batch::Aggregated(batch) => batch.hits.iter().try_for_each(check_aggregated),
        Batch::Anonymous(batch) => {
            check_id("id", &batch.id)?;
            batch.hits.iter().try_for_each(check_hit)
        }
        Batch::Full(batch) => {
            check_id("id", &batch.id)?;
            check_optional("subject", batch.subject.as_deref(), limits::SUBJECT)?;
            batch.hits.iter().try_for_each(check_hit)
        }
    }
}

fn check_aggregated(hit: &AggregatedHit) -> Result<(), Refused> {
    match hit {
        AggregatedHit::View(view) => {
            check_page("hits.view.page", &view.page)?;
            check_optional("hits.view.referrer", view.referrer.as_deref(), limits::HOST)?;
            check_optional("hits.view.source", view.source.as_deref(), limits::CAMPAIGN)?;
            check_optional("hits.view.medium", view.medium.as_deref(), limits::CAMPAIGN)?;
            check_optional("hits.view.campaign", view.campaign.as_deref(), limits::CAMPAIGN)
        }
        AggregatedHit::Event(event) => {
            check_page("hits.event.page", &event.page)?;
            check_event(&event.name, &event.props)
        }
    }
}

fn check_hit(hit: &Hit) -> Result<(), Refused> {
    check_id("hits.uuid", &hit.uuid)?;
    check_id("hits.visit", &hit.visit)?;
    if let Some(previous) = &hit.previous {
        check_page("hits.previous", previous)?;
    }
    check_aggregated(&hit.what)
}

fn check_event(name: &str, props: &Props) -> Result<(), Refused> {
    check_text("hits.event.name", name, 1, limits::EVENT_NAME)?;
    if props.0.len() > limits::PROPS {
        return Err(invalid("hits.event.props", &format!("must have at most {} properties", limits::PROPS)));
    }
    for (index, (name, value)) in props.0.iter().enumerate() {
        check_text("hits.event.props", name, 1, limits::PROP_NAME)?;
        check_text("hits.event.props", value, 0, limits::PROP_VALUE)?;
        if props.0[..index].iter().any(|(earlier, _)| earlier == name) {
            return Err(invalid("hits.event.props", "must not repeat a name"));
        }
    }
    Ok(())
}

fn check_site(site: &str) -> Result<(), Refused> {
    check_text("site", site, 1, limits::SITE)
}

fn check_page(field: &str, page: &str) -> Result<(), Refused> {
    check_text(field, page, 1, limits::PAGE)?;
    if page.starts_with('/') { Ok(()) } else { Err(invalid(field, "must begin with /")) }
}

fn check_id(field: &str, id: &str) -> Result<(), Refused> {
    check_hex(field, id, limits::ID_HEX)
}

fn check_hex(field: &str, text: &str, digits: usize) -> Result<(), Refused> {
    if text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        Ok(())
    } else {
        Err(invalid(field, &format!("must be {digits} lower-case hex digits")))
    }
}

fn check_optional(field: &str, text: Option<&str>, limit: usize) -> Result<(), Refused> {
    text.map_or(Ok(()), |text| check_text(field, text, 1, limit))
}

fn check_text(field: &str, text: &str, least: usize, most: usize) -> Result<(), Refused> {
    if text.chars().any(char::is_control) {
        Err(Refused::new(Refusal::ControlCharacter, format!("{field} must not contain control characters")))
    } else if (least..=most).contains(&text.len()) {
        Ok(())
    } else {
        Err(invalid(field, &format!("must be {least} to {most} bytes")))
    }
}

fn invalid(field: &str, why: &str) -> Refused {
    Refused::new(Refusal::InvalidValue, format!("{field} {why}"))
}

impl<'de> Deserialize<'de> for Props {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Props;
            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object of strings")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Props, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Props(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}
