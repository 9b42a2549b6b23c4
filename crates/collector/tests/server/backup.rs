//! `askfirst-collector backup`: a whole copy, also while hits come in.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rusqlite::Connection;

use crate::common::{Collector, ID, Program, agree, post, run_on, text, view_under, views};

#[test]
fn a_copy_made_under_load_is_whole_and_can_be_served() {
    let directory = tempfile::tempdir().unwrap();
    let program = Program::start(directory.path(), &[]);
    agree(program.public, ID);
    let (number, done) = (AtomicU64::new(0), AtomicBool::new(false));
    let copies: Vec<_> = std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let number = number.fetch_add(1, Ordering::Relaxed);
                    assert_eq!(post(program.public, "/collect", &view_under(ID, number, "/")).status, 202);
                }
            });
        }
        let copies = (1..=5).map(|copy| {
            // Each while more has come in.
            while number.load(Ordering::Relaxed) < copy * 20 {
                std::thread::yield_now();
            }
            let name = directory.path().join(format!("copy-{copy}.db"));
            let output = run_on(directory.path(), &["backup", name.to_str().unwrap()]);
            (name, output)
        });
        let copies = copies.collect();
        done.store(true, Ordering::Relaxed);
        copies
    });
    let mut counts = BTreeSet::new();
    for (name, output) in &copies {
        assert!(output.status.success(), "{}", text(&output.stderr));
        let copy = Connection::open(name).unwrap();
        let number = |query: &str| copy.query_row(query, [], |row| row.get::<_, i64>(0)).unwrap();
        let rows = number("SELECT count(*) FROM events");
        assert_eq!(number("SELECT sum(views) FROM site_hour"), rows, "rows and counts are of one moment");
        assert_eq!(number("SELECT count(*) FROM receipts"), 1);
        assert_eq!(number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
        counts.insert(rows);
    }
    assert!(counts.len() > 1 && counts.first() > Some(&0), "the copies differ: {counts:?}");

    // Restored, it goes on from there.
    drop(program);
    let restored = tempfile::tempdir().unwrap();
    std::fs::create_dir(restored.path().join("data")).unwrap();
    std::fs::copy(&copies[4].0, restored.path().join("data/askfirst.db")).unwrap();
    let collector = Collector::again(restored, |_| {});
    let copied = counts.last().unwrap().unsigned_abs();
    assert_eq!(collector.post("/collect", view_under(ID, 0, "/")).status, 202, "a retry of the first batch");
    assert_eq!(collector.report("site=demo"), [("/".to_owned(), copied, copied)]);
}

#[test]
fn it_is_one_private_file_and_takes_no_other_ones_place() {
    let collector = Collector::start();
    assert_eq!(collector.post("/collect", views(1, "/", 1)).status, 202);
    let (directory, out) = (collector.directory.path(), tempfile::tempdir().unwrap());
    let to = out.path().join("copy.db");
    let backup = |more: &[&str]| run_on(directory, &[&["backup", to.to_str().unwrap()], more].concat());
    assert!(backup(&[]).status.success());
    let first = std::fs::read(&to).unwrap();
    let files = || std::fs::read_dir(out.path()).unwrap().count();
    assert_eq!(files(), 1, "neither a log nor a draft beside it");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
    }

    assert_eq!(collector.post("/collect", views(2, "/", 1)).status, 202);
    let refused = backup(&[]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("--force"), "{}", text(&refused.stderr));
    assert_eq!(std::fs::read(&to).unwrap(), first);
    assert!(backup(&["--force"]).status.success());
    assert_ne!(std::fs::read(&to).unwrap(), first);
    assert_eq!(files(), 1);
}

#[test]
fn without_a_database_or_with_a_foreign_one_no_file_is_made() {
    let directory = tempfile::tempdir().unwrap();
    let to = directory.path().join("copy.db");
    let backup = || text(&run_on(directory.path(), &["backup", to.to_str().unwrap()]).stderr);
    assert!(backup().contains("no database at"));
    std::fs::create_dir(directory.path().join("data")).unwrap();
    let foreign = Connection::open(directory.path().join("data/askfirst.db")).unwrap();
    foreign.execute_batch("CREATE TABLE other (a)").unwrap();
    assert!(backup().contains("not a collector's"));
    assert!(!to.exists());
}
