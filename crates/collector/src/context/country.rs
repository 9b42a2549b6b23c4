//! The country of an address, from a file in `MaxMind`'s format that the owner provides. Nothing else in the file is read.

use std::net::IpAddr;
use std::path::Path;

use anyhow::Context as _;
use askfirst_wire::builtin::OTHER;
use maxminddb::{PathElement, Reader};

/// The path of the code in such files (`GeoLite2` Country and City, DB-IP and others).
const CODE: [PathElement<'_>; 2] = [PathElement::Key("country"), PathElement::Key("iso_code")];

/// A country, or "(other)".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Country(Option<[u8; 2]>);

impl Country {
    /// Two upper-case letters (ISO 3166-1 alpha-2).
    fn new(code: &str) -> Self {
        Self(code.as_bytes().try_into().ok().filter(|code: &[u8; 2]| code.iter().all(u8::is_ascii_uppercase)))
    }

    /// The code, or "(other)".
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_ref().and_then(|code| std::str::from_utf8(code).ok()).unwrap_or(OTHER)
    }
}

/// A database of countries, in memory.
pub struct Countries(Reader<Vec<u8>>);

impl std::fmt::Debug for Countries {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Countries").field(&self.0.metadata().database_type).finish()
    }
}

impl Countries {
    /// Reads the whole file.
    ///
    /// # Errors
    /// If it cannot be read or has another format. The error names the file.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let reader = Reader::open_readfile(path).with_context(|| {
            format!("country_database: {} is not a readable file in MaxMind's format (.mmdb)", path.display())
        })?;
        Ok(Self(reader))
    }

    /// The country of an address.
    #[must_use]
    pub fn of(&self, address: Option<IpAddr>) -> Country {
        let found = address.and_then(|address| self.0.lookup(address).ok());
        let code = found.and_then(|found| found.decode_path::<&str>(&CODE).ok().flatten());
        code.map_or(Country(None), Country::new)
    }
}
