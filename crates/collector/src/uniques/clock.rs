//! What happens to the visitors of a day at its end.

use std::sync::Arc;
use std::time::Duration;

use super::{DayEstimate, Uniques};
use crate::moment::today;
use crate::store::{Store, Unavailable};

/// How often the clock is looked at.
const TICK: Duration = Duration::from_secs(1);

/// Marks the days as begun, in which this process counts.
///
/// # Errors
/// [`Unavailable`]: the store does not write.
pub async fn begin(uniques: &Uniques, store: &Store) -> Result<(), Unavailable> {
    let day = today();
    for site in uniques.sites() {
        store.begin_uniques(site, day).await?;
    }
    Ok(())
}

/// Ends days when they are over, for as long as it is polled, and begins the next. What the store does not take is offered
/// again.
pub async fn run(uniques: Arc<Uniques>, store: Store, mut begun: bool) {
    let mut ended: Vec<DayEstimate> = Vec::new();
    loop {
        tokio::time::sleep(TICK).await;
        match uniques.turn(today()) {
            Ok(Some(turned)) => {
                ended.extend(turned);
                begun = false;
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "cannot finish the day of the visitor estimate: retrying"),
        }
        while let Some(next) = ended.last() {
            if store.add_uniques(&next.site, next.day, next.estimate).await.is_err() {
                break;
            }
            ended.pop();
        }
        begun = begun || begin(&uniques, &store).await.is_ok();
    }
}

/// Writes what was seen of the day that the process ends in.
pub async fn finish(uniques: &Uniques, store: &Store) {
    for ended in uniques.finish() {
        if store.add_uniques(&ended.site, ended.day, ended.estimate).await.is_err() {
            tracing::error!("cannot write today's visitor estimate");
        }
    }
}
