//! A collector in a directory of its own, and a client.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use askfirst_collector::config::{Config, Edge, Site};
use askfirst_collector::edge::Server;
use maxminddb_writer::Database;
use maxminddb_writer::metadata::IpVersion;
use maxminddb_writer::paths::IpAddrWithMask;
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use ureq::http::{HeaderMap, Request, Response};

/// An id, as a browser would make one.
pub(crate) const ID: &str = "3f1c9a52e07b48d6a1f0c2b4d6e8f901";

pub(crate) struct Collector {
    runtime: Runtime,
    server: Option<Server>,
    pub(crate) directory: TempDir,
    pub(crate) public: SocketAddr,
    pub(crate) private: SocketAddr,
}

/// What a client gets to see.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// The sites "demo" and "shop.example", both up to full, in an empty directory.
pub(crate) fn config(directory: &TempDir) -> Config {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    // Robots apart, as at any site that does not say otherwise.
    let demo = Site { robots: false, ..Site::demo() };
    let shop = Site { name: "shop.example".into(), ..demo.clone() };
    Config {
        public: any,
        private: any.into(),
        token_file: None,
        token: None,
        tls: None,
        data: directory.path().join("data"),
        assets: Some(directory.path().join("dist")),
        edge: Edge { busy_milliseconds: 200, stop_seconds: 2, ..Edge::default() },
        sites: vec![demo, shop],
        ..Config::default()
    }
}

/// A file of countries for three of the networks that RFC 5737 and RFC 3849 reserve for documentation. One of them has a
/// country that is none.
pub(crate) fn countries(directory: &Path) -> PathBuf {
    let networks = [("::192.0.2.0/120", "DE"), ("::203.0.113.0/120", "ada"), ("2001:db8::/32", "FR")];
    countries_of(directory, &networks)
}

/// A file of countries for these networks.
pub(crate) fn countries_of(directory: &Path, networks: &[(&str, &str)]) -> PathBuf {
    let mut database = Database::default();
    database.metadata.binary_format_major_version = 2;
    database.metadata.ip_version = IpVersion::V6;
    database.metadata.database_type = "Test-Country".to_owned();
    database.metadata.build_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    for (network, code) in networks {
        let record = BTreeMap::from([("country", BTreeMap::from([("iso_code", *code)]))]);
        let record = database.insert_value(record).unwrap();
        database.insert_node(network.parse::<IpAddrWithMask>().unwrap(), record);
    }
    let path = directory.join("countries.mmdb");
    database.write_to(std::fs::File::create(&path).unwrap()).unwrap();
    path
}

/// The directory of the script.
pub(crate) fn dist(config: &Config) -> &Path {
    config.assets.as_deref().unwrap()
}

impl Collector {
    pub(crate) fn start() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::again(tempfile::tempdir().unwrap(), change)
    }

    /// On a directory that an earlier one left behind.
    pub(crate) fn again(directory: TempDir, change: impl FnOnce(&mut Config)) -> Self {
        let runtime = Runtime::new().unwrap();
        let mut config = config(&directory);
        change(&mut config);
        let server = runtime.block_on(Server::start(config)).unwrap();
        let (public, private) = (server.public, server.private.address().unwrap_or(server.public));
        Self { runtime, server: Some(server), directory, public, private }
    }

    /// Stops it and hands back its directory.
    pub(crate) fn stop(mut self) -> TempDir {
        self.runtime.block_on(self.server.take().unwrap().stop());
        self.directory
    }

    pub(crate) fn post(&self, path: &str, body: impl std::fmt::Display) -> Answer {
        post(self.public, path, &body.to_string())
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        get(self.public, path, &[])
    }

    pub(crate) fn private(&self, path: &str) -> Answer {
        get(self.private, path, &[])
    }

    /// Has it store a grant of level anonymous.
    pub(crate) fn agree(&self, id: &str) {
        agree(self.public, id);
    }

    /// A connection of its own to the database.
    pub(crate) fn sql(&self) -> Connection {
        Connection::open(self.database()).unwrap()
    }

    /// The rows of a report, as value, views, visits.
    pub(crate) fn report(&self, query: &str) -> Vec<(String, u64, u64)> {
        report(self.private, query)
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.directory.path().join("data/askfirst.db")
    }

    /// Puts all that was counted on the day before: a day that has ended is answered in full.
    pub(crate) fn end_the_day(&self) {
        let database = Connection::open(self.database()).unwrap();
        database
            .execute_batch(
                "UPDATE cells SET day = date(day, '-1 day'), counter = counter - (1 << 32);
                 UPDATE counters SET counter = counter - (1 << 32);
                 UPDATE revenue SET day = date(day, '-1 day');
                 UPDATE site_hour SET hour = date(substr(hour, 1, 10), '-1 day') || substr(hour, 11);",
            )
            .unwrap();
    }

    /// How many rows each table holds.
    pub(crate) fn tables(&self) -> BTreeMap<String, u32> {
        let database = Connection::open(self.database()).unwrap();
        let mut names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
        let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let count =
            |name: &str| database.query_row(&format!("SELECT count(*) FROM {name}"), [], |row| row.get(0));
        names.into_iter().map(|name| (name.clone(), count(&name).unwrap())).collect()
    }

    /// The tables that hold anything that came from outside.
    pub(crate) fn filled(&self) -> Vec<String> {
        self.tables()
            .into_iter()
            .filter(|(name, rows)| !["meta", "sqlite_sequence"].contains(&name.as_str()) && *rows > 0)
            .map(|(name, _)| name)
            .collect()
    }
}

