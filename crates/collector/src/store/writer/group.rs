//! One group in one transaction.

use foldhash::{HashSet, HashSetExt as _};
use rusqlite::{Connection, TransactionBehavior};

use super::super::counts::Counts;
use super::super::erase::{self, Erased};
use super::super::{receipts, rows, schema, seen, uniques};
use super::Writer;
use crate::intake::Intake;
use crate::metrics::CommitStats;
use crate::moment::Moment;
use crate::store::job::{Job, Work};

/// Rows of old batch numbers that one commit deletes, so that none of them takes long.
const SWEEP: i64 = 10_000;

/// What a transaction did, to be remembered once it is committed.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// Batch numbers by the minute in which they came, with their row.
    numbers: Vec<(Moment, Vec<u64>, i64)>,
    erased: Vec<(String, String, Moment)>,
    deleted: bool,
    swept: bool,
    pub(super) taken: CommitStats,
}

impl Writer {
    /// Writes what a group says in one transaction.
    pub(super) fn transact(&mut self, group: &[Job]) -> rusqlite::Result<Done> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut done = Done::default();
        let mut counts = Counts::default();
        let mut fresh = HashSet::new();
        for job in group {
            match &job.work {
                Work::Add(intake) => {
                    if self.seen.contains(intake.number) || !fresh.insert(intake.number) {
                        done.taken.duplicates += 1;
                        continue;
                    }
                    add(&transaction, intake, &self.erased, &done.erased, &mut counts)?;
                    done.taken.batch(&intake.site, intake.hits.len());
                    match done.numbers.last_mut() {
                        Some((time, numbers, _)) if time.minutes() == intake.time.minutes() => {
                            numbers.push(intake.number);
                        }
                        _ => done.numbers.push((intake.time, vec![intake.number], 0)),
                    }
                    if counts.is_full() {
                        counts.write(&transaction, &mut self.days, &mut self.open)?;
                        counts = Counts::default();
                    }
                }
                Work::Deny { site, policy, time } => counts.deny(site, *time, *policy),
                Work::Grant { receipt, kept } => {
                    // An error says that it is told already, which it is not.
                    let _ = kept.set(receipts::grant(&transaction, receipt)?);
                }
                Work::Forget { site, id, id_hash, code, time } => {
                    done.deleted |= erase::delete(&transaction, site, id, id_hash, code)?;
                    done.taken.erasures += 1;
                    done.erased.push((site.clone(), id.clone(), *time));
                }
                Work::BeginUniques { site, day } => uniques::begin(&transaction, site, *day)?,
                Work::AddUniques { site, day, estimate } => {
                    uniques::add(&transaction, site, *day, *estimate)?;
                }
                Work::Ping | Work::Stop => {}
            }
        }
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
        for (site, id, time) in done.erased {
            self.erased.insert(site, id, time);
        }
        if done.deleted {
            self.truncation.need();
        }
        if done.swept {
            self.sweep = None;
        }
    }
}

/// Rows first: a hit whose UUID is there already is not counted again.
fn add<'g>(
    connection: &Connection,
    intake: &'g Intake,
    erased: &Erased,
    erased_now: &[(String, String, Moment)],
    counts: &mut Counts<'g>,
) -> rusqlite::Result<()> {
    let owner = intake.owner.as_ref().filter(|owner| {
        !erased.contains(&intake.site, &owner.id)
            && !erased_now.iter().any(|(site, id, _)| *id == owner.id && **site == *intake.site)
    });
    counts.drop_hits(&intake.site, intake.time, intake.dropped);
    if let Some(bots) = intake.bots {
        counts.add_bots(&intake.site, intake.time, bots);
    }
    for hit in &intake.hits {
        let new = match (owner, &hit.row) {
            (Some(owner), Some(row)) => rows::insert(connection, intake, owner, &hit.count, row)?,
            _ => true,
        };
        if new {
            counts.add(&intake.site, intake.time, &hit.count);
        }
    }
    Ok(())
}
