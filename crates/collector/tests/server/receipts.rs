//! Receipts: what proves a consent, written once, and what its visitor gets.

use std::fs;

use askfirst_collector::config::{Config, Controller, NOT_STATED};
use askfirst_wire::Level;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::common::{Collector, ID, Program, dist};

const WORDS: &str = "We use cookies for statistics only if you accept.";

fn grant(id: &str, level: &str, text: &str) -> Value {
    json!({
        "v": 2, "site": "demo", "action": "grant", "level": level, "policy": 3, "lang": "en", "banner": true,
        "text": text, "id": id,
    })
}

fn granted(collector: &Collector, id: &str, level: &str) -> Value {
    let answer = collector.post("/consent", grant(id, level, WORDS));
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

fn forget(collector: &Collector, id: &str) {
    assert_eq!(collector.post("/forget", json!({"v": 2, "site": "demo", "id": id})).status, 200);
}

fn with_script(config: &mut Config) {
    fs::create_dir_all(dist(config)).unwrap();
    fs::write(dist(config).join("askfirst.js"), "the script").unwrap();
}

fn hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

fn one(collector: &Collector, query: &str) -> String {
    Connection::open(collector.database()).unwrap().query_row(query, [], |row| row.get(0)).unwrap()
}

#[test]
fn the_text_and_the_code_are_found_again_from_their_hashes() {
    let collector = Collector::with(with_script);
    let receipt = granted(&collector, ID, "anonymous");
    assert_eq!((&receipt["text_hash"], &receipt["text"]), (&json!(hash(WORDS)), &json!(WORDS)));
    assert_eq!(receipt["code"], hash("the script"));
    let found = one(&collector, "SELECT text FROM texts, receipts WHERE hash = text_hash");
    assert_eq!(found, WORDS);
    assert_eq!(one(&collector, "SELECT text_hash FROM receipts"), hash(WORDS));
    assert_eq!(one(&collector, "SELECT code FROM receipts"), hash("the script"));

    // Another version of the script is another code.
    fs::write(collector.directory.path().join("dist/askfirst.js"), "the next script").unwrap();
    assert_eq!(granted(&collector, ID, "anonymous")["code"], hash("the next script"));
}

#[test]
fn words_are_kept_once_and_only_where_there_are_any() {
    let collector = Collector::start();
    for id in ["3", "4", "5"] {
        granted(&collector, &ID.replace('3', id), "anonymous");
    }
    assert_eq!((collector.tables()["receipts"], collector.tables()["texts"]), (3, 1));
    let silent = collector.post("/consent", grant(ID, "anonymous", "")).json();
    assert_eq!(
        (&silent["text_hash"], &silent["text"], &silent["code"]),
        (&json!(""), &json!(""), &json!(""))
    );
    assert_eq!(collector.tables()["texts"], 1);
    let long = "ä".repeat(2001);
    assert_eq!(
        collector.post("/consent", grant(ID, "anonymous", &long)).refusal(),
        (400, "invalid_value".to_owned())
    );
    assert_eq!(collector.post("/consent", grant(ID, "anonymous", &long[2..])).status, 200);
}

#[test]
fn the_receipts_of_an_id_form_a_chain_which_ends_with_the_withdrawal() {
    let collector = Collector::start();
    let first = granted(&collector, ID, "anonymous");
    granted(&collector, &ID.replace('3', "4"), "anonymous");
    let second = granted(&collector, ID, "full");
    assert_eq!((&first["previous"], &second["previous"]), (&Value::Null, &first["receipt"]));
    forget(&collector, ID);
    let database = Connection::open(collector.database()).unwrap();
    let withdrawal: (Option<String>, String, String, u32, Option<String>) = database
        .query_row(
            "SELECT previous, level, text_hash, policy, id_hash FROM receipts WHERE action = 'withdraw'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)),
        )
        .unwrap();
    let previous = second["receipt"].as_str().map(str::to_owned);
    assert_eq!(withdrawal, (previous, "full".to_owned(), hash(WORDS), 3, None));
    let tied: u32 = database
        .query_row("SELECT count(*) FROM receipts WHERE id_hash IS NOT NULL", [], |row| row.get(0))
        .unwrap();
    assert_eq!(tied, 1, "only the other visitor's");
    // Whoever comes back has a new id: nothing leads from it to what was.
    let again = collector.post("/consent", grant(ID, "anonymous", WORDS));
    assert_eq!(again.refusal(), (410, "withdrawn".to_owned()));
}

#[test]
fn nothing_but_an_erasure_and_retention_changes_a_receipt() {
    let collector = Collector::with(with_script);
    granted(&collector, ID, "anonymous");
    let all = "SELECT group_concat(concat_ws('|', rowid, receipt, time, site, action, level, policy, text_hash, code,
         lang, banner, previous, id_hash)) FROM receipts";
    let before = one(&collector, all);
    let database = Connection::open(collector.database()).unwrap();
    for stray in [
        "DELETE FROM receipts",
        "DELETE FROM receipts WHERE id_hash IS NULL OR 1",
        "UPDATE receipts SET time = '2020-01-01T00:00:00Z'",
        "UPDATE receipts SET level = 'full'",
        "UPDATE receipts SET previous = 'x'",
        "UPDATE receipts SET text_hash = '', id_hash = NULL",
        "UPDATE receipts SET id_hash = 'x'",
        "UPDATE receipts SET rowid = 7, id_hash = NULL",
        "UPDATE OR REPLACE receipts SET receipt = 'x'",
        "INSERT OR REPLACE INTO receipts SELECT receipt, '2020', site, action, level, policy, text_hash, code, lang,
             banner, previous, id_hash FROM receipts",
        "INSERT OR REPLACE INTO receipts (rowid, receipt, time, site, action, level, policy, text_hash, code, lang, banner)
             SELECT rowid, 'x', time, site, action, level, policy, text_hash, code, lang, banner FROM receipts",
        "REPLACE INTO texts SELECT hash, 'other words' FROM texts",
        "UPDATE texts SET text = 'other words'",
        "DELETE FROM texts",
    ] {
        let error = database.execute(stray, []).expect_err(stray).to_string();
        assert!(error.contains("append-only"), "{stray}: {error}");
    }
    assert_eq!(one(&collector, all), before);
    assert_eq!(one(&collector, "SELECT text FROM texts"), WORDS);
    // What an erasure does, and nothing else.
    assert_eq!(database.execute("UPDATE receipts SET id_hash = NULL", []).unwrap(), 1);
}

