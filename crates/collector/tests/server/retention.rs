//! What is older than the inventory promises is deleted by a collector that runs, to the last byte.

use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::common::{Collector, ID, holds, view_under, views};

#[test]
fn what_is_too_old_is_gone_soon_after_the_start() {
    let collector = Collector::start();
    collector.agree(ID);
    assert_eq!(collector.post("/collect", view_under(ID, 1, "/old")).status, 202);
    let directory = collector.stop();
    let database = Connection::open(directory.path().join("data/askfirst.db")).unwrap();
    database
        .execute_batch(
            "UPDATE events SET minute = '2020-01-01T00:00Z'; UPDATE cells SET day = '2020-01-01';
             UPDATE site_hour SET hour = '2020-01-01T00';",
        )
        .unwrap();
    drop(database);

    let collector = Collector::again(directory, |_| {});
    assert_eq!(collector.post("/collect", views(2, "/new", 1)).status, 202);
    let patience = Instant::now() + Duration::from_secs(30);
    while (collector.tables()["events"] > 0 || holds(collector.directory.path(), ID))
        && Instant::now() < patience
    {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(collector.tables()["events"], 0);
    assert!(!holds(collector.directory.path(), ID), "the file's bytes hold it no longer");
    assert_eq!(collector.report("site=demo&from=2020-01-01&to=2020-01-02"), []);
    assert_eq!(collector.report("site=demo").len(), 1, "what is new stays");
}

#[test]
fn receipts_are_kept_for_the_period_that_is_configured_and_no_longer() {
    let directory = Collector::with(|config| config.receipts_keep_days = 10).stop();
    let database = Connection::open(directory.path().join("data/askfirst.db")).unwrap();
    let today = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).date();
    for (receipt, hash, age) in [("inside", "hash-inside", 193), ("outside", "hash-outside", 195)] {
        let day = today.checked_sub(jiff::ToSpan::days(age)).unwrap();
        database.execute("INSERT INTO texts VALUES (?1, ?1)", [format!("text-{receipt}")]).unwrap();
        database
            .execute(
                "INSERT INTO receipts VALUES (?1, ?2, 'demo', 'grant', 'anonymous', 1, ?3, '', 'en', 1, NULL, ?4)",
                [receipt, &format!("{day}T10:00:00Z"), &format!("text-{receipt}"), hash],
            )
            .unwrap();
    }
    drop(database);

    let collector = Collector::again(directory, |config| config.receipts_keep_days = 10);
    let patience = Instant::now() + Duration::from_secs(30);
    while holds(collector.directory.path(), "hash-outside") && Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!((collector.tables()["receipts"], collector.tables()["texts"]), (1, 1));
    assert!(
        !holds(collector.directory.path(), "hash-outside")
            && !holds(collector.directory.path(), "text-outside")
    );
    assert!(
        holds(collector.directory.path(), "hash-inside") && holds(collector.directory.path(), "text-inside")
    );
}
