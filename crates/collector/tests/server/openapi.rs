//! `GET /openapi.json`, and that both listeners answer as their documents say: each documented answer is given, and each given
//! answer is documented.

use std::collections::BTreeSet;
use std::fs;

use askfirst_collector::config::Token;
use askfirst_wire::Level;
use rusqlite::Connection;
use serde_json::{Value, json};
use ureq::http::Request;

use crate::common::{Answer, Collector, ID, about, agent, answer, deny, get, grant, view_under, views};

const TOKEN: &str = "4b7d1f0a9c3e5b7d2f4a6c8e0b1d3f5a";

/// An id that was withdrawn.
const GONE: &str = "4f1c9a52e07b48d6a1f0c2b4d6e8f901";

/// Path, method, status and reason.
type Answers = BTreeSet<(String, String, u16, String)>;

/// Both listeners, and what they have answered.
struct Asked {
    collector: Collector,
    public: Answers,
    private: Answers,
}

impl Asked {
    fn start() -> Self {
        let collector = Collector::with(|config| {
            config.token = Some(Token::new(TOKEN).unwrap());
            config.sites[1].level = Level::Aggregated;
            config.sites[1].origins = vec![serde_json::from_value(json!("https://shop.example")).unwrap()];
            // Only what a proxy on this machine forwards is held to it.
            config.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
            config.edge.requests_per_minute = 1;
            config.edge.requests_at_once = 1;
        });
        Self { collector, public: Answers::new(), private: Answers::new() }
    }

    fn message(&mut self, method: &str, path: &str, body: &str) -> Answer {
        self.message_with(method, path, &[], body)
    }

    fn message_with(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let uri = format!("http://{}{path}", self.collector.public);
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = answer(agent().run(request.body(body).unwrap()).unwrap());
        self.public.insert(given(path, method, &answer));
        answer
    }

    fn public(&mut self, route: &str, path: &str, headers: &[(&str, &str)]) {
        self.public.insert(given(route, "GET", &get(self.collector.public, path, headers)));
    }

    fn private(&mut self, path: &str, more: &[(&str, &str)]) {
        let bearer = format!("Bearer {TOKEN}");
        let headers = [&[("authorization", bearer.as_str())][..], more].concat();
        let route = path.split('?').next().unwrap();
        self.private.insert(given(route, "GET", &get(self.collector.private, path, &headers)));
    }

    /// Nobody can write while this is held.
    fn hold(&self) -> Connection {
        let holder = Connection::open(self.collector.database()).unwrap();
        holder.execute_batch("BEGIN IMMEDIATE").unwrap();
        holder
    }

    /// Nobody can read after this.
    fn spoil(&self) {
        let database = Connection::open(self.collector.database()).unwrap();
        let tables = self.collector.tables();
        for table in tables.keys().filter(|table| *table != "sqlite_sequence") {
            database.execute_batch(&format!("ALTER TABLE {table} RENAME TO gone_{table}")).unwrap();
        }
    }
}

fn given(route: &str, method: &str, answer: &Answer) -> (String, String, u16, String) {
    let reason = answer.header("x-askfirst-reason").to_owned();
    (route.to_owned(), method.to_ascii_lowercase(), answer.status, reason)
}

fn documents(collector: &Collector) -> (Value, Value) {
    let headers = [("authorization", &*format!("Bearer {TOKEN}"))];
    (collector.get("/openapi.json").json(), get(collector.private, "/openapi.json", &headers).json())
}

/// The operations of each path.
fn operations(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
    paths
        .flat_map(|(path, item)| {
            item.as_object().unwrap().iter().map(move |(name, value)| (path, name, value))
        })
        .filter(move |operation| methods.contains(&operation.1.as_str()))
}

fn documented(document: &Value) -> Answers {
    let mut answers = Answers::new();
    for (path, method, operation) in operations(document) {
        for (status, answer) in operation["responses"].as_object().unwrap() {
            let answer = answer["$ref"].as_str().map_or(answer, |name| document.pointer(&name[1..]).unwrap());
            let reasons = &answer["content"]["application/json"]["schema"]["properties"]["reason"]["enum"];
            let none = vec![json!("")];
            for reason in reasons.as_array().unwrap_or(&none) {
                let reason = reason.as_str().unwrap().to_owned();
                answers.insert((path.clone(), method.clone(), status.parse().unwrap(), reason));
            }
        }
    }
    answers
}

