//! The collector's clock, in UTC. A hit's own time is never asked for.

use askfirst_wire::date::Day;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

/// A minute of the collector's clock: nothing finer is ever stored beside a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// This minute.
    #[must_use]
    pub fn now() -> Self {
        Self(Timestamp::now().as_second().div_euclid(60))
    }

    /// The minute that is so many minutes after 1970 began.
    #[must_use]
    pub const fn from_minutes(minutes: i64) -> Self {
        Self(minutes)
    }

    /// Minutes since 1970 began.
    #[must_use]
    pub const fn minutes(self) -> i64 {
        self.0
    }

    /// The first minute of the hour: the finest that is stored with a count.
    #[must_use]
    pub const fn hour(self) -> Self {
        Self(self.0 - self.0.rem_euclid(60))
    }

    /// The day.
    #[must_use]
    pub fn day(self) -> Date {
        self.civil().date()
    }

    /// The day, as a recorded choice has it.
    #[must_use]
    pub fn wire_day(self) -> Day {
        Day::of_unix_time(u32::try_from(self.0.saturating_mul(60)).unwrap_or(u32::MAX))
    }

    /// As the store spells an hour: `2026-11-22T13`.
    #[must_use]
    pub fn hour_text(self) -> String {
        format!("{}T{:02}", self.day(), self.civil().hour())
    }

    /// As the store spells a minute: `2026-11-22T13:05Z`.
    #[must_use]
    pub fn minute_text(self) -> String {
        format!("{}:{:02}Z", self.hour_text(), self.civil().minute())
    }

    fn civil(self) -> DateTime {
        let second = Timestamp::from_second(self.0.saturating_mul(60)).unwrap_or(Timestamp::MAX);
        Offset::UTC.to_datetime(second)
    }
}

/// This second, as a receipt spells it: `2026-11-22T13:05:09Z`.
#[must_use]
pub fn second_text() -> String {
    let second = Timestamp::from_second(Timestamp::now().as_second()).unwrap_or(Timestamp::MAX);
    second.to_string()
}

/// Today in UTC.
#[must_use]
pub fn today() -> Date {
    Moment::now().day()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_sort_like_times_and_lose_what_is_finer() {
        let moment = Moment::from_minutes(29_907_065);
        assert_eq!(moment.minute_text(), "2026-11-11T19:05Z");
        assert_eq!(moment.hour_text(), "2026-11-11T19");
        assert_eq!(moment.hour().minute_text(), "2026-11-11T19:00Z");
        assert_eq!(moment.day().to_string(), "2026-11-11");
        assert_eq!(moment.wire_day().yyyymmdd(), 20261111);
        assert_eq!(second_text().len(), "2026-11-22T13:05:09Z".len());
    }
}
