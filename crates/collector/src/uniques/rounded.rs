//! Numbers to three digits: an estimate knows no more.

/// The number to three digits.
#[must_use]
pub fn rounded(number: f64) -> u64 {
    let whole = number.max(0.0).round() as u64;
    let mut unit = 1_u64;
    while whole / unit >= 1000 {
        unit *= 10;
    }
    (whole + unit / 2) / unit * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_are_left() {
        for (number, expected) in [
            (0.0, 0),
            (-1.0, 0),
            (0.6, 1),
            (999.4, 999),
            (1234.0, 1230),
            (1235.0, 1240),
            (9996.0, 10_000),
            (54_321.0, 54_300),
        ] {
            assert_eq!(rounded(number), expected, "{number}");
        }
    }
}
