//! A certificate of one's own making, and a client that trusts nothing else.

use std::fs::{self, Permissions};
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use askfirst_collector::config::TlsFiles;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::net::TcpSocket;
use tokio::runtime::Builder;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion,
};

/// The name that the certificate is for.
pub(crate) const NAME: &str = "stats.example.org";
/// Every version that may be spoken.
pub(crate) const VERSIONS: [&SupportedProtocolVersion; 2] = [&TLS12, &TLS13];

/// A certificate for [`NAME`] with its key, as files.
pub(crate) struct Certificate {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
    der: CertificateDer<'static>,
}

pub(crate) type Stream = StreamOwned<ClientConnection, TcpStream>;

impl Certificate {
    /// Makes one; another under the same name replaces it.
    pub(crate) fn make(directory: &Path, name: &str) -> Self {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed([NAME.to_owned()]).unwrap();
        let (certificate, key) =
            (directory.join(format!("{name}.pem")), directory.join(format!("{name}.key")));
        fs::write(&certificate, cert.pem()).unwrap();
        fs::write(&key, signing_key.serialize_pem()).unwrap();
        fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
        Self { certificate, key, der: cert.der().clone() }
    }

    pub(crate) fn files(&self) -> TlsFiles {
        TlsFiles { certificate: self.certificate.clone(), key: self.key.clone() }
    }

    /// A client that trusts this certificate alone, and comes back as a browser does, if it can.
    pub(crate) fn client(
        &self,
        versions: &[&'static SupportedProtocolVersion],
        protocol: &str,
    ) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(self.der.clone()).unwrap();
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
        Arc::new(config)
    }

    /// One request, whole, and its answer, whole.
    pub(crate) fn ask(&self, to: SocketAddr, request: &str) -> std::io::Result<String> {
        self.ask_from(to, Ipv4Addr::LOCALHOST.into(), request)
    }

    /// The same, from another address.
    pub(crate) fn ask_from(&self, to: SocketAddr, from: IpAddr, request: &str) -> std::io::Result<String> {
        Ok(exchange(&mut connect(&self.client(&VERSIONS, "http/1.1"), to, from)?, request))
    }
}

/// Connects and shakes hands.
pub(crate) fn connect(client: &Arc<ClientConfig>, to: SocketAddr, from: IpAddr) -> std::io::Result<Stream> {
    let connection = ClientConnection::new(Arc::clone(client), NAME.try_into().unwrap()).unwrap();
    let mut stream = StreamOwned::new(connection, connect_from(from, to));
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    Ok(stream)
}

/// A `POST` after which the connection ends.
pub(crate) fn message(path: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: {NAME}\r\n{headers}connection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

/// Sends, and reads until the other side ends it; how it does is its business.
pub(crate) fn exchange(stream: &mut (impl Read + Write), request: &str) -> String {
    let _ = stream.write_all(request.as_bytes()).and_then(|()| stream.flush());
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut piece) {
        answer.extend_from_slice(&piece[..read]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// A connection from an address of one's choice.
pub(crate) fn connect_from(from: IpAddr, to: SocketAddr) -> TcpStream {
    let runtime = Builder::new_current_thread().enable_io().build().unwrap();
    let connected = runtime.block_on(async {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((from, 0).into()).unwrap();
        socket.connect(to).await.unwrap().into_std().unwrap()
    });
    connected.set_nonblocking(false).unwrap();
    connected.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    connected
}
