//! The script and the demo that are inside the program are served as those of a directory are.

use std::path::Path;

use askfirst_collector::config::Demo;

use crate::common::{Answer, Collector, get};

/// One that serves what is inside the program, and one that serves the directories it was made from.
fn both() -> [Collector; 2] {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let inside = Collector::with(|config| {
        config.assets = None;
        config.demo = Some(Demo::Embedded);
    });
    let outside = Collector::with(|config| {
        config.assets = Some(repository.join("dist"));
        config.demo = Some(Demo::Directory(repository.join("www/demo")));
    });
    [inside, outside]
}

const HEADERS: [&str; 9] = [
    "content-type",
    "content-encoding",
    "content-length",
    "content-range",
    "cache-control",
    "access-control-allow-origin",
    "cross-origin-resource-policy",
    "vary",
    "location",
];

/// All of an answer but when the file was written.
fn all(answer: &Answer) -> (u16, Vec<String>, &str) {
    let headers = HEADERS.map(|name| format!("{name}: {}", answer.header(name))).to_vec();
    (answer.status, headers, &answer.body)
}

/// What is the same of each: the same build, so the same paths.
fn paths(collector: &Collector) -> Vec<String> {
    let told = collector.get("/.well-known/askfirst.json").json();
    let folder = told["script"]["folder"].as_str().unwrap().to_owned();
    let files: Vec<String> =
        told["script"]["integrity"].as_object().unwrap().keys().map(ToOwned::to_owned).collect();
    assert!(files.len() > 20, "all scripts and all languages: {files:?}");
    let of_script = files.iter().flat_map(|file| [format!("/{file}"), format!("{folder}{file}")]);
    let others = [
        "/askfirst-texts/xx.json",
        "/askfirst-texts/de.json.br",
        "/askfirst.js.br",
        "/index.js",
        "/askfirst.wasm",
        "/v/0123456789abcdef/askfirst.js",
        "/",
        "/demo",
        "/demo/",
        "/demo/index.html",
        "/demo/demo.css",
        "/demo/art.svg",
        "/demo/catalogue.txt",
        "/demo/journal",
        "/demo/journal/",
        "/demo/journal/first-frost/",
        "/demo/nowhere",
        "/demo/nowhere/",
        "/demo/demo.css/",
        "/demo/../askfirst.toml",
        "/demo/%2e%2e/package.json",
        "/demo/%ff",
        "/demo/a%00b",
    ];
    of_script.chain(others.map(str::to_owned)).collect()
}

#[test]
fn every_path_answers_alike() {
    let [inside, outside] = both();
    let paths = paths(&inside);
    assert_eq!(
        inside.get("/.well-known/askfirst.json").json()["script"],
        outside.get("/.well-known/askfirst.json").json()["script"]
    );
    for path in paths {
        for headers in [
            &[("accept-encoding", "identity")][..],
            &[("accept-encoding", "identity"), ("range", "bytes=2-5")],
            &[("accept-encoding", "identity"), ("range", "bytes=999999999-")],
        ] {
            let [here, there] = [&inside, &outside].map(|collector| get(collector.public, &path, headers));
            assert_eq!(all(&here), all(&there), "{path} {headers:?}");
        }
    }
}

#[test]
fn compressed_files_come_to_whoever_takes_them() {
    let [inside, outside] = both();
    for path in ["/askfirst.js", "/askfirst-plain.js", "/askfirst-texts/de.json"] {
        for encoding in ["br", "gzip"] {
            let [here, there] = [&inside, &outside].map(|collector| {
                let bytes = bytes(collector, path, encoding);
                assert!(bytes.1.len() > 20, "{path}");
                bytes
            });
            assert_eq!(here, there, "{path} {encoding}");
            assert_eq!(here.0, encoding);
        }
    }
}

/// The encoding and the bytes of an answer.
fn bytes(collector: &Collector, path: &str, encoding: &str) -> (String, Vec<u8>) {
    let request = ureq::http::Request::get(format!("http://{}{path}", collector.public));
    let request = request.header("accept-encoding", encoding).body(()).unwrap();
    let mut answer = crate::common::agent().run(request).unwrap();
    let header = answer.headers()["content-encoding"].to_str().unwrap().to_owned();
    (header, answer.body_mut().read_to_vec().unwrap())
}

#[test]
fn what_is_known_is_not_sent_again() {
    let [inside, _] = both();
    let identity = ("accept-encoding", "identity");
    for path in ["/askfirst.js", "/askfirst-texts/de.json", "/demo/demo.css"] {
        let first = get(inside.public, path, &[identity]);
        let (tag, written) = (first.header("etag"), first.header("last-modified"));
        assert!(!tag.is_empty() && !written.is_empty(), "{path}");
        for known in [("if-none-match", tag), ("if-modified-since", written)] {
            let again = get(inside.public, path, &[identity, known]);
            assert_eq!((again.status, again.body.as_str()), (304, ""), "{path} {known:?}");
        }
    }
}

#[test]
fn a_receipt_names_the_script_inside() {
    let [inside, outside] = both();
    let grant = serde_json::json!({"v": 2, "site": "demo", "action": "grant", "level": "anonymous", "policy": 1, "lang": "en",
        "banner": true, "text": "may we?", "id": crate::common::ID});
    let code = |collector: &Collector| {
        assert_eq!(collector.post("/consent", &grant).status, 200);
        let database = rusqlite::Connection::open(collector.database()).unwrap();
        database.query_row("SELECT code FROM receipts", [], |row| row.get::<_, String>(0)).unwrap()
    };
    let [here, there] = [&inside, &outside].map(code);
    assert!(here.len() == 64 && here == there, "{here} {there}");
}
