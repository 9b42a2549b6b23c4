//! Amounts of money: `12.50 EUR`, `-3 USD`. They are added up, never counted as a property.

use super::Word;

/// Decimals that are kept: some currencies have three (ISO 4217).
const DECIMALS: usize = 3;
/// Digits before the point: an amount is below 1,000,000,000.
const DIGITS: usize = 9;

/// What one event brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revenue {
    /// The event's declared name, or "(other)".
    pub event: Word,
    /// Three letters of ISO 4217's form.
    pub currency: String,
    /// Thousandths.
    pub amount: i64,
}

/// Reads an amount: an optional minus, digits, optionally a point and at most three decimals; a space; three upper-case
/// letters. `None` for anything else.
pub(super) fn read(value: &str) -> Option<(i64, &str)> {
    let (number, currency) = value.split_once(' ')?;
    if currency.len() != 3 || !currency.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return None;
    }
    let (sign, number) = number.strip_prefix('-').map_or((1, number), |number| (-1, number));
    let (whole, decimals) = match number.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (number, None),
    };
    let digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit())
    };
    if !digits(whole, DIGITS) || !decimals.is_none_or(|decimals| digits(decimals, DECIMALS)) {
        return None;
    }
    let thousandths: i64 =
        [whole, &format!("{:0<DECIMALS$}", decimals.unwrap_or_default())].concat().parse().ok()?;
    Some((sign * thousandths, currency))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_read_to_the_thousandth() {
        for (text, expected) in [
            ("12.50 EUR", Some((12_500, "EUR"))),
            ("-3 USD", Some((-3_000, "USD"))),
            ("0.001 KWD", Some((1, "KWD"))),
            ("-0.05 EUR", Some((-50, "EUR"))),
            ("999999999.999 JPY", Some((999_999_999_999, "JPY"))),
            ("0 EUR", Some((0, "EUR"))),
            ("1000000000 EUR", None),
            ("12.5000 EUR", None),
            ("12. EUR", None),
            (".5 EUR", None),
            ("+5 EUR", None),
            ("1e3 EUR", None),
            ("1,50 EUR", None),
            ("12.50", None),
            ("12.50 eur", None),
            ("12.50 EURO", None),
            ("12.50  EUR", None),
            ("12.50 EUR ", None),
            ("EUR 12.50", None),
            ("- EUR", None),
            ("", None),
            ("١٢ EUR", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_no_amount_is_larger_than_said(text in "\\PC{0,20}") {
            if let Some((amount, currency)) = read(&text) {
                prop_assert!(amount.abs() < 1_000_000_000_000 && currency.len() == 3);
            }
        }
    }
}
