//! Erasure to the last byte: out of the tables, out of the free pages (`secure_delete`), and out of the write-ahead log,
//! which a truncating checkpoint empties as soon as no reader needs it.

use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

use super::error::Unavailable;
use super::job::ResultSender;
use super::receipts;
use crate::moment::Moment;

/// How long an erased id is remembered, in memory only. A hit that arrives within that time is counted, but its row is not
/// written.
const LATE_MINUTES: i64 = askfirst_wire::limits::RETRY_MINUTES as i64;
/// How long an erasure waits for the readers that were there before it.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long one try waits inside SQLite: hits wait with it.
const TRY: Duration = Duration::from_millis(20);

/// Deletes everything stored under an id. Returns whether there was anything.
pub(super) fn delete(
    connection: &Connection,
    site: &str,
    id: &str,
    id_hash: &str,
    code: &str,
) -> rusqlite::Result<bool> {
    let rows = connection
        .prepare_cached("DELETE FROM events WHERE id = ?1 AND site = ?2")?
        .execute(params![id, site])?;
    Ok(receipts::withdraw(connection, id_hash, code)? || rows > 0)
}

/// The ids erased in the last minutes.
#[derive(Debug, Default)]
pub(super) struct Erased(Vec<(String, String, Moment)>);

impl Erased {
    pub(super) fn insert(&mut self, site: String, id: String, time: Moment) {
        self.0.retain(|(_, _, then)| then.minutes() + LATE_MINUTES >= time.minutes());
        self.0.push((site, id, time));
    }

    pub(super) fn contains(&self, site: &str, id: &str) -> bool {
        self.0.iter().any(|(erased_site, erased, _)| erased == id && erased_site == site)
    }
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

    /// Answers once the log is empty, at once if nothing was deleted.
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
                let _ = answer.send(Ok(()));
            }
            return;
        }
        let now = Instant::now();
        for (answer, _) in self.waiting.extract_if(.., |(_, until)| *until <= now) {
            let _ = answer.send(Err(Unavailable::Busy));
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
