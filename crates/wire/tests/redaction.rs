//! What of an address may leave the browser: whatever the URL, nothing that has the shape of a secret; and ordinary paths stay
//! as readable as they are.
#![cfg(feature = "decode")]

use std::collections::HashSet;

use askfirst_wire::redact;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use unicode_normalization::UnicodeNormalization as _;

/// Paths as sites of all kinds have them. None names a person or a thing that only one visitor sees.
const ORDINARY: &str = include_str!("corpus/ordinary.txt");

/// What the collector keeps of a path that a browser hands over.
fn page(path: &str) -> String {
    redact::page(&redact::decoded(path))
}

#[test]
fn ordinary_paths_stay_readable() {
    let paths: Vec<String> = ORDINARY.lines().map(redact::decoded).collect();
    assert!(paths.iter().filter(|path| path.is_ascii()).count() >= 400);
    assert!(paths.iter().filter(|path| !path.is_ascii()).count() >= 60);
    let changed: Vec<_> =
        paths.iter().map(|path| (path, redact::page(path))).filter(|(path, page)| page != *path).collect();
    assert!(changed.is_empty(), "{changed:#?}");
}

/// A browser percent-encodes the path, and a file system or a form may hand over letters and accents apart.
#[test]
fn an_ordinary_path_is_one_page_however_it_is_spelled() {
    for path in ORDINARY.lines() {
        let apart: String = path.nfd().collect();
        let encoded = format!("/{}", percent(&path[1..])).replace("%2F", "/").replace("%25", "%");
        for spelled in [apart.clone(), encoded, percent_non_ascii(path), percent_non_ascii(&apart)] {
            assert_eq!(page(&spelled), page(path), "{spelled}");
        }
    }
}

#[test]
fn ordinary_paths_stay_different() {
    let paths: HashSet<String> = ORDINARY.lines().map(redact::decoded).collect();
    let pages: HashSet<String> = ORDINARY.lines().map(page).collect();
    assert_eq!(pages.len(), paths.len());
}

fn from(alphabet: &'static str, length: std::ops::Range<usize>) -> BoxedStrategy<String> {
    let letters: Vec<char> = alphabet.chars().collect();
    proptest::collection::vec(proptest::sample::select(letters), length)
        .prop_map(|all| all.into_iter().collect())
        .boxed()
}

const HEX: &str = "0123456789abcdef";
const LOWER: &str = "0123456789abcdefghijklmnopqrstuvwxyz";
const BASE62: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const BASE64URL: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
const CROCKFORD: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Ids, tokens and personal numbers of a form that can be known.
fn formed() -> impl Strategy<Value = String> {
    prop_oneof![
        // JWT: three parts, base64url; the first two begin with `{"`.
        (from(BASE64URL, 20..60), from(BASE64URL, 20..90), from(BASE64URL, 43..44))
            .prop_map(|(head, claims, signature)| format!("eyJ{head}.eyJ{claims}.{signature}")),
        // UUID, either case, with and without hyphens.
        (from(HEX, 32..33), any::<bool>(), any::<bool>()).prop_map(|(hex, upper, plain)| {
            let uuid =
                format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]);
            let uuid = if plain { hex } else { uuid };
            if upper { uuid.to_uppercase() } else { uuid }
        }),
        // ULID.
        from(CROCKFORD, 25..26).prop_map(|rest| format!("0{rest}")),
        // Session ids and digests.
        from(HEX, 32..65),
        from(HEX, 24..25),
        // Telephone numbers and cards.
        from("0123456789", 9..12).prop_map(|number| format!("+44{number}")),
        from("0123456789", 12..13).prop_map(|number| format!(
            "+{}-{}-{}-{}",
            &number[..2],
            &number[2..4],
            &number[4..8],
            &number[8..]
        )),
        from("0123456789", 16..17).prop_map(|card| format!(
            "{}-{}-{}-{}",
            &card[..4],
            &card[4..8],
            &card[8..12],
            &card[12..]
        )),
        // Numbers of databases.
        from("123456789", 7..19),
    ]
}

/// Tokens that are nothing but chance: one in some hundreds looks like a word.
fn random() -> impl Strategy<Value = String> {
    prop_oneof![
        // nanoid: 21 letters of base64url.
        from(BASE64URL, 21..22),
        // Session ids: PHP's, express'.
        from(LOWER, 26..33),
        from(BASE64URL, 43..44).prop_map(|id| format!("s:{id}")),
        // OAuth codes, API keys and reset tokens.
        from(BASE62, 20..64),
        from(BASE62, 36..37).prop_map(|key| format!("ghp_{key}")),
        from(BASE62, 24..25).prop_map(|key| format!("sk_live_{key}")),
        from(BASE64URL, 27..60),
        // Standard base64.
        from(BASE62, 30..40).prop_map(|key| format!("{key}+{key}==")),
    ]
}

