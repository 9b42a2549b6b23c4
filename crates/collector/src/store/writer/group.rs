//! One group in one transaction.

use foldhash::HashSet;
use rusqlite::{Connection, TransactionBehavior};

use super::super::answers::Answer;
use super::super::counts::Counts;
use super::super::erase::{self, Erasure};
use super::super::error::NotStored;
use super::super::grants::{Consent, GrantState};
use super::super::job::{Job, JobResult, NewGrant, Stored, Work};
use super::super::receipts::{self, StoredGrant};
use super::super::seen::Seen;
use super::super::{rows, schema, seen, uniques};
use super::Writer;
use crate::intake::{BatchKey, Intake, RowOwner};
use crate::metrics::CommitStats;
use crate::moment::Moment;

/// Rows of old batch numbers that one commit deletes, so that none of them takes long.
const SWEEP: i64 = 10_000;

/// What a transaction did, to be remembered once it is committed.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// One for each job.
    pub(super) results: Vec<JobResult>,
    /// Batch numbers by the minute in which they came, with their row.
    numbers: Vec<(Moment, Vec<u64>, i64)>,
    deleted: bool,
    swept: bool,
    pub(super) taken: CommitStats,
}

impl Writer {
    /// Writes what a group says in one transaction.
    pub(super) fn transact(&mut self, group: &[Job]) -> rusqlite::Result<Done> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut open = OpenGroup {
            connection: &transaction,
            seen: &self.seen,
            fresh: HashSet::default(),
            counts: Counts::default(),
            done: Done::default(),
        };
        for job in group {
            let result = open.take(&job.work)?;
            open.done.results.push(result);
            if open.counts.is_full() {
                std::mem::take(&mut open.counts).write(&transaction, &mut self.days, &mut self.open)?;
            }
        }
        let OpenGroup { counts, mut done, .. } = open;
        if group.iter().all(|job| matches!(job.work, Work::Ping)) {
            // Whether the disk takes anything is known once it has.
            schema::put(&transaction, "asked", "1")?;
        }
        counts.write(&transaction, &mut self.days, &mut self.open)?;
        for (time, numbers, row) in &mut done.numbers {
            *row = seen::keep(&transaction, time.minutes(), numbers)?;
        }
        if let Some(last) = self.sweep {
            let swept = transaction
                .prepare_cached(
                    "DELETE FROM batches WHERE rowid IN (SELECT rowid FROM batches WHERE rowid <= ?1 LIMIT ?2)",
                )?
                .execute([last, SWEEP])?;
            done.swept = (swept as i64) < SWEEP;
        }
        transaction.commit()?;
        self.open.commit();
        Ok(done)
    }

    /// What was committed is so for the next group.
    pub(super) fn remember(&mut self, done: Done) {
        for (time, numbers, row) in done.numbers {
            for number in numbers {
                self.seen.insert(number, time, row);
            }
        }
        if done.deleted {
            self.truncation.need();
        }
        if done.swept {
            self.sweep = None;
        }
    }
}

/// A group whose jobs are written one after the other: each sees what those before it wrote.
struct OpenGroup<'w, 'g> {
    connection: &'w Connection,
    seen: &'w Seen,
    /// Batch numbers of this group.
    fresh: HashSet<u64>,
    counts: Counts<'g>,
    done: Done,
}

