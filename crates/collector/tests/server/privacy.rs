//! Nothing of the request but what the message says: no address, no User-Agent, no cookie, no query, in any file or log line.

use std::io::{Read as _, Write as _};
use std::net::SocketAddr;

use tokio::net::TcpSocket;

use crate::common::{ID, Program, countries, files, report, view_under, views};

/// A loopback address that nothing else here uses.
const CLIENT: &str = "127.7.7.7";
/// Behind the proxy that [`CLIENT`] is taken for.
const VISITOR: &str = "192.0.2.77";
const SECRETS: [&str; 9] = [
    CLIENT,
    VISITOR,
    "SecretBrowser",
    "secretlanguage",
    "secretcookie",
    "secretquery",
    "secretbody",
    "secretreferer",
    "secretheader",
];

/// A request from [`CLIENT`] that carries everything a browser might.
fn send(runtime: &tokio::runtime::Runtime, address: SocketAddr, request: &str, body: &str) -> String {
    let stream = runtime.block_on(async {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(format!("{CLIENT}:0").parse().unwrap()).unwrap();
        socket.connect(address).await.unwrap()
    });
    let mut stream = stream.into_std().unwrap();
    stream.set_nonblocking(false).unwrap();
    let head = format!(
        "{request}?q=secretquery HTTP/1.1\r\nhost: localhost\r\nuser-agent: Mozilla/5.0 (X11; Linux x86_64; SecretBrowser) Firefox/143.0\r\naccept-language: de-secretlanguage\r\ncookie: session=secretcookie\r\n\
         referer: https://demo.example/?q=secretreferer\r\nx-forwarded-for: {VISITOR}\r\nx-anything: secretheader\r\n\
         sec-gpc: 1\r\norigin: https://secretheader.example\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn no_file_and_no_log_line_holds_anything_of_the_client() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let directory = tempfile::tempdir().unwrap();
    // Where address and User-Agent are looked at, too.
    let beside = tempfile::tempdir().unwrap();
    let config = beside.path().join("askfirst.toml");
    let database = countries(beside.path());
    let text = format!(
        "country_database = {database:?}\ntrusted_proxies = [\"{CLIENT}/32\"]\n[[site]]\nname = \"demo\"\nlevel = \"full\"\nk = 1\n"
    );
    std::fs::write(&config, text).unwrap();
    let mut program =
        Program::start(directory.path(), &["--log", "trace", "--config", config.to_str().unwrap()]);
    let forget = format!(r#"{{"v":2,"site":"demo","id":"{ID}"}}"#);
    let grant = format!(
        r#"{{"v":2,"site":"demo","action":"grant","level":"anonymous","policy":1,"lang":"en","banner":true,"text":"May we?","page":"/","id":"{ID}"}}"#
    );
    let unknown = views(3, "/", 1).replacen('{', r#"{"secretbody":1,"#, 1);
    let public = [
        ("POST /consent", grant, "200"),
        ("POST /collect", views(1, "/", 1), "202"),
        ("POST /collect", view_under(ID, 2, "/"), "202"),
        ("POST /collect", "{\"secretbody".to_owned(), "400"),
        ("POST /collect", unknown, "422"),
        ("POST /mydata", forget.clone(), "200"),
        ("POST /forget", forget, "200"),
        ("GET /askfirst.js", String::new(), "200"),
        ("GET /askfirst-texts/de.json", String::new(), "204"),
        ("GET /nothing", String::new(), "404"),
        ("DELETE /collect", String::new(), "405"),
    ];
    for (request, body, status) in public {
        let answer = send(&runtime, program.public, request, &body);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request}: {answer}");
        assert!(SECRETS.iter().all(|secret| !answer.contains(secret)), "{answer}");
    }
    send(&runtime, program.private, "GET /api/v1/report", "");
    for (by, value) in [("browser", "Firefox"), ("language", "de"), ("country", "DE")] {
        let rows = report(program.private, &format!("site=demo&by={by}"));
        assert_eq!(rows, [(value.to_owned(), 2, 2)], "it was looked at");
    }

    let look = || {
        let files = files(directory.path());
        assert!(files.iter().any(|file| file.ends_with("askfirst.db")));
        for file in files {
            let bytes = std::fs::read(&file).unwrap();
            for secret in SECRETS {
                let found =
                    bytes.windows(secret.len()).any(|window| window.eq_ignore_ascii_case(secret.as_bytes()));
                assert!(!found, "{secret} stands in {}", file.display());
            }
        }
    };
    look();
    program.kill();
    look();
}

#[cfg(target_os = "linux")]
#[test]
fn a_crash_leaves_no_dump() {
    let directory = tempfile::tempdir().unwrap();
    let program = Program::start(directory.path(), &[]);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", program.id())).unwrap();
    let core = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().take(2).collect::<Vec<_>>(), ["0", "0"]);
}