/// E-mail addresses, with and without a plus form.
fn mail() -> impl Strategy<Value = String> {
    ("[a-z]{3,10}", "[a-z]{1,10}", proptest::option::of("[a-z]{3,8}"), "[a-z]{3,10}").prop_map(
        |(given, family, plus, host)| {
            let plus = plus.map_or(String::new(), |plus| format!("+{plus}"));
            format!("{given}.{family}{plus}@{host}.org")
        },
    )
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

/// Every byte, as redirects and mail programs do.
fn percent_all(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

/// As a browser does.
fn percent_non_ascii(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// The secret as links carry it: encoded not at all, once, twice, byte by byte.
fn encoded(secret: &str, encoding: usize) -> String {
    match encoding {
        0 => secret.to_owned(),
        1 => percent(secret),
        2 => percent(&percent(secret)),
        _ => percent_all(secret),
    }
}

/// The secret somewhere in an address, encoded not at all, once, twice.
fn address(secret: &str, place: usize, encoding: usize) -> String {
    let secret = encoded(secret, encoding);
    match place {
        0 => format!("/{secret}"),
        1 => format!("/reset/{secret}/confirm"),
        2 => format!("/u/{secret}.json"),
        3 => format!("/invite-{secret}"),
        4 => format!("/a;jsessionid={secret}"),
        5 => format!("/callback?code={secret}&state=x"),
        6 => format!("/callback#access_token={secret}&token_type=bearer"),
        _ => format!("/verify:{secret}/"),
    }
}

/// Whether eight letters or digits in a row of the secret still stand there, separators aside.
fn survives(secret: &str, page: &str) -> bool {
    let bare = |text: &str| text.bytes().filter(u8::is_ascii_alphanumeric).collect::<Vec<_>>();
    let (secret, page) = (bare(secret), bare(page));
    secret.windows(8).any(|part| page.windows(8).any(|other| other == part))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_500) })]

    #[test]
    fn no_secret_of_a_known_form_survives(secret in formed(), place in 0usize..8, encoding in 0usize..4) {
        let page = page(&address(&secret, place, encoding));
        prop_assert!(!survives(&secret, &page), "{}", page);
    }

    #[test]
    fn no_secret_of_a_known_form_survives_in_a_campaign(secret in formed()) {
        prop_assert!(!survives(&secret, redact::value(&secret, 64)), "{}", redact::value(&secret, 64));
    }

    #[test]
    fn no_mail_address_survives(mail in mail(), place in 0usize..8, encoding in 0usize..4) {
        let page = page(&address(&mail, place, encoding));
        let (local, host) = mail.split_once('@').unwrap_or_default();
        prop_assert!(!page.contains(local) && !page.contains(host), "{}", page);
    }

    #[test]
    fn of_query_and_fragment_nothing_survives(secret in random(), place in 4usize..7, encoding in 0usize..4) {
        let page = page(&address(&secret, place, encoding));
        prop_assert!(!survives(&secret, &page), "{}", page);
    }
}

/// Words of many scripts, as they stand next to a secret.
const WORDS: [&str; 14] = [
    "記事",
    "ニュース",
    "คำสั่ง",
    "заказ",
    "طلب",
    "راهنما‌ی",
    "आदेश",
    "größe",
    "straße",
    "한국어",
    "ελληνικά",
    "שאלות",
    "🎉",
    "crème",
];

/// The secret between words of another script, with and without separators.
fn surrounded() -> impl Strategy<Value = (String, String)> {
    let word = || proptest::sample::select(&WORDS[..]);
    let joint =
        || proptest::sample::select(&["", "-", "_", ".", "、", "「", " ", "·", "/", "：", "%2F", "%25"][..]);
    (word(), joint(), joint(), word())
        .prop_map(|(before, open, close, after)| (format!("{before}{open}"), format!("{close}{after}")))
}

/// A secret as a Japanese keyboard writes it.
fn fullwidth(text: &str) -> String {
    let wide = |byte| char::from_u32(0xFEE0 + u32::from(byte)).expect("a fullwidth character");
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() || byte == b'@' { wide(byte) } else { char::from(byte) })
        .collect()
}

