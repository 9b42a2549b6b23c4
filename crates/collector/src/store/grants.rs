//! Whether rows may be stored under an id: its receipts and the table `withdrawn` say so.

use askfirst_wire::Level;
use askfirst_wire::limits::CHOICE_DAYS;
use jiff::ToSpan as _;
use jiff::civil::Date;
use rusqlite::{Connection, params};

use crate::moment::Moment;

/// The most withdrawn ids that are remembered: about 180 MB. Anybody can send withdrawals of invented ids.
const WITHDRAWN: i64 = 1_000_000;

/// Days for which a grant holds at the collector. One more than in the browser, whose day may begin earlier.
const GRANT_DAYS: i64 = CHOICE_DAYS as i64 + 1;

/// What is stored about the consent for an id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Consent {
    /// The level that the newest receipt grants.
    newest: Option<Level>,
    /// The day of the first receipt; `None` if retention has deleted it.
    first: Option<Date>,
    withdrawn: bool,
}

/// Whether rows of some level may be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GrantState {
    /// They may.
    Live,
    /// There is no grant of that level.
    Missing,
    /// Not any more: the id was withdrawn, or its consent has expired.
    Over,
}

impl Consent {
    /// Reads it inside the caller's transaction.
    pub(super) fn of_id(connection: &Connection, id_hash: &str) -> rusqlite::Result<Self> {
        let mut consent = connection.prepare_cached(
            "SELECT (SELECT level FROM receipts WHERE id_hash = ?1 ORDER BY rowid DESC LIMIT 1),
                    (SELECT iif(previous IS NULL, substr(time, 1, 10), NULL) FROM receipts
                         WHERE id_hash = ?1 ORDER BY rowid LIMIT 1),
                    EXISTS (SELECT 1 FROM withdrawn WHERE id_hash = ?1)",
        )?;
        consent.query_row([id_hash], |row| {
            let (level, first): (Option<String>, Option<String>) = (row.get(0)?, row.get(1)?);
            Ok(Self {
                newest: level.and_then(|level| Level::from_name(&level)),
                first: first.and_then(|first| first.parse().ok()),
                withdrawn: row.get(2)?,
            })
        })
    }

    /// Whether nothing may be stored under the id any more. Further grants do not prolong the first one (CNIL 2020-091).
    pub(super) fn is_over(self, today: Date) -> bool {
        let began = today.checked_sub(GRANT_DAYS.days()).unwrap_or(Date::MIN);
        self.withdrawn || (self.newest.is_some() && self.first.is_none_or(|first| first < began))
    }

    /// Whether rows of that level may be stored.
    pub(super) fn state(self, wanted: Level, today: Date) -> GrantState {
        if self.is_over(today) {
            GrantState::Over
        } else if self.newest.is_some_and(|granted| granted >= wanted) {
            GrantState::Live
        } else {
            GrantState::Missing
        }
    }
}

/// Remembers that an id was withdrawn, so that a message that was under way stores nothing.
pub(super) fn remember_withdrawal(
    connection: &Connection,
    id_hash: &str,
    time: Moment,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO withdrawn (id_hash, minute) VALUES (?1, ?2)
             ON CONFLICT DO UPDATE SET minute = excluded.minute",
        )?
        .execute(params![id_hash, time.minute_text()])?;
    forget_oldest(connection, WITHDRAWN)
}

/// Row numbers grow, so the newest number bounds how many rows there are, without counting them.
fn forget_oldest(connection: &Connection, most: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM withdrawn WHERE rowid <= (SELECT max(rowid) FROM withdrawn) - ?1")?
        .execute([most])
        .map(drop)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::schema;
    use super::*;

    const TODAY: Date = date(2026, 11, 22);

    fn granted(newest: Level, first: Date) -> Consent {
        Consent { newest: Some(newest), first: Some(first), withdrawn: false }
    }

    #[test]
    fn rows_need_a_grant_of_their_level_or_above() {
        let nothing = Consent::default();
        for (consent, wanted, expected) in [
            (nothing, Level::Anonymous, GrantState::Missing),
            (granted(Level::Anonymous, TODAY), Level::Anonymous, GrantState::Live),
            (granted(Level::Anonymous, TODAY), Level::Full, GrantState::Missing),
            (granted(Level::Full, TODAY), Level::Anonymous, GrantState::Live),
            (granted(Level::Full, TODAY), Level::Full, GrantState::Live),
        ] {
            assert_eq!(consent.state(wanted, TODAY), expected, "{consent:?}, {wanted:?}");
        }
    }

    #[test]
    fn a_grant_holds_for_184_days_and_one() {
        let of_age = |days: i64| granted(Level::Full, TODAY.checked_sub(days.days()).unwrap());
        assert_eq!(of_age(185).state(Level::Anonymous, TODAY), GrantState::Live);
        assert_eq!(of_age(186).state(Level::Anonymous, TODAY), GrantState::Over);
        assert_eq!(of_age(186).state(Level::Full, TODAY), GrantState::Over);
        assert_eq!(of_age(-3).state(Level::Full, TODAY), GrantState::Live, "the clock was put back");
        let first_is_gone = Consent { first: None, ..granted(Level::Full, TODAY) };
        assert!(first_is_gone.is_over(TODAY), "retention keeps receipts for longer than consent lasts");
    }

    #[test]
    fn a_withdrawal_outweighs_everything() {
        for consent in [Consent::default(), granted(Level::Full, TODAY)] {
            let consent = Consent { withdrawn: true, ..consent };
            assert_eq!(consent.state(Level::Anonymous, TODAY), GrantState::Over);
        }
        assert!(!Consent::default().is_over(TODAY));
    }

    #[test]
    fn withdrawals_are_remembered_once_and_the_oldest_go_first() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join(schema::FILE);
        let connection = schema::open_to_write(&file, std::time::Duration::ZERO).unwrap();
        for (id_hash, minute) in [("a", 1), ("b", 2), ("c", 3), ("a", 4)] {
            remember_withdrawal(&connection, id_hash, Moment::from_minutes(minute)).unwrap();
        }
        let left = || -> Vec<String> {
            let mut rows = connection.prepare("SELECT id_hash FROM withdrawn ORDER BY rowid").unwrap();
            rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        assert_eq!(left(), ["a", "b", "c"]);
        assert!(Consent::of_id(&connection, "b").unwrap().withdrawn);
        forget_oldest(&connection, 2).unwrap();
        assert_eq!(left(), ["b", "c"]);
        assert_eq!(Consent::of_id(&connection, "a").unwrap(), Consent::default());
    }
}
