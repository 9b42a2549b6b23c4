//! The configuration: a TOML file whose every key has a default that runs, but for a site's name and ceiling.

mod bounds;
mod cookie;
mod demo;
mod edge;
mod origins;
mod party;
mod private;
mod proxies;
pub(crate) mod secret;
mod tls;
mod token;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use askfirst_wire::{Level, limits};
use ipnet::IpNet;
use serde::Deserialize;

use crate::intake::revenue;

pub use bounds::Bounds;
pub use demo::Demo;
pub use edge::Edge;
pub use origins::Origin;
pub use party::{Controller, NOT_STATED, stated};
pub use private::Private;
pub use tls::Tls;
pub use token::Token;

/// The most days for which receipts may be kept beyond the consent's life: a century.
const KEEP_MOST: u32 = 36_500;
/// The most months for which rows under an id may be kept, and the most for counts: what the inventory tells visitors.
const ROWS_MOST: u32 = 13;
const COUNTS_MOST: u32 = 25;

/// All that the collector can be told.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where browsers reach the script and send hits.
    pub public: SocketAddr,
    /// Where the owner reads reports. Without a token, whoever reaches it reads them.
    pub private: Private,
    /// The file that holds the token.
    pub token_file: Option<PathBuf>,
    /// The token, where the environment holds it: it goes before the file.
    #[serde(skip)]
    pub token: Option<Token>,
    /// The certificate of the public listener; without one, a proxy does TLS.
    pub tls: Option<Tls>,
    /// The directory of the database.
    pub data: PathBuf,
    /// The directory of `askfirst.js` and the files that it loads. Without one, the files inside this program are served, or those in
    /// `dist` if it was built without the feature `embed`.
    pub assets: Option<PathBuf>,
    /// Directories of earlier releases, whose files are still served to pages that name their build.
    pub earlier_assets: Vec<PathBuf>,
    /// The demo site served at `/demo/`, if any.
    pub demo: Option<Demo>,
    /// Days for which receipts are kept beyond the consent's life: the limitation period that the owner states.
    pub receipts_keep_days: u32,
    /// Months for which rows under an id are kept.
    pub rows_keep_months: u32,
    /// Months for which counts are kept.
    pub counts_keep_months: u32,
    /// A file in the format of `MaxMind`, for the countries that page views come from; without one no country is counted.
    pub country_database: Option<PathBuf>,
    /// The networks of the owner's own proxies: their word on where a request comes from is believed.
    #[serde(deserialize_with = "proxies::read")]
    pub trusted_proxies: Vec<IpNet>,
    /// Bounds on connections and on the queue.
    pub edge: Edge,
    /// Bounds on what a day of a site may add.
    pub bounds: Bounds,
    /// The sites whose hits are taken.
    #[serde(rename = "site")]
    pub sites: Vec<Site>,
}

/// One site.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Its name, as `data-site` spells it.
    pub name: String,
    /// The ceiling: hits above it are refused.
    pub level: Level,
    /// Reports fold cells with fewer views into "(other)".
    #[serde(default = "ten")]
    pub k: u32,
    /// Whether cells with fewer views are not even written.
    #[serde(default)]
    pub strict: bool,
    /// Whether a day's visitors are estimated, in memory.
    #[serde(default)]
    pub uniques: bool,
    /// Whether browsers that a program drives, and other robots, count like anybody: for trying things out.
    #[serde(default)]
    pub robots: bool,
    /// Declared event names; others are counted as "(other)".
    #[serde(default)]
    pub events: BTreeSet<String>,
    /// Declared properties of events, each with its values; other values are counted as "(other)", other properties not
    /// at all.
    #[serde(default)]
    pub props: BTreeMap<String, BTreeSet<String>>,
    /// Who is responsible, for receipts.
    #[serde(default)]
    pub controller: Controller,
    /// Who else gets what is kept under an id, for receipts; empty where nobody does.
    #[serde(default)]
    pub recipients: Option<Vec<String>>,
    /// The address of the page that tells visitors what is done, for receipts.
    #[serde(default)]
    pub notice: Option<String>,
    /// The domain below which the visitor's choice is shared in a cookie; not shared where there is none.
    #[serde(default)]
    pub cookie_domain: Option<String>,
    /// The origins of its pages; where none is named, pages of any origin may send.
    #[serde(default)]
    pub origins: Vec<Origin>,
}

