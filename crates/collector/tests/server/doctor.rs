//! `askfirst-collector doctor`: finds privacy and security problems and says how to fix them.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;
use serde_json::Value;

use crate::common::{Collector, ID, countries, run, text, view_under};

/// What it finds, by check, as verdict and words; and whether it says that all is well.
fn doctor(config: &Path, proxy: &Path) -> (BTreeMap<String, (String, String)>, bool) {
    let (config, proxy) = (config.to_str().unwrap(), proxy.to_str().unwrap());
    let output = run(&["doctor", "--json", "--config", config, "--proxy-config", proxy]);
    let findings: Vec<Value> =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
    let word = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    for finding in &findings {
        assert_eq!(
            finding["fix"].is_string(),
            finding["verdict"] != "ok",
            "a fix for each trouble: {finding}"
        );
    }
    let says =
        |finding: &Value| (word(finding, "verdict"), word(finding, "says") + " " + &word(finding, "fix"));
    let by_check = findings.iter().map(|finding| (word(finding, "check"), says(finding))).collect();
    (by_check, output.status.success())
}

const PROXY: &str =
    "server { access_log off; error_log /dev/null; location / { proxy_pass http://127.0.0.1:8100; } }";

/// A collector that has run, with the configuration that its owner should have; and the proxy's.
fn well() -> (tempfile::TempDir, String) {
    let collector = Collector::start();
    collector.agree(ID);
    assert_eq!(collector.post("/collect", view_under(ID, 1, "/")).status, 202);
    let directory = collector.stop();
    let countries = countries(directory.path());
    let config = format!(
        "data = {:?}\ncountry_database = {countries:?}\n[[site]]\nname = \"shop.example\"\nlevel = \"anonymous\"\norigins = [\"https://shop.example\"]\nnotice = \"https://shop.example/\"\nrecipients = []\n\
         controller = {{ name = \"Shop\", address = \"A\", contact = \"c@shop.example\", jurisdiction = \"I\", authority = \"D\" }}\n",
        directory.path().join("data")
    );
    std::fs::write(directory.path().join("nginx.conf"), PROXY).unwrap();
    (directory, config)
}

fn with(directory: &Path, config: &str) -> (BTreeMap<String, (String, String)>, bool) {
    let file = directory.join("askfirst.toml");
    std::fs::write(&file, config).unwrap();
    doctor(&file, &directory.join("nginx.conf"))
}

#[test]
fn all_is_well_where_all_is_well() {
    let (directory, config) = well();
    let (found, healthy) = with(directory.path(), &config);
    for check in [
        "private",
        "demo",
        "origins",
        "statements",
        "countries",
        "rights",
        "local",
        "database",
        "schema",
        "clock",
        "dumps",
        "proxy",
    ] {
        assert_eq!(found[check].0, "ok", "{check}: {}", found[check].1);
    }
    // The room on this machine's disk and its swap are its own business.
    assert!(found.contains_key("room"));
    assert_eq!(healthy, found.values().all(|(verdict, _)| verdict != "error"));
}

#[test]
fn each_trouble_is_told_with_what_to_do() {
    let (directory, config) = well();
    let directory = directory.path();
    let trouble = |config: &str, check: &str, verdict: &str, words: &str| {
        let (found, healthy) = with(directory, config);
        let (is, says) = &found[check];
        assert_eq!(is, verdict, "{check}: {says}");
        assert!(says.contains(words), "{words:?} is not in: {says}");
        assert!(verdict != "error" || !healthy, "an error is told by the exit code");
    };
    trouble(&format!("private = \"0.0.0.0:8101\"\n{config}"), "private", "error", "set token_file");
    trouble(&config.replace("origins", "# "), "origins", "warning", "shop.example");
    trouble(&config.replace("notice", "# "), "statements", "warning", "shop.example: ");
    trouble(&format!("demo = \"dist/demo\"\n{config}"), "demo", "warning", "dist/demo");
    trouble(&config.replace(".mmdb", ".none"), "countries", "error", "MaxMind");

    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |mode| {
            std::fs::set_permissions(directory.join("data"), std::fs::Permissions::from_mode(mode)).unwrap();
        };
        mode(0o755);
        trouble(&config, "rights", "error", "chmod 700");
        mode(0o750);
        trouble(&config, "rights", "warning", "chmod 700");
        mode(0o700);
    }

    std::fs::write(directory.join("nginx.conf"), PROXY.replace("access_log off;", "")).unwrap();
    trouble(&config, "proxy", "error", "access_log off;");

    let database = Connection::open(directory.join("data/askfirst.db")).unwrap();
    database.execute_batch("UPDATE events SET minute = '2999-01-01T00:00Z'").unwrap();
    trouble(&config, "clock", "error", "NTP");
    database.execute_batch("UPDATE meta SET value = '99' WHERE key = 'schema'").unwrap();
    trouble(&config, "schema", "error", "newer program");
    database.execute_batch("UPDATE meta SET value = '1' WHERE key = 'schema'").unwrap();
    trouble(&config, "schema", "error", "earlier version of askfirst");
}

#[test]
fn a_damaged_database_is_told() {
    let (directory, config) = well();
    let file = directory.path().join("data/askfirst.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let page = bytes.len() - 4096;
    bytes[page..].fill(0xa5);
    std::fs::write(&file, bytes).unwrap();
    let (found, healthy) = with(directory.path(), &config);
    assert_eq!(found["database"].0, "error");
    assert!(found["database"].1.contains("backup") && !healthy, "{}", found["database"].1);
}

#[test]
fn what_it_prints_is_for_reading() {
    let nowhere = tempfile::tempdir().unwrap();
    let data = nowhere.path().join("none");
    let output = run(&["doctor", "--data", data.to_str().unwrap(), "--proxy-config", "/dev/null"]);
    assert_eq!(output.status.code(), Some(1));
    let lines = text(&output.stdout);
    assert!(lines.contains("error    data        no data directory at"), "{lines}");
    assert!(
        lines.contains("-> name the directory with `data` in the file given by --config, or with --data"),
        "{lines}"
    );
    assert!(text(&output.stderr).contains("see the fixes above"), "{}", text(&output.stderr));
    assert!(!data.exists(), "it only looks");

    let flags =
        ["doctor", "--data", data.to_str().unwrap(), "--proxy-config", "/dev/null", "--private", "0.0.0.0:1"];
    assert!(
        text(&run(&flags).stdout)
            .contains("error    private     private: 0.0.0.0:1 is not a loopback address"),
        "as serve's"
    );
}
