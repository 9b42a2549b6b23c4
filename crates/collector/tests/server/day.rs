//! A day of a thousand visitors, and what is left of them on the disk: nothing of any.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::Range;
use std::path::Path;

use md5::Md5;
use rusqlite::Connection;
use rusqlite::types::Value;
use sha2::{Digest as _, Sha256};

use crate::common::{Collector, ID, Program, agent, agree, countries, report, view_under, views};

const VISITORS: u32 = 1_000;

struct Visitor {
    address: IpAddr,
    agent: String,
}

/// Every third by IPv6; each with an agent that nobody else has.
fn visitor(number: u32) -> Visitor {
    let address = if number.is_multiple_of(3) {
        Ipv6Addr::new(0x2001, 0xdb8, 0xfeed, 0, 0, 0, 0xbeef, u16::try_from(number).unwrap()).into()
    } else {
        Ipv4Addr::from(0xC612_4000 + number * 7).into()
    };
    let browser = ["Firefox/143.0", "Chrome/140.0.0.0 Safari/537.36"][number as usize % 2];
    Visitor {
        address,
        agent: format!("Mozilla/5.0 (X11; Linux x86_64; build Q{:05}Z) {browser}", number * 31),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

impl Visitor {
    /// Every form in which a file could hold it: as text, as bytes, and as the hashes that others make of it.
    fn traces(&self) -> Vec<Vec<u8>> {
        let address = self.address.to_string();
        let bytes = match self.address {
            // As it ends an IPv6 address; four bytes by themselves stand in any file.
            IpAddr::V4(address) => address.to_ipv6_mapped().octets()[10..].to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        };
        let texts = [
            address.clone(),
            self.agent.clone(),
            format!("{address}{}", self.agent),
            format!("{}{address}", self.agent),
        ];
        let mut traces = vec![address.into_bytes(), self.agent.clone().into_bytes(), bytes];
        for text in texts {
            let hashes = [
                blake3::hash(text.as_bytes()).as_bytes().to_vec(),
                Sha256::digest(text.as_bytes()).to_vec(),
                Md5::digest(text.as_bytes()).to_vec(),
            ];
            traces.extend(hashes.iter().map(|hash| hex(hash).into_bytes()));
            traces.extend(hashes);
        }
        traces
    }
}

/// The traces, by the three bytes that they begin with; and which three bytes those are, to be quick.
struct Traces {
    begins: Vec<bool>,
    traces: HashMap<[u8; 3], Vec<Vec<u8>>>,
}

fn place(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) << 16 | usize::from(bytes[1]) << 8 | usize::from(bytes[2])
}

impl Traces {
    fn of(visitors: impl Iterator<Item = Visitor>) -> Self {
        let mut all = Self { begins: vec![false; 1 << 24], traces: HashMap::new() };
        for trace in visitors.flat_map(|visitor| visitor.traces()) {
            all.begins[place(&trace)] = true;
            all.traces.entry([trace[0], trace[1], trace[2]]).or_default().push(trace);
        }
        all
    }

    /// Those that stand in the bytes, whatever the case of their letters.
    fn found(&self, bytes: &[u8]) -> Vec<String> {
        let lower = bytes.to_ascii_lowercase();
        let mut found = Vec::new();
        for bytes in [bytes, &lower] {
            for start in 0..bytes.len().saturating_sub(2) {
                if self.begins[place(&bytes[start..])] {
                    let traces = &self.traces[&[bytes[start], bytes[start + 1], bytes[start + 2]]];
                    let here = traces.iter().filter(|trace| bytes[start..].starts_with(trace));
                    found.extend(here.map(|trace| String::from_utf8_lossy(trace).into_owned()));
                }
            }
        }
        found
    }
}

fn look(directory: &Path, traces: &Traces) -> usize {
    let mut looked = 0;
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            looked += look(&path, traces);
        } else {
            let found = traces.found(&std::fs::read(&path).unwrap());
            assert!(found.is_empty(), "{} holds {found:?}", path.display());
            looked += 1;
        }
    }
    looked
}

/// Sends it as the proxy of that visitor; the status.
fn send(agent: &ureq::Agent, to: SocketAddr, path: &str, visitor: &Visitor, body: &str) -> u16 {
    let request = agent
        .post(format!("http://{to}{path}"))
        .header("x-forwarded-for", visitor.address.to_string())
        .header("user-agent", &visitor.agent)
        .header("accept-language", "de");
    request.send(body).unwrap().status().as_u16()
}

/// Lets visitors pass by, eight at a time.
fn pass(program: &Program, visitors: Range<u32>) {
    std::thread::scope(|scope| {
        for lane in 0..8 {
            let visitors = visitors.clone().skip(lane).step_by(8);
            scope.spawn(move || {
                let agent = agent();
                visitors.for_each(|number| visit(&agent, program.public, number));
            });
        }
    });
}