/// The mandatory fields of ISO/IEC TS 27560:2023 for a record of consent, and what the GDPR adds.
const RECORD: [&str; 3] = ["schema_version", "record_id", "pii_principal_id"];
const PROCESSING: [&str; 13] = [
    "privacy_notice",
    "language",
    "purpose",
    "lawful_basis",
    "pii_information",
    "pii_controllers",
    "storage_locations",
    "retention_period",
    "jurisdiction",
    "recipient_third_parties",
    "withdrawal_method",
    "privacy_rights",
    "authority_party",
];
const PARTY: [&str; 5] = ["party_id", "party_name", "party_address", "party_contact", "party_type"];
const EVENT: [&str; 5] = ["event_time", "validity_duration", "entity_id", "event_type", "event_state"];

/// The group has these fields, each says something, and there is no other.
fn holds(group: &Value, fields: &[&str]) {
    let group = group.as_object().unwrap();
    assert_eq!(group.len(), fields.len(), "{group:?}");
    for field in fields {
        let said = match &group[*field] {
            Value::String(text) => !text.is_empty(),
            Value::Array(_) => *field == "recipient_third_parties" || group[*field] != json!([]),
            _ => false,
        };
        assert!(said, "{field}: {}", group[*field]);
    }
}

#[test]
fn it_carries_the_mandatory_fields_of_ts_27560() {
    let collector = Collector::start();
    let receipt = granted(&collector, ID, "anonymous");
    holds(&receipt["record"], &RECORD);
    holds(&receipt["processing"], &PROCESSING);
    holds(&receipt["party"][0], &PARTY);
    holds(&receipt["event"][0], &EVENT);

    assert_eq!(receipt["record"]["record_id"], receipt["receipt"]);
    let principal = receipt["record"]["pii_principal_id"].as_str().unwrap();
    assert_eq!(principal, &one(&collector, "SELECT id_hash FROM receipts")[..16]);
    assert!(!receipt.to_string().contains(ID), "never the id");
    assert_eq!(receipt["event"][0]["event_time"], receipt["time"]);
    assert_eq!(receipt["event"][0]["validity_duration"], "P184D");
    assert_eq!(receipt["event"][0]["event_state"], "given");
    let retention = receipt["processing"]["retention_period"].as_str().unwrap();
    assert!(retention.contains("this receipt: 1279 days"), "{retention}");

    let kept = |receipt: &Value, what: &str| {
        let information = receipt["processing"]["pii_information"].as_array().unwrap();
        information.iter().any(|datum| datum["pii_attribute_id"] == what && datum["pii_type"].is_string())
    };
    assert!(kept(&receipt, "visitor.id") && kept(&receipt, "page.template") && !kept(&receipt, "subject"));
    assert!(kept(&granted(&collector, ID, "full"), "subject"));
}

