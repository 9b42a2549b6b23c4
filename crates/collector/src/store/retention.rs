//! Retention: once a day, deletes everything that is older than the inventory allows.

use askfirst_wire::limits::{CHOICE_DAYS, WITHDRAWN_DAYS};
use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use rusqlite::Connection;

use super::schema;

/// The key in `meta` that the trigger `receipts_kept` reads.
const RECEIPTS_END: &str = "receipts_end_before";

/// How long each kind of data is kept.
#[derive(Clone, Copy, Debug)]
pub struct RetentionPeriods {
    /// Days for receipts, after the consent has expired.
    pub receipts_days: u32,
    /// Months for rows under an id (CNIL 2020-091 allows 13 for the tracker that joins them).
    pub rows_months: u32,
    /// Months for counts (CNIL, 4 July 2025: 25).
    pub counts_months: u32,
}

/// Deletes what is too old on that day. Returns whether anything about an id was deleted, whose bytes must then leave the files too.
/// Receipts are kept until the consent has expired, and then for the configured days.
///
/// Dates are compared as text, which works because hours, minutes and seconds begin with their day.
pub(super) fn prune(connection: &Connection, today: Date, keep: RetentionPeriods) -> rusqlite::Result<bool> {
    let before = |life: Span| today.checked_sub(life).unwrap_or(Date::MIN).to_string();
    let rows = connection
        .execute("DELETE FROM events WHERE minute < ?1", [before(i64::from(keep.rows_months).months())])?;
    let withdrawn = connection
        .execute("DELETE FROM withdrawn WHERE minute < ?1", [before(i64::from(WITHDRAWN_DAYS).days())])?;
    connection.execute(
        "DELETE FROM counters WHERE counter IN (SELECT counter FROM cells WHERE day < ?1)",
        [before(i64::from(keep.counts_months).months())],
    )?;
    for (table, column) in
        [("cells", "day"), ("site_hour", "hour"), ("revenue", "day"), ("answers", "day"), ("uniques", "day")]
    {
        connection.execute(
            &format!("DELETE FROM {table} WHERE {column} < ?1"),
            [before(i64::from(keep.counts_months).months())],
        )?;
    }
    let proof = (i64::from(CHOICE_DAYS) + i64::from(keep.receipts_days)).days();
    Ok(rows + withdrawn + receipts_before(connection, &before(proof))? > 0)
}

