//! What the writer is asked to do, and who waits for it.

use std::sync::{Arc, OnceLock};

use jiff::civil::Date;
use tokio::sync::oneshot;

use super::error::Unavailable;
use crate::intake::Intake;
use crate::moment::Moment;
use crate::receipts::Receipt;

/// Where the result of a job goes.
pub(super) type ResultSender = oneshot::Sender<Result<(), Unavailable>>;

/// Work and the sender that waits for its result.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) work: Work,
    pub(super) answer: ResultSender,
}

/// What the writer does.
#[derive(Debug)]
pub(super) enum Work {
    Add(Intake),
    Deny {
        site: String,
        policy: u32,
        time: Moment,
    },
    Grant {
        receipt: Receipt,
        /// Set to the receipt as it is stored.
        kept: Arc<OnceLock<Receipt>>,
    },
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
