//! `askfirst-collector export`: counts, rows and receipts, in three formats.

use std::collections::BTreeSet;
use std::path::Path;

use askfirst_wire::inventory;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::common::{Collector, ID, about, grant, run_on, text, view_under, views};

/// What a spreadsheet would run.
const FORMULA: &str = "=HYPERLINK(\"https://evil.example\")";

fn filled() -> Collector {
    let collector = Collector::start();
    assert_eq!(collector.post("/collect", views(1, "/pricing", 3)).status, 202);
    let grant = |level: &str| {
        let mut grant = grant(ID, level);
        grant["text"] = json!("-may we?");
        grant["page"] = json!("/pricing");
        assert_eq!(collector.post("/consent", grant).status, 200);
    };
    grant("anonymous");
    for number in 10..12 {
        assert_eq!(collector.post("/collect", view_under(ID, number, "/")).status, 202);
    }
    grant("full");
    let event = json!({"v": 2, "site": "demo", "level": "full", "batch": "000000000000000000000000000000aa", "id": ID,
        "subject": FORMULA,
        "hits": [{"event": {"name": "plan", "page": "/pricing", "props": {"plan": "free", "=prop": "@value"}}}]});
    let answer = collector.post("/collect", event);
    assert_eq!(answer.status, 202, "{}", answer.body);
    collector
}

fn export(collector: &Collector, arguments: &[&str]) -> String {
    let output = run_on(collector.directory.path(), &[&["export", "--site", "demo"], arguments].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The rows of a Parquet file, as JSON.
fn parquet(file: &Path) -> Vec<Value> {
    let reader = SerializedFileReader::new(std::fs::File::open(file).unwrap()).unwrap();
    reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_json_value()).collect()
}

#[test]
fn counts_are_those_of_the_reports() {
    let collector = filled();
    let rows = lines(&export(&collector, &["--format", "ndjson"]));
    let of = |page: Option<&str>, dimension: &str| -> Vec<(String, u64, u64)> {
        rows.iter()
            .filter(|row| row["dimension"] == dimension && row["page"].as_str() == page)
            .map(|row| {
                let number = |name: &str| row[name].as_u64().unwrap();
                (row["value"].as_str().unwrap().to_owned(), number("views"), number("visits"))
            })
            .collect()
    };
    for dimension in ["page", "day", "event", "prop.plan", "browser"] {
        assert_eq!(
            of(None, dimension),
            collector.report(&format!("site=demo&by={dimension}")),
            "{dimension}"
        );
    }
    assert_eq!(of(None, "page").len(), 2);
    assert_eq!(of(Some("/pricing"), "event"), [("plan".to_owned(), 1, 0)]);
    assert_eq!(of(Some("/pricing"), "event"), collector.report("site=demo&by=event&page=/pricing"));
    assert!(rows.iter().all(|row| row["site"] == "demo"));
}

#[test]
fn small_cells_are_folded_as_in_reports() {
    let directory = filled().stop();
    let config = directory.path().join("askfirst.toml");
    std::fs::write(&config, "[[site]]\nname = \"demo\"\nlevel = \"full\"\nk = 10\n").unwrap();
    let output = run_on(
        directory.path(),
        &["export", "--site", "demo", "--config", config.to_str().unwrap(), "--format", "ndjson"],
    );
    for row in lines(&text(&output.stdout)) {
        if row["dimension"] != "day" {
            assert_eq!((&row["value"], &row["page"]), (&json!("(other)"), &Value::Null), "{row}");
        }
    }
}

#[test]
fn rows_are_the_same_in_each_format_and_have_all_columns() {
    let collector = filled();
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("rows.parquet");
    let ndjson = lines(&export(&collector, &["--what", "rows", "--format", "ndjson"]));
    let csv = export(&collector, &["--what", "rows"]);
    export(&collector, &["--what", "rows", "--format", "parquet", "--out", file.to_str().unwrap()]);
    let typed = parquet(&file);
    assert_eq!((csv.lines().count(), typed.len()), (6, 5));
    let order: Vec<_> =
        ndjson.iter().map(|row| (row["seq"].clone(), row["kind"].as_str().unwrap())).collect();
    let kinds = ["grant", "view", "view", "grant", "event"];
    assert_eq!(order, (1..).map(|seq| json!(seq)).zip(kinds).collect::<Vec<_>>(), "in the order of arrival");
    for (line, row) in ndjson.iter().zip(&typed) {
        for (name, value) in row.as_object().unwrap() {
            // A typed column has JSON as text, and nothing where a line leaves it out.
            let value = match name.as_str() {
                "props" if value.is_string() => serde_json::from_str(value.as_str().unwrap()).unwrap(),
                _ => value.clone(),
            };
            assert_eq!(value, line.get(name).cloned().unwrap_or_default(), "{name}");
        }
    }
    let columns: BTreeSet<String> =
        csv.lines().next().unwrap().split(',').map(|name| format!("events.{name}")).collect();
    let stored = inventory::shipped().fields.iter().flat_map(|field| field.stored.iter().cloned());
    assert_eq!(columns, stored.filter(|place| place.starts_with("events.")).collect(), "left as exported");
    assert!(ndjson.iter().any(|row| row["subject"].is_string() && row["props"]["plan"] == "free"));
    assert!(ndjson.iter().any(|row| row["entry"] == true && row["id"] == ID));
}

#[test]
fn receipts_have_their_words_and_lead_to_nobody() {
    let collector = filled();
    let database = Connection::open(collector.database()).unwrap();
    let hash: String = database.query_row("SELECT id_hash FROM receipts", [], |row| row.get(0)).unwrap();
    let receipts = export(&collector, &["--what", "receipts", "--format", "ndjson", "--raw"]);
    let lines = lines(&receipts);
    assert_eq!(
        (lines.len(), &lines[0]["text"], &lines[0]["action"]),
        (2, &json!("-may we?"), &json!("grant"))
    );
    assert!(!receipts.contains(&hash) && !receipts.contains(ID));
}

#[test]
fn no_format_hands_a_formula_to_a_spreadsheet() {
    let collector = filled();
    let out = tempfile::tempdir().unwrap();
    for what in ["rows", "receipts", "counts"] {
        let csv = export(&collector, &["--what", what]);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
        for record in reader.records() {
            for cell in record.unwrap().iter() {
                assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
            }
        }
        let file = out.path().join(what);
        export(&collector, &["--what", what, "--format", "parquet", "--out", file.to_str().unwrap()]);
        let ndjson = lines(&export(&collector, &["--what", what, "--format", "ndjson"]));
        for row in ndjson.iter().chain(&parquet(&file)) {
            texts(row, &|text| assert!(!text.starts_with(['=', '+', '-', '@']), "{text}"));
        }
    }
    let rows = export(&collector, &["--what", "rows", "--format", "ndjson"]);
    assert!(rows.contains("'=HYPERLINK"), "it was there to be found: {rows}");
    let raw = export(&collector, &["--what", "rows", "--format", "ndjson", "--raw"]);
    assert!(raw.contains("\"=HYPERLINK") && !raw.contains('\''), "{raw}");
    let output = run_on(collector.directory.path(), &["export", "--site", "demo", "--raw"]);
    assert!(!output.status.success() && text(&output.stderr).contains("cannot be used with CSV"));
}

fn texts(value: &Value, look: &impl Fn(&str)) {
    match value {
        Value::String(text) => look(text),
        Value::Array(values) => values.iter().for_each(|value| texts(value, look)),
        Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            look(name);
            texts(value, look);
        }),
        _ => {}
    }
}

