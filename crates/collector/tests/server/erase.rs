//! `askfirst-collector erase`: the same as a withdrawal, for the owner, with and without a running collector.

use crate::common::{Collector, ID, holds, run_on, text, view_under};

fn filled() -> Collector {
    let collector = Collector::start();
    collector.agree(ID);
    for number in 0..40 {
        assert_eq!(collector.post("/collect", view_under(ID, number, "/")).status, 202);
    }
    collector
}

const ERASE: [&str; 5] = ["erase", "--site", "demo", "--id", ID];

#[test]
fn a_running_collector_is_asked_and_what_comes_late_is_refused() {
    let collector = filled();
    let directory = collector.directory.path();
    assert!(holds(directory, ID));
    let output = run_on(directory, &ERASE);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "erased: nothing is stored under the id any more\n");
    assert!(!holds(directory, ID));
    let late = collector.post("/collect", view_under(ID, 1000, "/"));
    assert_eq!(late.refusal(), (410, "withdrawn".to_owned()));
    assert_eq!(
        (collector.tables()["events"], holds(directory, ID)),
        (0, false),
        "it was the collector that erased"
    );
    assert_eq!(collector.tables()["receipts"], 2, "and it keeps the withdrawal");
    assert_eq!(collector.report("site=demo"), [("/".to_owned(), 40, 40)], "counts stay");
    assert!(run_on(directory, &ERASE).status.success(), "twice is as good as once");
}

#[test]
fn without_a_running_collector_it_is_done_here() {
    let directory = filled().stop();
    assert!(holds(directory.path(), ID));
    let output = run_on(directory.path(), &ERASE);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(!holds(directory.path(), ID));
    let collector = Collector::again(directory, |_| {});
    assert_eq!((collector.tables()["events"], collector.tables()["receipts"]), (0, 2));
    assert_eq!(collector.report("site=demo"), [("/".to_owned(), 40, 40)]);
}

#[test]
fn a_collector_that_cannot_be_asked_is_told_with_what_to_do() {
    let collector = filled();
    let directory = collector.directory.path();
    std::fs::write(directory.join("data/askfirst.lock"), "https://127.0.0.1:443").unwrap();
    let output = run_on(directory, &ERASE);
    assert_eq!(output.status.code(), Some(1));
    let error = text(&output.stderr);
    assert!(error.contains("stop the collector, run this command again"), "{error}");
    assert!(holds(directory, ID));
}

#[test]
fn what_is_no_id_is_told() {
    let collector = filled();
    for wrong in ["", "3f1c", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"] {
        let output = run_on(collector.directory.path(), &["erase", "--site", "demo", "--id", wrong]);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains("id"), "{}", text(&output.stderr));
    }
    let nowhere = tempfile::tempdir().unwrap();
    assert!(text(&run_on(nowhere.path(), &ERASE).stderr).contains("no database at"));
    assert!(!nowhere.path().join("data").exists());
}
