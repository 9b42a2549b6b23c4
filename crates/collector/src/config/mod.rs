//! The configuration: a TOML file. Every key has a working default, except a site's name and level.

mod bounds;
mod cookie;
mod demo;
mod edge;
mod origins;
mod party;
mod private;
mod proxies;
pub(crate) mod secret;
mod site;
mod tls;
mod token;

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use ipnet::IpNet;
use serde::Deserialize;

pub use bounds::Bounds;
pub use demo::Demo;
pub use edge::Edge;
pub use origins::Origin;
pub use party::{Controller, NOT_STATED, stated};
pub use private::PrivateAddress;
pub use site::Site;
pub use tls::TlsFiles;
pub use token::Token;

/// Maximum of `receipts_keep_days`: a century.
const KEEP_MOST: u32 = 36_500;
/// Maximum months for which rows under an id and counts are kept, as the inventory promises visitors.
const ROWS_MOST: u32 = 13;
const COUNTS_MOST: u32 = 25;

/// The collector's configuration.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address of the public listener, where browsers load the script and send hits.
    pub public: SocketAddr,
    /// Address of the private listener, where the owner reads reports. Without a token, everybody who reaches it can read them.
    pub private: PrivateAddress,
    /// The file with the token.
    pub token_file: Option<PathBuf>,
    /// The token from the environment. It overrides the file.
    #[serde(skip)]
    pub token: Option<Token>,
    /// The certificate of the public listener. Without one, a proxy does TLS.
    pub tls: Option<TlsFiles>,
    /// The directory of the database.
    pub data: PathBuf,
    /// The directory of `askfirst.js` and the files that it loads. Without one, the files inside this program are served, or those in
    /// `dist` if it was built without the feature `embed`.
    pub assets: Option<PathBuf>,
    /// Directories of earlier releases. Pages that name their builds still get them.
    pub earlier_assets: Vec<PathBuf>,
    /// The demo site served at `/demo/`, if any.
    pub demo: Option<Demo>,
    /// Days for which receipts are kept after the consent has ended: the limitation period that the owner states.
    pub receipts_keep_days: u32,
    /// Months for which rows under an id are kept.
    pub rows_keep_months: u32,
    /// Months for which counts are kept.
    pub counts_keep_months: u32,
    /// A file in the format of `MaxMind`, to count page views by country. Without one no country is counted.
    pub country_database: Option<PathBuf>,
    /// The networks of the owner's own proxies. `X-Forwarded-For` is trusted only from them.
    #[serde(deserialize_with = "proxies::read")]
    pub trusted_proxies: Vec<IpNet>,
    /// Limits and deadlines for requests.
    pub edge: Edge,
    /// Limits on what a day of a site may add to the counters.
    pub bounds: Bounds,
    /// The sites whose hits are accepted.
    #[serde(rename = "site")]
    pub sites: Vec<Site>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            public: (Ipv4Addr::LOCALHOST, 8100).into(),
            private: SocketAddr::from((Ipv4Addr::LOCALHOST, 8101)).into(),
            token_file: None,
            token: None,
            tls: None,
            data: "data".into(),
            assets: None,
            earlier_assets: Vec::new(),
            demo: None,
            receipts_keep_days: 1095,
            rows_keep_months: ROWS_MOST,
            counts_keep_months: COUNTS_MOST,
            country_database: None,
            trusted_proxies: Vec::new(),
            edge: Edge::default(),
            bounds: Bounds::default(),
            sites: vec![Site::demo()],
        }
    }
}

impl Config {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// Names the file, the line, the key, and the key that the owner may have meant.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the configuration {}", path.display()))?;
        Self::parse(&text).with_context(|| format!("in the configuration {}", path.display()))
    }

    /// Reads the text of a configuration file.
    ///
    /// # Errors
    /// As [`Config::read`], without the file's name.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let config: Self = toml::from_str(text).map_err(|error| match meant(error.message()) {
            Some(key) => anyhow::anyhow!("{error}did you mean `{key}`?"),
            None => anyhow::anyhow!("{}", error.to_string().trim_end()),
        })?;
        config.check()?;
        Ok(config)
    }

    /// Checks what the types cannot express.
    fn check(&self) -> anyhow::Result<()> {
        ensure!(
            !self.sites.is_empty(),
            "no [[site]]: add one, because a collector without a site refuses every hit"
        );
        self.edge.check()?;
        ensure!(self.receipts_keep_days <= KEEP_MOST, "receipts_keep_days must be at most {KEEP_MOST} days");
        for (key, months, most) in [
            ("rows_keep_months", self.rows_keep_months, ROWS_MOST),
            ("counts_keep_months", self.counts_keep_months, COUNTS_MOST),
        ] {
            ensure!(
                (1..=most).contains(&months),
                "{key} must be 1 to {most}: the inventory promises visitors that nothing is kept longer"
            );
        }
        self.bounds.check()?;
        let mut names = BTreeSet::new();
        for site in &self.sites {
            site.check()?;
            ensure!(names.insert(&site.name), "site: the name {:?} is used twice", site.name);
        }
        Ok(())
    }

    /// The token that the private listener requires. `None` if only this machine reaches it and no token is set.
    ///
    /// # Errors
    /// If other machines reach it and there is no token, or the token cannot be read or is too short.
    pub fn token(&self) -> anyhow::Result<Option<Token>> {
        let token = match (&self.token, &self.token_file) {
            (Some(token), _) => Some(token.clone()),
            (None, Some(path)) => {
                let text = secret::read("token_file", path)?;
                Some(Token::new(&text).with_context(|| format!("token_file: {}", path.display()))?)
            }
            (None, None) => None,
        };
        ensure!(
            token.is_some() || self.private.is_here(),
            "private: {} is not a loopback address, so anyone who reaches it could read the reports: set token_file (or \
             ASKFIRST_TOKEN), or listen on 127.0.0.1:8101 or on a socket file (--private unix:/run/askfirst/private.sock)",
            self.private
        );
        Ok(token)
    }

    /// The site with this name.
    #[must_use]
    pub fn site(&self, name: &str) -> Option<&Site> {
        self.sites.iter().find(|site| site.name == name)
    }
}

