//! The tables, and a connection to them. Their columns are those that `wire/inventory.toml` lists under `stored`: a test
//! compares the two.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};

use super::{StoreError, seen};

/// The database's file name in the data directory.
pub const FILE: &str = "askfirst.db";

/// The database's write-ahead log.
pub(crate) fn log_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// The version of the tables that this program writes.
pub const VERSION: u32 = 4;

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

/// Receipts, and what keeps them as they were written.
const RECEIPTS: &str = include_str!("receipts.sql");

/// The receipts of version 1, which knew neither the words nor the code nor each other.
const RECEIPTS_OF_VERSION_1: &str = "
INSERT INTO receipts (receipt, time, site, action, level, policy, text_hash, code, lang, banner, id_hash)
    SELECT receipt, time, site, action, level, policy, '', '', lang, banner, id_hash FROM receipts_1 ORDER BY time;
DROP TABLE receipts_1;
";

/// Opens the database for writing and makes its tables where they are missing.
pub(super) fn open_to_write(file: &Path, busy: Duration) -> Result<Connection, StoreError> {
    let mut connection = Connection::open(file)?;
    connection.busy_timeout(busy)?;
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::NoWal);
    }
    // FULL: a commit that was answered survives a power cut. secure_delete: an erased id is overwritten, not unlinked.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "secure_delete", "ON")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    // Nothing of the database in files that erasure does not know.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // Copying the log back costs two more syncs: at 16 MB of log, not at SQLite's 4.
    connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
    connection.pragma_update(None, "cache_size", -32_000)?;
    connection.set_prepared_statement_cache_capacity(32);

    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    match found {
        None => {
            transaction.execute_batch(TABLES)?;
            transaction.execute_batch(RECEIPTS)?;
        }
        Some(1) => {
            transaction
                .execute_batch("DROP INDEX receipts_by_id; ALTER TABLE receipts RENAME TO receipts_1")?;
            transaction.execute_batch(RECEIPTS)?;
            transaction.execute_batch(RECEIPTS_OF_VERSION_1)?;
        }
        Some(_) => {}
    }
    if matches!(found, None | Some(1 | 2)) {
        transaction.execute_batch(CONTEXT_AND_REVENUE)?;
    }
    if matches!(found, None | Some(1..=3)) {
        transaction.execute_batch(UNIQUES)?;
        let numbers = seen::of_version_3(&transaction)?;
        transaction.execute_batch(BATCHES)?;
        for (minute, numbers) in &numbers {
            seen::keep(&transaction, *minute, numbers)?;
        }
        put(&transaction, "schema", &VERSION.to_string())?;
    }
    transaction.commit()?;
    check_version(&connection)?;
    if let Some(from) = found.filter(|&from| from != VERSION) {
        tracing::info!(from, to = VERSION, "the tables are brought up to date");
    }
    Ok(connection)
}

/// Opens the database for reading, beside a collector that may be writing.
pub(crate) fn open_to_read(file: &Path, busy: Duration) -> Result<Connection, StoreError> {
    let connection = open_any(file, busy)?;
    check_version(&connection)?;
    Ok(connection)
}

/// The same, of whatever version the tables are.
pub(crate) fn open_any(file: &Path, busy: Duration) -> Result<Connection, StoreError> {
    if !file.exists() {
        return Err(StoreError::Missing(file.to_owned()));
    }
    // Reading a database with a write-ahead log writes to its index, so SQLite's read-only mode would not do.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(busy)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "query_only", "ON")?;
    Ok(connection)
}

/// Looks whether the file holds together.
///
/// # Errors
/// [`StoreError::Damaged`], with what SQLite finds first.
pub(crate) fn check_whole(connection: &Connection) -> Result<(), StoreError> {
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if found == "ok" { Ok(()) } else { Err(StoreError::Damaged(found)) }
}

fn check_version(connection: &Connection) -> Result<(), StoreError> {
    match version(connection)? {
        Some(VERSION) => Ok(()),
        Some(found) if found > VERSION => Err(StoreError::Newer { found, known: VERSION }),
        Some(found @ 1..) => Err(StoreError::Older { found, known: VERSION }),
        _ => Err(StoreError::Foreign),
    }
}

