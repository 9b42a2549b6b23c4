//! What was acknowledged is counted, and nothing is counted twice, whatever happens to the process.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;
use ureq::http::Request;

use crate::common::{Program, agent, agree, post, report, view_under, views};

/// Senders at the same time.
const SENDERS: usize = 8;
/// Kills in a row, on the same database.
const KILLS: usize = 50;
/// Acknowledged batches before each kill.
const BEFORE: usize = 60;

#[derive(Default)]
struct Sent {
    next: AtomicU64,
    acknowledged: Mutex<BTreeSet<u64>>,
    unanswered: Mutex<BTreeSet<u64>>,
}

impl Sent {
    /// Sends until the collector is gone. Each batch has one view, of one page in ten.
    fn send(&self, public: SocketAddr) {
        let agent = agent();
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let request = Request::post(format!("http://{public}/collect")).body(body(number)).unwrap();
            match agent.run(request) {
                Ok(answer) if answer.status() == 202 => {
                    self.acknowledged.lock().unwrap().insert(number);
                }
                _ => {
                    self.unanswered.lock().unwrap().insert(number);
                    return;
                }
            }
        }
    }

    fn acknowledged(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }
}

/// Every other batch is one of rows, under one of five ids.
fn body(number: u64) -> String {
    let page = format!("/page-{}", char::from(b'a' + (number % 10) as u8));
    if is_row(number) { view_under(&id(number), number, &page) } else { views(number, &page, 1) }
}

fn id(number: u64) -> String {
    format!("{:032x}", number % 10)
}

/// A collector that has a grant for each id.
fn start(directory: &Path) -> Program {
    let program = Program::start(directory, &[]);
    (1..10).step_by(2).for_each(|number| agree(program.public, &id(number)));
    program
}

const fn is_row(number: u64) -> bool {
    number % 2 == 1
}

/// Counts, and rows.
fn counted(program: &Program, directory: &Path) -> [usize; 2] {
    let database = Connection::open(directory.join("data/askfirst.db")).unwrap();
    let rows: u32 = database.query_row("SELECT count(*) FROM events", [], |row| row.get(0)).unwrap();
    [report(program.private, "site=demo").iter().map(|row| row.1 as usize).sum(), rows as usize]
}

/// The same of numbers of batches.
fn known(numbers: &BTreeSet<u64>) -> [usize; 2] {
    [numbers.len(), numbers.iter().filter(|&&number| is_row(number)).count()]
}

/// Whether no more is found than was sent, and no less than was acknowledged.
fn is_between(found: [usize; 2], acknowledged: [usize; 2], unanswered: [usize; 2]) -> bool {
    (0..2).all(|kind| (acknowledged[kind]..=acknowledged[kind] + unanswered[kind]).contains(&found[kind]))
}

/// Puts load on the collector and ends it in the midst of it.
fn end_under_load(program: &mut Program, sent: &Sent, end: impl FnOnce(&mut Program)) {
    let goal = sent.acknowledged() + BEFORE;
    let public = program.public;
    std::thread::scope(|scope| {
        let senders: Vec<_> = (0..SENDERS).map(|_| scope.spawn(|| sent.send(public))).collect();
        while sent.acknowledged() < goal {
            assert!(senders.iter().any(|sender| !sender.is_finished()), "the collector answers");
            std::thread::yield_now();
        }
        end(program);
    });
}

#[test]
fn a_killed_collector_loses_nothing_and_counts_nothing_twice() {
    let directory = tempfile::tempdir().unwrap();
    let sent = Sent::default();
    let mut program = start(directory.path());
    for _ in 0..KILLS {
        end_under_load(&mut program, &sent, Program::kill);
        program = Program::start(directory.path(), &[]);
        let unanswered = std::mem::take(&mut *sent.unanswered.lock().unwrap());
        let acknowledged = known(&sent.acknowledged.lock().unwrap());
        let found = counted(&program, directory.path());
        assert!(
            is_between(found, acknowledged, known(&unanswered)),
            "counts and rows: {acknowledged:?} acknowledged, {found:?} found"
        );

        // The snippet tries again what it had no answer to; and a proxy might repeat anything.
        let again =
            sent.acknowledged.lock().unwrap().iter().rev().take(20).copied().collect::<BTreeSet<u64>>();
        for number in unanswered.iter().chain(&again) {
            assert_eq!(post(program.public, "/collect", &body(*number)).status, 202);
        }
        sent.acknowledged.lock().unwrap().extend(&unanswered);
        let acknowledged = known(&sent.acknowledged.lock().unwrap());
        assert_eq!(counted(&program, directory.path()), acknowledged);
    }
}

#[cfg(unix)]
#[test]
fn a_terminated_collector_keeps_what_it_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let sent = Sent::default();
    let mut program = start(directory.path());
    end_under_load(&mut program, &sent, |program| {
        assert!(Command::new("kill").args(["-TERM", &program.id().to_string()]).status().unwrap().success());
        assert_eq!(program.wait().code(), Some(0));
    });
    let program = Program::start(directory.path(), &[]);
    let (acknowledged, unanswered) =
        (known(&sent.acknowledged.lock().unwrap()), known(&sent.unanswered.lock().unwrap()));
    let found = counted(&program, directory.path());
    assert!(
        is_between(found, acknowledged, unanswered),
        "counts and rows: {acknowledged:?} acknowledged, {found:?} found"
    );
}