impl<'g> OpenGroup<'_, 'g> {
    fn take(&mut self, work: &'g Work) -> rusqlite::Result<JobResult> {
        match work {
            Work::Add { intake, id_hash } => match &intake.key {
                BatchKey::Number(number) => self.add_counts(intake, *number),
                BatchKey::Rows(owner) => return self.add_rows(intake, owner, id_hash.as_deref()),
            },
            Work::Deny { site, policy, number, time } => {
                if self.is_new(*number, *time) {
                    self.counts.answer(site, *time, *policy, Answer::Refused);
                }
            }
            Work::Grant(grant) => return self.grant(grant),
            Work::Forget { site, id, id_hash, code, time } => {
                let erasure = Erasure { site, id, id_hash, code, time: *time };
                self.done.deleted |= erase::delete(self.connection, erasure)?;
                self.done.taken.erasures += 1;
            }
            Work::BeginUniques { site, day } => uniques::begin(self.connection, site, *day)?,
            Work::AddUniques { site, day, estimate } => {
                uniques::add(self.connection, site, *day, *estimate)?;
            }
            Work::Ping | Work::Stop => {}
        }
        Ok(Ok(Stored::All))
    }

    /// Counts a batch without an owner, once for its number.
    fn add_counts(&mut self, intake: &'g Intake, number: u64) {
        let Intake { site, time, .. } = intake;
        if !self.is_new(number, *time) {
            return;
        }
        self.counts.drop_hits(site, *time, intake.dropped);
        if let Some(bots) = intake.bots {
            self.counts.add_bots(site, *time, bots);
        }
        for hit in &intake.hits {
            self.counts.add(site, *time, &hit.count);
        }
        self.done.taken.batch(site, intake.hits.len());
    }

    /// Whether a number comes for the first time. It is remembered.
    fn is_new(&mut self, number: u64, time: Moment) -> bool {
        if self.seen.contains(number) || !self.fresh.insert(number) {
            self.done.taken.duplicates += 1;
            return false;
        }
        match self.done.numbers.last_mut() {
            Some((last, numbers, _)) if last.minutes() == time.minutes() => numbers.push(number),
            _ => self.done.numbers.push((time, vec![number], 0)),
        }
        true
    }

    /// Stores the rows of a batch if the id has a live grant, and counts those that are new.
    fn add_rows(
        &mut self,
        intake: &'g Intake,
        owner: &RowOwner,
        id_hash: Option<&str>,
    ) -> rusqlite::Result<JobResult> {
        let consent = id_hash.map(|id_hash| Consent::of_id(self.connection, id_hash)).transpose()?;
        match consent.unwrap_or_default().state(owner.level, intake.time.day()) {
            GrantState::Live => {}
            GrantState::Missing => return Ok(Err(NotStored::NoGrant)),
            GrantState::Over => return Ok(Err(NotStored::Withdrawn)),
        }
        let mut new = 0;
        for (place, hit) in (0..).zip(&intake.hits) {
            if let Some(row) = &hit.row
                && rows::insert(self.connection, intake, (owner, place), &hit.count, row)?
            {
                self.counts.add(&intake.site, intake.time, &hit.count);
                new += 1;
            }
        }
        if new > 0 {
            self.counts.drop_hits(&intake.site, intake.time, intake.dropped);
            self.done.taken.batch(&intake.site, new);
        } else {
            self.done.taken.duplicates += 1;
        }
        Ok(Ok(Stored::All))
    }

    /// Stores a grant, and the page on which the visitor agreed as a row. The view of that page was counted before.
    fn grant(&mut self, grant: &'g NewGrant) -> rusqlite::Result<JobResult> {
        let NewGrant { receipt, page, time, .. } = grant;
        let consent = receipt.id_hash.as_deref().map(|id_hash| Consent::of_id(self.connection, id_hash));
        if consent.transpose()?.unwrap_or_default().is_over(time.day()) {
            return Ok(Err(NotStored::Withdrawn));
        }
        let stored = match receipts::grant(self.connection, receipt)? {
            StoredGrant::Before(stored) => stored,
            StoredGrant::New(stored) => {
                if let Some(page) = page {
                    rows::insert_grant(self.connection, grant, page)?;
                }
                if stored.previous.is_none() {
                    self.counts.answer(&receipt.site, *time, receipt.policy, Answer::Granted);
                }
                stored
            }
        };
        Ok(Ok(Stored::Grant(Box::new(stored))))
    }
}
