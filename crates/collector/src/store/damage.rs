//! A damaged database. Once damage is seen, nothing more is written and nothing is acknowledged until the collector is started on
//! an intact database.

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

    /// Remembers whether an error means damage, and logs the first one.
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
