//! Databases of earlier programs are brought up to date with all that is in them. Their tables stand in `schemas/`, one file for
//! each version, and are not changed afterwards.

use rusqlite::Connection;
use serde_json::json;

use crate::common::{Collector, ID, Program, run_on, text, views};

/// The last of them is as this program makes it: for the programs to come.
const EARLIER: [(u32, &str); 5] = [
    (1, include_str!("schemas/1.sql")),
    (2, include_str!("schemas/2.sql")),
    (3, include_str!("schemas/3.sql")),
    (4, include_str!("schemas/4.sql")),
    (5, include_str!("schemas/5.sql")),
];

/// A data directory with a database of an earlier version, filled today.
fn earlier(tables: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("data")).unwrap();
    let key = [7; 32];
    let mut hasher = blake3::Hasher::new_keyed(&key);
    let hash = hasher.update(b"demo\0").update(ID.as_bytes()).finalize();
    let now = jiff::Timestamp::now();
    let day = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).date().to_string();
    let sql = tables
        .replace("'KEY'", &format!("'{}'", blake3::Hash::from_bytes(key).to_hex()))
        .replace("'HASH'", &format!("'{}'", hash.to_hex()))
        .replace("'ID'", &format!("'{ID}'"))
        .replace("'DAY", &format!("'{day}"))
        .replace(", MINUTE)", &format!(", {})", now.as_second() / 60));
    let database = Connection::open(directory.path().join("data/askfirst.db")).unwrap();
    database.execute_batch(&sql).unwrap();
    directory
}

#[test]
fn what_earlier_programs_kept_is_counted_told_and_erased() {
    for (version, tables) in EARLIER {
        let collector = Collector::again(earlier(tables), |_| {});
        assert_eq!(collector.report("site=demo"), [("/a".to_owned(), 5, 3)], "version {version}");
        assert_eq!(collector.report("site=demo&by=referrer"), [("a.example".to_owned(), 2, 2)]);
        assert_eq!(collector.report("site=demo&by=event&page=/a"), [("plan".to_owned(), 1, 0)]);
        let revenue = collector.report("site=demo&by=revenue");
        assert_eq!(revenue.len(), usize::from(version >= 3));

        let mine = json!({"v": 1, "site": "demo", "id": ID});
        let told = collector.post("/mydata", &mine).json();
        assert_eq!(
            (told["hits"].as_array().unwrap().len(), told["receipts"].as_array().unwrap().len()),
            (2, 1)
        );
        assert_eq!(told["receipts"][0]["text"], if version == 1 { "" } else { "May we?" });
        assert_eq!(told["hits"][0]["props"]["plan"], "free");

        assert_eq!(collector.post("/collect", views(7, "/a", 1)).status, 202, "a retry across the upgrade");
        assert_eq!(collector.report("site=demo"), [("/a".to_owned(), 5, 3)]);
        assert_eq!(collector.post("/collect", views(8, "/a", 1)).status, 202);
        assert_eq!(collector.report("site=demo"), [("/a".to_owned(), 6, 4)]);

        assert_eq!(collector.post("/forget", &mine).status, 200);
        assert_eq!((collector.tables()["events"], collector.tables()["denials"]), (0, 1));
        let again = Collector::again(collector.stop(), |_| {});
        assert_eq!(again.report("site=demo"), [("/a".to_owned(), 6, 4)], "a second start changes nothing");
    }
}

#[test]
fn an_upgrade_is_told_once() {
    for (version, tables) in EARLIER.into_iter().filter(|(version, _)| *version < 3) {
        let directory = earlier(tables);
        for _ in 0..2 {
            let mut program = Program::start(directory.path(), &[]);
            program.kill();
        }
        let log = std::fs::read_to_string(directory.path().join("said.log")).unwrap();
        assert_eq!(log.matches("migrating the tables").count(), 1, "{log}");
        assert!(log.contains(&format!("from={version}")), "{log}");
    }
}

#[test]
fn they_can_be_copied_before_and_are_not_read_by_half() {
    for (version, tables) in EARLIER {
        let directory = earlier(tables);
        let copy = directory.path().join("copy.db");
        let output = run_on(directory.path(), &["backup", copy.to_str().unwrap()]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let copied: String = Connection::open(&copy)
            .unwrap()
            .query_row("SELECT value FROM meta WHERE key = 'schema'", [], |row| row.get(0))
            .unwrap();
        assert_eq!(copied, version.to_string());
    }
    let output = run_on(earlier(EARLIER[0].1).path(), &["export", "--site", "demo"]);
    assert!(text(&output.stderr).contains("version 1"), "{}", text(&output.stderr));
}
