//! What was acknowledged is counted, and nothing is counted twice, whatever happens to the process.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use ureq::http::Request;

use crate::common::{Program, agent, post, report, views};

/// Senders at the same time.
const SENDERS: usize = 8;
/// Kills in a row, on the same database.
const KILLS: usize = 5;
/// Acknowledged batches before each kill.
const BEFORE: usize = 150;

#[derive(Default)]
struct Sent {
    next: AtomicU64,
    acknowledged: Mutex<BTreeSet<u64>>,
    unanswered: Mutex<BTreeSet<u64>>,
}

impl Sent {
    /// Sends until the collector is gone. Each batch has one view, of its own page in ten.
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

fn body(number: u64) -> String {
    views(number, &format!("/page-{}", char::from(b'a' + (number % 10) as u8)), 1)
}

fn counted(program: &Program) -> usize {
    report(program.private, "site=demo").iter().map(|row| row.1 as usize).sum()
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
    let mut program = Program::start(directory.path(), &[]);
    for _ in 0..KILLS {
        end_under_load(&mut program, &sent, Program::kill);
        program = Program::start(directory.path(), &[]);
        let unanswered = std::mem::take(&mut *sent.unanswered.lock().unwrap());
        let (found, known) = (counted(&program), sent.acknowledged());
        assert!((known..=known + unanswered.len()).contains(&found), "{known} acknowledged, {found} counted");

        // The snippet tries again what it had no answer to; and a proxy might repeat anything.
        let again =
            sent.acknowledged.lock().unwrap().iter().rev().take(20).copied().collect::<BTreeSet<u64>>();
        for number in unanswered.iter().chain(&again) {
            assert_eq!(post(program.public, "/collect", &body(*number)).status, 202);
        }
        sent.acknowledged.lock().unwrap().extend(&unanswered);
        assert_eq!(counted(&program), sent.acknowledged());
    }
}

#[cfg(unix)]
#[test]
fn a_terminated_collector_keeps_what_it_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let sent = Sent::default();
    let mut program = Program::start(directory.path(), &[]);
    end_under_load(&mut program, &sent, |program| {
        assert!(Command::new("kill").args(["-TERM", &program.id().to_string()]).status().unwrap().success());
        assert_eq!(program.wait().code(), Some(0));
    });
    let program = Program::start(directory.path(), &[]);
    let unanswered = sent.unanswered.lock().unwrap().len();
    let (found, known) = (counted(&program), sent.acknowledged());
    assert!((known..=known + unanswered).contains(&found), "{known} acknowledged, {found} counted");
}
