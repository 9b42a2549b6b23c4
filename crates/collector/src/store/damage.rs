//! A database that does not hold together any more: once that is seen, nothing more is written to it and nothing is acknowledged,
//! until somebody has looked after it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::{Error, ErrorCode};

/// Whether damage was seen: clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Damage(Arc<AtomicBool>);

impl Damage {
    pub(super) fn is_known(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Takes note where an error is one of a damaged file; says so once.
    pub(super) fn record(&self, error: &Error) {
        let damaged =
            matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase));
        if damaged && !self.0.swap(true, Ordering::Relaxed) {
            tracing::error!(
                %error,
                "the database is damaged: answering 503 until the collector is started with an intact one; \
                 stop it and restore the last backup"
            );
        }
    }
}