pub(crate) fn report(private: SocketAddr, query: &str) -> Vec<(String, u64, u64)> {
    let answer = get(private, &format!("/api/v1/report?{query}"), &[]);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let report = answer.json();
    let number = |row: &Value, key: &str| row[key].as_u64().unwrap();
    let row = |row: &Value| {
        (row["value"].as_str().unwrap().to_owned(), number(row, "views"), number(row, "visits"))
    };
    report["rows"].as_array().unwrap().iter().map(row).collect()
}

pub(crate) fn post(address: SocketAddr, path: &str, body: &str) -> Answer {
    let request = Request::post(format!("http://{address}{path}")).body(body).unwrap();
    answer(agent().run(request).unwrap())
}

/// A message with headers of its own.
pub(crate) fn post_with(address: SocketAddr, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::post(format!("http://{address}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answer(agent().run(request.body(body).unwrap()).unwrap())
}

pub(crate) fn get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(format!("http://{address}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answer(agent().run(request.body(()).unwrap()).unwrap())
}

pub(crate) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        // Its own is a robot's.
        .user_agent("")
        .timeout_global(Some(Duration::from_secs(60)))
        .build()
        .into()
}

pub(crate) fn answer(mut response: Response<ureq::Body>) -> Answer {
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: String::from_utf8_lossy(&response.body_mut().read_to_vec().unwrap()).into_owned(),
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The status and the reason, which stands in the body and in the header alike.
    pub(crate) fn refusal(&self) -> (u16, String) {
        let told = self.json();
        assert_eq!(told["reason"], self.header("x-askfirst-reason"));
        assert!(told["detail"].is_string());
        (self.status, told["reason"].as_str().unwrap().to_owned())
    }
}

/// A body of `POST /collect` with so many page views, at level aggregated.
pub(crate) fn views(number: u64, page: &str, hits: usize) -> String {
    let hit = format!(r#"{{"view":{{"page":"{page}","entry":true}}}}"#);
    let hits = vec![hit; hits].join(",");
    format!(r#"{{"v":2,"site":"demo","level":"aggregated","batch":"{number:016x}","hits":[{hits}]}}"#)
}

/// A body of `POST /collect` with one page view under an id.
pub(crate) fn view_under(id: &str, number: u64, page: &str) -> String {
    format!(
        r#"{{"v":2,"site":"demo","level":"anonymous","batch":"{number:032x}","id":"{id}","hits":[{{"view":{{"page":"{page}","entry":true}}}}]}}"#
    )
}

/// A body of `POST /consent` with a grant.
pub(crate) fn grant(id: &str, level: &str) -> Value {
    json!({"v": 2, "site": "demo", "action": "grant", "level": level, "policy": 3, "lang": "en", "banner": true, "id": id})
}

/// A body of `POST /consent` with a refusal.
pub(crate) fn deny() -> Value {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = format!("{:016x}", 0xdead_0000_0000_0000 + NUMBER.fetch_add(1, Ordering::Relaxed));
    json!({"v": 2, "site": "demo", "action": "deny", "level": "aggregated", "policy": 3, "number": number})
}

/// A body of `POST /forget` and `POST /mydata`.
pub(crate) fn about(id: &str) -> Value {
    json!({"v": 2, "site": "demo", "id": id})
}

/// Has a collector store a grant of level anonymous.
pub(crate) fn agree(public: SocketAddr, id: &str) {
    let answer = post(public, "/consent", &grant(id, "anonymous").to_string());
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// What a command of the real program says.
pub(crate) fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

/// The program, with a script to serve.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_askfirst-collector"));
    command.env("ASKFIRST_ASSETS", script());
    command
}

/// A directory with every file that the script consists of.
fn script() -> &'static Path {
    static SCRIPT: LazyLock<PathBuf> = LazyLock::new(|| {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("script");
        std::fs::create_dir_all(directory.join("askfirst-texts")).unwrap();
        for part in [
            "",
            "-preferences",
            "-adapters",
            "-explain",
            "-capture",
            "-vitals",
            "-options",
            "-debug",
            "-plain",
        ] {
            std::fs::write(directory.join(format!("askfirst{part}.js")), "script").unwrap();
        }
        directory
    });
    &SCRIPT
}

/// The same, on the data directory inside `directory`.
pub(crate) fn run_on(directory: &Path, arguments: &[&str]) -> Output {
    let data = directory.join("data");
    run(&[&arguments[..1], &["--data", data.to_str().unwrap()], &arguments[1..]].concat())
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Whether a text stands in any file of the data directory inside `directory`.
pub(crate) fn holds(directory: &Path, text: &str) -> bool {
    let files = std::fs::read_dir(directory.join("data")).unwrap();
    let found = |bytes: Vec<u8>| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    files.into_iter().any(|file| found(std::fs::read(file.unwrap().path()).unwrap()))
}

/// All files in a directory and below it.
pub(crate) fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Where another program is; Debian has some where only root looks. One that is missing is told of, and with `CI=true` it
/// fails the test.
pub(crate) fn installed(program: &str, package: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    let found = places.map(|place| place.join(program)).find(|program| program.is_file());
    if found.is_none() {
        let why = format!("{program} is not installed: apt-get install {package}");
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{why}");
        eprintln!("skipped: {why}");
    }
    found
}

/// The real program, as a process that can be killed; what it says goes to a file in the directory.
pub(crate) struct Program {
    child: Child,
    pub(crate) public: SocketAddr,
    pub(crate) private: SocketAddr,
}

impl Program {
    /// Starts it on a data directory inside `directory`, with more arguments.
    pub(crate) fn start(directory: &Path, more: &[&str]) -> Self {
        Self::by(program(), directory, more)
    }

    /// The same, by a command that goes before its arguments.
    pub(crate) fn by(mut command: Command, directory: &Path, more: &[&str]) -> Self {
        let said = OpenOptions::new().create(true).append(true).open(directory.join("said.log")).unwrap();
        std::fs::create_dir_all(directory.join("temporary")).unwrap();
        let mut child = command
            .args(["serve", "--public", "127.0.0.1:0", "--private", "127.0.0.1:0", "--data"])
            .arg(directory.join("data"))
            .args(more)
            .env("TMPDIR", directory.join("temporary"))
            .env("ASKFIRST_ASSETS", script())
            .stdout(Stdio::piped())
            .stderr(said)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut address = |name: &str| -> SocketAddr {
            let line =
                lines.find(|line| line.trim_start().starts_with(name)).expect("it prints where it listens");
            line.split("://").nth(1).unwrap().parse().unwrap()
        };
        let (public, private) = (address("public"), address("reports"));
        Self { child, public, private }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and waits until it has ended.
    pub(crate) fn stop(&mut self) {
        assert!(Command::new("kill").args(["-TERM", &self.id().to_string()]).status().unwrap().success());
        assert!(self.wait().success());
    }

    /// Waits until it has ended by itself.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