#[test]
fn days_bound_what_is_exported() {
    let collector = filled();
    let count = |what: &str, days: &[&str]| {
        lines(&export(&collector, &[&["--format", "ndjson", "--what", what], days].concat())).len()
    };
    for what in ["counts", "rows", "receipts"] {
        assert!(count(what, &[]) > 0);
        assert_eq!(count(what, &["--from", "2020-01-01", "--to", "2020-01-31"]), 0, "{what}");
    }
    let unknown = run_on(collector.directory.path(), &["export", "--site", "nowhere.example"]);
    assert!(
        text(&unknown.stderr)
            .contains("the only site is \"demo\". Name the file with --config or ASKFIRST_CONFIG"),
        "{}",
        text(&unknown.stderr)
    );
}

#[test]
fn more_rows_than_are_read_at_a_time_come_each_once_and_no_erasure_waits() {
    let directory = Collector::start().stop();
    let mut database = Connection::open(directory.path().join("data/askfirst.db")).unwrap();
    let transaction = database.transaction().unwrap();
    for number in 0..25_000 {
        transaction
            .execute(
                "INSERT INTO events (batch, place, id, site, level, kind, minute, page)
                     VALUES (?1, 0, 'i', 'demo', 'anonymous', 'view', '2026-11-01T10:00Z', '/')",
                [format!("{number:032x}")],
            )
            .unwrap();
    }
    transaction.commit().unwrap();
    drop(database);
    let collector = Collector::again(directory, |_| {});
    let file = collector.directory.path().join("rows.parquet");
    export(&collector, &["--what", "rows", "--format", "parquet", "--out", file.to_str().unwrap()]);
    let exported = parquet(&file).into_iter().map(|row| row["seq"].as_u64().unwrap());
    assert!(exported.eq(1..=25_000), "in the order of arrival");
    let groups = SerializedFileReader::new(std::fs::File::open(&file).unwrap()).unwrap().num_row_groups();
    assert_eq!(groups, 3, "groups of what fits into memory");

    // Somebody takes the export and does not read on: a pipe holds a few hundred rows.
    use std::process::Stdio;
    let data = collector.directory.path().join("data");
    let mut stalled = crate::common::program()
        .args(["export", "--site", "demo", "--what", "rows", "--data", data.to_str().unwrap()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 1];
    std::io::Read::read_exact(stalled.stdout.as_mut().unwrap(), &mut first).unwrap();
    collector.agree(ID);
    assert_eq!(collector.post("/collect", view_under(ID, 7, "/")).status, 202);
    assert_eq!(collector.post("/forget", about(ID)).status, 200);
    stalled.kill().unwrap();
    stalled.wait().unwrap();
}
