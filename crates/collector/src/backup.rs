//! A copy of the database while it is in use, by SQLite's own way of copying: all of it as of the moment at which the copy
//! began. Whoever writes meanwhile is not held up; an erasure waits until the copy is done, like for any reader.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::store::{StoreError, schema};

/// Pages that are copied at a time: 8 MiB.
const STEP: i32 = 2048;
/// How long the copy waits for the database.
const BUSY: Duration = Duration::from_secs(5);
/// How long it waits before it tries again where that was not enough.
const PAUSE: Duration = Duration::from_millis(100);

/// Copies the database into a file, which is one file then, without a write-ahead log, and looks whether the copy holds
/// together. `progress` is told how many pages are copied, and of how many.
///
/// # Errors
/// Where there is no database, it is damaged, or the copy cannot be written.
pub fn copy(from: &Path, to: &Path, mut progress: impl FnMut(i32, i32)) -> Result<(), StoreError> {
    let source = schema::open_to_read(from, BUSY)?;
    // Held for as long as the copy takes: without it, every commit beside it would make it begin anew.
    let moment = source.unchecked_transaction()?;
    let mut copy = Connection::open(to)?;
    // A copy that is not finished is thrown away: it needs neither a journal nor SQLite's syncs.
    copy.pragma_update(None, "journal_mode", "OFF")?;
    copy.pragma_update(None, "synchronous", "OFF")?;
    let backup = Backup::new(&moment, &mut copy)?;
    loop {
        let step = backup.step(STEP)?;
        let state = backup.progress();
        progress(state.pagecount - state.remaining, state.pagecount);
        match step {
            StepResult::Done => break,
            StepResult::More => {}
            _ => std::thread::sleep(PAUSE),
        }
    }
    drop(backup);
    drop((copy, moment));
    let copy = Connection::open(to)?;
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    schema::check_whole(&copy)
}
