//! An answer is given after the sync, not beside it: looked at from outside, in the order of the system calls.

use std::fs::read_to_string;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::{Program, about, agree, post, view_under, views};

const LOG: &str = "askfirst.db-wal";

/// What a line of strace tells, in the order in which calls ended.
#[derive(Debug, PartialEq)]
enum Call {
    Written,
    Synced,
    Answered,
}

/// Calls that other threads interrupt stand on two lines; the second, which says "resumed", is their end.
fn call(line: &str) -> Option<Call> {
    let done = !line.contains("<unfinished");
    if line.contains("\"HTTP/1.1 20") {
        Some(Call::Answered)
    } else if done && line.contains("sync") && line.ends_with("= 0") {
        Some(Call::Synced)
    } else if line.contains("pwrite64(") && line.contains(LOG) {
        // Where it begins counts: nothing that is still being written may be taken for synced.
        Some(Call::Written)
    } else {
        None
    }
}

#[test]
fn an_answer_comes_after_the_sync_of_what_it_tells() {
    let directory = tempfile::tempdir().unwrap();
    let program = Program::start(directory.path(), &[]);
    // So that the log exists and the trace begins at rest.
    assert_eq!(post(program.public, "/collect", &views(1, "/", 1)).status, 202);
    let trace = directory.path().join("trace.log");
    let Ok(mut strace) = Command::new("strace")
        .args(["-f", "-y", "-e", "trace=pwrite64,fsync,fdatasync,write,writev,sendto", "-o"])
        .arg(&trace)
        .args(["-p", &program.id().to_string()])
        .stderr(Stdio::null())
        .spawn()
    else {
        eprintln!("skipped: strace was not found (Debian's package strace)");
        return;
    };
    let seen = |wanted: usize| {
        let text = read_to_string(&trace).unwrap_or_default();
        let calls: Vec<Call> = text.lines().filter_map(call).collect();
        (calls.iter().filter(|call| **call == Call::Answered).count() >= wanted).then_some(calls)
    };
    let patience = Instant::now() + Duration::from_secs(30);
    let mut number = 2;
    // strace attaches in its own time: until it does, it sees no answer.
    while seen(1).is_none() {
        assert!(Instant::now() < patience, "strace attaches: it needs the right to trace");
        assert_eq!(post(program.public, "/collect", &views(number, "/", 1)).status, 202);
        number += 1;
    }
    let before = seen(1).unwrap().iter().filter(|call| **call == Call::Answered).count();
    for next in number..number + 20 {
        let id = format!("{next:032x}");
        agree(program.public, &id);
        for body in [views(next, "/pricing", 2), view_under(&id, next + 1000, "/")] {
            assert_eq!(post(program.public, "/collect", &body).status, 202);
        }
        let unknown = format!("{:032x}", next + 2000);
        assert_eq!(post(program.public, "/forget", &about(&unknown).to_string()).status, 200);
    }
    let calls = loop {
        if let Some(calls) = seen(before + 80) {
            break calls;
        }
        assert!(Instant::now() < patience, "strace writes down every answer");
        std::thread::sleep(Duration::from_millis(20));
    };
    strace.kill().unwrap();
    strace.wait().unwrap();
    let (mut written, mut synced, mut answers) = (false, false, 0);
    for call in calls {
        match call {
            Call::Written => (written, synced) = (true, false),
            Call::Synced => synced = true,
            Call::Answered => {
                // The first line may be of a call that began before the trace did.
                assert!(answers == 0 || (written && synced), "answer {answers} came before the sync");
                (written, synced) = (false, false);
                answers += 1;
            }
        }
    }
    assert!(answers >= 80);
}
