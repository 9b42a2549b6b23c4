//! `GET /health/live` and `GET /health/ready`.

use rusqlite::Connection;

use crate::common::{Collector, views};

#[test]
fn a_store_that_cannot_write_is_told_and_gets_over_it() {
    let collector = Collector::start();
    let status = |path: &str| collector.get(path).status;
    assert_eq!((status("/health/live"), status("/health/ready")), (200, 200));

    let holder = Connection::open(collector.database()).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!((status("/health/live"), status("/health/ready")), (200, 503));
    assert_eq!(collector.post("/collect", views(1, "/", 1)).refusal(), (503, "unavailable".to_owned()));
    assert_eq!(collector.private("/health/ready").status, 503);

    holder.execute_batch("ROLLBACK").unwrap();
    assert_eq!(status("/health/ready"), 200);
    assert_eq!(collector.post("/collect", views(1, "/", 1)).status, 202);
    assert_eq!(collector.report("site=demo"), [("/".to_owned(), 1, 1)]);
}

#[test]
fn more_than_the_queue_takes_is_refused_and_nothing_acknowledged_is_lost() {
    let collector = Collector::with(|config| config.edge.queue = 2);
    let holder = Connection::open(collector.database()).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let accepted = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..16)
            .map(|number| {
                let collector = &collector;
                scope.spawn(move || collector.post("/collect", views(number, "/", 1)).status)
            })
            .collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).filter(|&status| status == 202).count()
            as u64
    });
    holder.execute_batch("ROLLBACK").unwrap();
    let counted: u64 = collector.report("site=demo").iter().map(|row| row.1).sum();
    assert_eq!(counted, accepted);
}
