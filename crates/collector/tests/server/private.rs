//! Who may see the owner's side: the token, the socket file, and nothing that a page or a visitor could bring along.

use std::fs::{self, Permissions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::Output;

use askfirst_collector::config::{Config, PrivateAddress, Token};
use askfirst_collector::edge::Server;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use ureq::http::Request;

use crate::common::{Collector, Program, agent, answer, config, get, views};

const TOKEN: &str = "4b7d1f0a9c3e5b7d2f4a6c8e0b1d3f5a";
/// `:` and the token in base64, as a browser sends it for an empty user name.
const BASIC: &str = "Basic OjRiN2QxZjBhOWMzZTViN2QyZjRhNmM4ZTBiMWQzZjVh";

fn guarded() -> Collector {
    Collector::with(|config| config.token = Some(Token::new(TOKEN).unwrap()))
}

#[test]
fn reports_want_the_token_and_health_does_not() {
    let collector = guarded();
    for path in ["/", "/report.css", "/api/v1/report?site=demo", "/nothing"] {
        let bearer = format!("Bearer {TOKEN}");
        let with = |line: &str| get(collector.private, path, &[("authorization", line)]).status;
        let known = if path == "/nothing" { 404 } else { 200 };
        assert_eq!((with(&bearer), with(BASIC)), (known, known), "{path}");
        let wrong = format!("Bearer {}", TOKEN.replace('4', "5"));
        for line in ["", "Bearer", "Bearer ", &wrong, &bearer[..bearer.len() - 1], TOKEN, "Basic Og=="] {
            let answer = get(collector.private, path, &[("authorization", line)]);
            assert_eq!(answer.refusal(), (401, "unauthorized".to_owned()), "{path} {line}");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
        let answer = collector.private(path);
        let challenges: Vec<_> =
            answer.headers.get_all("www-authenticate").iter().map(|line| line.to_str().unwrap()).collect();
        assert!(challenges[0].starts_with("Basic realm=") && challenges[1].starts_with("Bearer realm="));
    }
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(collector.private(path).status, 200);
    }
    assert_eq!(collector.post("/collect", views(1, "/", 1)).status, 202, "visitors need none");
}

#[test]
fn what_a_page_or_a_visitor_brings_along_opens_nothing() {
    for collector in [guarded(), Collector::start()] {
        let open = collector.private("/api/v1/report?site=demo").status;
        for method in ["GET", "OPTIONS", "POST"] {
            let request = Request::builder()
                .method(method)
                .uri(format!("http://{}/api/v1/report?site=demo&token={TOKEN}", collector.private))
                .header("origin", "https://demo.example")
                .header("access-control-request-method", "GET")
                .header("cookie", format!("token={TOKEN}; askfirst_id={TOKEN}; authorization=Bearer {TOKEN}"))
                .header("x-authorization", format!("Bearer {TOKEN}"));
            let answer = answer(agent().run(request.body(()).unwrap()).unwrap());
            let expected = match (method, open) {
                ("GET", 200) => 400,
                (_, 200) => 405,
                _ => 401,
            };
            assert_eq!(answer.status, expected, "{method}");
            for name in ["set-cookie", "access-control-allow-origin", "access-control-allow-credentials"] {
                assert_eq!(answer.header(name), "", "{method}");
            }
            assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        }
    }
}

#[test]
fn a_name_that_somebody_pointed_here_is_not_answered_even_with_the_token() {
    let collector = guarded();
    let headers = [("host", "evil.example"), ("authorization", BASIC)];
    let answer = get(collector.private, "/api/v1/report?site=demo", &headers);
    assert_eq!(answer.refusal(), (421, "misdirected".to_owned()));
}

fn serve(directory: &Path, more: &[&str], token: Option<&str>) -> Output {
    let mut command = crate::common::program();
    command.args(["serve", "--public", "127.0.0.1:0", "--data"]).arg(directory.join("data")).args(more);
    if let Some(token) = token {
        command.env("ASKFIRST_TOKEN", token);
    }
    command.output().unwrap()
}

/// Each of these ends by itself, with a message.
#[test]
fn a_private_side_that_would_be_open_to_others_does_not_start() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("token");
    fs::write(&file, format!("{TOKEN}\n")).unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    let short = directory.path().join("short");
    fs::write(&short, "secret").unwrap();
    fs::set_permissions(&short, Permissions::from_mode(0o600)).unwrap();
    let (path, short) = (file.to_str().unwrap(), short.to_str().unwrap());
    for (arguments, token, words) in [
        (&["--private", "0.0.0.0:0"][..], None, &["0.0.0.0:0", "token_file", "127.0.0.1:8101", "unix:"][..]),
        (&["--token-file", path], None, &["token_file", "chmod o=", path]),
        (&["--token-file", short], None, &["token_file", short, "at least 32", "openssl rand -hex 32"]),
        (&["--token-file", "/nowhere"], None, &["token_file: cannot read /nowhere"]),
        (&[], Some("secret"), &["ASKFIRST_TOKEN", "at least 32"]),
        (&[], Some(""), &["ASKFIRST_TOKEN", "at least 32"]),
    ] {
        let output = serve(directory.path(), arguments, token);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {error}");
        for word in words {
            assert!(error.contains(word), "{word:?} is not in: {error}");
        }
        assert!(!error.contains("secret"), "{error}");
    }
}

