//! Deletion by age: what is older than the inventory promises goes, once a day.

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use rusqlite::Connection;

/// How long rows under an id are kept (CNIL 2020-091 allows 13 months for the tracker that joins them).
fn rows_live() -> Span {
    13.months()
}

/// How long counts are kept (CNIL, 4 July 2025: 25 months).
fn counts_live() -> Span {
    25.months()
}

/// Deletes what is too old on that day; whether a row under an id went, which then has to leave the file's bytes too.
///
/// Texts are compared: an hour and a minute begin with their day.
pub(super) fn prune(connection: &Connection, today: Date) -> rusqlite::Result<bool> {
    let before = |life: Span| today.checked_sub(life).unwrap_or(Date::MIN).to_string();
    let rows = connection.execute("DELETE FROM events WHERE minute < ?1", [before(rows_live())])?;
    for (table, column) in [("cells", "day"), ("site_hour", "hour"), ("denials", "day")] {
        connection.execute(&format!("DELETE FROM {table} WHERE {column} < ?1"), [before(counts_live())])?;
    }
    Ok(rows > 0)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::store::schema;

    fn filled(day: &str) -> (tempfile::TempDir, Connection) {
        let directory = tempfile::tempdir().unwrap();
        let connection =
            schema::open_to_write(&directory.path().join(schema::FILE), std::time::Duration::ZERO).unwrap();
        connection
            .execute_batch(&format!(
                "INSERT INTO events (uuid, id, site, level, kind, minute, visit, page)
                     VALUES ('u', 'i', 's', 'anonymous', 'view', '{day}T10:00Z', 'v', '/');
                 INSERT INTO cells VALUES ('s', 'page', '', '{day}', '/', 1, 1);
                 INSERT INTO site_hour VALUES ('s', '{day}T10', 1, 1);
                 INSERT INTO denials VALUES ('s', '{day}', 1, 1);
                 INSERT INTO receipts VALUES ('r', '{day}T10:00:00Z', 's', 'grant', 'anonymous', 1, 'en', 1, 'h');"
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
        ["events", "cells", "site_hour", "denials", "receipts"].into_iter().filter(full).collect()
    }

    #[test]
    fn rows_go_after_13_months_and_counts_after_25() {
        let (_directory, connection) = filled("2026-11-22");
        assert!(!prune(&connection, date(2026, 11, 22)).unwrap());
        assert!(!prune(&connection, date(2027, 12, 22)).unwrap());
        assert_eq!(left(&connection).len(), 5, "13 months are not over on their last day");
        assert!(prune(&connection, date(2027, 12, 23)).unwrap());
        assert_eq!(left(&connection), ["cells", "site_hour", "denials", "receipts"]);
        assert!(!prune(&connection, date(2028, 12, 22)).unwrap());
        assert_eq!(left(&connection).len(), 4);
        assert!(!prune(&connection, date(2028, 12, 23)).unwrap());
        assert_eq!(left(&connection), ["receipts"], "how long proof is kept, the site states");
    }

    #[test]
    fn a_clock_put_back_deletes_nothing() {
        let (_directory, connection) = filled("2026-11-22");
        assert!(!prune(&connection, date(2020, 1, 1)).unwrap());
        assert_eq!(left(&connection).len(), 5);
    }
}
