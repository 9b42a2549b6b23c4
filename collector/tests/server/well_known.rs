//! `GET /.well-known/askfirst.json`.

use askfirst_wire::inventory;
use serde_json::json;

use crate::common::Collector;

#[test]
fn it_is_the_inventory_with_the_sites() {
    let answer = Collector::start().get("/.well-known/askfirst.json");
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let document = answer.json();
    assert_eq!(document["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(
        document["sites"],
        json!([{"name": "demo", "level": "full"}, {"name": "shop.example", "level": "full"}])
    );
    let inventory = serde_json::to_value(inventory::shipped()).unwrap();
    for key in ["schema", "field", "refused"] {
        assert_eq!(document[key], inventory[key]);
    }
    assert_eq!(document.as_object().unwrap().len(), 5);
}
