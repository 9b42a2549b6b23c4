//! The writer's thread: takes what waits as one group, commits it, answers.

mod group;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use jiff::civil::Date;
use rusqlite::{Connection, TransactionBehavior};
use tokio::runtime::Handle;

use super::damage::Damage;
use super::days::Days;
use super::erase::{self, Truncation};
use super::error::{NotStored, StoreError};
use super::job::{CommittedJob, Job, JobResult, Work};
use super::options::Options;
use super::retention::{self, RetentionPeriods};
use super::seen::Seen;
use super::strict::Open;
use super::sync::Syncer;
use crate::metrics::Metrics;
use crate::moment::Moment;

/// Jobs in one commit, at most.
const GROUP: usize = 2048;
/// How often the writer looks after itself when nothing comes.
const IDLE: Duration = Duration::from_secs(1);
/// How often an erasure that a reader blocks is tried again.
const RETRY: Duration = Duration::from_millis(50);
/// Minutes of a day within which a request may still be written that came on the day before.
const LATE: i64 = 2;

/// The writer's own state.
#[derive(Debug)]
pub(super) struct Writer {
    sync: Syncer,
    connection: Connection,
    busy: Duration,
    seen: Seen,
    truncation: Truncation,
    /// The last row of forgotten batch numbers, until all such rows are deleted.
    sweep: Option<i64>,
    /// Which cells the days have that are written to.
    days: Days,
    /// What of strict sites is not written yet.
    open: Open,
    /// For how long what is kept.
    keep: RetentionPeriods,
    /// The day on which what is too old was last deleted.
    pruned: Option<Date>,
    metrics: Arc<Metrics>,
    damage: Damage,
    /// Whether the last commit was refused.
    failing: bool,
}

impl Writer {
    pub(super) fn new(
        runtime: Handle,
        file: &Path,
        connection: Connection,
        options: &Options,
        metrics: Arc<Metrics>,
        damage: Damage,
    ) -> Result<Self, StoreError> {
        // From here on the log is synced beside the commits (sync.rs), and no answer is given before.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        let sync = Syncer::start(file, runtime, Arc::clone(&metrics))?;
        let busy = options.busy;
        let mut seen = Seen::load(&connection)?;
        let sweep = seen.forget_before(Moment::now());
        // What an earlier process could not finish to erase.
        let mut truncation = Truncation::default();
        truncation.need();
        truncation.run(&connection, busy);
        Ok(Self {
            sync,
            connection,
            busy,
            seen,
            truncation,
            sweep,
            days: Days::new(options.bounds.clone()),
            open: Open::new(options.strict.clone()),
            keep: options.keep,
            pruned: None,
            metrics,
            damage,
            failing: false,
        })
    }

    /// Works until it is told to stop, or nobody can hand it work any more.
    pub(super) fn run(mut self, jobs: &Receiver<Job>) {
        loop {
            let mut group = Vec::new();
            let wait = if self.truncation.is_needed() { RETRY } else { IDLE };
            match jobs.recv_timeout(wait) {
                Ok(job) => group.push(job),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            group.extend(jobs.try_iter().take(GROUP - group.len()));
            self.metrics.queue.dec_by(group.len() as i64);
            self.sweep = self.seen.forget_before(Moment::now()).or(self.sweep);
            let stop = group.iter().any(|job| matches!(job.work, Work::Stop));
            if !group.is_empty() || self.sweep.is_some() {
                self.commit(group);
            }
            self.close(Moment::now());
            self.prune(Moment::now().day());
            self.truncation.run(&self.connection, self.busy);
            if stop {
                break;
            }
        }
        self.sync.stop();
    }

    /// Ends the days of strict sites, once no request can be under way any more that came on them.
    fn close(&mut self, now: Moment) {
        let today = Moment::from_minutes(now.minutes() - LATE).day();
        if !self.open.is_due(today) {
            return;
        }
        let closed = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).and_then(
            |transaction| {
                self.open.close(&transaction, today)?;
                transaction.commit()
            },
        );
        match closed {
            Ok(()) => self.open.closed(today),
            Err(error) => tracing::error!(%error, "cannot finish the day of a strict site: retrying"),
        }
    }

    /// Deletes what is too old, once a day and when the collector starts. A database that refuses is asked again tomorrow: no
    /// request waits for it.
    fn prune(&mut self, today: Date) {
        if self.pruned == Some(today) {
            return;
        }
        self.pruned = Some(today);
        let pruned = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).and_then(
            |transaction| {
                let rows = retention::prune(&transaction, today, self.keep)?;
                transaction.commit().map(|()| rows)
            },
        );
        match pruned {
            Ok(under_ids) => {
                // What is known of days may be of cells that are gone.
                self.days.clear();
                if under_ids {
                    self.truncation.need();
                }
                self.metrics.pruned();
                tracing::info!("expired data was deleted");
            }
            Err(error) => tracing::error!(%error, "cannot delete expired data"),
        }
    }

    fn commit(&mut self, group: Vec<Job>) {
        let began = Instant::now();
        let takes = !self.damage.is_known() && (!self.sync.has_failed() || self.recover());
        let results = if takes { self.try_commit(&group, began) } else { None };
        let Some(results) = results else { return refuse(group) };
        let mut synced = Vec::with_capacity(group.len());
        for (job, result) in group.into_iter().zip(results) {
            // An erasure that deleted nothing, and follows none whose bytes are still in the files, has a withdrawal to sync.
            if matches!(job.work, Work::Forget { .. }) && self.truncation.is_needed() {
                self.truncation.wait(job.answer);
            } else {
                synced.push(CommittedJob { job, result });
            }
        }
        self.sync.answer(synced);
    }

    /// Writes what the log holds to the database, which is synced, and begins the log anew. Whether that could be done.
    fn recover(&self) -> bool {
        let done = erase::truncate(&self.connection, self.busy);
        if matches!(done, Ok(true)) {
            self.sync.recovered();
            tracing::info!("the disk can sync again");
        }
        matches!(done, Ok(true))
    }

    /// The result of each job if the group is committed. What goes wrong is told when it begins and when it is over, and not for
    /// each request.
    fn try_commit(&mut self, group: &[Job], began: Instant) -> Option<Vec<JobResult>> {
        match self.transact(group) {
            Ok(mut done) => {
                let (taken, results) = (std::mem::take(&mut done.taken), std::mem::take(&mut done.results));
                if taken.erasures > 0 {
                    tracing::info!(erasures = taken.erasures, "erased the data of withdrawn ids");
                }
                self.metrics.committed(taken, group.len(), began.elapsed());
                self.remember(done);
                if std::mem::take(&mut self.failing) {
                    tracing::info!("the database accepts commits again");
                }
                Some(results)
            }
            Err(error) => {
                self.open.roll_back();
                self.days.clear();
                self.metrics.failed();
                self.damage.record(&error);
                if !std::mem::replace(&mut self.failing, true) {
                    // SQLite's messages name tables and columns, never values.
                    tracing::error!(%error, "the database refuses commits: answering 503 until it accepts them again");
                }
                None
            }
        }
    }
}

/// Nothing of the group was stored.
fn refuse(group: Vec<Job>) {
    for job in group {
        let _ = job.answer.send(Err(NotStored::Down));
    }
}
