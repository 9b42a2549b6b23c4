//! `askfirst-collector verify`: real pages, served by a web server with headers of its own, beside a real collector.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::{Arc, Mutex};

use askfirst_collector::config::{Config, Demo, TlsFiles};
use axum::Router;
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::common::{Collector, ID, run, text};

/// One answer: a status, headers, a body.
type Shown = (u16, Vec<(&'static str, String)>, String);

/// A web server: what stands where, and what it was asked for.
struct Site {
    _runtime: Runtime,
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Site {
    fn start(answers: impl IntoIterator<Item = (&'static str, Shown)>) -> Self {
        let runtime = Runtime::new().unwrap();
        let answers: BTreeMap<&str, Shown> = answers.into_iter().collect();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        let answer = move |uri: Uri| async move {
            noted.lock().unwrap().push(uri.path().to_owned());
            match answers.get(uri.path()) {
                Some(shown) => response(shown),
                None => StatusCode::NOT_FOUND.into_response(),
            }
        };
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let router: Router = Router::new().fallback(answer);
        runtime.spawn(async { axum::serve(listener, router).await });
        Self { _runtime: runtime, address, asked }
    }

    fn address(&self) -> String {
        format!("http://{}/", self.address)
    }
}

fn response((status, headers, body): &Shown) -> Response {
    let mut response = body.clone().into_response();
    *response.status_mut() = StatusCode::from_u16(*status).unwrap();
    for (name, value) in headers {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    }
    response
}

/// A page with that in its head, under that policy.
fn page(head: &str, policy: &str) -> Shown {
    let headers = [("content-type", "text/html; charset=utf-8"), ("content-security-policy", policy)];
    let headers = headers.into_iter().filter(|(_, value)| !value.is_empty());
    let html = format!("<!doctype html><title>A shop</title>{head}<h1>A shop</h1>");
    (200, headers.map(|(name, value)| (name, value.to_owned())).collect(), html)
}

const SCRIPT: &str = "window.askfirst = 'a script of ours';";

fn collector(change: impl FnOnce(&mut Config)) -> Collector {
    let collector = Collector::with(change);
    let assets = collector.directory.path().join("dist");
    fs::create_dir_all(&assets).unwrap();
    for file in ["askfirst.js", "askfirst-preferences.js"] {
        fs::write(assets.join(file), SCRIPT).unwrap();
    }
    collector
}

/// Whose site "shop.example" goes up to anonymous and may be sent to from one origin only, where there is one.
fn listing(origin: &str) -> Collector {
    let text = format!("[[site]]\nname = \"shop.example\"\nlevel = \"anonymous\"\norigins = [{origin:?}]");
    let sites = Config::parse(&text).unwrap().sites;
    collector(|config| config.sites = sites)
}

fn tag(collector: &Collector, more: &str) -> String {
    format!("<script defer src=\"http://{}/askfirst.js\" data-local=on {more}></script>", collector.public)
}

/// What it finds, by check, as verdict and words, the worst of each check; and whether it says that all is well.
fn verify(arguments: &[&str]) -> (BTreeMap<String, (String, String)>, bool) {
    let output = run(&[&["verify", "--json"], arguments].concat());
    let findings: Vec<Value> =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
    let mut by_check: BTreeMap<String, (String, String)> = BTreeMap::new();
    for finding in findings {
        let word = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        assert_eq!(finding["fix"].is_string(), word("verdict") != "ok", "a fix for each trouble: {finding}");
        let rank =
            |verdict: &str| ["ok", "warning", "error"].iter().position(|known| *known == verdict).unwrap();
        let said = (word("verdict"), format!("{} -> {}", word("says"), word("fix")));
        let worst = by_check.entry(word("check")).or_insert_with(|| said.clone());
        if rank(&said.0) > rank(&worst.0) {
            *worst = said;
        }
    }
    (by_check, output.status.success())
}

/// Looks at one page with that in its head.
fn of_page(head: &str, policy: &str) -> (BTreeMap<String, (String, String)>, bool) {
    let site = Site::start([("/", page(head, policy))]);
    verify(&[&site.address()])
}

const GPC: &str = r#"{"gpc":true,"lastUpdate":"2026-11-01"}"#;

#[test]
fn all_is_well_where_all_is_well_and_nothing_is_counted() {
    let elsewhere = Site::start([]);
    let collector = collector(|_| {});
    let stats = format!("http://{}", collector.public);
    let policy = format!("default-src 'none'; script-src {stats} 'wasm-unsafe-eval'; connect-src {stats}");
    let head = format!(
        "<script src=\"{0}other.js\"></script><link rel=stylesheet href=\"{0}a.css\">{1}",
        elsewhere.address(),
        tag(&collector, "data-site=shop.example data-policy=/privacy data-level=full")
    );
    let site = Site::start([
        ("/shop", page(&head, &policy)),
        ("/.well-known/gpc.json", (200, Vec::new(), GPC.into())),
    ]);
    let before = collector.tables();
    let (found, well) = verify(&[&format!("{}shop", site.address())]);
    for check in
        ["page", "tag", "options", "script", "files", "csp", "endpoint", "clock", "site", "origin", "gpc"]
    {
        assert_eq!(found[check].0, "ok", "{check}: {}", found[check].1);
    }
    assert!(well && found.len() == 11, "{found:?}");
    assert_eq!(*site.asked.lock().unwrap(), ["/shop", "/.well-known/gpc.json"], "nothing else of the site");
    assert_eq!(*elsewhere.asked.lock().unwrap(), [""; 0], "and nobody else");
    assert_eq!(collector.tables(), before);
}

#[test]
fn each_trouble_is_told_with_what_to_do() {
    let collector = listing("https://shop.example");
    let site = |more: &str| tag(&collector, &format!("data-site=shop.example {more}"));
    let stats = format!("http://{}", collector.public);
    let trouble = |head: &str, policy: &str, check: &str, verdict: &str, words: &str| {
        let (found, well) = of_page(head, policy);
        let (is, says) = found.get(check).unwrap_or_else(|| panic!("{check}: {found:?}"));
        assert_eq!(is, verdict, "{check}: {says}");
        assert!(says.contains(words), "{words:?} is not in: {says}");
        assert!(verdict != "error" || !well, "an error is told by the exit code");
    };
    trouble("", "", "tag", "error", "?askfirst-debug");
    trouble(&format!("<!-- {} -->", site("")), "", "tag", "error", "comment");
    let held = site("data-cookieconsent=statistics").replace("<script", "<script type=text/plain");
    trouble(&held, "", "tag", "error", "Cookiebot");
    trouble(&site("").repeat(2), "", "tag", "error", "counted that many times");
    trouble(&site("data-levle=full"), "", "options", "error", "did you mean data-level?");
    trouble(&site("").replace("data-local=on", ""), "", "options", "error", "data-local=\"on\"");
    trouble(&site("").replace("/askfirst.js", "/v/askfirst.js"), "", "script", "error", "answers 404");
    trouble(&site("crossorigin integrity=sha384-AAAA"), "", "integrity", "error", "integrity=\"sha384-");
    trouble(&site(""), "script-src 'self'", "csp", "error", &format!("add {stats} to script-src"));
    trouble(&site(""), "script-src *", "csp", "warning", "'wasm-unsafe-eval'");
    let meta = "<meta http-equiv=content-security-policy content=\"connect-src 'self'\">";
    trouble(&format!("{meta}{}", site("")), "", "csp", "error", &format!("add {stats} to connect-src"));
    trouble(
        &site("").replace("shop.example", "shpo.example"),
        "",
        "site",
        "error",
        "did you mean \"shop.example\"",
    );
    trouble(&site("data-level=full"), "", "site", "error", "data-level=\"anonymous\"");
    trouble(&site(""), "", "origin", "error", "to `origins`");
    trouble(&site(""), "", "gpc", "warning", "inventory --gpc");
    assert_eq!(collector.filled(), [""; 0], "nothing was counted");
}

#[test]
fn what_stands_between_page_and_collector_is_told() {
    let collector = collector(|_| {});
    let document = collector.get("/.well-known/askfirst.json").body;
    let file = |kind: &str| {
        (
            200,
            vec![("content-type", kind.to_owned()), ("date", "Mon, 23 Nov 2020 10:00:00 GMT".to_owned())],
            SCRIPT.to_owned(),
        )
    };
    // A proxy that shows the script with a wrong type, answers by a clock of its own, and does not pass messages on.
    let told = (200, vec![("date", "Mon, 23 Nov 2020 10:00:00 GMT".to_owned())], document);
    let proxy = Site::start([("/askfirst.js", file("text/plain")), ("/.well-known/askfirst.json", told)]);
    let head = format!(
        "<script defer src={}askfirst.js data-site=shop.example data-local=on></script>",
        proxy.address()
    );
    let (found, well) = of_page(&head, "");
    assert!(!well);
    for (check, verdict, words) in [
        ("script", "warning", "text/plain"),
        ("endpoint", "ok", "a collector"),
        ("clock", "error", "2020-11-23T10:00:00Z"),
        ("files", "error", "askfirst-preferences.js answers 404"),
        ("origin", "error", "answered 404"),
    ] {
        assert!(found[check].0 == verdict && found[check].1.contains(words), "{check}: {:?}", found[check]);
    }
    // Messages are passed on, and what the collector tells everybody is not.
    let taken = collector.post("/mydata", format!(r#"{{"v":2,"site":"shop.example","id":"{ID}"}}"#)).body;
    let any = vec![("access-control-allow-origin", "*".to_owned())];
    let mut part = file("text/javascript; charset=utf-8");
    part.1.extend(any.clone());
    let half = Site::start([
        ("/askfirst-preferences.js", part),
        ("/askfirst.js", file("text/javascript; charset=utf-8")),
        ("/mydata", (200, any, taken)),
    ]);
    let (found, well) = of_page(&head.replace(&proxy.address(), &half.address()), "");
    assert!(well && found["endpoint"].0 == "warning" && found["origin"].0 == "ok", "{found:?}");
    // Nothing of ours is there, and nobody at all.
    let empty = Site::start([("/askfirst.js", file("text/javascript; charset=utf-8"))]);
    let (found, _) = of_page(&head.replace(&proxy.address(), &empty.address()), "");
    assert!(found["endpoint"].1.contains("answers 404"), "{:?}", found["endpoint"]);
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (found, _) = of_page(&tag(&collector, &format!("data-site=demo data-endpoint=http://{gone}")), "");
    assert!(found["endpoint"].0 == "error" && found["script"].0 == "ok", "{found:?}");
}

#[test]
fn what_is_no_page_is_named_and_where_one_leads_is_followed() {
    let moved = |to: &str| (302, vec![("location", to.to_owned())], String::new());
    let site = Site::start([
        ("/old", moved("/wp-login.php?redirect_to=/old")),
        ("/wp-login.php", page("", "")),
        ("/here", moved("there")),
        ("/there", page("", "")),
        ("/round", moved("/round")),
        ("/data", (200, vec![("content-type", "application/json".to_owned())], "{}".to_owned())),
    ]);
    for (path, verdict, words) in [
        ("old", "error", "redirects to a login"),
        ("here", "ok", "/there is a page"),
        ("round", "error", "more than 5 redirects"),
        ("data", "error", "not HTML"),
        ("none", "error", "there is no such page"),
    ] {
        let (found, _) = verify(&[&format!("{}{path}", site.address())]);
        assert!(found["page"].0 == verdict && found["page"].1.contains(words), "{path}: {:?}", found["page"]);
    }
}

#[test]
fn without_a_tag_the_command_line_says_where_hits_go() {
    let collector = collector(|_| {});
    let site = Site::start([("/", page("", ""))]);
    let endpoint = format!("http://{}", collector.public);
    let (found, well) = verify(&[&site.address(), "--site", "shop.example", "--endpoint", &endpoint]);
    assert!(
        well && found["tag"].0 == "ok" && found["site"].0 == "ok" && found["origin"].0 == "ok",
        "{found:?}"
    );
    let (found, well) = verify(&[&site.address(), "--site", "nobody", "--endpoint", &endpoint]);
    assert!(!well && found["site"].1.contains("\"nobody\""), "{found:?}");
}

#[test]
fn certificates_are_verified() {
    let directory = tempfile::tempdir().unwrap();
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let path = |name: &str| directory.path().join(name);
    fs::write(path("own.pem"), cert.pem()).unwrap();
    fs::write(path("own.key"), signing_key.serialize_pem()).unwrap();
    fs::set_permissions(path("own.key"), Permissions::from_mode(0o600)).unwrap();
    let collector = collector(|config| {
        config.tls = Some(TlsFiles { certificate: path("own.pem"), key: path("own.key") });
        // Any page will do: its own, with the tag in it.
        let demo = directory.path().join("demo");
        fs::create_dir_all(&demo).unwrap();
        fs::write(
            demo.join("index.html"),
            "<meta charset=utf-8><script defer src=/askfirst.js data-site=demo data-local=on></script>",
        )
        .unwrap();
        config.demo = Some(Demo::Directory(demo));
    });
    let address = format!("https://localhost:{}/demo/", collector.public.port());
    let (found, well) = verify(&[&address, "--cacert", path("own.pem").to_str().unwrap()]);
    assert!(well && found["script"].0 == "ok" && found["origin"].0 == "ok", "{found:?}");
    let (found, well) = verify(&[&address]);
    assert!(!well && found["page"].1.contains("certificate"), "{found:?}");
    assert_eq!(found.len(), 1, "where nobody is, nothing else is said: {found:?}");
}

#[test]
fn what_it_prints_is_for_reading() {
    let site = Site::start([("/", page("", ""))]);
    let output = run(&["verify", &site.address()]);
    assert_eq!(output.status.code(), Some(1));
    let lines = text(&output.stdout);
    assert!(lines.contains("ok       page        "), "{lines}");
    assert!(
        lines.contains("error    tag         no script tag") && lines.contains("-> put <script defer"),
        "{lines}"
    );
    assert!(text(&output.stderr).contains("1 error and 1 warning;"), "{}", text(&output.stderr));
    for wrong in ["", "ftp://example.org", "https://"] {
        let output = run(&["verify", wrong]);
        assert!(
            output.stdout.is_empty() && text(&output.stderr).contains("address"),
            "{}",
            text(&output.stderr)
        );
    }
    let help = text(&run(&["verify", "--help"]).stdout);
    assert!(help.contains("Nothing else is requested and nothing is counted"), "{help}");
    let output = run(&["verify", &site.address(), "--cacert", "/dev/null"]);
    assert!(text(&output.stderr).contains("holds no certificate"), "{}", text(&output.stderr));
}
