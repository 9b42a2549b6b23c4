//! Limits and deadlines of the edge.

use std::time::Duration;

use anyhow::ensure;
use serde::Deserialize;

/// Limits that keep one client from using up the resources of all.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Edge {
    /// Open connections on the public listener. More wait to be accepted.
    pub connections: usize,
    /// Connections of one network. More are closed at once. 0: no limit.
    pub connections_per_network: usize,
    /// Messages of one network in a minute. More are answered 429. 0: no limit.
    pub requests_per_minute: u32,
    /// Messages of one network at once.
    pub requests_at_once: u32,
    /// Seconds within which a request's head must arrive, and for which a connection may be idle.
    pub header_seconds: u64,
    /// Seconds within which a request's body must arrive.
    pub body_seconds: u64,
    /// Seconds within which the client must take an answer.
    pub write_seconds: u64,
    /// Seconds for which running requests may continue when the collector stops.
    pub stop_seconds: u64,
    /// Requests that may wait for the store. More are answered 503.
    pub queue: usize,
    /// Milliseconds for which the store waits for another process that has locked the database.
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
    /// Checks what the types cannot express.
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
