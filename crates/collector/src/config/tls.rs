//! TLS without a proxy: a certificate and its key, as files.

use std::path::PathBuf;

use serde::Deserialize;

/// Where the certificate of the public listener stands.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct TlsFiles {
    /// The certificate and those that lead to its issuer, in PEM.
    pub certificate: PathBuf,
    /// Its private key, in PEM.
    pub key: PathBuf,
}
