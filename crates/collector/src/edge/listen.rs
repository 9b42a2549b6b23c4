//! A listener with deadlines: for the handshake, for the head of a request (and an idle connection), for an answer that is not
//! taken, for the end. `axum::serve` has none of them. The body's deadline stands where bodies are read.

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper::{Method, Request};
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
use super::{App, collect};
use crate::config::Edge;
use crate::metrics::Metrics;

/// Bytes of a request's head; more are answered 431.
const HEAD: usize = 64 * 1024;
/// How long to wait where the system has no more sockets to give.
const NO_SOCKETS: Duration = Duration::from_millis(50);

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

/// A connection that is open, for as long as this is there.
struct Open(Gauge);

impl Open {
    fn new(connections: &Gauge) -> Self {
        connections.inc();
        Self(connections.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// The routes of a listener.
#[derive(Clone, Debug)]
pub(super) struct Routes {
    all: TowerToHyperService<Router>,
    /// Hits bypass the router, which saves 8 % of the processor time of each. Measured by `npm run bench:collector -- --at 256` in six
    /// alternating runs: 0.57 of the bare handler's hits per CPU-second with the bypass, 0.52 through the router.
    hits: Option<Arc<App>>,
}

impl Routes {
    pub(super) fn new(all: Router, hits: Option<Arc<App>>) -> Self {
        Self { all: TowerToHyperService::new(all), hits }
    }

    async fn answer(&self, request: Request<Incoming>) -> Response {
        match &self.hits {
            Some(app) if request.method() == Method::POST && request.uri().path() == collect::PATH => {
                collect::answer(app, request.map(Body::new)).await
            }
            _ => self.all.call(request).await.unwrap_or_else(|never| match never {}),
        }
    }
}

/// One connection's way to the answers. It is the connection's own: what all of them count in, each request would have to wait for.
struct Way {
    routes: Routes,
    peer: Option<Peer>,
    listener: &'static str,
    metrics: Arc<Metrics>,
}

impl Way {
    async fn answer(&self, mut request: Request<Incoming>) -> Response {
        if let Some(peer) = &self.peer {
            request.extensions_mut().insert(peer.clone());
        }
        let answer = self.routes.answer(request).await;
        self.metrics.answered(self.listener, &answer);
        answer
    }
}

/// Where connections come from.
#[derive(Debug)]
pub(super) enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(Socket),
}

/// A connection, of whatever kind.
trait Io: AsyncRead + AsyncWrite + Send {}
impl<S: AsyncRead + AsyncWrite + Send> Io for S {}
type Stream = Pin<Box<dyn Io>>;

/// Serves until told to stop, then lets running requests finish within their deadline. Who connected is looked at, and stands
/// beside each request, only where there are `peers`.
pub(super) async fn serve(
    listener: Listener,
    tls: Option<Tls>,
    routes: Routes,
    peers: Option<Arc<Peers>>,
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
            accepted = accept(&listener, &connections, &edge) => accepted,
            _ = stopped.changed() => break,
        };
        let Some((stream, peer, permit)) = accepted else { continue };
        let (peer, place) = match peers.as_ref().zip(peer) {
            Some((peers, peer)) => match peers.admit(peer) {
                Some((peer, place)) => (Some(peer), place),
                // Its network holds all that it may: closed at once.
                None => continue,
            },
            None => (None, None),
        };
        let (routes, metrics) = (routes.clone(), Arc::clone(&numbers.metrics));
        let way = Arc::new(Way { routes, peer, listener: numbers.listener, metrics });
        let service = service_fn(move |request: Request<Incoming>| {
            let way = Arc::clone(&way);
            async move { Ok::<_, Infallible>(way.answer(request).await) }
        });
        let (http, watcher) = (http.clone(), graceful.watcher());
        let (tls, deadline, mut stopped) = (tls.clone(), edge.header(), stopped.clone());
        let open = Open::new(&numbers.connections);
        tokio::spawn(async move {
            let stream = match tls {
                None => stream,
                Some(tls) => tokio::select! {
                    shaken = tls.shake(stream, deadline) => match shaken {
                        Ok(stream) => Box::pin(stream),
                        Err(_) => return,
                    },
                    _ = stopped.changed() => return,
                },
            };
            // How a connection ends is its client's business: nothing of it is logged.
            let _ = watcher.watch(http.serve_connection(TokioIo::new(stream), service)).await;
            drop((open, permit, place));
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

/// With a deadline for what is not taken.
fn bounded<S: AsyncRead + AsyncWrite + Send + 'static>(stream: S, edge: &Edge) -> Stream {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(edge.write()));
    Box::pin(stream)
}
