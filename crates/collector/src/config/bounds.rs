//! Limits on what one day of one site may add to the counters.

use anyhow::ensure;
use serde::Deserialize;

/// Cells per day. Everything above is counted as "(other)".
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Bounds {
    /// Pages.
    pub pages: usize,
    /// Values of one dimension, for the whole site.
    pub values: usize,
    /// Values of one dimension, on one page.
    pub page_values: usize,
    /// All cells.
    pub cells: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { pages: 10_000, values: 1_000, page_values: 100, cells: 50_000 }
    }
}

impl Bounds {
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let Self { pages, values, page_values, cells } = *self;
        ensure!(
            [pages, values, page_values, cells].iter().all(|&bound| bound > 0),
            "bounds: pages, values, page_values and cells must be at least 1"
        );
        Ok(())
    }
}