#[test]
fn each_listener_tells_its_own_to_who_may_ask() {
    let asked = Asked::start();
    let answer = asked.collector.get("/openapi.json");
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(asked.collector.private("/openapi.json").refusal(), (401, "unauthorized".to_owned()));
    let (public, private) = documents(&asked.collector);
    for document in [&public, &private] {
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
        assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    }
    assert!(public["paths"].get("/api/v1/report").is_none() && private["paths"].get("/collect").is_none());
    for (path, _, operation) in operations(&private) {
        let guarded = operation["responses"].get("401").is_some();
        assert_eq!(guarded, operation.get("security").is_some(), "{path}");
    }
}

#[test]
fn every_path_takes_the_documented_methods_and_no_others() {
    let asked = Asked::start();
    let (public, private) = documents(&asked.collector);
    for (address, document) in [(asked.collector.public, public), (asked.collector.private, private)] {
        for (path, _, _) in operations(&document) {
            let path_of_one = path.replace("{name}", "de.json").replace("{build}", "0123456789abcdef");
            let request = Request::delete(format!("http://{address}{path_of_one}"))
                .header("authorization", format!("Bearer {TOKEN}"));
            let answer = answer(agent().run(request.body(()).unwrap()).unwrap());
            assert_eq!(answer.refusal(), (405, "method_not_allowed".to_owned()), "{path}");
            let taken: BTreeSet<String> =
                answer.header("allow").split(',').map(|method| method.trim().to_ascii_lowercase()).collect();
            let mut told: BTreeSet<String> = operations(&document)
                .filter(|operation| operation.0 == path)
                .map(|operation| operation.1.clone())
                .collect();
            if told.contains("get") {
                told.insert("head".to_owned());
            }
            assert_eq!(taken, told, "{path}");
        }
    }
}

/// What may be wrong with any message.
fn wrong(right: &Value) -> Vec<String> {
    let with = |key: &str, value: Value| {
        let mut message = right.clone();
        message[key] = value;
        message.to_string()
    };
    vec![
        "{".to_owned(),
        with("v", json!(1)),
        with("site", json!("")),
        with("site", json!("a\nb")),
        with("site", json!("nowhere")),
        with("colour", json!("red")),
        " ".repeat(64 * 1024 + 1),
    ]
}

#[test]
fn every_documented_answer_is_given_and_no_other() {
    let mut asked = Asked::start();
    messages(&mut asked);
    files(&mut asked);
    pinned(&mut asked);
    for path in ["/.well-known/askfirst.json", "/openapi.json", "/health/live", "/health/ready"] {
        asked.public(path, path, &[]);
    }
    owners(&mut asked);

    let holder = asked.hold();
    let collect = views(77, "/", 1);
    let (deny, id) = (deny().to_string(), about(ID).to_string());
    for (path, body) in [("/collect", &collect), ("/consent", &deny), ("/forget", &id)] {
        asked.message("POST", path, body);
    }
    asked.public("/health/ready", "/health/ready", &[]);
    asked.private("/health/ready", &[]);
    drop(holder);

    asked.spoil();
    asked.message("POST", "/mydata", &id);
    asked.private("/", &[]);
    asked.private("/api/v1/report?site=demo", &[]);

    let fresh = Asked::start();
    let (public, private) = documents(&fresh.collector);
    assert_eq!(asked.public, documented(&public));
    assert_eq!(asked.private, documented(&private));
}

fn messages(asked: &mut Asked) {
    let collect: Value = serde_json::from_str(&views(1, "/", 1)).unwrap();
    let (deny, id) = (deny(), about(ID));
    assert_eq!(asked.collector.post("/forget", about(GONE)).status, 200);
    let above = |message: &Value| message.to_string().replace("demo", "shop.example");
    let mut none = collect.clone();
    none["level"] = json!("none");
    let low = grant(ID, "aggregated");
    let with_id = |message: &Value| {
        let mut message = message.clone();
        message["id"] = json!(ID);
        message.to_string()
    };
    for (path, right, others) in [
        (
            "/collect",
            &collect,
            vec![
                none.to_string(),
                with_id(&collect),
                views(2, "/", 101),
                view_under(ID, 1, "/").replace("demo", "shop.example"),
                // Before there is a grant, and after one was withdrawn.
                view_under(ID, 1, "/"),
                view_under(GONE, 1, "/"),
            ],
        ),
        (
            "/consent",
            &deny,
            vec![
                grant(ID, "anonymous").to_string(),
                low.to_string(),
                with_id(&deny),
                above(&grant(ID, "anonymous")),
                grant(GONE, "full").to_string(),
            ],
        ),
        ("/forget", &id, vec![]),
        ("/mydata", &id, vec![]),
    ] {
        asked.message("OPTIONS", path, "");
        assert!(asked.message("POST", path, &right.to_string()).status < 300);
        for body in wrong(right).into_iter().chain(others) {
            asked.message("POST", path, &body);
        }
        let foreign = [("origin", "https://example.com")];
        asked.message_with("POST", path, &foreign, &right.to_string().replace("demo", "shop.example"));
        asked.message_with("POST", path, &[("sec-fetch-mode", "navigate")], &right.to_string());
        for _ in 0..2 {
            asked.message_with("POST", path, &[("x-forwarded-for", "203.0.113.9")], &right.to_string());
        }
    }
}

