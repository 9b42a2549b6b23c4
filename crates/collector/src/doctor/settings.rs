//! Settings that may be mistakes.

use std::path::Path;
use std::time::Duration;

use super::Finding;
use crate::builds::{LACK_FIX, Source};
use crate::config::{Config, Site};
use crate::moment::Moment;
use crate::plural::counted;

/// Days after which a country database is old. Its makers publish one every month or more often.
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
        Err(error) => Finding::error(
            "private",
            format!("{error:#}"),
            "the collector does not start until this is fixed",
        ),
        Ok(Some(_)) => Finding::ok("private", format!("reports at {address} need the token")),
        Ok(None) => Finding::ok("private", format!("reports can be read on this machine only ({address})")),
    }
}

fn assets(config: &Config) -> Finding {
    match Source::new(config.assets.as_deref()).lack() {
        Some(lack) => Finding::error("assets", lack, LACK_FIX),
        None => Finding::ok("assets", "every file of the script is there"),
    }
}

/// An Origin header proves nothing, but checking it keeps other sites' mistakes out of the counts.
fn origins(config: &Config) -> Finding {
    let open: Vec<&str> =
        config.sites.iter().filter(|site| site.origins.is_empty()).map(|site| site.name.as_str()).collect();
    if open.is_empty() {
        return Finding::ok("origins", "every site lists the origins of its pages");
    }
    Finding::warning(
        "origins",
        format!("pages of any origin can send hits for {}", open.join(", ")),
        "list the origins of its pages under [[site]]: origins = [\"https://example.org\"]",
    )
}

fn demo(config: &Config) -> Finding {
    let site = config.sites.iter().find(|site| **site == Site::demo());
    let (says, fix) = match (&config.demo, site) {
        (Some(demo), _) => {
            (format!("the demo is served from {demo}"), "remove `demo` from the configuration")
        }
        (None, Some(_)) => (
            "anybody can send hits up to `full` to the site \"demo\"".to_owned(),
            "configure your own [[site]] in a file, and name the file with --config or ASKFIRST_CONFIG",
        ),
        (None, None) => return Finding::ok("demo", "no demo is served"),
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
        return Finding::ok("statements", "receipts name the controller");
    }
    Finding::warning(
        "statements",
        format!("receipts do not state everything about the controller ({})", missing.join("; ")),
        "add the missing keys under [[site]]: a receipt without them proves less",
    )
}

fn countries(file: &Path, now: Moment) -> Finding {
    let built = match maxminddb::Reader::open_readfile(file) {
        Ok(reader) => Duration::from_secs(reader.metadata().build_epoch),
        Err(error) => {
            return Finding::error(
                "countries",
                format!("{}: {error}", file.display()),
                "name a file in MaxMind's format, or remove country_database",
            );
        }
    };
    let now = Duration::from_secs(u64::try_from(now.minutes()).unwrap_or(0) * 60);
    let days = now.saturating_sub(built).as_secs() / 86_400;
    let says = format!("{} is {} old", file.display(), counted(days, "day"));
    if days > COUNTRIES_DAYS {
        return Finding::warning("countries", says, "download a newer one and restart the collector");
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
