//! A listener with deadlines: for the head of a request (and an idle connection), for an answer that is not taken, for the
//! end. `axum::serve` has none of them. The body's deadline stands where bodies are read.

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use prometheus_client::metrics::gauge::Gauge;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_io_timeout::TimeoutStream;

use crate::config::Edge;
use crate::metrics::Metrics;

/// Bytes of a request's head; more are answered 431.
const HEAD: usize = 64 * 1024;
/// How long to wait where the system has no more sockets to give.
const NO_SOCKETS: Duration = Duration::from_millis(50);

/// Who connected, beside a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) IpAddr);

/// What is counted of a listener's work.
#[derive(Clone, Debug)]
pub(super) struct Numbers {
    listener: &'static str,
    metrics: Arc<Metrics>,
    connections: Gauge,
}

impl Numbers {
    pub(super) fn new(listener: &'static str, metrics: &Arc<Metrics>) -> Self {
        Self { listener, connections: metrics.connections(listener), metrics: Arc::clone(metrics) }
    }
}

/// Serves until told to stop, then lets running requests finish within their deadline. The address of whoever connected
/// stands beside each request only where it is asked for.
pub(super) async fn serve(
    listener: TcpListener,
    routes: Router,
    address: bool,
    edge: Edge,
    numbers: Numbers,
    mut stopped: watch::Receiver<bool>,
) {
    let mut http = http1::Builder::new();
    // The head's deadline begins with the wait for its first byte: an idle connection ends by it too.
    http.timer(TokioTimer::new()).header_read_timeout(edge.header()).max_buf_size(HEAD);
    let connections = Arc::new(Semaphore::new(edge.connections));
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &connections) => accepted,
            _ = stopped.changed() => break,
        };
        let Some((stream, peer, permit)) = accepted else { continue };
        let peer = address.then_some(Peer(peer));
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(edge.write()));
        let routes = TowerToHyperService::new(routes.clone());
        let metrics = Arc::clone(&numbers.metrics);
        let service = service_fn(move |mut request: Request<Incoming>| {
            if let Some(peer) = peer {
                request.extensions_mut().insert(peer);
            }
            let (answer, metrics) = (routes.call(request), Arc::clone(&metrics));
            async move {
                let answer = answer.await?;
                metrics.answered(numbers.listener, &answer);
                Ok::<_, Infallible>(answer)
            }
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(Box::pin(stream)), service));
        let open = numbers.connections.clone();
        open.inc();
        tokio::spawn(async move {
            // How a connection ends is its client's business: nothing of it is logged.
            let _ = connection.await;
            open.dec();
            drop(permit);
        });
    }
    drop((listener, routes));
    let finished = tokio::time::timeout(edge.stop(), pin!(graceful.shutdown())).await;
    if finished.is_err() {
        tracing::warn!("requests were still running at the deadline");
    }
}

/// The next connection, once there is room for one.
async fn accept(
    listener: &TcpListener,
    connections: &Arc<Semaphore>,
) -> Option<(TcpStream, IpAddr, OwnedSemaphorePermit)> {
    let permit = Arc::clone(connections).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, address)) => Some((stream, address.ip(), permit)),
        Err(error) => {
            tracing::warn!(%error, "cannot accept a connection");
            tokio::time::sleep(NO_SOCKETS).await;
            None
        }
    }
}
