//! What the configuration says that may not be meant.

use std::path::Path;
use std::time::Duration;

use super::Finding;
use crate::builds::{LACK_FIX, Source};
use crate::config::{Config, Site};
use crate::moment::Moment;

/// Days after which a file of countries is old: its makers publish one each month or more often.
const COUNTRIES_DAYS: u64 = 60;

pub(super) fn examine(config: &Config, now: Moment) -> Vec<Finding> {
    let mut findings =
        vec![private(config), assets(config), demo(config), origins(config), statements(config)];
    findings.extend(config.country_database.as_deref().map(|file| countries(file, now)));
    findings
}

fn private(config: &Config) -> Finding {
    let address = &config.private;
    match config.token() {
        Err(error) => {
            Finding::error("private", format!("{error:#}"), "until then the collector does not start")
        }
        Ok(Some(_)) => Finding::ok("private", format!("reports are shown at {address} for the token only")),
        Ok(None) => Finding::ok("private", format!("reports are shown on this machine only ({address})")),
    }
}

fn assets(config: &Config) -> Finding {
    match Source::new(config.assets.as_deref()).lack() {
        Some(lack) => Finding::error("assets", lack, LACK_FIX),
        None => Finding::ok("assets", "every file of the script is there"),
    }
}

/// An origin proves nothing, but keeps other sites' mistakes out of the counts.
fn origins(config: &Config) -> Finding {
    let open: Vec<&str> =
        config.sites.iter().filter(|site| site.origins.is_empty()).map(|site| site.name.as_str()).collect();
    if open.is_empty() {
        return Finding::ok("origins", "each site names the origins of its pages");
    }
    Finding::warning(
        "origins",
        format!("pages of any origin may send hits for {}", open.join(", ")),
        "name those of its pages under [[site]]: origins = [\"https://example.org\"]",
    )
}

fn demo(config: &Config) -> Finding {
    let site = config.sites.iter().find(|site| **site == Site::demo());
    let (says, fix) = match (&config.demo, site) {
        (Some(directory), _) => {
            (format!("the demo site is served from {directory}"), "take the key demo out")
        }
        (None, Some(_)) => (
            "hits of the site \"demo\" are taken, up to full, from anybody".to_owned(),
            "name your own site under [[site]], in a file given with --config",
        ),
        (None, None) => return Finding::ok("demo", "no demo"),
    };
    Finding::warning("demo", says, fix)
}

fn statements(config: &Config) -> Finding {
    let missing: Vec<String> = config
        .sites
        .iter()
        .filter(|site| !site.unstated().is_empty())
        .map(|site| format!("{}: {}", site.name, site.unstated().join(", ")))
        .collect();
    if missing.is_empty() {
        return Finding::ok("statements", "receipts name who is responsible");
    }
    Finding::warning(
        "statements",
        format!("receipts leave open who is responsible ({})", missing.join("; ")),
        "state it under [[site]]: a receipt that names nobody proves less",
    )
}

fn countries(file: &Path, now: Moment) -> Finding {
    let built = match maxminddb::Reader::open_readfile(file) {
        Ok(reader) => Duration::from_secs(reader.metadata().build_epoch),
        Err(error) => {
            return Finding::error(
                "countries",
                format!("{}: {error}", file.display()),
                "name a file in MaxMind's format, or take country_database out",
            );
        }
    };
    let now = Duration::from_secs(u64::try_from(now.minutes()).unwrap_or(0) * 60);
    let days = now.saturating_sub(built).as_secs() / 86_400;
    let says = format!("{} is {days} days old", file.display());
    if days > COUNTRIES_DAYS {
        return Finding::warning("countries", says, "get a newer one, and restart the collector");
    }
    Finding::ok("countries", says)
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::super::Verdict;
    use super::*;
    use crate::builds::{PARTS, SCRIPT};

    #[test]
    fn the_defaults_serve_a_demo_and_state_nothing() {
        let config = Config::default();
        assert_eq!(private(&config).verdict, Verdict::Ok);
        assert_eq!(demo(&config).verdict, Verdict::Warning);
        let statements = statements(&config);
        assert!(statements.verdict == Verdict::Warning && statements.says.contains("demo: "));
    }

    #[test]
    fn a_site_of_ones_own_that_states_everything_is_well() {
        let text = "[[site]]\nname = \"a\"\nlevel = \"full\"\norigins = [\"https://a.example\"]\nnotice = \"https://a.example/\"\nrecipients = []\n\
             controller = { name = \"A\", address = \"B\", contact = \"c@a.example\", jurisdiction = \"D\", authority = \"E\" }";
        let config = Config::parse(text).unwrap();
        for finding in [private(&config), demo(&config), origins(&config), statements(&config)] {
            assert_eq!(finding.verdict, Verdict::Ok, "{finding:?}");
        }
    }

    #[test]
    fn a_directory_without_all_files_of_the_script_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        let config = Config { assets: Some(directory.path().join("dist")), ..Config::default() };
        let nowhere = assets(&config);
        assert!(
            nowhere.verdict == Verdict::Error && nowhere.says.contains("there is no directory"),
            "{nowhere:?}"
        );
        std::fs::create_dir_all(directory.path().join("dist/askfirst-texts")).unwrap();
        let names: Vec<&str> = [SCRIPT].into_iter().chain(PARTS).collect();
        for (place, name) in names.iter().enumerate() {
            let lacking = assets(&config);
            assert_eq!(lacking.verdict, Verdict::Error);
            for (other, name) in names.iter().enumerate() {
                assert_eq!(lacking.says.contains(name), other >= place, "{name}: {}", lacking.says);
            }
            std::fs::write(directory.path().join("dist").join(name), "").unwrap();
        }
        assert_eq!(assets(&config).verdict, Verdict::Ok);
        std::fs::remove_dir(directory.path().join("dist/askfirst-texts")).unwrap();
        assert!(assets(&config).says.contains("askfirst-texts"));
    }

    #[test]
    fn reports_for_everybody_are_an_error() {
        let config = Config { private: SocketAddr::from(([0, 0, 0, 0], 8101)).into(), ..Config::default() };
        assert_eq!(private(&config).verdict, Verdict::Error);
    }

    #[test]
    fn a_file_of_countries_that_is_none_is_an_error() {
        let finding = countries(Path::new("/nowhere.mmdb"), Moment::now());
        assert!(finding.verdict == Verdict::Error && finding.says.contains("/nowhere.mmdb"));
    }
}
