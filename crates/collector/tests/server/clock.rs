//! The sender's clock: no message has a place for it, and what else a request says of time moves nothing.

use askfirst_collector::moment::Moment;
use serde_json::Value;

use crate::common::{Collector, ID, about, post_with, view_under, views};

/// Years behind, and years ahead.
const TIMES: [&str; 2] = ["Thu, 01 Jan 1998 00:00:00 GMT", "Fri, 01 Jan 2123 00:00:00 GMT"];

/// Whether a row's minute lies between two looks at the collector's own clock.
fn is_between(minute: &str, before: Moment, after: Moment) -> bool {
    (before.minute_text().as_str()..=after.minute_text().as_str()).contains(&minute)
}

#[test]
fn a_request_of_another_year_is_counted_and_kept_now() {
    let collector = Collector::start();
    let before = Moment::now();
    collector.agree(ID);
    for (number, time) in (1..).zip(TIMES) {
        let headers =
            [("date", time), ("last-modified", time), ("if-modified-since", time), ("age", "4000000000")];
        for body in [views(number, "/", 1), view_under(ID, 100 + number, "/")] {
            assert_eq!(post_with(collector.public, "/collect", &headers, &body).status, 202);
        }
    }
    let told = collector.post("/mydata", about(ID)).json();
    let after = Moment::now();
    let minutes: Vec<&str> =
        told["hits"].as_array().unwrap().iter().map(|hit| hit["minute"].as_str().unwrap()).collect();
    assert_eq!(minutes.len(), TIMES.len());
    assert!(minutes.iter().all(|minute| is_between(minute, before, after)), "{minutes:?}");
    let days = collector.report(&format!("site=demo&by=day&from={}&to={}", before.day(), after.day()));
    assert_eq!(days.iter().map(|(_, views, _)| views).sum::<u64>(), 4);
}

#[test]
fn a_message_that_names_a_time_is_refused_at_every_level() {
    let collector = Collector::start();
    let full = |body: &Value| {
        let mut body = body.clone();
        body["level"] = "full".into();
        body
    };
    let aggregated: Value = serde_json::from_str(&views(1, "/", 1)).unwrap();
    let anonymous: Value = serde_json::from_str(&view_under(ID, 1, "/")).unwrap();
    for body in [&aggregated, &anonymous, &full(&anonymous)] {
        for name in ["time", "timestamp", "ts", "sent_at", "offset", "minute", "day"] {
            for place in ["", "/hits/0", "/hits/0/view"] {
                let mut body = body.clone();
                let Some(Value::Object(object)) = body.pointer_mut(place) else { continue };
                object.insert(name.to_owned(), 883_612_800_000_u64.into());
                let (status, reason) = collector.post("/collect", &body).refusal();
                assert_eq!((status, reason.as_str()), (422, "unknown_field"), "{body}");
            }
        }
    }
    assert_eq!(collector.filled(), [""; 0]);
}
