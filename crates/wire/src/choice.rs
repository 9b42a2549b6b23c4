//! The visitor's recorded choice: `<level 0–3>.<policy number>.<yyyymmdd>`, one value of a finite set, the same for
//! everybody who chose alike on the same day. Nothing in it is unique.

use crate::date::Day;
use crate::level::Level;
use crate::limits::CHOICE_DAYS;

/// A choice, as it is kept under `askfirst.choice`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The level that was chosen.
    pub level: Level,
    /// The number of the terms that were shown: a hash of them.
    pub policy: u32,
    /// The day of the choice, UTC.
    pub day: Day,
}

impl Choice {
    /// Reads the recorded form. `None` for everything that is not exactly such a value: a choice that cannot be read is no
    /// choice.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = text.bytes();
        let level = Level::from_digit(u8::try_from(number(&mut bytes, Some(b'.'))?).ok()?)?;
        let policy = number(&mut bytes, Some(b'.'))?;
        let day = Day::from_yyyymmdd(number(&mut bytes, None)?)?;
        Some(Self { level, policy, day })
    }

    /// The recorded form.
    #[must_use]
    pub fn to_text(self) -> String {
        let mut text = String::new();
        push_number(&mut text, u32::from(self.level.digit()));
        text.push('.');
        push_number(&mut text, self.policy);
        text.push('.');
        push_number(&mut text, self.day.yyyymmdd());
        text
    }

    /// Whether the choice still stands: made for this policy, at most [`CHOICE_DAYS`] days ago, and not in the future (one
    /// day is allowed, for a clock that was put right).
    #[must_use]
    pub fn stands(self, policy: u32, today: Day) -> bool {
        let age = today.days_since(self.day);
        self.policy == policy && age >= -1 && age <= CHOICE_DAYS as i32
    }
}

/// A number of at most nine digits and what ends them, no sign, no leading zero but `0` itself: each number has one spelling.
#[must_use]
pub fn number(bytes: &mut std::str::Bytes<'_>, end: Option<u8>) -> Option<u32> {
    let (mut number, mut digits) = (0, 0);
    loop {
        let byte = bytes.next();
        if byte == end && digits > 0 {
            return Some(number);
        }
        let digit = byte.filter(u8::is_ascii_digit)? - b'0';
        if digits == 9 || (digits > 0 && number == 0) {
            return None;
        }
        number = number * 10 + u32::from(digit);
        digits += 1;
    }
}

/// Adds a number in decimal digits, without `core::fmt`, which would cost the snippet 1.9 kB.
pub fn push_number(text: &mut String, number: u32) {
    if number > 9 {
        push_number(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(number: u32) -> Day {
        Day::from_yyyymmdd(number).unwrap()
    }

    #[test]
    fn the_recorded_form() {
        let choice = Choice { level: Level::Anonymous, policy: 1, day: day(20261122) };
        assert_eq!(choice.to_text(), "2.1.20261122");
        assert_eq!(Choice::parse("2.1.20261122"), Some(choice));
    }

    #[test]
    fn forged_or_broken_values_are_no_choice() {
        for text in [
            "",
            "2",
            "2.1",
            "2.1.",
            "2.1.2026112",
            ".1.20261122",
            "2..20261122",
            "4.1.20261122",
            "-1.1.20261122",
            "2.1.20261122.9",
            "02.1.20261122",
            "2.01.20261122",
            "2.1.20261122 ",
            "granted",
            "2.1.20261399",
            "2.99999999999.20261122",
            "２.1.20261122",
        ] {
            assert_eq!(Choice::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_number_has_at_most_nine_digits() {
        let choice = Choice::parse("3.999999999.20261122").expect("nine digits");
        assert_eq!((choice.level, choice.policy), (Level::Full, 999_999_999));
        assert_eq!(Choice::parse("3.1000000000.20261122"), None);
        // 2^32 + 1 must not become 1.
        assert_eq!(Choice::parse("3.4294967297.20261122"), None);
    }

    #[test]
    fn every_level_has_one_digit() {
        for (digit, level) in Level::ALL.into_iter().enumerate() {
            let text = format!("{digit}.0.20261122");
            let choice = Choice { level, policy: 0, day: day(20261122) };
            assert_eq!(Choice::parse(&text), Some(choice));
            assert_eq!(choice.to_text(), text);
        }
        // 256 must not become 0.
        for text in ["256.1.20261122", "10.1.20261122", "4.1.20261122"] {
            assert_eq!(Choice::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_choice_in_the_future_stands_for_one_day() {
        let choice = Choice { level: Level::Full, policy: 1, day: day(20261122) };
        assert!(choice.stands(1, day(20261121)));
        assert!(!choice.stands(1, day(20261120)));
    }

    #[test]
    fn a_choice_stands_for_184_days_and_for_its_policy() {
        let choice = Choice { level: Level::Aggregated, policy: 3, day: day(20260101) };
        assert!(choice.stands(3, day(20260101)));
        assert!(choice.stands(3, day(20260704)));
        assert!(!choice.stands(3, day(20260705)));
        assert!(!choice.stands(4, day(20260102)));
        assert!(choice.stands(3, day(20251231)), "a clock put right");
        assert!(!choice.stands(3, day(20250101)), "a clock set back a year");
    }

    proptest! {
        #[test]
        fn any_text_parses_to_what_writes_it_again(text in "[0-9.]{0,16}") {
            if let Some(choice) = Choice::parse(&text) {
                prop_assert_eq!(choice.to_text(), text);
            }
        }

        #[test]
        fn any_choice_survives_its_text(level in 0u8..4, policy in 0u32..1_000_000, month in 1u32..13, day in 1u32..32) {
            let choice = Choice {
                level: Level::from_digit(level).unwrap(),
                policy,
                day: Day::from_yyyymmdd(20260000 + month * 100 + day).unwrap(),
            };
            prop_assert_eq!(Choice::parse(&choice.to_text()), Some(choice));
        }
    }
}
