//! Syncs what the writer committed, on a thread of its own, and answers those who wait for it: while the disk works, the
//! writer commits the next group. An answer still means: committed and synced.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Instant;

use tokio::runtime::Handle;

use super::error::{NotStored, StoreError};
use super::job::{CommittedJob, Job};
use super::schema;
use crate::metrics::Metrics;

/// Groups that may wait for the disk beside the one that it works on: none. So the writer is one commit ahead at most, and while
/// it waits, its next group grows, which costs less for each hit.
const AHEAD: usize = 0;

/// The thread, and what it is handed.
#[derive(Debug)]
pub(super) struct Syncer {
    groups: SyncSender<Vec<CommittedJob>>,
    thread: JoinHandle<()>,
    failed: Arc<AtomicBool>,
}

impl Syncer {
    /// Starts it for the write-ahead log of a database that is open.
    ///
    /// # Errors
    /// Where the log cannot be opened.
    pub(super) fn start(database: &Path, runtime: Handle, metrics: Arc<Metrics>) -> Result<Self, StoreError> {
        let path = schema::log_of(database);
        let failure = |source| StoreError::File { path: path.clone(), source };
        // SQLite locks the database and the log's index, never the log: an own handle on it drops no lock (fcntl(2)).
        let log = File::options().write(true).open(&path).map_err(failure)?;
        let (groups, given) = sync_channel(AHEAD);
        let failed = Arc::new(AtomicBool::new(false));
        let has_failed = Arc::clone(&failed);
        let thread = std::thread::Builder::new()
            .name("sync".into())
            .spawn(move || run(&log, &given, &has_failed, &runtime, &metrics))
            .map_err(failure)?;
        Ok(Self { groups, thread, failed })
    }

    /// Takes those who wait for what has been committed until now.
    pub(super) fn answer(&self, group: Vec<CommittedJob>) {
        // An error says that the thread ended in a panic: whoever waits hears of it when the answers are dropped.
        let _ = self.groups.send(group);
    }

    /// Whether a sync failed. What a disk lost then, a later sync does not bring back: all that is in the log has to be
    /// written anew before anybody is answered.
    pub(super) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }

    /// The log has been written anew, and synced.
    pub(super) fn recovered(&self) {
        self.failed.store(false, Ordering::Release);
    }

    /// Ends it, once all are answered.
    pub(super) fn stop(self) {
        drop(self.groups);
        if self.thread.join().is_err() {
            tracing::error!("the sync of the write-ahead log panicked");
        }
    }
}

fn run(
    log: &File,
    groups: &Receiver<Vec<CommittedJob>>,
    failed: &AtomicBool,
    runtime: &Handle,
    metrics: &Metrics,
) {
    while let Ok(mut group) = groups.recv() {
        for more in groups.try_iter() {
            group.extend(more);
        }
        let began = Instant::now();
        let outcome = log.sync_data().inspect(|()| metrics.synced(began.elapsed())).map_err(|error| {
            failed.store(true, Ordering::Release);
            tracing::error!(%error, requests = group.len(), "the disk failed to sync: answering 503");
            NotStored::Down
        });
        // Whoever waits is woken from within the runtime, which costs it one wake-up from outside instead of one for each;
        // and the next group need not wait for it. What was written is dropped there too: that memory is of the threads that
        // answer.
        runtime.spawn(async move {
            for CommittedJob { job: Job { work, answer }, result } in group {
                let _ = answer.send(outcome.and(result));
                drop(work);
            }
        });
    }
}