#[test]
fn the_token_of_the_environment_goes_before_that_of_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let other = TOKEN.replace('4', "5");
    let file = directory.path().join("token");
    fs::write(&file, format!("{other}\n")).unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    let shows = |token: &str, variable: Option<&str>| {
        let mut command = crate::common::program();
        command.envs(variable.map(|variable| ("ASKFIRST_TOKEN", variable)));
        let program = Program::by(command, directory.path(), &["--token-file", file.to_str().unwrap()]);
        let bearer = format!("Bearer {token}");
        get(program.private, "/api/v1/report?site=demo", &[("authorization", &bearer)]).status
    };
    assert_eq!((shows(&other, None), shows(TOKEN, None)), (200, 401));
    assert_eq!((shows(&other, Some(TOKEN)), shows(TOKEN, Some(TOKEN))), (401, 200));
    let said = fs::read_to_string(directory.path().join("said.log")).unwrap();
    assert!(!said.contains(TOKEN) && !said.contains(&other));
}

/// A collector whose owner's side is a socket file.
struct Behind {
    runtime: Runtime,
    server: Option<Server>,
}

impl Behind {
    fn start(directory: &TempDir, change: impl FnOnce(&mut Config)) -> anyhow::Result<Self> {
        let runtime = Runtime::new().unwrap();
        let mut config = config(directory);
        config.private = PrivateAddress::Unix(directory.path().join("private.sock"));
        change(&mut config);
        let server = runtime.block_on(Server::start(config))?;
        Ok(Self { runtime, server: Some(server) })
    }
}

impl Drop for Behind {
    fn drop(&mut self) {
        self.runtime.block_on(self.server.take().unwrap().stop());
    }
}

fn ask(socket: &Path, line: &str) -> String {
    let mut stream = UnixStream::connect(socket).unwrap();
    let head = format!(
        "GET /api/v1/report?site=demo HTTP/1.1\r\nhost: any.example\r\n{line}connection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_socket_file_is_its_owners_alone_and_goes_with_the_collector() {
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join("private.sock");
    let behind = Behind::start(&directory, |_| {}).unwrap();
    let shown = &behind.server.as_ref().unwrap().private;
    assert_eq!(shown.to_string(), format!("unix:{}", socket.display()));
    let file = fs::metadata(&socket).unwrap();
    assert!(file.file_type().is_socket());
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
    let answer = ask(&socket, "");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with(r#"{"views":0,"visits":0}}"#), "{answer}");
    drop(behind);
    assert!(!socket.exists());

    // A token may be wanted there, too.
    let behind = Behind::start(&directory, |config| config.token = Some(Token::new(TOKEN).unwrap())).unwrap();
    assert!(ask(&socket, "").starts_with("HTTP/1.1 401"));
    assert!(ask(&socket, &format!("authorization: Bearer {TOKEN}\r\n")).starts_with("HTTP/1.1 200"));
    drop(behind);
}

#[test]
fn a_socket_file_that_was_left_behind_is_replaced_and_nothing_else_is() {
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join("private.sock");
    let said = |change: fn(&mut Config)| match Behind::start(&directory, change) {
        Ok(_) => String::new(),
        Err(error) => format!("{error:#}"),
    };

    let left = UnixListener::bind(&socket).unwrap();
    let error = said(|_| {});
    assert!(error.contains("another program listens on") && error.contains("--private"), "{error}");
    drop(left);
    assert!(socket.exists(), "as a killed collector leaves it");
    assert_eq!(said(|_| {}), "");

    fs::write(&socket, "precious").unwrap();
    assert!(said(|_| {}).contains("is not a socket"));
    assert_eq!(fs::read_to_string(&socket).unwrap(), "precious");
    fs::remove_file(&socket).unwrap();

    // One that another has put in our place is not ours to remove.
    let behind = Behind::start(&directory, |_| {}).unwrap();
    fs::remove_file(&socket).unwrap();
    let other = UnixListener::bind(&socket).unwrap();
    drop(behind);
    assert!(socket.exists());
    drop(other);

    fs::remove_file(&socket).unwrap();
    let error = said(|config| config.private = PrivateAddress::Unix("/nowhere/private.sock".into()));
    assert!(error.contains("cannot listen on unix:/nowhere/private.sock"), "{error}");
}
