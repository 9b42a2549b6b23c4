//! A receipt as the visitor gets it: what is stored, and the fields that ISO/IEC TS 27560:2023 requires in a record of consent,
//! under the standard's names. What the owner states about the site comes from the configuration, as it is now.

use askfirst_wire::inventory::{self, Sensitivity};
use askfirst_wire::names::{ID_COOKIE, tag};
use askfirst_wire::{Level, limits};
use serde::Serialize;

use super::Receipt;
use crate::config::{Config, Controller, NOT_STATED, stated};

/// The version of this form.
const SCHEMA: &str = "askfirst receipt 1, after ISO/IEC TS 27560:2023";
/// Hex digits of the keyed hash that identify the person. They tell two people apart and do not reveal the id.
const PRINCIPAL: usize = 16;
/// The purpose at [`Level::Anonymous`].
const RETURNING_BROWSERS: &str =
    "audience measurement that knows a browser again: returning visits, and paths through the site";
/// The purpose at [`Level::Full`].
const KNOWN_PERSONS: &str = "audience measurement that knows a person again, by an id that the site gives: returning visits, and paths \
     through the site";

/// A receipt with all fields of a record of consent.
#[derive(Debug, Serialize)]
pub struct Statement<'a> {
    receipt: &'a str,
    time: &'a str,
    site: &'a str,
    action: &'a str,
    level: &'a str,
    policy: u32,
    text: &'a str,
    text_hash: &'a str,
    code: &'a str,
    lang: &'a str,
    banner: bool,
    previous: Option<&'a str>,
    record: Record<'a>,
    processing: Processing<'a>,
    party: [Party<'a>; 1],
    event: [ConsentEvent<'a>; 1],
}

#[derive(Debug, Serialize)]
struct Record<'a> {
    schema_version: &'static str,
    record_id: &'a str,
    pii_principal_id: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Processing<'a> {
    privacy_notice: &'a str,
    language: &'a str,
    purpose: &'static str,
    lawful_basis: &'static str,
    pii_information: Vec<Information>,
    pii_controllers: [&'a str; 1],
    storage_locations: [String; 2],
    retention_period: String,
    jurisdiction: &'a str,
    recipient_third_parties: Vec<&'a str>,
    withdrawal_method: &'static str,
    privacy_rights: [&'static str; 7],
    authority_party: &'a str,
}

/// A field of the inventory that is stored under the id.
#[derive(Debug, Serialize)]
struct Information {
    pii_attribute_id: &'static str,
    pii_type: Sensitivity,
}

#[derive(Debug, Serialize)]
struct Party<'a> {
    party_id: &'a str,
    party_name: &'a str,
    party_address: &'a str,
    party_contact: &'a str,
    party_type: &'static str,
}

#[derive(Debug, Serialize)]
struct ConsentEvent<'a> {
    event_time: &'a str,
    validity_duration: String,
    entity_id: Option<&'a str>,
    event_type: &'static str,
    event_state: &'static str,
}

impl<'a> Statement<'a> {
    /// Completes a receipt with what the site's owner states.
    pub fn new(receipt: &'a Receipt, config: &'a Config) -> Self {
        let principal = receipt.id_hash.as_deref().and_then(|hash| hash.get(..PRINCIPAL));
        Self {
            receipt: &receipt.receipt,
            time: &receipt.time,
            site: &receipt.site,
            action: &receipt.action,
            level: &receipt.level,
            policy: receipt.policy,
            text: &receipt.text,
            text_hash: &receipt.text_hash,
            code: &receipt.code,
            lang: &receipt.lang,
            banner: receipt.banner,
            previous: receipt.previous.as_deref(),
            record: Record {
                schema_version: SCHEMA,
                record_id: &receipt.receipt,
                pii_principal_id: principal,
            },
            processing: Processing::new(receipt, config),
            party: [Party::new(receipt, config)],
            event: [ConsentEvent::new(receipt, principal)],
        }
    }
}

impl<'a> Processing<'a> {
    fn new(receipt: &'a Receipt, config: &'a Config) -> Self {
        let site = config.site(&receipt.site);
        let controller = site.map(|site| &site.controller);
        let of = |statement: fn(&Controller) -> &Option<String>| {
            stated(controller.and_then(|controller| statement(controller).as_deref()))
        };
        let recipients = site.and_then(|site| site.recipients.as_ref());
        let level = Level::from_name(&receipt.level).unwrap_or(Level::Full);
        Self {
            privacy_notice: stated(site.and_then(|site| site.notice.as_deref())),
            language: &receipt.lang,
            purpose: if level == Level::Full { KNOWN_PERSONS } else { RETURNING_BROWSERS },
            lawful_basis: "consent: GDPR 6(1)(a), ePrivacy Directive 5(3)",
            pii_information: stored_under_id(level),
            pii_controllers: [&receipt.site],
            storage_locations: [
                format!("the visitor's browser: the cookie {ID_COOKIE}{}", tag(&receipt.site)),
                "the database of the site's collector".to_owned(),
            ],
            retention_period: format!(
                "the id: {} days; what is kept under it: 13 months, or until withdrawal; this receipt: {} days",
                limits::CHOICE_DAYS,
                limits::CHOICE_DAYS + config.receipts_keep_days
            ),
            jurisdiction: of(|controller| &controller.jurisdiction),
            recipient_third_parties: recipients.map_or_else(
                || vec![NOT_STATED],
                |recipients| recipients.iter().map(String::as_str).collect(),
            ),
            withdrawal_method: "at any time: in the site's privacy settings, by consent.withdraw() in its pages, or by \
                                POST /forget with the id",
            privacy_rights: [
                "withdrawal, GDPR 7(3): consent.withdraw() or POST /forget",
                "access, GDPR 15: POST /mydata",
                "rectification, GDPR 16",
                "erasure, GDPR 17: POST /forget",
                "restriction, GDPR 18",
                "portability, GDPR 20: POST /mydata",
                "complaint to a supervisory authority, GDPR 77",
            ],
            authority_party: of(|controller| &controller.authority),
        }
    }
}

impl<'a> Party<'a> {
    fn new(receipt: &'a Receipt, config: &'a Config) -> Self {
        let controller = config.site(&receipt.site).map(|site| &site.controller);
        let of = |statement: fn(&Controller) -> &Option<String>| {
            stated(controller.and_then(|controller| statement(controller).as_deref()))
        };
        Self {
            party_id: &receipt.site,
            party_name: of(|controller| &controller.name),
            party_address: of(|controller| &controller.address),
            party_contact: of(|controller| &controller.contact),
            party_type: "controller",
        }
    }
}

impl<'a> ConsentEvent<'a> {
    fn new(receipt: &'a Receipt, principal: Option<&'a str>) -> Self {
        Self {
            event_time: &receipt.time,
            validity_duration: format!("P{}D", limits::CHOICE_DAYS),
            entity_id: principal,
            event_type: if receipt.banner {
                "explicit: a click in askfirst's banner"
            } else {
                "explicit: as the site's own code tells it"
            },
            event_state: if receipt.action == "grant" { "given" } else { "withdrawn" },
        }
    }
}

/// The fields that the inventory allows in a row, up to that level.
fn stored_under_id(level: Level) -> Vec<Information> {
    let fields = inventory::shipped().fields.iter().filter(|field| {
        field.level <= level && field.stored.iter().any(|place| place.starts_with("events."))
    });
    fields.map(|field| Information { pii_attribute_id: &field.id, pii_type: field.sensitivity }).collect()
}
