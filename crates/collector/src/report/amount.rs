//! Sums of money, as decimal text.

use std::fmt;

use serde::{Serialize, Serializer};

use super::grouped;

/// A sum in thousandths of its currency. Written with two decimals, or with the third where it is not 0: `12.50`, `0.005`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount(pub i64);

impl Amount {
    /// Thousands apart, for readers: `1 234.50`.
    pub(crate) fn grouped(self) -> String {
        let (sign, whole, decimals) = self.parts();
        format!("{sign}{}.{decimals}", grouped(whole))
    }

    fn parts(self) -> (&'static str, u64, String) {
        let sign = if self.0 < 0 { "-" } else { "" };
        let thousandths = self.0.unsigned_abs();
        let mut decimals = format!("{:03}", thousandths % 1000);
        if decimals.ends_with('0') {
            decimals.pop();
        }
        (sign, thousandths / 1000, decimals)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, whole, decimals) = self.parts();
        write!(formatter, "{sign}{whole}.{decimals}")
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_decimal_text() {
        for (thousandths, plain, grouped) in [
            (12_500, "12.50", "12.50"),
            (0, "0.00", "0.00"),
            (5, "0.005", "0.005"),
            (-50, "-0.05", "-0.05"),
            (1_234_567_000, "1234567.00", "1\u{202f}234\u{202f}567.00"),
            (
                i64::MIN,
                "-9223372036854775.808",
                "-9\u{202f}223\u{202f}372\u{202f}036\u{202f}854\u{202f}775.808",
            ),
        ] {
            assert_eq!(
                (Amount(thousandths).to_string(), Amount(thousandths).grouped()),
                (plain.into(), grouped.into())
            );
        }
    }
}
