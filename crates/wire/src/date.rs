//! Calendar days in UTC, without a clock: the caller says what day it is.

/// A day of the proleptic Gregorian calendar, as `yyyymmdd`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(u32);

impl Day {
    /// The day written as `yyyymmdd`, where that is a day: month 1 to 12, day of the month at most 31.
    #[must_use]
    pub const fn from_yyyymmdd(number: u32) -> Option<Self> {
        let (month, day) = (number / 100 % 100, number % 100);
        if number >= 10_000_000 && number < 100_000_000 && month >= 1 && month <= 12 && day >= 1 && day <= 31
        {
            Some(Self(number))
        } else {
            None
        }
    }

    /// The day as `yyyymmdd`.
    #[must_use]
    pub const fn yyyymmdd(self) -> u32 {
        self.0
    }

    /// The UTC day of a Unix time in seconds.
    #[must_use]
    pub const fn of_unix_time(seconds: u32) -> Self {
        // 719 468 days lie between 1 March of year 0 and 1 January 1970; the calendar repeats every 146 097.
        let days = seconds / 86_400 + 719_468;
        let (era, of_era) = (days / 146_097, days % 146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        Self((era * 400 + year + next) * 10_000 + month * 100 + day)
    }

    /// Days since 1 March of year 0: differences of it are numbers of days.
    const fn number(self) -> i32 {
        let (year, month, day) =
            ((self.0 / 10_000) as i32, (self.0 / 100 % 100) as i32, (self.0 % 100) as i32);
        // Years that begin in March, so that the leap day is a year's last.
        let year = if month <= 2 { year - 1 } else { year };
        let month = (month + 9) % 12;
        365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1
    }

    /// Days from `earlier` to this day; negative if it lies before.
    #[must_use]
    pub const fn days_since(self, earlier: Self) -> i32 {
        self.number() - earlier.number()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(number: u32) -> Day {
        Day::from_yyyymmdd(number).unwrap()
    }

    #[test]
    fn differences_are_days() {
        assert_eq!(day(20261122).days_since(day(20261122)), 0);
        assert_eq!(day(20261122).days_since(day(20261121)), 1);
        assert_eq!(day(20240301).days_since(day(20240228)), 2);
        assert_eq!(day(20260301).days_since(day(20260228)), 1);
        assert_eq!(day(20260101).days_since(day(20250101)), 365);
        assert_eq!(day(20250101).days_since(day(20260101)), -365);
        assert_eq!(day(21010101).days_since(day(20010101)), 36_524);
    }

    #[test]
    fn unix_times_are_days() {
        for (seconds, number) in [
            (0, 19700101),
            (86_399, 19700101),
            (86_400, 19700102),
            (951_782_400, 20000229),
            (1_795_305_600, 20261122),
            (u32::MAX, 21060207),
        ] {
            assert_eq!(Day::of_unix_time(seconds), day(number), "{seconds}");
        }
    }

    proptest! {
        #[test]
        fn days_follow_each_other(seconds in 0u32..u32::MAX - 86_400) {
            let (today, tomorrow) = (Day::of_unix_time(seconds), Day::of_unix_time(seconds + 86_400));
            prop_assert_eq!(tomorrow.days_since(today), 1);
            prop_assert_eq!(Day::from_yyyymmdd(today.yyyymmdd()), Some(today));
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for number in [0, 20261322, 20261100, 20261132, 20260022, 1, 9991231, 100_000_000, u32::MAX] {
            assert_eq!(Day::from_yyyymmdd(number), None, "{number}");
        }
    }
}
