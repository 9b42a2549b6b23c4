//! Amounts of money: added up for the site, by event and currency.

use rusqlite::Connection;
use serde_json::json;

use crate::common::Collector;

/// A body of `POST /collect` with one event for each amount.
fn purchases(number: u64, name: &str, amounts: &[&str]) -> String {
    let hits = amounts
        .iter()
        .map(|amount| json!({"event": {"page": "/", "name": name, "props": {"revenue": amount}}}));
    let hits: Vec<_> = hits.collect();
    json!({"v": 2, "site": "demo", "level": "aggregated", "batch": format!("{number:016x}"), "hits": hits})
        .to_string()
}

fn collector(k: u32) -> Collector {
    Collector::with(|config| {
        config.sites[0].k = k;
        config.sites[0].events.insert("purchase".to_owned());
        config.sites[0].events.insert("refund".to_owned());
    })
}

#[test]
fn sums_are_by_event_and_currency() {
    let collector = collector(1);
    collector.post("/collect", purchases(1, "purchase", &["12.50 EUR", "0.505 EUR", "3 USD"]));
    collector.post("/collect", purchases(1, "purchase", &["12.50 EUR"]));
    collector.post("/collect", purchases(2, "refund", &["-3 USD"]));
    collector.post("/collect", purchases(3, "ada", &["1 EUR"]));
    let answer = collector.private("/api/v1/report?site=demo&by=revenue");
    assert_eq!(
        answer.body,
        concat!(
            r#"{"rows":[{"value":"purchase EUR","views":2,"visits":0,"amount":"13.005"},"#,
            r#"{"value":"(other) EUR","views":1,"visits":0,"amount":"1.00"},"#,
            r#"{"value":"purchase USD","views":1,"visits":0,"amount":"3.00"},"#,
            r#"{"value":"refund USD","views":1,"visits":0,"amount":"-3.00"}],"#,
            r#""total":{"views":5,"visits":0}}"#
        )
    );
    assert_eq!(collector.report("site=demo&by=event").len(), 3, "the events are counted as ever");
    assert!(collector.private("/").body.contains("<td>13.005</td>"));
    assert_eq!(collector.private("/api/v1/report?site=demo&by=revenue&page=/").status, 400);
}

#[test]
fn what_is_no_amount_is_told_and_counts_nothing() {
    let collector = collector(1);
    let answer = collector.post("/collect", purchases(1, "purchase", &["12,50 EUR", "12.50 eur", "much"]));
    assert_eq!(answer.body, r#"{"accepted":3,"undeclared":["revenue"]}"#);
    assert_eq!(collector.report("site=demo&by=revenue"), []);
    assert_eq!(collector.report("site=demo&by=event"), [("purchase".to_owned(), 3, 0)]);
}

#[test]
fn small_cells_show_no_amount() {
    let collector = collector(5);
    collector.post("/collect", purchases(1, "purchase", &["10 EUR"; 9]));
    collector.post("/collect", purchases(2, "purchase", &["10 USD"; 6]));
    collector.post("/collect", purchases(3, "refund", &["-7 EUR"; 5]));
    collector.post("/collect", purchases(4, "refund", &["-7 USD"; 2]));
    let today = collector.report("site=demo&by=revenue");
    assert_eq!(
        today,
        [("(other)".to_owned(), 22, 0)],
        "two answers of today would tell what one event brought"
    );
    collector.end_the_day();
    let answer = collector.private("/api/v1/report?site=demo&by=revenue");
    assert_eq!(
        answer.body,
        concat!(
            r#"{"rows":[{"value":"purchase EUR","views":9,"visits":0,"amount":"90.00"},"#,
            r#"{"value":"purchase USD","views":6,"visits":0,"amount":"60.00"},"#,
            r#"{"value":"(other)","views":7,"visits":0}],"total":{"views":22,"visits":0}}"#
        )
    );
}

#[test]
fn no_number_of_hits_makes_a_sum_that_the_database_refuses() {
    let collector = collector(1);
    collector.post("/collect", purchases(1, "purchase", &["1 EUR"]));
    for (number, before, amount, after) in [
        (2, 8_999_999_999_999_999_i64, "999999999.999 EUR", "9000000000000.00"),
        (3, -8_999_999_999_999_999, "-999999999.999 EUR", "-9000000000000.00"),
    ] {
        let database = Connection::open(collector.database()).unwrap();
        database.execute("UPDATE revenue SET amount = ?1", [before]).unwrap();
        assert_eq!(collector.post("/collect", purchases(number, "purchase", &[amount])).status, 202);
        let answer = collector.private("/api/v1/report?site=demo&by=revenue").json();
        assert_eq!(answer["rows"][0]["amount"], after);
    }
}
