//! The command line.

use std::net::TcpListener;
use std::process::Command;

#[cfg(not(feature = "parquet"))]
use crate::common::run_on;
use crate::common::{Collector, ID, Program, run, text};

#[test]
fn a_busy_port_is_told_with_the_flag_that_changes_it() {
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = busy.local_addr().unwrap().to_string();
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().to_str().unwrap();
    for (flag, other) in [("--public", "--private"), ("--private", "--public")] {
        let output = run(&["serve", "--data", data, flag, &address, other, "127.0.0.1:0"]);
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1));
        assert!(error.contains(&format!("cannot listen on {address}")) && error.contains(flag), "{error}");
        assert!(!error.contains(other) && error.lines().count() == 1, "{error}");
    }
}

#[test]
fn two_collectors_do_not_share_a_directory() {
    let collector = Collector::start();
    let data = collector.directory.path().join("data");
    let output = run(&[
        "serve",
        "--data",
        data.to_str().unwrap(),
        "--public",
        "127.0.0.1:0",
        "--private",
        "127.0.0.1:0",
    ]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("another askfirst-collector uses"), "{}", text(&output.stderr));
}

#[test]
fn a_wrong_configuration_is_told_with_file_line_and_key() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("shop.toml");
    std::fs::write(&file, "[[site]]\nname = \"shop.example\"\nlevle = \"full\"\n").unwrap();
    let output = run(&["serve", "--config", file.to_str().unwrap()]);
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    for words in ["shop.toml", "line 3", "levle", "did you mean `level`?"] {
        assert!(error.contains(words), "{words:?} is not in: {error}");
    }
    let output = run(&["report", "--site", "demo", "--config", "/nowhere.toml"]);
    assert!(text(&output.stderr).contains("cannot read the configuration /nowhere.toml"));
}

#[test]
fn an_unknown_site_is_told_with_where_sites_come_from() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("shop.toml");
    std::fs::write(&file, "[[site]]\nname = \"shop.example\"\nlevel = \"full\"\n").unwrap();
    for command in [
        &["report"][..],
        &["export"],
        &["erase", "--id", ID],
        &["tag", "--endpoint", "https://stats.example.org"],
    ] {
        let without = run(&[command, &["--site", "shop.example"]].concat());
        let error = text(&without.stderr);
        assert_eq!(without.status.code(), Some(1));
        assert!(error.contains("no configuration was given") && error.contains("--config"), "{error}");
        let config = ["--site", "other.example", "--config", file.to_str().unwrap()];
        let other = run(&[command, &config].concat());
        let error = text(&other.stderr);
        assert_eq!(other.status.code(), Some(1));
        assert!(error.contains("shop.toml: it has shop.example"), "{error}");
    }
}

#[test]
fn without_a_database_there_is_nothing_to_report() {
    let directory = tempfile::tempdir().unwrap();
    let output = run(&["report", "--site", "demo", "--data", directory.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("name its directory with `data`"), "{}", text(&output.stderr));
}

#[test]
fn the_inventory_and_the_gpc_file_are_printed() {
    let inventory: serde_json::Value = serde_json::from_slice(&run(&["inventory"]).stdout).unwrap();
    assert_eq!(inventory, serde_json::to_value(askfirst_wire::inventory::shipped()).unwrap());
    let today = askfirst_collector::moment::today();
    let gpc = text(&run(&["inventory", "--gpc"]).stdout);
    assert!(
        [today, today.tomorrow().unwrap()]
            .iter()
            .any(|day| gpc == format!("{{\"gpc\":true,\"lastUpdate\":\"{day}\"}}\n")),
        "{gpc}"
    );
    let dated = text(&run(&["inventory", "--gpc", "--date", "2026-11-01"]).stdout);
    assert_eq!(dated, "{\"gpc\":true,\"lastUpdate\":\"2026-11-01\"}\n");
    for wrong in [&["inventory", "--gpc", "--date", "2026-13-01"][..], &["inventory", "--date", "2026-11-01"]]
    {
        let output = run(wrong);
        assert!(!output.status.success() && output.stdout.is_empty());
    }
}

#[test]
fn every_command_explains_itself() {
    for command in ["serve", "report", "export", "erase", "backup", "doctor", "verify", "inventory"] {
        let help = text(&run(&[command, "--help"]).stdout);
        assert!(help.contains("Usage: askfirst-collector"), "{help}");
    }
    assert!(text(&run(&["serve", "--help"]).stdout).contains("ASKFIRST_PUBLIC"));
}

#[cfg(unix)]
#[test]
fn sigterm_ends_it_in_order() {
    let directory = tempfile::tempdir().unwrap();
    let mut program = Program::start(directory.path(), &[]);
    let kill = Command::new("kill").args(["-TERM", &program.id().to_string()]).status().unwrap();
    assert!(kill.success());
    assert_eq!(program.wait().code(), Some(0));
}

#[test]
fn a_script_that_lacks_files_stops_the_start_and_is_an_error_in_doctor() {
    let directory = tempfile::tempdir().unwrap();
    let (data, script) = (directory.path().join("data"), directory.path().join("dist"));
    std::fs::create_dir_all(script.join("askfirst-texts")).unwrap();
    std::fs::write(script.join("askfirst.js"), "script").unwrap();
    let nowhere = directory.path().join("nowhere");
    for (assets, words) in [
        (&nowhere, &["there is no directory", "nowhere"][..]),
        (&script, &["dist lacks", "askfirst-preferences.js", "askfirst-plain.js"]),
    ] {
        let places = ["--assets", assets.to_str().unwrap(), "--data", data.to_str().unwrap()];
        let any = ["--public", "127.0.0.1:0", "--private", "127.0.0.1:0"];
        for (command, output) in [("serve", 2), ("doctor", 1)] {
            let said = run(&[&[command][..], &places, &any].concat());
            let told = text(if output == 2 { &said.stderr } else { &said.stdout });
            assert_eq!(said.status.code(), Some(1), "{told}");
            for word in words.iter().chain(&["npm run build", "`assets`"]) {
                assert!(told.contains(word), "{word:?} is not in: {told}");
            }
            assert!(!told.contains("lacks askfirst.js"), "{told}");
        }
    }
    assert!(!data.exists(), "nothing was begun");
}

#[cfg(not(feature = "parquet"))]
#[test]
fn without_the_feature_an_export_as_parquet_says_how_to_get_it() {
    let collector = Collector::start();
    let file = collector.directory.path().join("counts.parquet");
    let order = ["export", "--site", "demo", "--format", "parquet", "--out", file.to_str().unwrap()];
    let output = run_on(collector.directory.path(), &order);
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains("--features parquet") && error.contains("release"), "{error}");
    assert!(!file.exists());
}
