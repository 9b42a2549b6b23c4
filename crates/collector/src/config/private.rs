//! The address of the private listener.

use std::fmt::{self, Display};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use serde::Deserialize;

/// The prefix of a socket file.
const UNIX: &str = "unix:";

/// The address of the private listener.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub enum PrivateAddress {
    /// An address and a port.
    Tcp(SocketAddr),
    /// A socket file that only its owner can open.
    Unix(PathBuf),
}

impl PrivateAddress {
    /// The address, unless it is a socket file.
    #[must_use]
    pub const fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(address) => Some(*address),
            Self::Unix(_) => None,
        }
    }

    /// Whether only this machine can reach it.
    #[must_use]
    pub fn is_here(&self) -> bool {
        self.address().is_none_or(|address| address.ip().is_loopback())
    }
}

impl From<SocketAddr> for PrivateAddress {
    fn from(address: SocketAddr) -> Self {
        Self::Tcp(address)
    }
}

impl FromStr for PrivateAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix(UNIX) {
            Some("") => None,
            Some(path) => Some(Self::Unix(path.into())),
            None => text.parse().ok().map(Self::Tcp),
        }
        .ok_or_else(|| {
            format!(
                "{text:?} must be an address such as 127.0.0.1:8101, or a socket file such as \
                 unix:/run/askfirst/private.sock"
            )
        })
    }
}

impl TryFrom<String> for PrivateAddress {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl Display for PrivateAddress {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(to, "{address}"),
            Self::Unix(path) => write!(to, "{UNIX}{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_an_address_or_a_socket_file_and_is_written_as_it_is_read() {
        for (text, here) in
            [("127.0.0.1:8101", true), ("[::1]:1", true), ("0.0.0.0:1", false), ("unix:/run/a.sock", true)]
        {
            let private: PrivateAddress = text.parse().unwrap();
            assert_eq!((private.to_string().as_str(), private.is_here()), (text, here));
        }
        for text in ["", "unix:", "localhost", "127.0.0.1", "/run/a.sock"] {
            let error = text.parse::<PrivateAddress>().unwrap_err();
            assert!(error.contains("127.0.0.1:8101") && error.contains("unix:/run/"), "{error}");
        }
    }
}
