//! What a disk may do to a collector: be full, be read-only, tear what was written, change what lies on it. What was acknowledged
//! stays, what cannot be kept is not acknowledged, and it says so.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::common::{Collector, ID, Program, agree, get, post, report, run_on, text, view_under, views};

/// How long anything here is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether file systems can be mounted here, as root in a mount namespace of one's own; the reason is said where not.
fn can_mount() -> bool {
    let tried = Command::new("unshare").args(["-m", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]).output();
    let reason = match tried {
        Ok(output) if output.status.success() => return true,
        Ok(output) => text(&output.stderr),
        Err(error) => error.to_string(),
    };
    eprintln!("skipped: no file system can be mounted here: {reason}");
    false
}

/// The real program on a data directory that a script mounts, for it alone.
fn mounted(directory: &Path, mount: &str) -> Command {
    let data = directory.join("data");
    std::fs::create_dir_all(&data).unwrap();
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-ec", &format!("{mount}; shift; exec \"$@\""), "sh"]).arg(data);
    command.arg(env!("CARGO_BIN_EXE_askfirst-collector"));
    command
}

fn status(program: &Program, path: &str) -> u16 {
    get(program.public, path, &[]).status
}

fn counted(program: &Program) -> u64 {
    report(program.private, "site=demo").iter().map(|row| row.1).sum()
}

fn said(directory: &Path) -> String {
    std::fs::read_to_string(directory.join("said.log")).unwrap()
}

#[test]
fn a_full_disk_loses_nothing_and_once_there_is_room_it_goes_on() {
    if !can_mount() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let mount = "mount -t tmpfs -o size=4m tmpfs \"$1\"";
    let program = Program::by(mounted(directory.path(), mount), directory.path(), &[]);
    let inside = PathBuf::from(format!("/proc/{}/root", program.id()));
    let filler = inside.join(directory.path().join("data/filler").strip_prefix("/").unwrap());
    let send = |number: u64| {
        let body = if number.is_multiple_of(2) { views(number, "/", 1) } else { view_under(ID, number, "/") };
        post(program.public, "/collect", &body)
    };
    agree(program.public, ID);
    for number in 0..20 {
        assert_eq!(send(number).status, 202);
    }
    let full = std::fs::write(&filler, vec![1; 8 << 20]).unwrap_err();
    assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);

    // What still fits is acknowledged, until nothing does.
    let (mut acknowledged, patience) = (20, Instant::now() + PATIENCE);
    loop {
        let answer = send(acknowledged);
        if answer.status == 202 {
            acknowledged += 1;
            assert!(Instant::now() < patience, "the disk is full");
            continue;
        }
        assert_eq!(answer.refusal(), (503, "unavailable".to_owned()));
        break;
    }
    for number in acknowledged..acknowledged + 20 {
        assert_eq!(send(number).status, 503);
    }
    assert_eq!((status(&program, "/health/ready"), status(&program, "/health/live") / 100), (503, 2));
    assert_eq!(counted(&program), acknowledged, "all that was acknowledged, and no more");
    let metrics = get(program.private, "/metrics", &[]).body;
    let failed = metrics.lines().find_map(|line| line.strip_prefix("askfirst_commits_failed_total "));
    assert!(
        failed.unwrap().parse::<u64>().unwrap() >= 21,
        "each refusal and the question whether it can write"
    );
    let log = said(directory.path());
    assert_eq!(log.matches("answering 503").count(), 1, "told once, not for each request: {log}");
    assert!(log.contains("disk is full"), "{log}");

    std::fs::remove_file(&filler).unwrap();
    while status(&program, "/health/ready") == 503 && Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(20));
    }
    for number in 0..acknowledged + 20 {
        assert_eq!(send(number).status, 202, "retries of all of them");
    }
    assert_eq!(counted(&program), acknowledged + 20, "each once");
    assert!(said(directory.path()).contains("accepts commits again"));
}

#[test]
fn a_disk_that_is_read_only_is_told_when_it_starts() {
    if !can_mount() {
        return;
    }
    let directory = Collector::start().stop();
    let mount = "mount --bind \"$1\" \"$1\"; mount -o remount,bind,ro \"$1\"";
    let data = directory.path().join("data");
    let output = mounted(directory.path(), mount)
        .args(["serve", "--public", "127.0.0.1:0", "--private", "127.0.0.1:0", "--data"])
        .arg(&data)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = text(&output.stderr);
    assert!(error.contains("Read-only file system") && error.contains(data.to_str().unwrap()), "{error}");
}

#[test]
fn a_directory_that_cannot_be_made_is_told() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("data"), "a file").unwrap();
    let output = run_on(directory.path(), &["serve", "--public", "127.0.0.1:0", "--private", "127.0.0.1:0"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("data: "), "{}", text(&output.stderr));
}

/// A collector that was killed after so many batches, one commit each; and its write-ahead log.
fn killed(batches: u64) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let mut program = Program::start(directory.path(), &[]);
    agree(program.public, ID);
    for number in 0..batches {
        assert_eq!(post(program.public, "/collect", &view_under(ID, number, "/")).status, 202);
    }
    program.kill();
    let log = directory.path().join("data/askfirst.db-wal");
    assert!(std::fs::metadata(&log).unwrap().len() > 0);
    (directory, log)
}

