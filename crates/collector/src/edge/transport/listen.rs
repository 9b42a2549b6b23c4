//! A listener with deadlines, which `axum::serve` does not have: for the TLS handshake, for a request's head (and for an idle
//! connection), for a client that does not read the answer, and for the shutdown. `body` has the deadline for request bodies.

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use prometheus_client::metrics::gauge::Gauge;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_io_timeout::TimeoutStream;

use super::peers::{Peer, Peers};
#[cfg(unix)]
use super::socket::Socket;
use super::tls::Tls;
use crate::config::Edge;
use crate::metrics::Metrics;

/// The most bytes of a request's head. Longer ones are answered 431.
const HEAD: usize = 64 * 1024;
/// How long to wait before accepting again if the system has no more sockets.
const NO_SOCKETS: Duration = Duration::from_millis(50);

/// The metrics of one listener.
#[derive(Clone, Debug)]
pub(in crate::edge) struct ListenerMetrics {
    listener: &'static str,
    metrics: Arc<Metrics>,
    connections: Gauge,
}

impl ListenerMetrics {
    pub(in crate::edge) fn new(listener: &'static str, metrics: &Arc<Metrics>) -> Self {
        Self { listener, connections: metrics.connections(listener), metrics: Arc::clone(metrics) }
    }
}

/// Counts a connection as open until it is dropped.
struct OpenConnection(Gauge);

impl OpenConnection {
    fn new(connections: &Gauge) -> Self {
        connections.inc();
        Self(connections.clone())
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// What answers the requests of a listener.
pub(in crate::edge) trait Answers: Clone + Send + Sync + 'static {
    /// Answers one request.
    fn answer(&self, request: Request<Incoming>) -> impl Future<Output = Response> + Send;
}

impl Answers for TowerToHyperService<Router> {
    async fn answer(&self, request: Request<Incoming>) -> Response {
        self.call(request).await.unwrap_or_else(|never| match never {})
    }
}

/// One open connection. Each has its own copy of everything, so that requests on different connections share no counter that
/// they would have to wait for.
struct Connection<A> {
    answers: A,
    peer: Option<Peer>,
    listener: &'static str,
    metrics: Arc<Metrics>,
}

impl<A: Answers> Connection<A> {
    async fn answer(&self, mut request: Request<Incoming>) -> Response {
        if let Some(peer) = &self.peer {
            request.extensions_mut().insert(peer.clone());
        }
        let answer = self.answers.answer(request).await;
        self.metrics.answered(self.listener, &answer);
        answer
    }
}

/// A bound socket.
#[derive(Debug)]
pub(in crate::edge) enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(Socket),
}

/// A connection of any kind.
trait Io: AsyncRead + AsyncWrite + Send {}
impl<S: AsyncRead + AsyncWrite + Send> Io for S {}
type Stream = Pin<Box<dyn Io>>;

/// Serves until `stopped` changes, then lets running requests finish within their deadline. If there are `peers`, each
/// connection is held to their limits and each request carries its [`Peer`].
pub(in crate::edge) async fn serve(
    listener: Listener,
    tls: Option<Tls>,
    answers: impl Answers,
    peers: Option<Arc<Peers>>,
    edge: Edge,
    numbers: ListenerMetrics,
    mut stopped: watch::Receiver<bool>,
) {
    let mut http = http1::Builder::new();
    // The head's deadline begins before its first byte arrives, so it also ends idle connections.
    http.timer(TokioTimer::new()).header_read_timeout(edge.header()).max_buf_size(HEAD);
    let connections = Arc::new(Semaphore::new(edge.connections));
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &connections, &edge) => accepted,
            _ = stopped.changed() => break,
        };
        let Some((stream, peer, permit)) = accepted else { continue };
        let (peer, slot) = match peers.as_ref().zip(peer) {
            Some((peers, peer)) => match peers.admit(peer) {
                Some((peer, slot)) => (Some(peer), slot),
                // Its network has as many connections open as it may: close this one at once.
                None => continue,
            },
            None => (None, None),
        };
        let (answers, metrics) = (answers.clone(), Arc::clone(&numbers.metrics));
        let connection = Arc::new(Connection { answers, peer, listener: numbers.listener, metrics });
        let service = service_fn(move |request: Request<Incoming>| {
            let connection = Arc::clone(&connection);
            async move { Ok::<_, Infallible>(connection.answer(request).await) }
        });
        let (http, watcher) = (http.clone(), graceful.watcher());
        let (tls, deadline, mut stopped) = (tls.clone(), edge.header(), stopped.clone());
        let open = OpenConnection::new(&numbers.connections);
        tokio::spawn(async move {
            let stream = match tls {
                None => stream,
                Some(tls) => tokio::select! {
                    shaken = tls.handshake(stream, deadline) => match shaken {
                        Ok(stream) => Box::pin(stream),
                        Err(_) => return,
                    },
                    _ = stopped.changed() => return,
                },
            };
            // How a connection ends depends on its client, so it is not logged.
            let _ = watcher.watch(http.serve_connection(TokioIo::new(stream), service)).await;
            drop((open, permit, slot));
        });
    }
    drop((listener, answers));
    let finished = tokio::time::timeout(edge.stop(), pin!(graceful.shutdown())).await;
    if finished.is_err() {
        tracing::warn!("requests were still running at the deadline");
    }
}

/// Accepts the next connection, once fewer than the limit are open.
async fn accept(
    listener: &Listener,
    connections: &Arc<Semaphore>,
    edge: &Edge,
) -> Option<(Stream, Option<IpAddr>, OwnedSemaphorePermit)> {
    let permit = Arc::clone(connections).acquire_owned().await.ok()?;
    let accepted = match listener {
        Listener::Tcp(listener) => listener.accept().await.map(|(stream, from)| {
            let _ = stream.set_nodelay(true);
            (bounded(stream, edge), Some(from.ip()))
        }),
        #[cfg(unix)]
        Listener::Unix(socket) => socket.accept().await.map(|stream| (bounded(stream, edge), None)),
    };
    match accepted {
        Ok((stream, from)) => Some((stream, from, permit)),
        Err(error) => {
            tracing::warn!(%error, "cannot accept a connection");
            tokio::time::sleep(NO_SOCKETS).await;
            None
        }
    }
}

/// Adds a deadline for writing.
fn bounded<S: AsyncRead + AsyncWrite + Send + 'static>(stream: S, edge: &Edge) -> Stream {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(edge.write()));
    Box::pin(stream)
}
