//! `POST /mydata`: what is kept under an id, and nothing for whoever does not have it.

use std::collections::BTreeSet;

use askfirst_wire::inventory;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::common::{Answer, Collector, ID, about, view_under};

fn ask(collector: &Collector, id: &str) -> Answer {
    collector.post("/mydata", about(id))
}

fn grant(collector: &Collector, id: &str, level: &str) -> Value {
    let body = json!({
        "v": 2, "site": "demo", "action": "grant", "level": level, "policy": 1, "lang": "en", "banner": true,
        "text": "May we?", "page": "/agreed", "id": id,
    });
    collector.post("/consent", body).json()
}

#[test]
fn it_tells_the_receipts_and_the_rows_of_the_id() {
    let collector = Collector::start();
    let other = ID.replace('3', "4");
    let first = grant(&collector, ID, "anonymous");
    collector.post("/collect", view_under(ID, 1, "/a"));
    grant(&collector, &other, "anonymous");
    collector.post("/collect", view_under(&other, 2, "/others"));
    let second = grant(&collector, ID, "full");
    let full = json!({
        "v": 2, "site": "demo", "level": "full", "batch": "000000000000000000000000000000ff", "id": ID,
        "subject": "customer-7",
        "hits": [{"event": {"name": "signup", "page": "/b", "props": {"plan": "pro"}}}],
    });
    assert_eq!(collector.post("/collect", full).status, 202);

    let answer = ask(&collector, ID);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(!answer.body.contains("/others") && !answer.body.contains(&other));
    let told = answer.json();
    assert_eq!(told["site"], "demo");
    assert_eq!(told["receipts"], json!([second, first]), "as they were answered, newest first");
    assert_eq!(told.as_object().unwrap().len(), 3, "nothing was left out");
    let mut hits = told["hits"].as_array().unwrap().clone();
    let minutes: Vec<Value> =
        hits.iter_mut().map(|hit| hit.as_object_mut().unwrap().remove("minute").unwrap()).collect();
    assert!(minutes.iter().all(|minute| minute.as_str().unwrap().ends_with('Z')));
    assert_eq!(
        hits,
        [
            json!({"seq": 6, "batch": format!("{:032x}", 255), "place": 0, "level": "full", "kind": "event",
                   "page": "/b", "name": "signup", "props": {"plan": "pro"}, "subject": "customer-7"}),
            json!({"seq": 5, "batch": second["receipt"], "place": 0, "level": "full", "kind": "grant",
                   "page": "/agreed"}),
            json!({"seq": 2, "batch": format!("{:032x}", 1), "place": 0, "level": "anonymous", "kind": "view",
                   "page": "/a", "entry": true, "device": "(other)", "browser": "(other)", "os": "(other)",
                   "language": "(other)"}),
            json!({"seq": 1, "batch": first["receipt"], "place": 0, "level": "anonymous", "kind": "grant",
                   "page": "/agreed"}),
        ]
    );
}

/// Every column of a row under an id is told, but the two that were asked for.
#[test]
fn no_column_is_held_back() {
    let collector = Collector::start();
    let database = Connection::open(collector.database()).unwrap();
    let mut columns = BTreeSet::new();
    database
        .pragma(None, "table_info", "events", |row| {
            columns.insert(row.get::<_, String>("name")?);
            Ok(())
        })
        .unwrap();
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    let values: Vec<String> = names
        .iter()
        .map(|name| match *name {
            "id" => format!("'{ID}'"),
            "site" => "'demo'".to_owned(),
            "entry" | "place" | "seq" => "1".to_owned(),
            "props" => r#"'{"a":"b"}'"#.to_owned(),
            other => format!("'{other}'"),
        })
        .collect();
    let row = format!("INSERT INTO events ({}) VALUES ({})", names.join(", "), values.join(", "));
    database.execute(&row, []).unwrap();
    let told = ask(&collector, ID).json();
    let told: BTreeSet<String> = told["hits"][0].as_object().unwrap().keys().cloned().collect();
    columns.remove("id");
    columns.remove("site");
    assert_eq!(told, columns);
}

#[test]
fn an_unknown_id_an_erased_one_and_another_site_are_answered_alike() {
    let collector = Collector::start();
    let nothing = r#"{"site":"demo","receipts":[],"hits":[]}"#;
    let answer = ask(&collector, ID);
    assert_eq!((answer.status, answer.body.as_str()), (200, nothing));
    grant(&collector, ID, "anonymous");
    collector.post("/collect", view_under(ID, 1, "/"));
    let elsewhere = collector.post("/mydata", json!({"v": 2, "site": "shop.example", "id": ID}));
    assert_eq!(elsewhere.body, nothing.replace("demo", "shop.example"));
    assert_eq!(collector.post("/forget", about(ID)).status, 200);
    let answer = ask(&collector, ID);
    assert_eq!((answer.status, answer.body.as_str()), (200, nothing));
}

#[test]
fn asking_stores_nothing_and_keeps_no_erasure_waiting() {
    let collector = Collector::start();
    ask(&collector, ID);
    assert_eq!(collector.filled(), [""; 0]);
    grant(&collector, ID, "anonymous");
    collector.post("/collect", view_under(ID, 1, "/"));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..10).for_each(|_| assert_eq!(ask(&collector, ID).status, 200)));
        }
        scope.spawn(|| {
            assert_eq!(collector.post("/forget", about(ID)).status, 200);
        });
    });
}

#[test]
fn what_does_not_fit_into_an_answer_is_said() {
    let collector = Collector::start();
    let database = Connection::open(collector.database()).unwrap();
    database
        .execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10007)
             INSERT INTO events (batch, place, id, site, level, kind, minute, page)
             SELECT i, 0, ?1, 'demo', 'anonymous', 'view', '2026-01-01T00:00Z', '/' FROM n",
            [ID],
        )
        .unwrap();
    let told = ask(&collector, ID).json();
    assert_eq!((told["hits"].as_array().unwrap().len(), &told["left_out"]), (10_000, &json!(7)));
    assert_eq!(told["hits"][0]["batch"], "10007", "the newest are told");
}

#[test]
fn the_message_is_the_inventorys_and_is_checked_as_forget_is() {
    let places = inventory::shipped().fields.iter().flat_map(|field| &field.wire);
    let places: BTreeSet<&str> = places.filter_map(|place| place.strip_prefix("mydata.")).collect();
    assert_eq!(places, BTreeSet::from(["id", "site", "v"]));
    let collector = Collector::start();
    for (body, refusal) in [
        (json!({"v": 2, "site": "demo"}), (400, "malformed")),
        (json!({"v": 2, "site": "demo", "id": 7}), (400, "malformed")),
        (json!({"v": 3, "site": "demo", "id": ID}), (400, "unsupported_version")),
        (json!({"v": 2, "site": "demo", "id": "*"}), (400, "invalid_value")),
        (json!({"v": 2, "site": "demo", "id": ID.to_uppercase()}), (400, "invalid_value")),
        (json!({"v": 2, "site": "elsewhere.example", "id": ID}), (404, "unknown_site")),
        (json!({"v": 2, "site": "demo", "id": ID, "ip": "x"}), (422, "unknown_field")),
    ] {
        let (status, reason) = collector.post("/mydata", &body).refusal();
        assert_eq!((status, reason.as_str()), refusal, "{body}");
    }
    // A site whose ceiling was lowered still has to tell what it kept before.
    let collector = Collector::with(|config| config.sites[0].level = askfirst_wire::Level::None);
    assert_eq!(ask(&collector, ID).status, 200);
}
