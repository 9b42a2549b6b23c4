//! The load: connections that send, wait for the answer, and send again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::ensure;
use hdrhistogram::Histogram;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::http;
use crate::server::ServerProcess;
use crate::traffic::Traffic;

/// The result of one or more rounds.
#[derive(Debug)]
pub(crate) struct Round {
    pub(crate) accepted: u64,
    seconds: f64,
    cpu_seconds: Option<f64>,
    /// Microseconds.
    latency: Histogram<u64>,
}

impl Round {
    pub(crate) fn new() -> anyhow::Result<Self> {
        Ok(Self { accepted: 0, seconds: 0.0, cpu_seconds: Some(0.0), latency: Histogram::new(3)? })
    }

    pub(crate) fn add(&mut self, other: &Self) -> anyhow::Result<()> {
        self.accepted += other.accepted;
        self.seconds += other.seconds;
        self.cpu_seconds = self.cpu_seconds.zip(other.cpu_seconds).map(|(ours, theirs)| ours + theirs);
        self.latency.add(&other.latency)?;
        Ok(())
    }

    /// Accepted hits per second.
    pub(crate) fn rate(&self) -> f64 {
        self.accepted as f64 / self.seconds
    }

    /// Accepted hits per second of the server's processor time, where the system tells it.
    pub(crate) fn per_cpu(&self) -> Option<f64> {
        let seconds = self.cpu_seconds.filter(|&seconds| seconds > 0.0)?;
        Some(self.accepted as f64 / seconds)
    }

    pub(crate) fn row(&self, connections: usize, server: &str) -> [String; 6] {
        let milliseconds =
            |quantile| format!("{:.2}", self.latency.value_at_quantile(quantile) as f64 / 1000.0);
        [
            connections.to_string(),
            server.to_owned(),
            format!("{:.0}", self.rate()),
            milliseconds(0.5),
            milliseconds(0.99),
            self.per_cpu().map_or_else(|| "unknown".to_owned(), |hits| format!("{hits:.0}")),
        ]
    }
}

/// Drives a server over `connections` for `time`.
pub(crate) async fn round(
    server: &ServerProcess,
    traffic: &Arc<Traffic>,
    connections: usize,
    time: Duration,
) -> anyhow::Result<Round> {
    let mut streams = Vec::new();
    for _ in 0..connections {
        let stream = TcpStream::connect(server.public).await?;
        stream.set_nodelay(true)?;
        streams.push(stream);
    }
    let cpu_before = server.cpu_seconds();
    let start = Instant::now();
    let mut senders = JoinSet::new();
    for stream in streams {
        senders.spawn(send(stream, Arc::clone(traffic), start + time));
    }
    let mut round = Round::new()?;
    while let Some(sent) = senders.join_next().await {
        let latencies = sent??;
        round.accepted += latencies.len() as u64;
        for latency in latencies {
            round.latency.record(u64::try_from(latency.as_micros())?)?;
        }
    }
    round.seconds = start.elapsed().as_secs_f64();
    round.cpu_seconds = cpu_before.zip(server.cpu_seconds()).map(|(before, after)| after - before);
    Ok(round)
}

/// Sends bodies one after the other. Returns how long each answer took.
async fn send(mut stream: TcpStream, traffic: Arc<Traffic>, until: Instant) -> anyhow::Result<Vec<Duration>> {
    let mut latencies = Vec::new();
    let mut request = Vec::new();
    let mut answer = Vec::new();
    while Instant::now() < until {
        let (headers, body) = traffic.next();
        request.clear();
        request.extend_from_slice(
            b"POST /collect HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain;charset=UTF-8\r\n",
        );
        request.extend_from_slice(headers.as_bytes());
        request.extend_from_slice(b"content-length: ");
        request.extend_from_slice(body.len().to_string().as_bytes());
        request.extend_from_slice(b"\r\n\r\n");
        request.extend_from_slice(&body);
        let sent = Instant::now();
        stream.write_all(&request).await?;
        let (status, _) = http::read(&mut stream, &mut answer).await?;
        ensure!(status == 202, "answered {status}");
        latencies.push(sent.elapsed());
    }
    Ok(latencies)
}