const fn ten() -> u32 {
    10
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

impl Site {
    /// The site that a collector without a configuration file has.
    #[must_use]
    pub fn demo() -> Self {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Self {
            name: "demo".into(),
            level: Level::Full,
            k: 1,
            strict: false,
            uniques: false,
            robots: true,
            events: names(&["signup", "download", "newsletter", "plan"]),
            props: BTreeMap::from([("plan".to_owned(), names(&["free", "team", "pro"]))]),
            controller: Controller::default(),
            recipients: None,
            notice: None,
            cookie_domain: None,
            origins: Vec::new(),
        }
    }
}

impl Config {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// Names the file, the line and the key, and the key that may have been meant.
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

    /// What no type can say.
    fn check(&self) -> anyhow::Result<()> {
        ensure!(!self.sites.is_empty(), "no [[site]]: a collector without a site refuses every hit");
        self.edge.check()?;
        ensure!(
            self.receipts_keep_days <= KEEP_MOST,
            "receipts_keep_days must be at most {KEEP_MOST}: it counts days"
        );
        for (key, months, most) in [
            ("rows_keep_months", self.rows_keep_months, ROWS_MOST),
            ("counts_keep_months", self.counts_keep_months, COUNTS_MOST),
        ] {
            ensure!(
                (1..=most).contains(&months),
                "{key} must be 1 to {most}: the inventory tells visitors that nothing is kept for longer"
            );
        }
        self.bounds.check()?;
        let mut names = BTreeSet::new();
        for site in &self.sites {
            let name = &site.name;
            check_name("site: name", name, limits::SITE)?;
            ensure!(names.insert(name), "site: the name {name:?} stands twice");
            ensure!(site.k > 0, "site {name:?}: k must be above 0");
            for event in &site.events {
                check_name("site: events", event, limits::EVENT_NAME)?;
            }
            site.check_statements()?;
            site.check_cookie_domain()?;
            ensure!(site.props.len() <= limits::PROPS, "site {name:?}: at most {} props", limits::PROPS);
            for (prop, values) in &site.props {
                check_name("site: props", prop, limits::PROP_NAME)?;
                ensure!(
                    prop != revenue::PROP,
                    "site {name:?}: props.{prop} is not declared: amounts are added up, not counted"
                );
                for value in values {
                    check_name(&format!("site: props.{prop}"), value, limits::PROP_VALUE)?;
                }
            }
        }
        Ok(())
    }

    /// The site of that name.
    #[must_use]
    pub fn site(&self, name: &str) -> Option<&Site> {
        self.sites.iter().find(|site| site.name == name)
    }
}

fn check_name(what: &str, name: &str, most: usize) -> anyhow::Result<()> {
    if name.is_empty() || name.len() > most || name.chars().any(char::is_control) {
        bail!("{what}: {name:?} must be 1 to {most} bytes without control characters");
    }
    Ok(())
}

/// The key nearest to an unknown one. serde says `` unknown field `levle`, expected one of `name`, `level` ``: the first
/// quoted word is what stands there, the others are what could.
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
        assert_eq!((shop.level, shop.k), (Level::Anonymous, ten()));
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
            ("[[site]]\nname = \"a\"\nlevel = \"full\"\nk = 0", &["k must be above 0"]),
            ("site = []", &["no [[site]]"]),
            ("receipts_keep_days = 40000", &["receipts_keep_days", "at most 36500", "days"]),
            ("trusted_proxies = [\"10.0.0.0/99\"]", &["line 1", "10.0.0.0/99", "such as 10.0.0.0/8"]),
            (
                "[[site]]\nname = \"a\"\nlevel = \"full\"\nprops = { revenue = [\"1 EUR\"] }",
                &["props.revenue", "added up"],
            ),
            ("receipts_keep_days = -1", &["line 1", "receipts_keep_days"]),
            ("rows_keep_months = 14", &["rows_keep_months", "1 to 13", "inventory"]),
            ("counts_keep_months = 0", &["counts_keep_months", "1 to 25"]),
            ("[bounds]\npages = 0", &["bounds", "pages", "above 0"]),
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