/// The files of the script, by what comes between their names and the ending.
const PARTS: [&str; 9] =
    ["", "-preferences", "-adapters", "-explain", "-capture", "-vitals", "-options", "-debug", "-plain"];

/// Each file as it is there, in part, unchanged, not there, and there but not to be read.
fn files(asked: &mut Asked) {
    let assets = asked.collector.directory.path().join("dist");
    fs::create_dir_all(assets.join("askfirst-texts")).unwrap();
    asked.public("/askfirst-texts/{name}", "/askfirst-texts/verylongtag.json", &[]);
    let parts = PARTS.map(|part| format!("/askfirst{part}.js"));
    for path in parts.iter().map(String::as_str).chain(["/askfirst-texts/de.json"]) {
        let route = path.replace("de.json", "{name}");
        let file = assets.join(&path[1..]);
        asked.public(&route, path, &[]);
        fs::write(&file, "words").unwrap();
        let tag = asked.collector.get(path).header("etag").to_owned();
        for headers in
            [&[][..], &[("range", "bytes=0-1")], &[("range", "bytes=9-")], &[("if-none-match", &tag)]]
        {
            asked.public(&route, path, headers);
        }
        fs::remove_file(&file).unwrap();
        std::os::unix::fs::symlink(&file, &file).unwrap();
        asked.public(&route, path, &[]);
    }
}

/// The same by the name of their build.
fn pinned(asked: &mut Asked) {
    let assets = asked.collector.directory.path().join("dist");
    fs::remove_file(assets.join("askfirst-texts/de.json")).unwrap();
    for part in PARTS {
        fs::remove_file(assets.join(format!("askfirst{part}.js"))).unwrap();
    }
    for name in ["askfirst.js", "askfirst-texts/de.json"] {
        fs::write(assets.join(name), "words").unwrap();
    }
    let document = asked.collector.get("/.well-known/askfirst.json").json();
    let folder = document["script"]["folder"].as_str().unwrap();
    for (route, name) in
        [("/v/{build}/{name}", "askfirst.js"), ("/v/{build}/askfirst-texts/{name}", "askfirst-texts/de.json")]
    {
        let path = format!("{folder}{name}");
        let tag = asked.collector.get(&path).header("etag").to_owned();
        for headers in
            [&[][..], &[("range", "bytes=0-1")], &[("range", "bytes=9-")], &[("if-none-match", &tag)]]
        {
            asked.public(route, &path, headers);
        }
        asked.public(route, &format!("/v/0123456789abcdef/{name}"), &[]);
        if route.contains("texts") {
            asked.public(route, &format!("{folder}askfirst-texts/fr.json"), &[]);
        }
    }
    let script = assets.join("askfirst.js");
    fs::remove_file(&script).unwrap();
    std::os::unix::fs::symlink(&script, &script).unwrap();
    for (route, name) in
        [("/v/{build}/{name}", "askfirst.js"), ("/v/{build}/askfirst-texts/{name}", "askfirst-texts/de.json")]
    {
        asked.public(route, &format!("{folder}{name}"), &[]);
    }
}

fn owners(asked: &mut Asked) {
    for path in [
        "/",
        "/?days=5",
        "/?site=nowhere",
        "/metrics",
        "/report.css",
        "/api/v1/report?site=demo",
        "/api/v1/report",
        "/api/v1/report?site=nowhere",
        "/openapi.json",
        "/health/live",
        "/health/ready",
    ] {
        asked.private(path, &[]);
        asked.private(path, &[("host", "evil.example")]);
        if !path.starts_with("/health") {
            let route = path.split('?').next().unwrap();
            asked.private.insert(given(route, "GET", &asked.collector.private(path)));
        }
    }
}
