//! Erasure to the last byte: out of the tables, out of the free pages (`secure_delete`), and out of the write-ahead log,
//! which a truncating checkpoint empties as soon as no reader needs it.

use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

use super::error::NotStored;
use super::job::{ResultSender, Stored};
use super::{grants, receipts};
use crate::moment::Moment;

/// How long an erasure waits for the readers that were there before it.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long one try waits inside SQLite: hits wait with it.
const TRY: Duration = Duration::from_millis(20);

/// An erasure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Erasure<'e> {
    pub(super) site: &'e str,
    pub(super) id: &'e str,
    pub(super) id_hash: &'e str,
    /// The script that this collector serves, for the receipt.
    pub(super) code: &'e str,
    pub(super) time: Moment,
}

/// Deletes everything stored under an id, and remembers that it was withdrawn. Returns whether anything was deleted.
pub(super) fn delete(connection: &Connection, erasure: Erasure<'_>) -> rusqlite::Result<bool> {
    let Erasure { site, id, id_hash, code, time } = erasure;
    let rows = connection
        .prepare_cached("DELETE FROM events WHERE id = ?1 AND site = ?2")?
        .execute(params![id, site])?;
    let withdrawn = receipts::withdraw(connection, id_hash, code)?;
    grants::remember_withdrawal(connection, id_hash, time)?;
    Ok(withdrawn || rows > 0)
}

/// Erasures that wait until the write-ahead log is empty.
#[derive(Debug, Default)]
pub(super) struct Truncation {
    /// Something was deleted since the log was last emptied.
    needed: bool,
    /// Whether the failure to empty it was logged.
    logged: bool,
    waiting: Vec<(ResultSender, Instant)>,
}

impl Truncation {
    /// Something was deleted.
    pub(super) const fn need(&mut self) {
        self.needed = true;
    }

    /// Answers once the log is empty, which includes that it is synced.
    pub(super) fn wait(&mut self, answer: ResultSender) {
        self.waiting.push((answer, Instant::now() + PATIENCE));
    }

    pub(super) const fn is_needed(&self) -> bool {
        self.needed
    }

    /// Tries once to empty the log, and answers those who wait. Called again until it is empty, between commits.
    pub(super) fn run(&mut self, connection: &Connection, busy: Duration) {
        if self.needed {
            match truncate(connection, busy) {
                Ok(true) => (self.needed, self.logged) = (false, false),
                Ok(false) => {}
                Err(error) => {
                    if !std::mem::replace(&mut self.logged, true) {
                        tracing::error!(%error, "cannot empty the write-ahead log after an erasure: retrying");
                    }
                }
            }
        }
        if !self.needed {
            for (answer, _) in self.waiting.drain(..) {
                let _ = answer.send(Ok(Stored::All));
            }
            return;
        }
        let now = Instant::now();
        for (answer, _) in self.waiting.extract_if(.., |(_, until)| *until <= now) {
            let _ = answer.send(Err(NotStored::Busy));
        }
    }
}

/// Copies the log into the database, which is synced. Returns whether the log is empty now.
pub(super) fn truncate(connection: &Connection, busy: Duration) -> rusqlite::Result<bool> {
    connection.busy_timeout(TRY)?;
    let blocked = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
    connection.busy_timeout(busy)?;
    Ok(blocked? == 0)
}
