//! `GET /.well-known/askfirst.json`.

use askfirst_wire::inventory;
use serde_json::json;

use crate::common::Collector;

#[test]
fn it_is_the_inventory_with_the_sites() {
    let answer = Collector::start().get("/.well-known/askfirst.json");
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("access-control-expose-headers"), "date", "so that a page can compare clocks");
    let document = answer.json();
    assert_eq!(document["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(
        document["sites"],
        json!([
            {"name": "demo", "level": "full", "strict": false, "uniques": false},
            {"name": "shop.example", "level": "full", "strict": false, "uniques": false},
        ])
    );
    let inventory = serde_json::to_value(inventory::shipped()).unwrap();
    for key in ["schema", "field", "refused"] {
        assert_eq!(document[key], inventory[key]);
    }
    assert_eq!(document["script"], json!(null), "none is served here: pinned.rs");
    assert_eq!(document.as_object().unwrap().len(), 6);
}

#[test]
fn it_says_where_visitors_are_counted_and_where_small_cells_are_not_written() {
    let collector = Collector::with(|config| {
        config.sites[0].uniques = true;
        config.sites[1].strict = true;
    });
    let document = collector.get("/.well-known/askfirst.json").json();
    let said =
        |site: usize| (document["sites"][site]["strict"].clone(), document["sites"][site]["uniques"].clone());
    assert_eq!(said(0), (json!(false), json!(true)));
    assert_eq!(said(1), (json!(true), json!(false)));
}
