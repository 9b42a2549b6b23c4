//! Numbers about the collector's own work, for Prometheus. No label holds anything of a visitor, and each has few values: the
//! configured sites, the reasons for refusals, the two listeners.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Response;
use jiff::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

/// Names the reason for a refusal in an answer.
pub(crate) const REASON: &str = "x-askfirst-reason";

/// Seconds that a commit takes, or its sync.
const SECONDS: [f64; 11] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];
/// Requests that share a commit.
const REQUESTS: [f64; 8] = [1.0, 2.0, 5.0, 10.0, 50.0, 100.0, 500.0, 2000.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfSite {
    site: Arc<str>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfReason {
    listener: &'static str,
    reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfListener {
    listener: &'static str,
}

/// All of them.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    batches: Family<OfSite, Counter>,
    hits: Family<OfSite, Counter>,
    duplicates: Counter,
    refused: Family<OfReason, Counter>,
    erasures: Counter,
    connections: Family<OfListener, Gauge>,
    /// Requests that wait for the writer.
    pub queue: Gauge,
    commit_seconds: Histogram,
    commit_requests: Histogram,
    sync_seconds: Histogram,
    failed: Counter,
    retention: Gauge,
    database: Gauge,
    log: Gauge,
}

/// What a commit took in.
#[derive(Debug, Default)]
pub struct CommitStats {
    /// Sites with their batches and hits.
    sites: Vec<(Arc<str>, u64, u64)>,
    /// Batches that were there already.
    pub duplicates: u64,
    /// Erasures.
    pub erasures: u64,
}

impl CommitStats {
    /// Adds a batch of so many hits.
    pub fn batch(&mut self, site: &Arc<str>, hits: usize) {
        match self.sites.iter_mut().find(|(known, ..)| known == site) {
            Some((_, batches, all)) => {
                *batches += 1;
                *all += hits as u64;
            }
            None => self.sites.push((Arc::clone(site), 1, hits as u64)),
        }
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let registry = Registry::with_prefix("askfirst");
        let mut metrics = Self {
            registry,
            batches: Family::default(),
            hits: Family::default(),
            duplicates: Counter::default(),
            refused: Family::default(),
            erasures: Counter::default(),
            connections: Family::default(),
            queue: Gauge::default(),
            commit_seconds: Histogram::new(SECONDS),
            commit_requests: Histogram::new(REQUESTS),
            sync_seconds: Histogram::new(SECONDS),
            failed: Counter::default(),
            retention: Gauge::default(),
            database: Gauge::default(),
            log: Gauge::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let all = &mut self.registry;
        let version = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        all.register("build", "This program", version);
        all.register("batches", "Batches acknowledged, each once", self.batches.clone());
        all.register("hits", "Hits in acknowledged batches", self.hits.clone());
        all.register("duplicates", "Batches that came again", self.duplicates.clone());
        all.register("refused", "Answers of 400 and above, by reason or status", self.refused.clone());
        all.register("erasures", "Erasures", self.erasures.clone());
        all.register("connections", "Open connections", self.connections.clone());
        all.register("queue", "Requests that wait for the writer", self.queue.clone());
        all.register_with_unit(
            "commit",
            "Time of a commit, before its sync",
            Unit::Seconds,
            self.commit_seconds.clone(),
        );
        all.register("commit_requests", "Requests that share a commit", self.commit_requests.clone());
        all.register_with_unit(
            "sync",
            "Time of a sync, after which those who wait are answered",
            Unit::Seconds,
            self.sync_seconds.clone(),
        );
        all.register("commits_failed", "Commits that the database refused", self.failed.clone());
        let since = "When what is too old was last deleted, in seconds since 1970";
        all.register_with_unit("retention_timestamp", since, Unit::Seconds, self.retention.clone());
        all.register_with_unit("database", "Size of the database", Unit::Bytes, self.database.clone());
        all.register_with_unit("log", "Size of its write-ahead log", Unit::Bytes, self.log.clone());
    }

    /// A commit has taken so long, for so many requests.
    pub fn committed(&self, taken: CommitStats, requests: usize, took: Duration) {
        for (site, batches, hits) in taken.sites {
            self.hits.get_or_create(&OfSite { site: Arc::clone(&site) }).inc_by(hits);
            self.batches.get_or_create(&OfSite { site }).inc_by(batches);
        }
        self.duplicates.inc_by(taken.duplicates);
        self.erasures.inc_by(taken.erasures);
        self.commit_seconds.observe(took.as_secs_f64());
        self.commit_requests.observe(requests as f64);
    }

    /// The disk has taken what was committed.
    pub fn synced(&self, took: Duration) {
        self.sync_seconds.observe(took.as_secs_f64());
    }

    /// The database has refused a commit.
    pub fn failed(&self) {
        self.failed.inc();
    }

    /// What is too old is deleted.
    pub fn pruned(&self) {
        self.retention.set(Timestamp::now().as_second());
    }

    /// The gauge of a listener's open connections.
    #[must_use]
    pub fn connections(&self, listener: &'static str) -> Gauge {
        self.connections.get_or_create_owned(&OfListener { listener })
    }

    /// Counts an answer that refuses. Its reason is one of ours; where it names none, there is the status.
    pub fn answered<B>(&self, listener: &'static str, answer: &Response<B>) {
        let status = answer.status();
        if status.as_u16() < 400 {
            return;
        }
        let reason = answer.headers().get(REASON).and_then(|reason| reason.to_str().ok());
        let reason = reason.map_or_else(|| status.as_str().to_owned(), str::to_owned);
        self.refused.get_or_create(&OfReason { listener, reason }).inc();
    }

    /// All of them as `OpenMetrics` text, with the sizes of the files at this moment.
    #[must_use]
    pub fn text(&self, database: u64, log: u64) -> String {
        self.database.set(database.cast_signed());
        self.log.set(log.cast_signed());
        let mut text = String::new();
        // Writing to memory does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_is_told_by_site() {
        let metrics = Metrics::default();
        let (shop, demo): (Arc<str>, Arc<str>) = ("shop".into(), "demo".into());
        let mut taken = CommitStats { duplicates: 1, ..CommitStats::default() };
        for (site, hits) in [(&shop, 3), (&demo, 1), (&shop, 2)] {
            taken.batch(site, hits);
        }
        metrics.committed(taken, 4, Duration::from_millis(2));
        let text = metrics.text(4096, 0);
        for line in [
            "askfirst_hits_total{site=\"shop\"} 5",
            "askfirst_batches_total{site=\"shop\"} 2",
            "askfirst_hits_total{site=\"demo\"} 1",
            "askfirst_duplicates_total 1",
            "askfirst_commit_requests_sum 4.0",
            "askfirst_commit_seconds_bucket{le=\"0.0025\"} 1",
            "askfirst_database_bytes 4096",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in:\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }
}
