//! A database of an earlier version of askfirst: refused by name, and left as it was.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use crate::common::{ID, run_on, text};

/// A data directory as a killed collector of version 5 leaves it: with a write-ahead log.
fn earlier() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("data")).unwrap();
    let database = Connection::open(directory.path().join("data/askfirst.db")).unwrap();
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
    database
        .execute_batch(
            "PRAGMA journal_mode = WAL;
             CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
             CREATE TABLE events (uuid TEXT PRIMARY KEY, minute TEXT NOT NULL) STRICT, WITHOUT ROWID;
             INSERT INTO meta VALUES ('schema', '5');
             INSERT INTO events VALUES ('u', '2026-11-22T10:00Z');",
        )
        .unwrap();
    directory
}

/// The database and its log.
fn bytes(directory: &Path) -> [Vec<u8>; 2] {
    ["askfirst.db", "askfirst.db-wal"].map(|name| std::fs::read(directory.join("data").join(name)).unwrap())
}

fn copy(directory: &Path) -> PathBuf {
    directory.join("copy.db")
}

#[test]
fn it_is_refused_by_name_and_left_as_it_was() {
    let directory = earlier();
    let before = bytes(directory.path());
    assert!(!before[1].is_empty());
    let copy = copy(directory.path());
    for command in [
        &["serve", "--public", "127.0.0.1:0", "--private", "127.0.0.1:0"][..],
        &["report", "--site", "demo"],
        &["export", "--site", "demo"],
        &["export", "--site", "demo", "--what", "rows"],
        &["erase", "--site", "demo", "--id", ID],
        &["backup", copy.to_str().unwrap()],
    ] {
        let output = run_on(directory.path(), command);
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{command:?}");
        for words in ["earlier version of askfirst", "version 5", "never released", "move the file away"] {
            assert!(error.contains(words), "{command:?}: {error}");
        }
        assert!(bytes(directory.path()) == before, "{command:?} changed it");
    }
    assert!(!copy.exists());
    let found = run_on(directory.path(), &["doctor", "--proxy-config", "/dev/null"]);
    assert!(text(&found.stdout).contains("earlier version of askfirst"), "{}", text(&found.stdout));
    assert!(bytes(directory.path()) == before, "doctor changed it");
}

#[test]
fn once_it_is_moved_away_a_new_one_is_made() {
    let directory = earlier();
    for name in ["askfirst.db", "askfirst.db-wal", "askfirst.db-shm"] {
        let _ = std::fs::remove_file(directory.path().join("data").join(name));
    }
    let collector = crate::common::Collector::again(directory, |_| {});
    collector.agree(ID);
    assert_eq!(collector.tables()["receipts"], 1);
}