/// The first digit of a script, and the nine after it.
fn digits_of(first: char, number: &str) -> String {
    number.bytes().filter_map(|digit| char::from_u32(u32::from(first) + u32::from(digit - b'0'))).collect()
}

fn narrow(text: &str) -> String {
    text.nfkc().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_500) })]

    #[test]
    fn no_secret_survives_between_words_of_any_script(
        secret in formed(), (before, after) in surrounded(), encoding in 0usize..4, wrapped in 0usize..3,
    ) {
        let path = format!("/{before}{}{after}", encoded(&secret, encoding));
        let path = match wrapped {
            0 => path,
            1 => percent_non_ascii(&path),
            _ => path.nfd().collect(),
        };
        prop_assert!(!survives(&secret, &page(&path)), "{} in {}", page(&path), path);
        let value = redact::decoded(&path[1..]);
        prop_assert!(!survives(&secret, redact::value(&value, 64)), "{}", value);
    }

    #[test]
    fn no_fullwidth_secret_survives(secret in formed(), (before, after) in surrounded(), encoding in 0usize..4) {
        let path = format!("/{before}{}{after}", encoded(&fullwidth(&secret), encoding));
        prop_assert!(!survives(&secret, &narrow(&page(&path))), "{} in {}", page(&path), path);
    }

    #[test]
    fn no_mail_address_survives_between_words_of_any_script(
        mail in mail(), (before, after) in surrounded(), encoding in 0usize..4, wide: bool,
    ) {
        let spelled = if wide { fullwidth(&mail) } else { mail.clone() };
        let page = page(&format!("/{before}{}{after}", encoded(&spelled, encoding)));
        let (local, host) = mail.split_once('@').unwrap_or_default();
        // A literal `/` in front begins a segment, and what is before it is no part of the address.
        let shown = narrow(&page);
        prop_assert!(!shown.contains(local) && !shown.contains(host), "{}", page);
    }

    #[test]
    fn no_mail_address_of_any_script_survives(
        local in proptest::sample::select(&WORDS[..]), host in proptest::sample::select(&WORDS[..]),
        at in proptest::sample::select(&["@", "＠", "%40", "%EF%BC%A0", "%2540", "%25EF%25BC%25A0"][..]),
    ) {
        prop_assert_eq!(page(&format!("/招待/{local}{at}{host}.org/x")), "/招待/:email/x");
    }

    #[test]
    fn no_number_in_the_digits_of_any_script_survives(
        first in proptest::sample::select(&['٠', '۰', '०', '০', '๐', '０', '᠐', '𝟎', '𝟬', '𑁦', '꩐'][..]),
        number in from("123456789", 5..19), (before, after) in surrounded(), encoding in 0usize..4,
    ) {
        let path = format!("/{before}{}{after}", encoded(&digits_of(first, &number), encoding));
        let page = page(&path);
        prop_assert!(!page.chars().any(|character| first <= character && character as u32 - (first as u32) < 10), "{}", page);
        prop_assert!(!page.contains('%') || path.contains("%2"), "{}", page);
    }

    #[test]
    fn every_decimal_digit_counts_as_one(number in "\\p{Nd}{5}") {
        prop_assert_eq!(redact::page(&format!("/x/{number}")), "/x/:id");
    }

    #[test]
    fn letters_of_other_scripts_are_words(word in "[\\p{L}--[\\p{ASCII}Ａ-Ｚａ-ｚ]]{1,120}") {
        let word = redact::decoded(&word);
        prop_assume!(!word.contains(|character: char| character.is_ascii()));
        let path = format!("/x/{word}");
        prop_assert_eq!(redact::page(&path), path);
    }
}

#[test]
fn of_random_tokens_between_other_scripts_three_in_two_thousand_survive_at_most() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = (random(), surrounded());
    let survivors: Vec<_> = (0..20_000)
        .map(|_| strategy.new_tree(&mut runner).expect("a token").current())
        .map(|(secret, (before, after))| (page(&format!("/{before}{secret}{after}")), secret))
        .filter(|(page, secret)| survives(secret, page))
        .collect();
    assert!(survivors.len() <= 30, "{} of 20,000: {survivors:#?}", survivors.len());
}

#[test]
fn of_random_tokens_in_a_path_one_in_a_thousand_survives_at_most() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let survivors: Vec<_> = (0..20_000)
        .map(|_| random().new_tree(&mut runner).expect("a token").current())
        .map(|secret| (page(&address(&secret, 1, 0)), secret))
        .filter(|(page, secret)| survives(secret, page))
        .collect();
    assert!(survivors.len() <= 20, "{} of 20,000: {survivors:#?}", survivors.len());
}
