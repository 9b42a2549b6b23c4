//! What the writer is asked to do, and who waits for it.

use jiff::civil::Date;
use tokio::sync::oneshot;

use super::error::NotStored;
use crate::intake::Intake;
use crate::moment::Moment;
use crate::receipts::Receipt;

/// What became of a job. It is told once its group is committed and synced, also if the job itself was refused.
pub(super) type JobResult = Result<Stored, NotStored>;

/// Where the result of a job goes.
pub(super) type ResultSender = oneshot::Sender<JobResult>;

/// What the writer has done.
#[derive(Debug)]
pub(super) enum Stored {
    /// All of it, now or before.
    All,
    /// A grant: its receipt as it is stored.
    Grant(Box<Receipt>),
}

/// Work and the sender that waits for its result.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) work: Work,
    pub(super) answer: ResultSender,
}

/// A job of a committed group, with its result.
#[derive(Debug)]
pub(super) struct CommittedJob {
    pub(super) job: Job,
    pub(super) result: JobResult,
}

/// What the writer does.
#[derive(Debug)]
pub(super) enum Work {
    Add {
        intake: Intake,
        /// The keyed hash of the owner's id, if the batch has an owner.
        id_hash: Option<String>,
    },
    Deny {
        site: String,
        policy: u32,
        number: u64,
        time: Moment,
    },
    Grant(NewGrant),
    Forget {
        site: String,
        id: String,
        id_hash: String,
        code: String,
        time: Moment,
    },
    BeginUniques {
        site: String,
        day: Date,
    },
    AddUniques {
        site: String,
        day: Date,
        estimate: u64,
    },
    Ping,
    /// Commits what came before it, and ends the writer.
    Stop,
}

/// A grant of consent that is to be stored.
#[derive(Clone, Debug)]
pub struct NewGrant {
    /// Its receipt.
    pub receipt: Receipt,
    /// The id that it is for.
    pub id: String,
    /// The template of the page on which the visitor agreed.
    pub page: Option<String>,
    /// When the collector got it.
    pub time: Moment,
}