/// Counts and rows.
fn found(directory: &Path) -> (u64, u64) {
    let program = Program::start(directory, &[]);
    let database = Connection::open(directory.join("data/askfirst.db")).unwrap();
    let rows: i64 = database.query_row("SELECT count(*) FROM events", [], |row| row.get(0)).unwrap();
    (counted(&program), rows.unsigned_abs())
}

#[test]
fn a_commit_that_was_torn_apart_takes_nothing_with_it() {
    let (directory, log) = killed(30);
    let mut bytes = std::fs::read(&log).unwrap();
    // The beginning of one more frame, as a power cut leaves it: the head of the last one, and half of a page.
    let frame = bytes[bytes.len() - (4096 + 24)..][..24 + 2048].to_vec();
    bytes.extend(frame);
    std::fs::write(&log, bytes).unwrap();
    assert_eq!(found(directory.path()), (30, 30));
}

#[test]
fn a_log_whose_end_is_lost_loses_whole_commits_and_never_half_of_one() {
    for cut in [1, 24, 5000] {
        let (directory, log) = killed(30);
        let length = std::fs::metadata(&log).unwrap().len();
        std::fs::File::options().write(true).open(&log).unwrap().set_len(length - cut).unwrap();
        let (counts, rows) = found(directory.path());
        assert_eq!(counts, rows, "counts and rows of the same commits");
        assert!((28..30).contains(&counts), "cut by {cut}: {counts}");
    }
    let (directory, log) = killed(30);
    let mut bytes = std::fs::read(&log).unwrap();
    let last = bytes.len() - 100;
    bytes[last] ^= 0xff;
    std::fs::write(&log, bytes).unwrap();
    let (counts, rows) = found(directory.path());
    assert!(counts == rows && (28..30).contains(&counts), "a flipped bit is seen: {counts}, {rows}");
}

/// Overwrites the first page of a table.
fn damage(file: &Path, table: &str) {
    let database = Connection::open(file).unwrap();
    let page: i64 = database
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = ?1", [table], |row| row.get(0))
        .unwrap();
    drop(database);
    let mut bytes = std::fs::read(file).unwrap();
    let begin = (page.unsigned_abs() as usize - 1) * 4096;
    bytes[begin..begin + 4096].fill(0xa5);
    std::fs::write(file, bytes).unwrap();
}

#[test]
fn a_damaged_database_is_not_started_on() {
    let collector = Collector::start();
    assert_eq!(collector.post("/collect", views(1, "/", 1)).status, 202);
    let directory = collector.stop();
    damage(&directory.path().join("data/askfirst.db"), "cells");
    let output = run_on(directory.path(), &["serve", "--public", "127.0.0.1:0", "--private", "127.0.0.1:0"]);
    assert_eq!(output.status.code(), Some(1));
    let error = text(&output.stderr);
    assert!(error.contains("damaged") && error.contains("restore the last backup"), "{error}");
}

#[test]
fn damage_under_way_is_answered_503_and_never_with_wrong_numbers() {
    let collector = Collector::start();
    assert_eq!(collector.post("/collect", views(1, "/", 1)).status, 202);
    let collector = Collector::again(collector.stop(), |_| {});
    assert_eq!(collector.get("/health/ready").status / 100, 2);
    damage(&collector.database(), "cells");
    assert_eq!(collector.private("/api/v1/report?site=demo").refusal(), (503, "unavailable".to_owned()));
    assert_eq!(collector.get("/health/ready").status, 503);
    assert_eq!(collector.get("/health/live").status / 100, 2);
    assert_eq!(collector.post("/collect", views(2, "/", 1)).refusal(), (503, "unavailable".to_owned()));
    let metrics = collector.private("/metrics").body;
    assert!(
        metrics.contains("askfirst_batches_total{site=\"demo\"} 1\n") || !metrics.contains("batches_total{")
    );
}

#[test]
fn the_database_of_a_later_program_is_left_as_it_is() {
    let collector = Collector::start();
    assert_eq!(collector.post("/collect", views(1, "/", 1)).status, 202);
    let directory = collector.stop();
    let file = directory.path().join("data/askfirst.db");
    let database = Connection::open(&file).unwrap();
    database.execute_batch("UPDATE meta SET value = '99' WHERE key = 'schema'").unwrap();
    drop(database);
    let before = std::fs::read(&file).unwrap();
    for command in [
        &["serve", "--public", "127.0.0.1:0", "--private", "127.0.0.1:0"][..],
        &["report", "--site", "demo"],
        &["export", "--site", "demo"],
        &["erase", "--site", "demo", "--id", ID],
    ] {
        let output = run_on(directory.path(), command);
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{command:?}");
        assert!(error.contains("version 99") && error.contains("newer program"), "{error}");
    }
    assert!(std::fs::read(&file).unwrap() == before);
}