/// The version of the tables; `None` where there are none yet, 0 where they are not ours.
pub(crate) fn version(connection: &Connection) -> Result<Option<u32>, StoreError> {
    let (tables, ours): (u32, u32) = connection.query_row(
        "SELECT count(*), count(*) FILTER (WHERE name = 'meta') FROM sqlite_schema",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    match (tables, ours) {
        (0, _) => Ok(None),
        (_, 0) => Ok(Some(0)),
        _ => Ok(Some(get(connection, "schema")?.and_then(|version| version.parse().ok()).unwrap_or(0))),
    }
}

/// A value of the table `meta`.
pub(super) fn get(connection: &Connection, key: &str) -> rusqlite::Result<Option<String>> {
    connection.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0)).optional()
}

/// Sets a value of the table `meta`.
pub(super) fn put(connection: &Connection, key: &str, value: &str) -> rusqlite::Result<()> {
    connection
        .execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)", params![key, value])
        .map(drop)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn columns(connection: &Connection) -> BTreeSet<String> {
        let mut columns = BTreeSet::new();
        let mut tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
        let tables: Vec<String> =
            tables.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
        for table in tables {
            connection
                .pragma(None, "table_info", &table, |row| {
                    columns.insert(format!("{table}.{}", row.get::<_, String>("name")?));
                    Ok(())
                })
                .unwrap();
        }
        columns
    }

    #[test]
    fn the_tables_have_the_columns_of_the_inventory_and_no_others() {
        let directory = tempfile::tempdir().unwrap();
        let connection = open_to_write(&directory.path().join(FILE), Duration::ZERO).unwrap();
        let inventory: BTreeSet<String> = askfirst_wire::inventory::shipped()
            .fields
            .iter()
            .flat_map(|field| field.stored.iter().cloned())
            .collect();
        assert_eq!(columns(&connection), inventory, "tables left, inventory right");
    }

    #[test]
    fn the_connection_is_durable_and_erases() {
        let directory = tempfile::tempdir().unwrap();
        let connection = open_to_write(&directory.path().join(FILE), Duration::ZERO).unwrap();
        for (pragma, expected) in
            [("synchronous", 2), ("secure_delete", 1), ("foreign_keys", 1), ("temp_store", 2)]
        {
            let found: i64 = connection.pragma_query_value(None, pragma, |row| row.get(0)).unwrap();
            assert_eq!(found, expected, "{pragma}");
        }
    }

    #[test]
    fn newer_and_foreign_databases_are_refused() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join(FILE);
        put(&open_to_write(&file, Duration::ZERO).unwrap(), "schema", "9").unwrap();
        let error = open_to_write(&file, Duration::ZERO).unwrap_err().to_string();
        assert!(error.contains("version 9") && error.contains("version 4"), "{error}");
        assert!(open_to_read(&file, Duration::ZERO).is_err());

        let file = directory.path().join("foreign.db");
        Connection::open(&file).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
        assert!(matches!(open_to_write(&file, Duration::ZERO), Err(StoreError::Foreign)));
        assert!(matches!(
            open_to_read(&directory.path().join("none.db"), Duration::ZERO),
            Err(StoreError::Missing(_))
        ));
    }

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
        let views: i64 = connection.query_row("SELECT views FROM cells", [], |row| row.get(0)).unwrap();
        assert_eq!(views, 3);
        let fresh = open_to_write(&directory.path().join("fresh.db"), Duration::ZERO).unwrap();
        assert_eq!(columns(&connection), columns(&fresh));
        assert_eq!(columns(&fresh).len(), before.len() + 15);
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
        assert!(matches!(open_to_read(&file, Duration::ZERO), Err(StoreError::Older { found: 3, known: 4 })));
        let connection = open_to_write(&file, Duration::ZERO).unwrap();
        let views: i64 = connection.query_row("SELECT views FROM cells", [], |row| row.get(0)).unwrap();
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
