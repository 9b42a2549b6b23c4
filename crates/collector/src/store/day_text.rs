//! The text of a day, as the tables have it.

use jiff::civil::Date;

use crate::moment::Moment;

/// The day last asked for, and its text. It is made once: a group of requests has one hour, or two.
#[derive(Default)]
pub(super) struct Day(Option<(Moment, Date, String)>);

impl Day {
    pub(super) fn of(&mut self, hour: Moment) -> (Date, &str) {
        if self.0.as_ref().is_none_or(|(known, ..)| *known != hour) {
            self.0 = None;
        }
        let (_, date, text) = self.0.get_or_insert_with(|| (hour, hour.day(), hour.day().to_string()));
        (*date, text)
    }
}
