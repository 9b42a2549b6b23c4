//! What holds for whatever arrives, tried with random input: bytes, JSON of the right names, and right messages with a few bytes
//! changed.
#![cfg(feature = "decode")]

mod holds;

use proptest::prelude::*;
use serde_json::{Value, json};

/// The bodies of the contract vectors.
fn bodies() -> Vec<String> {
    let files = [
        include_str!("vectors/collect.json"),
        include_str!("vectors/consent.json"),
        include_str!("vectors/refused.json"),
    ];
    let vectors = files.iter().flat_map(|file| serde_json::from_str::<Vec<Value>>(file).expect("a list"));
    vectors.map(|vector| vector["body"].to_string()).collect()
}

/// JSON whose names are those of the messages, and whose values are anything.
fn named() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        "v|site|level|batch|id|hits|view|event|page|entry|props|name|asked|referrer|campaign|subject|dropped|action|policy|lang|banner",
        "[a-z]{0,6}",
    ];
    let value = prop_oneof![
        Just(json!(1)),
        Just(json!("demo")),
        Just(json!("aggregated")),
        Just(json!("anonymous")),
        Just(json!("3f1c9a52e07b48d6a1f0c2b4d6e8f901")),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(Value::Null),
    ];
    value.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(name.clone(), inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn bytes_are_refused_or_a_message(body in proptest::collection::vec(any::<u8>(), 0..400)) {
        holds::message(&body);
    }

    #[test]
    fn json_of_the_right_names_is_refused_or_a_message(body in named()) {
        holds::message(body.to_string().as_bytes());
    }

    #[test]
    fn a_message_with_bytes_changed_is_refused_or_a_message(
        body in proptest::sample::select(bodies()),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..4),
        end in any::<proptest::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let mut body = body.into_bytes();
        for (at, byte) in changes {
            *at.get_mut(&mut body) = byte;
        }
        if cut {
            body.truncate(end.index(body.len()));
        }
        holds::message(&body);
    }

    #[test]
    fn a_choice_has_one_spelling(
        text in prop_oneof!["[0-4]{1,2}\\.[0-9]{1,11}\\.[0-9]{7,9}", "[0-3]\\.[0-9]{1,9}\\.20[0-9]{2}[01][0-9][0-3][0-9]", any::<String>()],
    ) {
        holds::choice(&text);
    }

    #[test]
    fn a_template_is_one_whatever_it_is_made_of(path in prop_oneof![any::<String>(), "[-/%a-zA-Z0-9?#;@.:_~+=&\u{e9} ]{0,600}"]) {
        holds::template(&path);
    }

    #[test]
    fn a_number_that_names_somebody_does_not_come_out(before in "[-/%a-z0-9?;.]{0,20}", bits: u128, after in "[-/%a-z0-9?;.]{0,20}") {
        holds::secret(&before, bits, &after);
    }
}
