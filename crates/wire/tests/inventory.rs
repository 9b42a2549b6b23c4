//! The field names of the serde types and the fields of `inventory.toml`, held against each other, both ways.
#![cfg(all(feature = "decode", feature = "schema"))]

use std::collections::BTreeSet;

use askfirst_wire::consent::{Denial, Forget, Grant, MyData};
use askfirst_wire::inventory::{Field, Message, shipped};
use askfirst_wire::{AggregatedBatch, AnonymousBatch, FullBatch, Level};
use schemars::{JsonSchema, schema_for};
use serde_json::Value;

/// The dotted paths of a type's fields, from the JSON schema that schemars derives from its serde attributes.
fn paths_of<T: JsonSchema>(message: Message) -> BTreeSet<String> {
    let schema = schema_for!(T).to_value();
    let mut paths = BTreeSet::new();
    walk(&schema, &schema, message.as_str().to_owned(), &mut paths);
    paths
}

fn walk(root: &Value, schema: &Value, at: String, paths: &mut BTreeSet<String>) {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let target = root.pointer(reference.trim_start_matches('#')).expect("a local reference");
        return walk(root, target, at, paths);
    }
    let alternatives: Vec<&Value> =
        ["oneOf", "anyOf", "allOf"].iter().filter_map(|key| schema.get(key)?.as_array()).flatten().collect();
    if !alternatives.is_empty() {
        for alternative in alternatives {
            walk(root, alternative, at.clone(), paths);
        }
        return;
    }
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        for (name, property) in properties {
            walk(root, property, format!("{at}.{name}"), paths);
        }
    } else if let Some(items) = schema.get("items") {
        walk(root, items, at, paths);
    } else {
        paths.insert(at);
    }
}

fn inventory_up_to(level: Level, message: Message) -> BTreeSet<String> {
    let prefix = format!("{}.", message.as_str());
    shipped()
        .fields
        .iter()
        .filter(|field| field.level <= level)
        .flat_map(|field| field.wire.iter())
        .filter(|path| path.starts_with(&prefix))
        .cloned()
        .collect()
}

#[test]
fn every_field_of_a_message_is_in_the_inventory_at_its_level_and_the_other_way_round() {
    let cases = [
        (Level::Aggregated, Message::Collect, paths_of::<AggregatedBatch>(Message::Collect)),
        (Level::Anonymous, Message::Collect, paths_of::<AnonymousBatch>(Message::Collect)),
        (Level::Full, Message::Collect, paths_of::<FullBatch>(Message::Collect)),
        (Level::Aggregated, Message::Consent, paths_of::<Denial>(Message::Consent)),
        (
            Level::Anonymous,
            Message::Consent,
            &paths_of::<Grant>(Message::Consent) | &paths_of::<Denial>(Message::Consent),
        ),
        (Level::Anonymous, Message::Forget, paths_of::<Forget>(Message::Forget)),
        (Level::Anonymous, Message::MyData, paths_of::<MyData>(Message::MyData)),
    ];
    for (level, message, derived) in cases {
        assert!(derived.len() > 2, "the walk found nothing in {message:?} at {level:?}: {derived:?}");
        assert_eq!(
            derived,
            inventory_up_to(level, message),
            "{message:?} at {level:?}: types left, inventory right"
        );
    }
}

#[test]
fn the_aggregated_level_has_no_place_for_an_identifier() {
    for path in paths_of::<AggregatedBatch>(Message::Collect) {
        for word in ["id", "uuid", "visit", "subject", "user", "time"] {
            assert!(!path.split('.').any(|part| part == word), "{path}");
        }
    }
}

#[test]
fn nothing_goes_out_at_none() {
    assert!(Message::ALL.iter().all(|&message| inventory_up_to(Level::None, message).is_empty()));
}

#[test]
fn ids_and_places_are_named_once() {
    let inventory = shipped();
    let ids: BTreeSet<&str> = inventory.fields.iter().map(|field| field.id.as_str()).collect();
    assert_eq!(ids.len(), inventory.fields.len());
    let places_of: [fn(&'static Field) -> &'static Vec<String>; 2] =
        [|field| &field.wire, |field| &field.stored];
    for places in places_of {
        let all: Vec<&String> = inventory.fields.iter().flat_map(places).collect();
        let distinct: BTreeSet<&&String> = all.iter().collect();
        assert_eq!(distinct.len(), all.len(), "{all:?}");
    }
}
