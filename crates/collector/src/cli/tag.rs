//! `askfirst-collector tag`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use askfirst_wire::Level;
use axum::http::Uri;
use clap::Args;
use serde_json::json;

use super::{find_site, print};
use crate::builds::{Build, SCRIPT, Source};
use crate::config::{Config, Site};

#[derive(Args, Debug)]
pub(super) struct Tag {
    /// Name of the site in the configuration.
    #[arg(long, value_name = "SITE")]
    site: String,
    /// Address at which browsers reach the collector: scheme, host, and the path if there is one.
    #[arg(long, value_name = "ADDRESS")]
    endpoint: String,
    /// Pin the page to the installed build, by its address and the script's hash.
    #[arg(long)]
    pinned: bool,
    /// Also print an import map with the hashes of the files that the script loads later.
    #[arg(long, requires = "pinned")]
    import_map: bool,
    /// Configuration file. Without one, the only site is "demo".
    #[arg(long, value_name = "FILE", env = "ASKFIRST_CONFIG")]
    config: Option<PathBuf>,
    /// Directory of askfirst.js and the files that it loads [default: the files inside this program, or ./dist if it was built
    /// without them].
    #[arg(long, value_name = "DIR", env = "ASKFIRST_ASSETS")]
    assets: Option<PathBuf>,
}

impl Tag {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let config = self.config.as_deref().map_or_else(|| Ok(Config::default()), Config::read)?;
        let site = find_site(&config, &self.site, self.config.as_deref())?;
        let endpoint = Endpoint::read(&self.endpoint)?;
        let source = Source::new(self.assets.as_deref().or(config.assets.as_deref()));
        let build = self.pinned.then(|| Build::read(&source));
        let build = build.transpose().context("cannot read the script: name its directory with --assets")?;
        let held = build.map(|build| {
            let integrity = build.integrity(SCRIPT).map(str::to_owned);
            let integrity = integrity.with_context(|| {
                format!("{SCRIPT} is missing from the assets directory: install the whole release")
            })?;
            anyhow::Ok((build, integrity))
        });
        let held = held.transpose()?;
        if let (true, Some((build, _))) = (self.import_map, &held) {
            print(&import_map(&endpoint, build))?;
        }
        print(&tag(&endpoint, site, held.as_ref()))
    }
}

/// The script's ceiling if the tag names none.
const CEILING: Level = Level::Anonymous;

/// The collector's address, without a slash at its end.
struct Endpoint {
    address: String,
    /// Whether it has a path. The tag must then name it: the script would assume its own origin.
    below: bool,
}

impl Endpoint {
    fn read(given: &str) -> anyhow::Result<Self> {
        let address = given.trim_end_matches('/');
        let known = address.parse::<Uri>().ok().filter(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https"))
                && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
                && !given.contains(['?', '#'])
        });
        ensure!(
            known.is_some(),
            "--endpoint {given:?} is not an address: use one such as https://stats.example.org"
        );
        let below = known.is_some_and(|uri| !matches!(uri.path(), "" | "/"));
        Ok(Self { address: address.to_owned(), below })
    }
}

/// `pinned` is a build and its script's `integrity` value.
fn tag(endpoint: &Endpoint, site: &Site, pinned: Option<&(Build, String)>) -> String {
    let folder = pinned.map_or_else(|| "/".to_owned(), |(build, _)| build.folder());
    let mut tag = String::from("<script defer");
    let mut attribute = |name: &str, value: &str, before: &str| {
        // Writing to a string cannot fail.
        let _ = write!(tag, "{before}{name}=\"{}\"", escaped(value));
    };
    let line = "\n        ";
    attribute("src", &format!("{}{folder}{SCRIPT}", endpoint.address), " ");
    if let Some((_, integrity)) = pinned {
        attribute("integrity", integrity, line);
        attribute("crossorigin", "anonymous", line);
    }
    attribute("data-site", &site.name, line);
    if endpoint.below {
        attribute("data-endpoint", &endpoint.address, line);
    }
    if site.level < CEILING {
        attribute("data-level", site.level.as_str(), line);
    }
    if let Some(domain) = &site.cookie_domain {
        attribute("data-cookie-domain", domain, line);
    }
    tag + "></script>\n"
}

/// Browsers check what `import()` loads against it. Browsers that do not know import map integrity ignore it.
fn import_map(endpoint: &Endpoint, build: &Build) -> String {
    let loaded = |name: &str| name.ends_with(".js") && name != SCRIPT;
    let integrity: BTreeMap<String, &String> = build
        .files()
        .iter()
        .filter(|(name, _)| loaded(name))
        .map(|(name, hash)| (format!("{}{}{name}", endpoint.address, build.folder()), hash))
        .collect();
    let map = serde_json::to_string_pretty(&json!({ "integrity": integrity })).unwrap_or_default();
    format!("<script type=\"importmap\">\n{}\n</script>\n", map.replace('<', "\\u003c"))
}

fn escaped(value: &str) -> String {
    value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(change: impl FnOnce(&mut Site)) -> Site {
        let mut site = Site { name: "example.org".to_owned(), level: Level::Anonymous, ..Site::demo() };
        change(&mut site);
        site
    }

    fn written(endpoint: &str, site: &Site) -> String {
        tag(&Endpoint::read(endpoint).unwrap(), site, None)
    }

    #[test]
    fn a_tag_says_what_the_page_would_not_guess_and_nothing_else() {
        let plain = "<script defer src=\"https://stats.example.org/askfirst.js\"\n        data-site=\"example.org\"></script>\n";
        assert_eq!(written("https://stats.example.org/", &site(|_| {})), plain);
        assert_eq!(written("https://stats.example.org", &site(|site| site.level = Level::Full)), plain);
        let more = written(
            "https://example.org/stats/",
            &site(|site| {
                site.name = "a \"b\" & <c>".to_owned();
                site.level = Level::Aggregated;
                site.cookie_domain = Some("example.org".to_owned());
            }),
        );
        for part in [
            "src=\"https://example.org/stats/askfirst.js\"",
            "data-site=\"a &quot;b&quot; &amp; &lt;c>\"",
            "data-endpoint=\"https://example.org/stats\"",
            "data-level=\"aggregated\"",
            "data-cookie-domain=\"example.org\"",
        ] {
            assert!(more.contains(part), "{part} is not in: {more}");
        }
    }

    #[test]
    fn what_is_no_address_is_told() {
        for given in
            ["stats.example.org", "ftp://a.example", "https://", "https://a@b.example", "https://a.example?b"]
        {
            let error = Endpoint::read(given).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains("such as https://stats.example.org"), "{given}: {error}");
        }
    }
}
