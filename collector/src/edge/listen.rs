//! A listener with deadlines: for the head of a request (and an idle connection), for an answer that is not taken, for the
//! end. `axum::serve` has none of them. The body's deadline stands where bodies are read.

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
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_io_timeout::TimeoutStream;

use super::peers::Peers;
use crate::config::Edge;

/// Bytes of a request's head; more are answered 431.
const HEAD: usize = 64 * 1024;
/// How long to wait where the system has no more sockets to give.
const NO_SOCKETS: Duration = Duration::from_millis(50);

/// Serves until told to stop, then lets running requests finish within their deadline. Who connected is looked at, and stands
/// beside each request, only where there are `peers`.
pub(super) async fn serve(
    listener: TcpListener,
    routes: Router,
    peers: Option<Arc<Peers>>,
    edge: Edge,
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
        let (peer, place) = match &peers {
            Some(peers) => match peers.admit(peer) {
                Some((peer, place)) => (Some(peer), place),
                // Its network holds all that it may: closed at once.
                None => continue,
            },
            None => (None, None),
        };
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(edge.write()));
        let routes = TowerToHyperService::new(routes.clone());
        let service = service_fn(move |mut request: Request<Incoming>| {
            if let Some(peer) = &peer {
                request.extensions_mut().insert(peer.clone());
            }
            routes.call(request)
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(Box::pin(stream)), service));
        tokio::spawn(async move {
            // How a connection ends is its client's business: nothing of it is logged.
            let _ = connection.await;
            drop((permit, place));
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
