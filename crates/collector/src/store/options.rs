//! Options of the store.

use std::collections::HashMap;
use std::time::Duration;

use super::retention::RetentionPeriods;
use crate::config::{Bounds, Config};

/// Options of the store.
#[derive(Clone, Debug)]
pub struct Options {
    /// Requests that may wait.
    pub queue: usize,
    /// How long another process that holds the database is waited for.
    pub busy: Duration,
    /// How long each kind of data is kept.
    pub keep: RetentionPeriods,
    /// The most that one day of a site may add.
    pub bounds: Bounds,
    /// The sites that are strict, each with its k.
    pub strict: HashMap<String, u32>,
}

impl From<&Config> for Options {
    fn from(config: &Config) -> Self {
        let strict = config.sites.iter().filter(|site| site.strict);
        Self {
            queue: config.edge.queue,
            busy: config.edge.busy(),
            keep: RetentionPeriods {
                receipts_days: config.receipts_keep_days,
                rows_months: config.rows_keep_months,
                counts_months: config.counts_keep_months,
            },
            bounds: config.bounds.clone(),
            strict: strict.map(|site| (site.name.clone(), site.k)).collect(),
        }
    }
}
