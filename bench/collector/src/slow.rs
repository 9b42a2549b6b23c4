//! Connections that stall, and what they cost those that do not.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use comfy_table::Table;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::drive::{self, Round};
use crate::server::ServerProcess;
use crate::traffic::Traffic;

/// The argument before their number.
pub(crate) const ARGUMENT: &str = "--slow";

/// Connections that behave.
const CONNECTIONS: usize = 64;
/// Rounds of each kind, in turn.
const ROUNDS: usize = 6;
/// Of a round: shorter than any deadline of the collector's, so that those that stall are there to its end.
const TIME: Duration = Duration::from_secs(2);

/// How each of them stalls: nothing at all, half a head, half a body.
const STARTS: [&str; 3] = [
    "",
    "POST /collect HTTP/1.1\r\nhost: localhost\r\ncont",
    "POST /collect HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{\"v\":2,",
];

/// Rounds without them and rounds with them, in turn; how many hits were acknowledged.
pub(crate) async fn compare(
    server: &ServerProcess,
    traffic: &Arc<Traffic>,
    slow: usize,
    table: &mut Table,
) -> anyhow::Result<u64> {
    let (mut without, mut with) = (Round::new()?, Round::new()?);
    for _ in 0..ROUNDS {
        without.add(&drive::round(server, traffic, CONNECTIONS, TIME).await?)?;
        let mut held = hold(server.public, slow).await?;
        with.add(&drive::round(server, traffic, CONNECTIONS, TIME).await?)?;
        ensure!(held.try_join_next().is_none(), "a stalled connection ended before its round did");
    }
    table.add_row(without.row(CONNECTIONS, "askfirst-collector"));
    table.add_row(with.row(CONNECTIONS, &format!("the same, beside {slow} that stall")));
    Ok(without.accepted + with.accepted)
}

/// Connections that stall until they are dropped.
async fn hold(address: SocketAddr, slow: usize) -> anyhow::Result<JoinSet<()>> {
    let mut held = JoinSet::new();
    for start in STARTS.into_iter().cycle().take(slow) {
        let mut stream = TcpStream::connect(address)
            .await
            .context("a connection that stalls: `ulimit -n` may be too low")?;
        stream.write_all(start.as_bytes()).await?;
        held.spawn(async move {
            let _ = stream.read_u8().await;
        });
    }
    Ok(held)
}