#[test]
fn it_says_what_the_owner_states_and_admits_what_the_owner_does_not() {
    let receipt = granted(&Collector::start(), ID, "anonymous");
    for (group, field) in [
        ("/processing", "privacy_notice"),
        ("/processing", "jurisdiction"),
        ("/processing", "authority_party"),
        ("/processing/recipient_third_parties", "0"),
        ("/party/0", "party_name"),
        ("/party/0", "party_address"),
        ("/party/0", "party_contact"),
    ] {
        assert_eq!(receipt.pointer(&format!("{group}/{field}")), Some(&json!(NOT_STATED)), "{field}");
    }

    let said = |text: &str| Some(text.to_owned());
    let collector = Collector::with(|config| {
        let site = &mut config.sites[0];
        site.controller = Controller {
            name: said("Shop Ltd"),
            address: said("1 High Street, Dublin"),
            contact: said("privacy@shop.example"),
            jurisdiction: said("Ireland"),
            authority: said("Data Protection Commission"),
        };
        site.recipients = Some(Vec::new());
        site.notice = said("https://shop.example/privacy");
    });
    let receipt = granted(&collector, ID, "anonymous");
    assert!(!receipt.to_string().contains(NOT_STATED), "{receipt}");
    assert_eq!(receipt["party"][0]["party_name"], "Shop Ltd");
    assert_eq!(receipt["processing"]["privacy_notice"], "https://shop.example/privacy");
    assert_eq!(receipt["processing"]["recipient_third_parties"], json!([]));
    assert_eq!(receipt["processing"]["authority_party"], "Data Protection Commission");
}

#[test]
fn a_grant_that_our_banner_did_not_ask_for_is_the_sites_word() {
    let mut body = grant(ID, "anonymous", "");
    body["banner"] = json!(false);
    let receipt = Collector::start().post("/consent", body).json();
    assert_eq!(receipt["event"][0]["event_type"], "explicit: as the site's own code tells it");
}

#[test]
fn what_is_not_stated_is_named_when_the_collector_starts() {
    for (level, warned) in [(Level::Anonymous, true), (Level::Aggregated, false)] {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("askfirst.toml");
        let level = level.as_str();
        fs::write(&file, format!("[[site]]\nname = \"a.example\"\nlevel = \"{level}\"\nrecipients = []\n"))
            .unwrap();
        let program = Program::start(directory.path(), &["--config", file.to_str().unwrap()]);
        drop(program);
        let said = fs::read_to_string(directory.path().join("said.log")).unwrap();
        assert_eq!(said.contains("a.example"), warned, "{said}");
        assert_eq!(said.contains("controller.authority, notice: add the missing keys"), warned, "{said}");
    }
}

#[test]
fn a_grant_that_is_sent_again_is_one_receipt() {
    let collector = Collector::start();
    let first = granted(&collector, ID, "anonymous");
    assert_eq!(granted(&collector, ID, "anonymous"), first, "the answer had been lost");
    assert_eq!(collector.tables()["receipts"], 1);
    let more = granted(&collector, ID, "full");
    assert_ne!(more, first);
    assert_eq!(collector.tables()["receipts"], 2);
}
