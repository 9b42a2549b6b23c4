//! Reports: counts out of the store, by one dimension, folded. What the API, the command line and the page all show.

mod amount;
mod answer;
#[cfg(test)]
mod attack;
mod bridges;
mod cross;
mod dimension;
mod fold;
mod left;
mod question;
mod read;
mod table;
mod week;

use serde::Serialize;

pub use amount::Amount;
pub use dimension::{Counts, DIMENSIONS, Dimension, counts, dimension, known};
pub use question::{By, Invalid, Question, ReportQuery};
pub use read::{read, read_all};
pub use table::table;
pub(crate) use table::{column_names, grouped, has_amounts};

/// A report: rows by falling views, "(other)" last; the rows' sums.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// One row for each value.
    pub rows: Vec<ReportRow>,
    /// Their sums.
    pub total: Total,
}

/// One value with its counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportRow {
    /// The dimension's value.
    pub value: String,
    /// Page views, or events where the dimension is one of events; of a day's visitors, the estimate.
    pub views: u64,
    /// Visits; of events, none.
    pub visits: u64,
    /// What they brought; where the report is by revenue, and of no folded row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// How often a restart cut the day; of a day's visitors, whose estimate is then too large.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restarts: Option<u64>,
}

/// Sums over all rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Total {
    /// Of views.
    pub views: u64,
    /// Of visits.
    pub visits: u64,
}

impl Report {
    fn new(rows: Vec<ReportRow>) -> Self {
        let total = rows.iter().fold(Total::default(), |sum, row| Total {
            views: sum.views + row.views,
            visits: sum.visits + row.visits,
        });
        Self { rows, total }
    }
}
