//! What of an address may leave the browser: whatever the URL, nothing that has the shape of a secret; and ordinary paths stay
//! as readable as they are.

use askfirst_wire::redact;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

/// Paths as sites of all kinds have them. None names a person or a thing that only one visitor sees.
const ORDINARY: &str = include_str!("corpus/ordinary.txt");

#[test]
fn ordinary_paths_stay_readable() {
    let paths: Vec<&str> = ORDINARY.lines().collect();
    assert!(paths.len() >= 300);
    let changed: Vec<_> =
        paths.iter().map(|path| (path, redact::page(path))).filter(|(path, page)| page != **path).collect();
    assert!(changed.is_empty(), "{changed:#?}");
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

/// The secret somewhere in an address, encoded not at all, once, twice.
fn address(secret: &str, place: usize, encoding: usize) -> String {
    let secret = match encoding {
        0 => secret.to_owned(),
        1 => percent(secret),
        2 => percent(&percent(secret)),
        _ => percent_all(secret),
    };
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
        let page = redact::page(&address(&secret, place, encoding));
        prop_assert!(!survives(&secret, &page), "{}", page);
    }

    #[test]
    fn no_secret_of_a_known_form_survives_in_a_campaign(secret in formed()) {
        prop_assert!(!survives(&secret, redact::value(&secret, 64)), "{}", redact::value(&secret, 64));
    }

    #[test]
    fn no_mail_address_survives(mail in mail(), place in 0usize..8, encoding in 0usize..4) {
        let page = redact::page(&address(&mail, place, encoding));
        let (local, host) = mail.split_once('@').unwrap_or_default();
        prop_assert!(!page.contains(local) && !page.contains(host), "{}", page);
    }

    #[test]
    fn of_query_and_fragment_nothing_survives(secret in random(), place in 4usize..7, encoding in 0usize..4) {
        let page = redact::page(&address(&secret, place, encoding));
        prop_assert!(!survives(&secret, &page), "{}", page);
    }
}

#[test]
fn of_random_tokens_in_a_path_one_in_a_thousand_survives_at_most() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let survivors: Vec<_> = (0..20_000)
        .map(|_| random().new_tree(&mut runner).expect("a token").current())
        .map(|secret| (redact::page(&address(&secret, 1, 0)), secret))
        .filter(|(page, secret)| survives(secret, page))
        .collect();
    assert!(survivors.len() <= 20, "{} of 20,000: {survivors:#?}", survivors.len());
}
