//! The contract vectors, as far as they need neither browser nor collector. `tests/` of the snippet and of the collector
//! read the same files.
#![cfg(feature = "decode")]

use askfirst_wire::{
    AggregatedBatch, AnonymousBatch, Batch, EventHit, FullBatch, Hit, Level, Props, ViewHit, Viewport,
    decode, redact,
};
use proptest::prelude::*;
use serde_json::Value;

fn vectors(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("a vector file is a JSON list")
}

#[test]
fn redaction() {
    let vectors: Vec<[String; 3]> = serde_json::from_str(include_str!("vectors/redaction.json")).unwrap();
    for [raw, decoded, page] in vectors {
        assert_eq!(redact::decoded(&raw), decoded, "{raw}");
        assert_eq!(redact::page(&decoded), page, "{raw}");
        assert_eq!(redact::decoded(&page), page, "again");
        assert_eq!(redact::page(&page), page, "again");
    }
}

#[test]
fn accepted_batches_decode_and_encode_to_the_same_json() {
    for vector in vectors(include_str!("vectors/collect.json")) {
        let batch = decode::batch(vector["body"].to_string().as_bytes());
        let batch = batch.unwrap_or_else(|refused| panic!("{}: {refused:?}", vector["about"]));
        assert_eq!(serde_json::to_value(&batch).unwrap(), vector["body"], "{}", vector["about"]);
    }
}

#[test]
fn accepted_consent_messages_decode() {
    for vector in vectors(include_str!("vectors/consent.json")) {
        let body = vector["body"].to_string();
        match vector["message"].as_str().unwrap() {
            "consent" => drop(decode::consent(body.as_bytes()).unwrap()),
            "forget" => drop(decode::forget(body.as_bytes()).unwrap()),
            "mydata" => drop(decode::my_data(body.as_bytes()).unwrap()),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn refused_messages_are_refused_for_the_stated_reason() {
    for vector in vectors(include_str!("vectors/refused.json")) {
        // Which sites there are, only the collector knows.
        if vector["reason"] == "unknown_site" {
            continue;
        }
        let body = vector["body"].to_string();
        let refused = match vector["message"].as_str().unwrap() {
            "collect" => decode::batch(body.as_bytes()).map(drop),
            "consent" => decode::consent(body.as_bytes()).map(drop),
            "forget" => decode::forget(body.as_bytes()).map(drop),
            "mydata" => decode::my_data(body.as_bytes()).map(drop),
            other => panic!("{other}"),
        }
        .expect_err(vector["about"].as_str().unwrap());
        assert_eq!(refused.reason.reason(), vector["reason"], "{}: {}", vector["about"], refused.detail);
        assert_eq!(refused.reason.status(), vector["status"], "{}", vector["about"]);
    }
}

#[test]
fn what_is_not_json_is_refused() {
    for body in [&b""[..], b"{", b"\xff\xfe", b"{\"v\":2", b"null", b"{\"v\":2,\"v\":2}", b"{\"v\":1e999}"] {
        assert_eq!(decode::batch(body).unwrap_err().reason.reason(), "malformed", "{body:?}");
    }
    let deep = "[".repeat(5_000);
    assert_eq!(decode::batch(deep.as_bytes()).unwrap_err().reason.reason(), "malformed");
    let large = vec![b' '; askfirst_wire::limits::BODY + 1];
    assert_eq!(decode::batch(&large).unwrap_err().reason.reason(), "body_too_large");
}

fn any_hit() -> impl Strategy<Value = Hit> {
    let text = || "[a-zé/ ]{1,12}";
    let optional = move || proptest::option::of(text());
    let page = || "/[a-z]{0,12}";
    let viewport = proptest::option::of(proptest::sample::select(vec![
        Viewport::Small,
        Viewport::Medium,
        Viewport::Large,
        Viewport::Wide,
    ]));
    let entry = prop_oneof![Just((false, None)), (Just(true), proptest::option::of(0u32..1_000_000_000))];
    let view = (page(), optional(), entry, optional(), optional(), optional(), viewport).prop_map(
        |(page, referrer, (entry, asked), source, medium, campaign, viewport)| {
            Hit::View(ViewHit { page, referrer, entry, asked, source, medium, campaign, viewport })
        },
    );
    let props = proptest::collection::btree_map("[a-z]{1,8}", "[a-z\"\\\\]{0,8}", 0..4);
    let event = (text(), page(), props).prop_map(|(name, page, props)| {
        Hit::Event(EventHit { name, page, props: Props(props.into_iter().collect()) })
    });
    prop_oneof![view, event]
}

fn any_batch() -> impl Strategy<Value = Batch> {
    let hits = proptest::collection::vec(any_hit(), 1..5);
    let envelope = ("[a-z.]{1,12}", "[0-9a-f]{16}", 0u32..10_001, any::<bool>());
    let owner = ("[0-9a-f]{32}", "[0-9a-f]{32}", proptest::option::of("[a-zж]{1,8}"));
    (0usize..3, envelope, owner, hits).prop_map(
        |(level, (site, short, dropped, signal), (batch, id, subject), hits)| {
            let v = askfirst_wire::VERSION;
            match level {
                0 => {
                    let (level, batch) = (Level::Aggregated, short);
                    Batch::Aggregated(AggregatedBatch { v, site, level, batch, dropped, signal, hits })
                }
                1 => {
                    let level = Level::Anonymous;
                    Batch::Anonymous(AnonymousBatch { v, site, level, batch, id, dropped, signal, hits })
                }
                _ => {
                    let level = Level::Full;
                    Batch::Full(FullBatch { v, site, level, batch, id, subject, dropped, signal, hits })
                }
            }
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_what_is_read(batch in any_batch()) {
        let json = serde_json::to_vec(&batch).unwrap();
        prop_assert_eq!(decode::batch(&json), Ok(batch));
    }

    #[test]
    fn any_bytes_are_decoded_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = decode::batch(&bytes);
        let _ = decode::consent(&bytes);
        let _ = decode::forget(&bytes);
        let _ = decode::my_data(&bytes);
    }

    #[test]
    fn a_refusal_never_repeats_what_was_sent(secret in "[A-Z]{12}") {
        for body in [
            format!(r#"{{"v":2,"site":"s","level":"aggregated","batch":"00ff10ee20dd30cc","{secret}":1,"hits":[]}}"#),
            format!(r#"{{"v":2,"site":"s","level":"{secret}","batch":"00ff10ee20dd30cc","hits":[]}}"#),
            format!(r#"{{"v":2,"site":"s","level":"aggregated","batch":"{secret}","hits":[]}}"#),
            format!(r#"{{"v":2,"site":"s","level":"aggregated","batch":"00ff10ee20dd30cc","hits":[{{"{secret}":{{}}}}]}}"#),
            format!(r#"{{"v":2,"site":"s","level":"aggregated","batch":"00ff10ee20dd30cc","hits":[{{"view":{{"page":"{secret}"}}}}]}}"#),
        ] {
            let refused = decode::batch(body.as_bytes()).unwrap_err();
            prop_assert!(!refused.detail.contains(&secret), "{}", refused.detail);
        }
    }
}
