//! Compares the documents with the routes, the reasons, the table in the docs and the types of the messages.
//! `tests/server/openapi.rs` checks that each answer is given.

use std::collections::BTreeSet;

use askfirst_wire::batch::{AggregatedBatch, AnonymousBatch, FullBatch};
use askfirst_wire::consent::{Denial, Forget, Grant, MyData};
use askfirst_wire::hit::{EventHit, ViewHit};
use askfirst_wire::{Refusal, limits};
use schemars::schema_for;
use serde_json::Value;

use super::super::app::App;
use super::super::reason::Reason;
use super::super::routes::Route;
use super::super::{owner, visitor};
use super::{PRIVATE, PUBLIC};
use crate::config::Config;

const TABLE: &str = include_str!("../../../../../docs/answers.md");

fn document(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn the_documents_have_the_routes_and_no_others() {
    let directory = tempfile::tempdir().unwrap();
    let config = Config { data: directory.path().join("data"), ..Config::default() };
    let (app, writer) = App::open(config).unwrap();
    let public = visitor::messages().into_iter().chain(visitor::others(&app));
    let private = owner::guarded().into_iter().chain(owner::open());
    let paths =
        |routes: Vec<Route>| -> BTreeSet<String> { routes.into_iter().map(|route| route.0).collect() };
    for (text, routes) in [(PUBLIC, paths(public.collect())), (PRIVATE, paths(private.collect()))] {
        let document = document(text);
        assert_eq!(keys(&document["paths"]), routes.iter().map(String::as_str).collect());
        assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    }
    drop(app);
    writer.stop();
}

/// Statuses and reasons, without one `""`.
type Answers = BTreeSet<(u16, String)>;

/// The reasons of an answer, however deep they stand in it.
fn reasons(answer: &Value) -> Vec<String> {
    let schema = &answer["content"]["application/json"]["schema"]["properties"]["reason"]["enum"];
    schema.as_array().map_or_else(
        || vec![String::new()],
        |reasons| reasons.iter().map(|reason| reason.as_str().unwrap().to_owned()).collect(),
    )
}

/// Every answer that a document has, those of no one path included.
fn documented(text: &str) -> Answers {
    let document = document(text);
    let status = |reason: &str| {
        let wire = Refusal::ALL.iter().find(|known| known.reason() == reason).map(|known| known.status());
        wire.or(Reason::ALL
            .iter()
            .find(|known| known.reason() == reason)
            .map(|known| known.status().as_u16()))
    };
    let mut answers: Answers = document["components"]["responses"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(reasons)
        .map(|reason| (status(&reason).expect("a reason of the code"), reason))
        .collect();
    for operation in
        document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap())
    {
        let Some(responses) = operation.1["responses"].as_object() else { continue };
        for (status, answer) in responses {
            let named = answer["$ref"].as_str().map(|name| &name[1..]);
            let answer = named.map_or(answer, |name| document.pointer(name).expect("it is there"));
            let status = status.parse().unwrap();
            answers.extend(reasons(answer).into_iter().map(|reason| (status, reason)));
        }
    }
    answers
}

#[test]
fn every_reason_stands_in_the_documents_and_no_other() {
    let wire = Refusal::ALL.iter().map(|reason| (reason.status(), reason.reason().to_owned()));
    let own = Reason::ALL.iter().map(|reason| (reason.status().as_u16(), reason.reason().to_owned()));
    let known: Answers = wire.chain(own).collect();
    let both: Answers = documented(PUBLIC).union(&documented(PRIVATE)).cloned().collect();
    let reasons: Answers = both.into_iter().filter(|(_, reason)| !reason.is_empty()).collect();
    assert_eq!(reasons, known);
}

#[test]
fn the_table_in_the_docs_has_every_answer_and_no_other() {
    let row = |line: &str| {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        let status = cells.next()?.parse().ok()?;
        Some((status, cells.next()?.trim_matches('`').to_owned()))
    };
    let table: Vec<(u16, String)> = TABLE.lines().filter_map(row).collect();
    // Before a path is looked at, and where there is a demo: of no path.
    let beside =
        [(307, ""), (308, ""), (400, ""), (431, "")].map(|(status, reason)| (status, reason.to_owned()));
    let mut all = documented(PUBLIC);
    all.extend(documented(PRIVATE));
    all.extend(beside);
    assert_eq!(table.iter().cloned().collect::<Answers>(), all);
    assert_eq!(table.len(), all.len(), "each has one row");
    assert!(table.is_sorted_by_key(|row| row.0), "in the order of the statuses");
}

#[test]
fn the_messages_have_the_fields_of_their_types() {
    let document = document(PUBLIC);
    let schemas = &document["components"]["schemas"];
    for (name, of_the_type) in [
        ("AggregatedBatch", schema_for!(AggregatedBatch)),
        ("AnonymousBatch", schema_for!(AnonymousBatch)),
        ("FullBatch", schema_for!(FullBatch)),
        ("View", schema_for!(ViewHit)),
        ("Event", schema_for!(EventHit)),
        ("Grant", schema_for!(Grant)),
        ("Denial", schema_for!(Denial)),
        ("Forget", schema_for!(Forget)),
        ("MyData", schema_for!(MyData)),
    ] {
        let (written, of_the_type) = (&schemas[name], of_the_type.to_value());
        assert_eq!(keys(&written["properties"]), keys(&of_the_type["properties"]), "{name}");
        let required = |schema: &Value| -> BTreeSet<String> {
            let names = schema["required"].as_array().unwrap().iter();
            names.map(|name| name.as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(required(written), required(&of_the_type), "{name}");
        assert_eq!(written["additionalProperties"], false, "{name}");
    }
}

#[test]
fn the_limits_are_those_of_the_wire() {
    let document = document(PUBLIC);
    for (place, limit) in [
        ("SiteName/maxLength", limits::SITE),
        ("Page/maxLength", limits::PAGE),
        ("View/properties/referrer/maxLength", limits::HOST),
        ("View/properties/source/maxLength", limits::CAMPAIGN),
        ("View/properties/medium/maxLength", limits::CAMPAIGN),
        ("View/properties/campaign/maxLength", limits::CAMPAIGN),
        ("Event/properties/name/maxLength", limits::EVENT_NAME),
        ("Event/properties/props/maxProperties", limits::PROPS),
        ("Event/properties/props/propertyNames/maxLength", limits::PROP_NAME),
        ("Event/properties/props/additionalProperties/maxLength", limits::PROP_VALUE),
        ("AggregatedBatch/properties/hits/maxItems", limits::HITS),
        ("AggregatedBatch/properties/dropped/maximum", limits::DROPPED as usize),
        ("FullBatch/properties/subject/maxLength", limits::SUBJECT),
        ("Grant/properties/lang/maxLength", limits::LANG),
        ("Grant/properties/text/maxLength", limits::TEXT),
        ("Policy/maximum", limits::POLICY as usize),
    ] {
        let found = document.pointer(&format!("/components/schemas/{place}")).and_then(Value::as_u64);
        assert_eq!(found, Some(limit as u64), "{place}");
    }
    for (name, digits) in
        [("Id", limits::ID_HEX), ("BatchNumber", limits::BATCH_HEX), ("RowsNumber", limits::ID_HEX)]
    {
        let pattern = document["components"]["schemas"][name]["pattern"].as_str().unwrap();
        assert!(pattern.ends_with(&format!("{{{digits}}}$")), "{pattern}");
    }
}
