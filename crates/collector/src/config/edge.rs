//! What the edge bears.

use std::time::Duration;

use anyhow::ensure;
use serde::Deserialize;

/// Bounds that keep one client from taking what belongs to all.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Edge {
    /// Open connections on the public listener; more wait to be accepted.
    pub connections: usize,
    /// Of them, those that one network may hold; more are closed at once. 0: as many as there are.
    pub connections_per_network: usize,
    /// Messages that one network may send in a minute; more are answered 429. 0: as many as it likes.
    pub requests_per_minute: u32,
    /// Of them, those that may come at once.
    pub requests_at_once: u32,
    /// Seconds within which a request's head must have arrived, and for which a connection may idle.
    pub header_seconds: u64,
    /// Seconds within which a request's body must have arrived.
    pub body_seconds: u64,
    /// Seconds for which an answer may wait to be taken.
    pub write_seconds: u64,
    /// Seconds that running requests are given when the collector stops.
    pub stop_seconds: u64,
    /// Requests that may wait for the store; more are answered 503.
    pub queue: usize,
    /// Milliseconds that the store waits for another process that holds the database.
    pub busy_milliseconds: u64,
}

impl Default for Edge {
    fn default() -> Self {
        Self {
            connections: 4096,
            connections_per_network: 512,
            requests_per_minute: 600,
            requests_at_once: 300,
            header_seconds: 30,
            body_seconds: 10,
            write_seconds: 30,
            stop_seconds: 10,
            queue: 8192,
            busy_milliseconds: 2000,
        }
    }
}

impl Edge {
    /// What no type can say.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        ensure!(self.connections > 0 && self.queue > 0, "edge: connections and queue must be at least 1");
        Ok(())
    }

    /// [`Edge::header_seconds`] as a duration.
    #[must_use]
    pub const fn header(&self) -> Duration {
        Duration::from_secs(self.header_seconds)
    }

    /// [`Edge::body_seconds`] as a duration.
    #[must_use]
    pub const fn body(&self) -> Duration {
        Duration::from_secs(self.body_seconds)
    }

    /// [`Edge::write_seconds`] as a duration.
    #[must_use]
    pub const fn write(&self) -> Duration {
        Duration::from_secs(self.write_seconds)
    }

    /// [`Edge::stop_seconds`] as a duration.
    #[must_use]
    pub const fn stop(&self) -> Duration {
        Duration::from_secs(self.stop_seconds)
    }

    /// [`Edge::busy_milliseconds`] as a duration.
    #[must_use]
    pub const fn busy(&self) -> Duration {
        Duration::from_millis(self.busy_milliseconds)
    }
}
