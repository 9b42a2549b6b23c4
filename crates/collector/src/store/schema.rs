//! The tables, and a connection to them. Their columns are those that `crates/wire/inventory.toml` lists under `stored`: a test
//! compares the two.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, TransactionBehavior, params};

use super::error::StoreError;

/// The database's file name in the data directory.
pub const FILE: &str = "askfirst.db";

/// The database's write-ahead log.
pub(crate) fn log_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// The version of the tables. Databases of other versions are refused: nothing has been released, so there is nothing to migrate.
pub const VERSION: u32 = 6;

const TABLES: &str = include_str!("schema/tables.sql");
/// Receipts, and the triggers that keep them as they were written.
const RECEIPTS: &str = include_str!("schema/receipts.sql");

/// Opens the database for writing. A new one gets its tables.
pub(super) fn open_to_write(file: &Path, busy: Duration) -> Result<Connection, StoreError> {
    let mut connection = Connection::open(file)?;
    connection.busy_timeout(busy)?;
    keep_log(&connection, file)?;
    let found = checked_version(&connection)?;
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
    connection.pragma_update(None, "cache_size", -8_000)?;
    connection.set_prepared_statement_cache_capacity(48);
    if found.is_none() {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(TABLES)?;
        transaction.execute_batch(RECEIPTS)?;
        put(&transaction, "schema", &VERSION.to_string())?;
        transaction.commit()?;
    }
    Ok(connection)
}

/// Opens the database for reading, beside a collector that may be writing.
pub(crate) fn open_to_read(file: &Path, busy: Duration) -> Result<Connection, StoreError> {
    let connection = open_any(file, busy)?;
    checked_version(&connection)?.ok_or(StoreError::Foreign)?;
    Ok(connection)
}

/// The same, of whatever version the tables are.
pub(crate) fn open_any(file: &Path, busy: Duration) -> Result<Connection, StoreError> {
    let exists = file.try_exists().map_err(|source| StoreError::File { path: file.to_owned(), source })?;
    if !exists {
        return Err(StoreError::Missing(std::path::absolute(file).unwrap_or_else(|_| file.to_owned())));
    }
    // Reading a database with a write-ahead log writes to its index, so SQLite's read-only mode would not do.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(busy)?;
    keep_log(&connection, file)?;
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

/// Leaves a write-ahead log as it is when the connection closes: SQLite would copy it into the database. A database of another
/// version stays as it was, byte for byte.
fn keep_log(connection: &Connection, file: &Path) -> rusqlite::Result<()> {
    let has_log = log_of(file).metadata().is_ok_and(|log| log.len() > 0);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, has_log).map(drop)
}

/// The version of the tables, which is this program's; `None` if there are none yet.
fn checked_version(connection: &Connection) -> Result<Option<u32>, StoreError> {
    let found = version(connection)?;
    match found {
        None | Some(VERSION) => {}
        Some(found) if found > VERSION => return Err(StoreError::Newer { found, known: VERSION }),
        Some(found @ 1..) => return Err(StoreError::Older { found, known: VERSION }),
        Some(_) => return Err(StoreError::Foreign),
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    Ok(found)
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
    fn an_older_database_is_refused_by_name() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join(FILE);
        put(&open_to_write(&file, Duration::ZERO).unwrap(), "schema", "5").unwrap();
        for refused in [open_to_write(&file, Duration::ZERO), open_to_read(&file, Duration::ZERO)] {
            let error = refused.unwrap_err().to_string();
            assert!(
                error.contains("earlier version of askfirst") && error.contains("move the file away"),
                "{error}"
            );
        }
    }

    #[test]
    fn newer_and_foreign_databases_are_refused() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join(FILE);
        put(&open_to_write(&file, Duration::ZERO).unwrap(), "schema", "9").unwrap();
        let error = open_to_write(&file, Duration::ZERO).unwrap_err().to_string();
        assert!(error.contains("version 9") && error.contains("version 6"), "{error}");
        assert!(open_to_read(&file, Duration::ZERO).is_err());

        let file = directory.path().join("foreign.db");
        Connection::open(&file).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
        assert!(matches!(open_to_write(&file, Duration::ZERO), Err(StoreError::Foreign)));
        assert!(matches!(
            open_to_read(&directory.path().join("none.db"), Duration::ZERO),
            Err(StoreError::Missing(_))
        ));
    }
}
