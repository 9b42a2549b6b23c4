//! What can go wrong with the store.

use std::path::PathBuf;

/// Why the store cannot be opened or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// An error of SQLite.
    #[error("the database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The data directory or a file in it cannot be created or opened.
    #[error("{path}: {source}")]
    File {
        /// Its path.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another collector uses the same data directory.
    #[error(
        "another askfirst-collector uses the data directory {0}: stop it, or give this one its own directory with --data"
    )]
    Locked(PathBuf),
    /// The file system does not support a write-ahead log.
    #[error("the database cannot use a write-ahead log: move the data directory to a local file system")]
    NoWal,
    /// Written by a later program.
    #[error(
        "the database has tables of version {found}, but this program knows only version {known}: install the newer program"
    )]
    Newer {
        /// The database's version.
        found: u32,
        /// This program's.
        known: u32,
    },
    /// Written by an earlier program.
    #[error(
        "the database was made by an earlier version of askfirst (tables of version {found}, this program has version {known}), which was never released: move the file away, then start again"
    )]
    Older {
        /// The database's version.
        found: u32,
        /// This program's.
        known: u32,
    },
    /// The database is not askfirst's.
    #[error(
        "the database is not a collector's: name the right directory with `data` in the configuration, or with --data"
    )]
    Foreign,
    /// The file is damaged.
    #[error(
        "the database is damaged ({0}): stop the collector and restore the last backup, or save what can be read with `sqlite3 askfirst.db .recover`"
    )]
    Damaged(String),
    /// There is no database yet.
    #[error(
        "no database at {0}: name its directory with `data` in the file given by --config, or with --data"
    )]
    Missing(PathBuf),
}

/// Why the store did not do what it was asked. Nothing of it was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotStored {
    /// No receipt of the id grants this level.
    #[error("no grant of this level is stored for the id: send the grant, then this message again")]
    NoGrant,
    /// Nothing is stored under the id any more.
    #[error("the id was withdrawn, or its consent has expired: nothing is stored under it")]
    Withdrawn,
    /// The queue is full.
    #[error("too many requests are waiting for the store: try again")]
    Full,
    /// The writer has ended or the database refuses.
    #[error("the store is not available: try again")]
    Down,
    /// The rows are deleted, but a reader of the database keeps their last bytes from being overwritten until it ends.
    #[error("the erasure is waiting until a reader of the database closes it: try again")]
    Busy,
}
