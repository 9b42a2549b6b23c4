//! TLS without a proxy: a certificate and its key, as files.

use std::path::PathBuf;

use serde::Deserialize;

/// The certificate of the public listener.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct TlsFiles {
    /// The certificate with its intermediate certificates, in PEM.
    pub certificate: PathBuf,
    /// Its private key, in PEM.
    pub key: PathBuf,
}