/// A visitor views a page, some under an id; some send what is refused too.
fn visit(agent: &ureq::Agent, to: SocketAddr, number: u32) {
    let visitor = visitor(number);
    let body = match number % 10 {
        0 => view_under(ID, number.into(), "/a"),
        _ => views(number.into(), "/a", 1),
    };
    assert_eq!(send(agent, to, "/collect", &visitor, &body), 202);
    let nowhere = views(1, "/", 1).replace("demo", "nowhere");
    let refused = match number % 100 {
        1 => ("/collect", "{", 400),
        2 => ("/collect", nowhere.as_str(), 404),
        3 => ("/nothing", "", 404),
        4 => ("/mydata", r#"{"v":2}"#, 400),
        _ => return,
    };
    let (path, body, status) = refused;
    assert_eq!(send(agent, to, path, &visitor, body), status, "{path} {body}");
}

#[test]
fn after_a_day_of_a_thousand_visitors_no_file_holds_any_of_them() {
    let directory = tempfile::tempdir().unwrap();
    let beside = tempfile::tempdir().unwrap();
    let config = beside.path().join("askfirst.toml");
    let text = format!(
        "country_database = {:?}\ntrusted_proxies = [\"127.0.0.1/32\"]\n[[site]]\nname = \"demo\"\nlevel = \"full\"\nk = 1\nuniques = true\n",
        countries(beside.path())
    );
    std::fs::write(&config, text).unwrap();
    let start =
        || Program::start(directory.path(), &["--log", "trace", "--config", config.to_str().unwrap()]);
    let traces = Traces::of((0..VISITORS).map(visitor));
    let one = visitor(7).traces();
    assert!(one.iter().all(|trace| !traces.found(&[b"before ", &trace[..], b" after"].concat()).is_empty()));

    let mut program = start();
    agree(program.public, ID);
    pass(&program, 0..VISITORS / 2);
    // In the middle of it the process is killed: what it had in memory is gone, and not in a file.
    program.kill();
    look(directory.path(), &traces);
    program = start();
    pass(&program, VISITORS / 2..VISITORS);
    assert_eq!(report(program.private, "site=demo&by=page"), [("/a".to_owned(), 1000, 1000)]);
    assert!(report(program.private, "site=demo&by=country").len() > 1, "addresses were looked at");
    assert!(look(directory.path(), &traces) >= 4, "the database, its log, the lock and what was said");
    program.stop();
    look(directory.path(), &traces);
    let database = Connection::open(directory.path().join("data/askfirst.db")).unwrap();
    let (estimate, restarts): (u32, u32) = database
        .query_row("SELECT estimate, restarts FROM uniques", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert!((450..=550).contains(&estimate) && restarts == 1, "{estimate}, {restarts}");
}

/// What the tables hold, but when it was.
fn held(directory: &Path) -> Vec<Vec<Value>> {
    let database = Connection::open(directory.join("data/askfirst.db")).unwrap();
    let mut held = Vec::new();
    for sql in [
        "SELECT site, sum(views), sum(visits) FROM site_hour GROUP BY 1",
        "SELECT site, dimension, page, value, sum(views), sum(visits) FROM cells JOIN counters USING (counter)
             GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
        "SELECT site, sum(estimate), sum(restarts) FROM uniques GROUP BY 1",
        "SELECT numbers FROM batches ORDER BY 1",
    ] {
        let mut rows = database.prepare(sql).unwrap();
        let columns = rows.column_count();
        let rows = rows.query_map([], |row| (0..columns).map(|column| row.get(column)).collect()).unwrap();
        held.extend(rows.map(|row| row.unwrap()));
    }
    held
}

#[test]
fn the_disk_is_the_same_where_two_visitors_are_each_other() {
    let run = |first: u32, second: u32| {
        let collector = Collector::with(|config| {
            config.sites[0].uniques = true;
            config.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
        });
        let agent = agent();
        for (number, (who, page)) in
            [(first, "/a"), (second, "/b"), (first, "/c"), (second, "/a")].into_iter().enumerate()
        {
            let body = views(number as u64, page, 1);
            assert_eq!(send(&agent, collector.public, "/collect", &visitor(who), &body), 202);
        }
        held(collector.stop().path())
    };
    // An IPv6 address and Firefox, an IPv4 address and Chrome.
    let (one, other) = (run(6, 1), run(1, 6));
    assert!(one.len() > 8);
    assert_eq!(one, other);
    assert_ne!(one, run(6, 6), "they are two");
}