/// The known key nearest to an unknown one. serde's message is `` unknown field `levle`, expected one of `name`, `level` ``: the
/// first quoted word is the unknown key, the others are the known ones.
fn meant(message: &str) -> Option<&str> {
    let mut words = message.strip_prefix("unknown ")?.split('`').skip(1).step_by(2);
    let found = words.next()?;
    words
        .map(|known| (strsim::damerau_levenshtein(found, known), known))
        .filter(|&(distance, known)| distance <= known.len().div_ceil(2))
        .min()
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use askfirst_wire::Level;

    use super::site::default_k;
    use super::*;

    #[test]
    fn the_example_file_says_the_defaults() {
        let example = include_str!("../../askfirst.example.toml");
        assert_eq!(Config::parse(example).unwrap(), Config { demo: None, ..Config::default() });
        // What is commented out in it must be right too.
        let all: String = example
            .lines()
            .map(|line| line.strip_prefix("#= ").unwrap_or(line))
            .flat_map(|line| [line, "\n"])
            .collect();
        let all = Config::parse(&all).unwrap();
        assert_eq!(all.demo, Some(Demo::Directory("www/demo".into())));
        assert_eq!(all.assets.as_deref(), Some(Path::new("/usr/local/share/askfirst")));
        assert_eq!(all.earlier_assets, [Path::new("/usr/local/share/askfirst-0.1.0")]);
        assert!(all.country_database.is_some() && all.token_file.is_some() && all.tls.is_some());
        let shop = all.site("shop.example").unwrap();
        assert_eq!((shop.level, shop.k), (Level::Anonymous, default_k()));
        assert!(shop.events.contains("download") && shop.props["plan"].contains("pro"));
        assert_eq!(shop.cookie_domain.as_deref(), Some("shop.example"));
        assert!(shop.lists("https://shop.example") && shop.lists("https://www.shop.example"));
        assert_eq!(shop.unstated(), [""; 0], "it shows every statement that a receipt wants");
    }

    #[test]
    fn an_empty_file_is_the_default() {
        assert_eq!(Config::parse("").unwrap(), Config::default());
    }

    #[test]
    fn errors_name_the_place_and_what_may_have_been_meant() {
        let cases = [
            ("pubic = \"127.0.0.1:1\"", &["line 1", "`pubic`", "did you mean `public`?"][..]),
            ("[[site]]\nname = \"a\"\nlevle = \"full\"", &["line 3", "`levle`", "did you mean `level`?"]),
            ("[[site]]\nname = \"a\"\nlevel = \"ful\"", &["line 3", "`ful`", "did you mean `full`?"]),
            ("[edge]\nqueue = \"many\"", &["line 2", "queue", "many"]),
            ("[[site]]\nname = \"a\"", &["missing field `level`"]),
            ("public = \"somewhere\"", &["line 1", "public"]),
            ("private = \"somewhere\"", &["line 1", "somewhere", "127.0.0.1:8101", "unix:/run/"]),
            ("[tls]\ncertificate = \"a.pem\"", &["missing field `key`"]),
            (
                "[[site]]\nname = \"a\"\nlevel = \"full\"\n[[site]]\nname = \"a\"\nlevel = \"full\"",
                &["twice"],
            ),
            ("[[site]]\nname = \"a\"\nlevel = \"full\"\nk = 0", &["k must be at least 1"]),
            ("site = []", &["no [[site]]"]),
            ("receipts_keep_days = 40000", &["receipts_keep_days", "at most 36500", "days"]),
            ("trusted_proxies = [\"10.0.0.0/99\"]", &["line 1", "10.0.0.0/99", "such as 10.0.0.0/8"]),
            (
                "[[site]]\nname = \"a\"\nlevel = \"full\"\nprops = { revenue = [\"1 EUR\"] }",
                &["props.revenue", "summed"],
            ),
            ("receipts_keep_days = -1", &["line 1", "receipts_keep_days"]),
            ("rows_keep_months = 14", &["rows_keep_months", "1 to 13", "inventory"]),
            ("counts_keep_months = 0", &["counts_keep_months", "1 to 25"]),
            ("[bounds]\npages = 0", &["bounds", "pages", "at least 1"]),
        ];
        for (text, words) in cases {
            let error = format!("{:#}", Config::parse(text).unwrap_err());
            for word in words {
                assert!(error.contains(word), "{word:?} is not in: {error}");
            }
        }
    }

    #[test]
    fn a_proxy_is_an_address_or_a_network() {
        let config = Config::parse("trusted_proxies = [\"127.0.0.1\", \"fd00::/8\"]").unwrap();
        let nets: Vec<String> = config.trusted_proxies.iter().map(ToString::to_string).collect();
        assert_eq!(nets, ["127.0.0.1/32", "fd00::/8"]);
    }

    #[test]
    fn a_wild_key_is_not_guessed_at() {
        let error = Config::parse("zzzzzzzzzzzz = 1").unwrap_err().to_string();
        assert!(!error.contains("did you mean"), "{error}");
    }
}