/// Deletes the receipts before that day, and texts that no receipt names any more. A trigger protects receipts, except those before
/// the day in `meta`.
fn receipts_before(connection: &Connection, day: &str) -> rusqlite::Result<usize> {
    schema::put(connection, RECEIPTS_END, day)?;
    let receipts = connection.execute("DELETE FROM receipts WHERE time < ?1", [day])?;
    connection.execute("DELETE FROM meta WHERE key = ?1", [RECEIPTS_END])?;
    if receipts > 0 {
        connection.execute("DELETE FROM texts WHERE hash NOT IN (SELECT text_hash FROM receipts)", [])?;
    }
    Ok(receipts)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// Receipts outlive everything else.
    const YEARS: u32 = 1095;
    const KEEP: RetentionPeriods =
        RetentionPeriods { receipts_days: YEARS, rows_months: 13, counts_months: 25 };

    /// With the one that is emptied first at the end.
    const TABLES: [&str; 10] = [
        "events",
        "cells",
        "counters",
        "site_hour",
        "revenue",
        "answers",
        "uniques",
        "receipts",
        "texts",
        "withdrawn",
    ];

    fn filled(day: &str) -> (tempfile::TempDir, Connection) {
        let directory = tempfile::tempdir().unwrap();
        let connection =
            schema::open_to_write(&directory.path().join(schema::FILE), std::time::Duration::ZERO).unwrap();
        connection
            .execute_batch(&format!(
                "INSERT INTO events (batch, place, id, site, level, kind, minute, page)
                     VALUES ('b', 0, 'i', 's', 'anonymous', 'view', '{day}T10:00Z', '/');
                 INSERT INTO cells VALUES ('s', 'page', '', '{day}', '/', 7);
                 INSERT INTO counters VALUES (7, 1, 1);
                 INSERT INTO site_hour VALUES ('s', '{day}T10', 1, 1);
                 INSERT INTO revenue VALUES ('s', '{day}', 'purchase', 'EUR', 12500, 1);
                 INSERT INTO answers VALUES ('s', '{day}', 1, 2, 1, 1);
                 INSERT INTO withdrawn VALUES ('w', '{day}T10:00Z');
                 INSERT INTO uniques VALUES ('s', '{day}', 120, 0);
                 INSERT INTO texts VALUES ('t', 'May we?');
                 INSERT INTO receipts VALUES
                     ('r', '{day}T10:00:00Z', 's', 'grant', 'anonymous', 1, 't', '', 'en', 1, NULL, 'h');"
            ))
            .unwrap();
        (directory, connection)
    }

    fn left(connection: &Connection) -> Vec<&'static str> {
        let full = |table: &&str| {
            let count: i64 =
                connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
            count > 0
        };
        TABLES.into_iter().filter(full).collect()
    }

    fn prune(connection: &Connection, today: Date) -> bool {
        super::prune(connection, today, KEEP).unwrap()
    }

    #[test]
    fn withdrawals_go_after_8_days_rows_after_13_months_and_counts_after_25() {
        let (_directory, connection) = filled("2026-11-22");
        assert!(!prune(&connection, date(2026, 11, 22)));
        assert!(!prune(&connection, date(2026, 11, 30)));
        assert_eq!(left(&connection), TABLES, "8 days are not over on their last day");
        assert!(prune(&connection, date(2026, 12, 1)));
        assert_eq!(left(&connection), TABLES[..9]);
        assert!(!prune(&connection, date(2027, 12, 22)));
        assert_eq!(left(&connection), TABLES[..9]);
        assert!(prune(&connection, date(2027, 12, 23)));
        assert_eq!(left(&connection), TABLES[1..9]);
        assert!(!prune(&connection, date(2028, 12, 22)));
        assert_eq!(left(&connection), TABLES[1..9]);
        assert!(!prune(&connection, date(2028, 12, 23)));
        assert_eq!(left(&connection), ["receipts", "texts"]);
    }

    #[test]
    fn a_site_may_keep_for_less_long() {
        let (_directory, connection) = filled("2026-11-22");
        let keep = RetentionPeriods { rows_months: 2, counts_months: 3, ..KEEP };
        assert!(super::prune(&connection, date(2027, 1, 22), keep).unwrap(), "the withdrawal");
        assert!(left(&connection).contains(&"events"));
        assert!(super::prune(&connection, date(2027, 1, 23), keep).unwrap());
        assert!(!left(&connection).contains(&"events") && left(&connection).contains(&"cells"));
        super::prune(&connection, date(2027, 2, 23), keep).unwrap();
        assert_eq!(left(&connection), ["receipts", "texts"]);
    }

    #[test]
    fn receipts_go_after_the_consent_and_the_limitation_period() {
        let (_directory, connection) = filled("2026-11-22");
        let last = date(2026, 11, 22).checked_add(i64::from(CHOICE_DAYS + YEARS).days()).unwrap();
        prune(&connection, last);
        assert_eq!(left(&connection), ["receipts", "texts"], "on the last day they are still there");
        assert!(prune(&connection, last.tomorrow().unwrap()));
        assert_eq!(left(&connection), [""; 0]);

        let (_directory, connection) = filled("2026-11-22");
        let last = date(2026, 11, 22).checked_add(i64::from(CHOICE_DAYS).days()).unwrap();
        super::prune(&connection, last, RetentionPeriods { receipts_days: 0, ..KEEP }).unwrap();
        assert!(left(&connection).contains(&"receipts"));
        assert!(
            super::prune(
                &connection,
                last.tomorrow().unwrap(),
                RetentionPeriods { receipts_days: 0, ..KEEP }
            )
            .unwrap()
        );
        assert!(!left(&connection).contains(&"receipts") && !left(&connection).contains(&"texts"));
    }

    #[test]
    fn a_text_stays_for_as_long_as_a_receipt_names_it() {
        let (_directory, connection) = filled("2026-11-22");
        connection
            .execute(
                "INSERT INTO receipts VALUES
                     ('later', '2027-11-22T10:00:00Z', 's', 'grant', 'full', 1, 't', '', 'en', 1, 'r', NULL)",
                [],
            )
            .unwrap();
        assert!(prune(&connection, date(2030, 11, 22)));
        assert_eq!(left(&connection), ["receipts", "texts"]);
    }

    #[test]
    fn the_guard_is_closed_again() {
        let (_directory, connection) = filled("2026-11-22");
        prune(&connection, date(2026, 11, 22));
        assert!(connection.execute("DELETE FROM receipts", []).is_err());
        prune(&connection, date(2040, 11, 22));
        assert_eq!(schema::get(&connection, RECEIPTS_END).unwrap(), None);
    }

    #[test]
    fn a_clock_put_back_deletes_nothing() {
        let (_directory, connection) = filled("2026-11-22");
        assert!(!prune(&connection, date(2020, 1, 1)));
        assert_eq!(left(&connection), TABLES);
    }
}
