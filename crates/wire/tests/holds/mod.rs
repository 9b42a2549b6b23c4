//! What holds for whatever arrives. Tried with random input by `properties.rs`, and with input that is bred to break it by
//! `fuzz/`.

use askfirst_wire::decode::{self, ConsentMessage, Refused};
use askfirst_wire::{Batch, Choice, limits, redact};
use serde_json::Value;

/// A body is refused in a few words, or it is a message within all limits that is written and read again alike.
pub(crate) fn message(body: &[u8]) {
    match decode::batch(body) {
        Ok(batch) => accepted_batch(&batch),
        Err(refused) => refusal(&refused),
    }
    match decode::consent(body) {
        Ok(ConsentMessage::Grant(grant)) => {
            assert!(grant.level.has_id() && is_id(&grant.id));
            assert!(
                limits::scalars(&grant.text) <= limits::TEXT && limits::scalars(&grant.lang) <= limits::LANG
            );
            assert!(limits::scalars(&grant.site) <= limits::SITE);
        }
        Ok(ConsentMessage::Denial(denial)) => assert!(!denial.level.has_id()),
        Err(refused) => refusal(&refused),
    }
    match decode::forget(body) {
        Ok(forget) => assert!(is_id(&forget.id)),
        Err(refused) => refusal(&refused),
    }
    match decode::my_data(body) {
        Ok(asked) => assert!(is_id(&asked.id)),
        Err(refused) => refusal(&refused),
    }
}

fn refusal(refused: &Refused) {
    let Refused { reason, detail } = refused;
    assert!((400..500).contains(&reason.status()), "{detail}");
    assert!(
        detail.len() <= 1000 && !detail.chars().any(char::is_control),
        "it may stand in a log: {detail:?}"
    );
}

fn accepted_batch(batch: &Batch) {
    let written = serde_json::to_value(batch).expect("a batch is written");
    let read = decode::batch(written.to_string().as_bytes()).expect("what was written is read");
    // The order of properties is nobody's.
    assert_eq!(serde_json::to_value(&read).expect("it is written again"), written);
    assert!((1..=limits::HITS).contains(&batch.len()));
    assert_eq!(batch.id().is_some(), batch.level().has_id());
    assert!(batch.id().is_none_or(is_id));
    texts(&written, &|name, text| {
        assert!(
            limits::scalars(text) <= limits::PAGE && !text.chars().any(char::is_control),
            "{name}: {text:?}"
        );
        let names_somebody = matches!(name, "id" | "subject" | "traits");
        assert!(batch.level().has_id() || !names_somebody, "{name} at level aggregated");
    });
}

fn is_id(id: &str) -> bool {
    id.len() == limits::ID_HEX && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Hands each text over, with the name of the field that it stands under.
fn texts(value: &Value, look: &impl Fn(&str, &str)) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| texts(value, look)),
        Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            look(name, value.as_str().unwrap_or_default());
            texts(value, look);
        }),
        _ => {}
    }
}

/// A recorded choice has one spelling, and all else is none.
pub(crate) fn choice(text: &str) {
    let Some(choice) = Choice::parse(text) else { return };
    assert_eq!(choice.to_text(), text);
    assert_eq!(Choice::parse(&choice.to_text()), Some(choice));
}

/// What comes out of an address is a page template, and is left as it is when it comes again. That holds for the page's
/// script, which decodes once, and for the collector, which does it again.
pub(crate) fn template(path: &str) {
    let decoded = redact::decoded(path);
    assert_eq!(redact::decoded(&decoded), decoded, "decoded again");
    assert!(!decoded.chars().any(is_hidden), "{decoded:?}");
    for text in [path, &decoded] {
        page(&redact::page(text));
        value(redact::value(text, limits::CAMPAIGN));
    }
    let page = redact::page(&decoded);
    assert_eq!(redact::decoded(&page), page, "a page is decoded text");
    let value = redact::value(&decoded, limits::CAMPAIGN);
    assert_eq!(redact::decoded(value), value, "a value is decoded text");
}

fn page(page: &str) {
    assert!(page.starts_with('/') && page.chars().count() <= limits::PAGE, "{page:?}");
    assert!(!page.contains(['?', '#', ';', '\\', '<', '"', '&', '=']), "{page:?}");
    assert!(!page.chars().any(char::is_control), "{page:?}");
    assert_eq!(redact::page(page), page, "again");
}

fn value(value: &str) {
    assert!(value.chars().count() <= limits::CAMPAIGN && !value.chars().any(char::is_control), "{value:?}");
    assert_eq!(redact::value(value, limits::CAMPAIGN), value, "again");
}

/// Controls, and what changes how its neighbours show.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        || ('\u{2028}'..='\u{202e}').contains(&character)
        || ('\u{2060}'..='\u{2069}').contains(&character)
}

/// 128 bits as hex, in a path of its own making, do not come out.
pub(crate) fn secret(before: &str, bits: u128, after: &str) {
    let secret = format!("{bits:032x}");
    let uuid = format!(
        "{}-{}-{}-{}-{}",
        &secret[..8],
        &secret[8..12],
        &secret[12..16],
        &secret[16..20],
        &secret[20..]
    );
    // Letters alone are taken for a word. Of random bits, that is one in some hundred millions.
    let has_digit = |part: &str| part.bytes().any(|byte| byte.is_ascii_digit());
    if !has_digit(&secret[..8]) && !has_digit(&secret[20..]) {
        return;
    }
    // Who writes a piece of it elsewhere has published it.
    if survives(&secret, before) || survives(&secret, after) {
        return;
    }
    for spelled in [secret.clone(), secret.to_uppercase(), uuid] {
        let path = format!("{before}/{spelled}/{after}");
        for page in [redact::page(&path), redact::page(&redact::decoded(&path))] {
            assert!(!survives(&secret, &page), "{spelled} in {page}");
        }
    }
    let value = redact::value(&secret, limits::CAMPAIGN);
    assert!(!survives(&secret, value), "{secret} in {value}");
}

/// Whether eight digits in a row of the secret still stand there, whatever stands between them.
fn survives(secret: &str, text: &str) -> bool {
    let bare: String = text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    (0..=secret.len() - 8).any(|at| bare.contains(&secret[at..at + 8]))
}
