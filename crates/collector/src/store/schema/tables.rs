//! What the tables are, and how those of earlier programs become them.

use rusqlite::Connection;

use super::super::{cells, seen};
use super::{VERSION, put};

/// Counters are clustered by the question that a report asks. `batches` has no key: its numbers are looked up in memory, so
/// it is only appended to, which keeps a commit at few pages.
const TABLES: &str = "
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE site_hour (
    site   TEXT NOT NULL,
    hour   TEXT NOT NULL,
    views  INTEGER NOT NULL,
    visits INTEGER NOT NULL,
    PRIMARY KEY (site, hour)
) STRICT, WITHOUT ROWID;
CREATE TABLE cells (
    site      TEXT NOT NULL,
    dimension TEXT NOT NULL,
    page      TEXT NOT NULL,
    day       TEXT NOT NULL,
    value     TEXT NOT NULL,
    views     INTEGER NOT NULL,
    visits    INTEGER NOT NULL,
    PRIMARY KEY (site, dimension, page, day, value)
) STRICT, WITHOUT ROWID;
CREATE TABLE events (
    uuid     TEXT PRIMARY KEY,
    id       TEXT NOT NULL,
    site     TEXT NOT NULL,
    level    TEXT NOT NULL,
    kind     TEXT NOT NULL,
    minute   TEXT NOT NULL,
    visit    TEXT NOT NULL,
    subject  TEXT,
    page     TEXT NOT NULL,
    previous TEXT,
    referrer TEXT,
    entry    INTEGER,
    source   TEXT,
    medium   TEXT,
    campaign TEXT,
    viewport TEXT,
    name     TEXT,
    props    TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX events_by_id ON events (id, site);
CREATE TABLE batches (
    number INTEGER NOT NULL,
    minute INTEGER NOT NULL
) STRICT;
CREATE TABLE denials (
    site   TEXT NOT NULL,
    day    TEXT NOT NULL,
    policy INTEGER NOT NULL,
    count  INTEGER NOT NULL,
    PRIMARY KEY (site, day, policy)
) STRICT, WITHOUT ROWID;
";

/// What version 3 added: what a request shows by itself, in rows of page views; and sums of money, in thousandths. New
/// databases get it in the same way as old ones, so that both are the same.
const CONTEXT_AND_REVENUE: &str = "
ALTER TABLE events ADD COLUMN device TEXT;
ALTER TABLE events ADD COLUMN browser TEXT;
ALTER TABLE events ADD COLUMN os TEXT;
ALTER TABLE events ADD COLUMN language TEXT;
ALTER TABLE events ADD COLUMN country TEXT;
CREATE TABLE revenue (
    site     TEXT NOT NULL,
    day      TEXT NOT NULL,
    event    TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount   INTEGER NOT NULL,
    count    INTEGER NOT NULL,
    PRIMARY KEY (site, day, event, currency)
) STRICT, WITHOUT ROWID;
";

/// What version 4 added: how many visitors a day had, and how often a restart cut the day.
const UNIQUES: &str = "
CREATE TABLE uniques (
    site     TEXT NOT NULL,
    day      TEXT NOT NULL,
    estimate INTEGER NOT NULL,
    restarts INTEGER NOT NULL,
    PRIMARY KEY (site, day)
) STRICT, WITHOUT ROWID;
";

/// And the numbers of all batches of a commit, eight bytes each, in one row: a row for each costs more than the number.
const BATCHES: &str = "
DROP TABLE batches;
CREATE TABLE batches (
    minute  INTEGER NOT NULL,
    numbers BLOB NOT NULL
) STRICT;
";

/// What version 5 changed: the numbers of a cell stand apart from what it is, under a number.
const COUNTERS: &str = "
ALTER TABLE cells RENAME TO cells_4;
CREATE TABLE counters (
    counter INTEGER PRIMARY KEY,
    views   INTEGER NOT NULL,
    visits  INTEGER NOT NULL
) STRICT;
CREATE TABLE cells (
    site      TEXT NOT NULL,
    dimension TEXT NOT NULL,
    page      TEXT NOT NULL,
    day       TEXT NOT NULL,
    value     TEXT NOT NULL,
    counter   INTEGER NOT NULL,
    PRIMARY KEY (site, dimension, page, day, value)
) STRICT, WITHOUT ROWID;
";

/// Receipts, and what keeps them as they were written.
const RECEIPTS: &str = include_str!("../receipts.sql");

/// The receipts of version 1, which knew neither the words nor the code nor each other.
const RECEIPTS_OF_VERSION_1: &str = "
INSERT INTO receipts (receipt, time, site, action, level, policy, text_hash, code, lang, banner, id_hash)
    SELECT receipt, time, site, action, level, policy, '', '', lang, banner, id_hash FROM receipts_1 ORDER BY time;
DROP TABLE receipts_1;
";

/// Makes the tables of this version: out of those that were found, or out of nothing.
pub(super) fn bring_up(connection: &Connection, found: Option<u32>) -> rusqlite::Result<()> {
    match found {
        None => {
            connection.execute_batch(TABLES)?;
            connection.execute_batch(RECEIPTS)?;
        }
        Some(1) => {
            connection
                .execute_batch("DROP INDEX receipts_by_id; ALTER TABLE receipts RENAME TO receipts_1")?;
            connection.execute_batch(RECEIPTS)?;
            connection.execute_batch(RECEIPTS_OF_VERSION_1)?;
        }
        Some(_) => {}
    }
    if matches!(found, None | Some(1 | 2)) {
        connection.execute_batch(CONTEXT_AND_REVENUE)?;
    }
    if matches!(found, None | Some(1..=3)) {
        connection.execute_batch(UNIQUES)?;
        let numbers = seen::of_version_3(connection)?;
        connection.execute_batch(BATCHES)?;
        for (minute, numbers) in &numbers {
            seen::keep(connection, *minute, numbers)?;
        }
    }
    if matches!(found, None | Some(1..=4)) {
        connection.execute_batch(COUNTERS)?;
        cells::of_version_4(connection)?;
        connection.execute_batch("DROP TABLE cells_4")?;
        put(connection, "schema", &VERSION.to_string())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::tests::columns;
    use super::super::{FILE, open_to_read, open_to_write};
    use super::*;
    use crate::store::StoreError;

    #[test]
    fn rows_and_counts_of_version_2_stay_and_get_the_columns_of_version_3() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join(FILE);
        let old = Connection::open(&file).unwrap();
        old.execute_batch(TABLES).unwrap();
        old.execute_batch(RECEIPTS).unwrap();
        old.execute_batch(
            "INSERT INTO events (uuid, id, site, level, kind, minute, visit, page, viewport)
                 VALUES ('u', 'i', 's', 'anonymous', 'view', '2026-11-01T10:00Z', 'v', '/a', 'small');
             INSERT INTO cells VALUES ('s', 'page', '', '2026-11-01', '/a', 3, 2);",
        )
        .unwrap();
        put(&old, "schema", "2").unwrap();
        let before = columns(&old);
        drop(old);
        let error = open_to_read(&file, Duration::ZERO).unwrap_err().to_string();
        assert!(error.contains("version 2") && error.contains("serve"), "{error}");

        let connection = open_to_write(&file, Duration::ZERO).unwrap();
        let row: (String, String, Option<String>) = connection
            .query_row("SELECT page, viewport, browser FROM events", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .unwrap();
        assert_eq!(row, ("/a".to_owned(), "small".to_owned(), None));
        let views: i64 = connection
            .query_row("SELECT views FROM cells JOIN counters USING (counter)", [], |row| row.get(0))
            .unwrap();
        assert_eq!(views, 3);
        let fresh = open_to_write(&directory.path().join("fresh.db"), Duration::ZERO).unwrap();
        assert_eq!(columns(&connection), columns(&fresh));
        assert_eq!(columns(&fresh).len(), before.len() + 17);
        drop(connection);
        assert!(open_to_write(&file, Duration::ZERO).is_ok(), "a second start changes nothing");
        assert!(open_to_read(&file, Duration::ZERO).is_ok());
    }

    #[test]
    fn a_database_of_version_3_gets_the_table_of_visitors_and_loses_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join(FILE);
        let old = Connection::open(&file).unwrap();
        for batch in [TABLES, RECEIPTS, CONTEXT_AND_REVENUE] {
            old.execute_batch(batch).unwrap();
        }
        old.execute_batch("INSERT INTO cells VALUES ('s', 'page', '', '2026-11-01', '/a', 3, 1)").unwrap();
        put(&old, "schema", "3").unwrap();
        drop(old);
        assert!(matches!(open_to_read(&file, Duration::ZERO), Err(StoreError::Older { found: 3, known: 5 })));
        let connection = open_to_write(&file, Duration::ZERO).unwrap();
        let views: i64 = connection
            .query_row("SELECT views FROM cells JOIN counters USING (counter)", [], |row| row.get(0))
            .unwrap();
        assert_eq!(views, 3);
        assert!(columns(&connection).contains("uniques.restarts"));
        assert!(open_to_read(&file, Duration::ZERO).is_ok());
    }

    #[test]
    fn receipts_of_version_1_are_taken_over() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join(FILE);
        let old = Connection::open(&file).unwrap();
        old.execute_batch(TABLES).unwrap();
        old.execute_batch(
            "CREATE TABLE receipts (receipt TEXT PRIMARY KEY, time TEXT NOT NULL, site TEXT NOT NULL, action TEXT NOT NULL,
                 level TEXT NOT NULL, policy INTEGER NOT NULL, lang TEXT NOT NULL, banner INTEGER NOT NULL, id_hash TEXT
             ) STRICT, WITHOUT ROWID;
             CREATE INDEX receipts_by_id ON receipts (id_hash) WHERE id_hash IS NOT NULL;
             INSERT INTO receipts VALUES ('b', '2026-11-02T10:00:00Z', 's', 'withdraw', 'anonymous', 1, 'en', 1, NULL),
                 ('c', '2026-11-01T10:00:00Z', 's', 'grant', 'anonymous', 1, 'en', 1, 'h');",
        )
        .unwrap();
        put(&old, "schema", "1").unwrap();
        drop(old);
        let error = open_to_read(&file, Duration::ZERO).unwrap_err().to_string();
        assert!(error.contains("version 1") && error.contains("serve"), "{error}");

        let connection = open_to_write(&file, Duration::ZERO).unwrap();
        let mut rows = connection
            .prepare("SELECT receipt, text_hash || code, previous, id_hash FROM receipts ORDER BY rowid")
            .unwrap();
        let rows: Vec<(String, String, Option<String>, Option<String>)> = rows
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let row = |receipt: &str, hash: Option<&str>| {
            (receipt.to_owned(), String::new(), None, hash.map(str::to_owned))
        };
        assert_eq!(rows, [row("c", Some("h")), row("b", None)]);
        assert!(
            columns(&connection).contains("texts.hash") && !columns(&connection).contains("receipts_1.time")
        );
        assert!(open_to_read(&file, Duration::ZERO).is_ok());
    }
}
