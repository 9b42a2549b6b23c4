//! Ends the visitors' days, and writes their estimates.

use std::sync::Arc;
use std::time::Duration;

use super::{DayEstimate, Uniques};
use crate::moment::today;
use crate::store::{NotStored, Store};

/// How often the clock is read.
const TICK: Duration = Duration::from_secs(1);

/// Marks today as a day that this process counts.
///
/// # Errors
/// The store does not write.
pub async fn begin(uniques: &Uniques, store: &Store) -> Result<(), NotStored> {
    let day = today();
    for site in uniques.sites() {
        store.begin_uniques(site, day).await?;
    }
    Ok(())
}

/// Ends each day when it is over, and begins the next. Estimates that the store does not accept are tried again.
pub async fn run(uniques: Arc<Uniques>, store: Store, mut begun: bool) {
    let mut waiting: Vec<DayEstimate> = Vec::new();
    loop {
        tokio::time::sleep(TICK).await;
        match uniques.end_day(today()) {
            Ok(Some(ended)) => {
                waiting.extend(ended);
                begun = false;
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "cannot finish the day of the visitor estimate: retrying"),
        }
        while let Some(next) = waiting.last() {
            if store.add_uniques(&next.site, next.day, next.estimate).await.is_err() {
                break;
            }
            waiting.pop();
        }
        begun = begun || begin(&uniques, &store).await.is_ok();
    }
}

/// Writes the estimates of the day in which the process ends.
pub async fn finish(uniques: &Uniques, store: &Store) {
    for ended in uniques.finish() {
        if store.add_uniques(&ended.site, ended.day, ended.estimate).await.is_err() {
            tracing::error!("cannot write today's visitor estimate");
        }
    }
}
