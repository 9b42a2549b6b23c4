//! TLS without a proxy. The certificate is read at start and again on SIGHUP. Open connections keep the one that they began
//! with.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{Error as PemError, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::NoServerSessionStorage;
use tokio_rustls::rustls::{Error, ServerConfig};
use tokio_rustls::server::TlsStream;

use crate::config::{self, secret};

/// The only protocol over TLS.
const HTTP: &[u8] = b"http/1.1";

/// The current certificate.
#[derive(Clone, Debug)]
pub(in crate::edge) struct Tls(watch::Receiver<Arc<ServerConfig>>);

impl Tls {
    /// Reads the certificate, and again on SIGHUP.
    ///
    /// # Errors
    /// Names the key of the configuration, the file, and what is wrong with it.
    pub(in crate::edge) fn open(files: config::TlsFiles) -> anyhow::Result<Self> {
        let (shown, shows) = watch::channel(Arc::new(read(&files)?));
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let mut hangup = signal(SignalKind::hangup()).context("tls: cannot listen for SIGHUP")?;
            tokio::spawn(async move {
                loop {
                    tokio::select! {
                        _ = hangup.recv() => show_again(&files, &shown),
                        // The last connection is gone.
                        () = shown.closed() => break,
                    }
                }
            });
        }
        Ok(Self(shows))
    }

    /// Does the TLS handshake within a deadline.
    ///
    /// # Errors
    /// If the handshake fails or takes too long.
    pub(super) async fn handshake<S>(&self, stream: S, deadline: Duration) -> io::Result<TlsStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let config = Arc::clone(&self.0.borrow());
        tokio::time::timeout(deadline, TlsAcceptor::from(config).accept(stream)).await?
    }
}

/// Reads the certificate again, and uses it from now on if it is valid.
#[cfg(unix)]
fn show_again(files: &config::TlsFiles, shown: &watch::Sender<Arc<ServerConfig>>) {
    match read(files) {
        Ok(config) => {
            shown.send_replace(Arc::new(config));
            tracing::info!("tls: the certificate was reloaded");
        }
        Err(error) => tracing::error!("{error:#}: the previous certificate stays in use"),
    }
}

fn read(files: &config::TlsFiles) -> anyhow::Result<ServerConfig> {
    let (certificate, key) = (files.certificate.display(), files.key.display());
    let text = std::fs::read(&files.certificate)
        .with_context(|| format!("tls.certificate: cannot read {certificate}"))?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<_, _>>()
        .with_context(|| format!("tls.certificate: {certificate} is not a PEM file"))?;
    ensure!(
        !chain.is_empty(),
        "tls.certificate: {certificate} contains no certificate: it must begin with -----BEGIN CERTIFICATE-----"
    );
    let text = secret::read("tls.key", &files.key)?;
    let secret = match PrivateKeyDer::from_pem_slice(text.as_bytes()) {
        Ok(secret) => secret,
        Err(PemError::NoItemsFound) => bail!(
            "tls.key: {key} contains no private key: it must contain -----BEGIN PRIVATE KEY-----, unencrypted"
        ),
        Err(error) => return Err(error).with_context(|| format!("tls.key: {key} is not a PEM file")),
    };
    let versions = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?;
    let mut config =
        versions.with_no_client_auth().with_single_cert(chain, secret).map_err(|error| match error {
            Error::InconsistentKeys(_) => {
                anyhow::anyhow!("tls: the key {key} does not belong to the certificate {certificate}")
            }
            error => anyhow::anyhow!("tls: {certificate} with {key} cannot be used: {error}"),
        })?;
    config.alpn_protocols = vec![HTTP.to_vec()];
    // A ticket or a session id would be stored in the visitor's browser, and could link what it sends on different days.
    config.send_tls13_tickets = 0;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    Ok(config)
}
