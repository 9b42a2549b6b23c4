//! The collector asks nobody anything: with all that can be switched on, its system calls are looked at while it starts, takes
//! messages, shows reports, reads its certificate again, and stops.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::common::{ID, Program, about, countries, get, grant, installed, view_under, views};
use crate::secure::{Certificate, message};

const TOKEN: &str = "4b7d1f0a9c3e5b7d2f4a6c8e0b1d3f5a";

#[test]
fn it_connects_to_nobody_and_sends_to_nobody_who_has_not_connected() {
    let Some(strace) = installed("strace", "strace") else { return };
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let certificate = Certificate::make(directory.path(), "own");
    fs::write(path("token"), TOKEN).unwrap();
    fs::set_permissions(path("token"), Permissions::from_mode(0o600)).unwrap();
    fs::create_dir_all(path("demo")).unwrap();
    fs::create_dir_all(path("dist")).unwrap();
    fs::write(path("dist/askfirst.js"), "script").unwrap();
    let config = format!(
        "token_file = {:?}\ndemo = {:?}\nassets = {:?}\ncountry_database = {:?}\ntrusted_proxies = [\"127.0.0.1\"]\n\
         [tls]\ncertificate = {:?}\nkey = {:?}\n\
         [[site]]\nname = \"demo\"\nlevel = \"full\"\nk = 1\ncookie_domain = \"example.org\"\n\
         notice = \"https://www.example.org/privacy\"\n",
        path("token"),
        path("demo"),
        path("dist"),
        countries(directory.path()),
        certificate.certificate,
        certificate.key
    );
    fs::write(path("askfirst.toml"), config).unwrap();

    let mut traced = Command::new(strace);
    traced.args(["-f", "-qq", "-e", "trace=bind,connect,sendto,sendmsg,sendmmsg", "-o"]);
    traced.arg(path("trace")).arg(env!("CARGO_BIN_EXE_askfirst-collector"));
    let more = ["--log", "trace", "--config", path("askfirst.toml").to_str().unwrap()].map(str::to_owned);
    let mut program = Program::by(traced, directory.path(), &more.each_ref().map(String::as_str));
    let children = format!("/proc/{0}/task/{0}/children", program.id());
    let collector = fs::read_to_string(children).unwrap().trim().to_owned();
    let signal =
        |name: &str| assert!(Command::new("kill").args([name, &collector]).status().unwrap().success());

    let id = about(ID);
    let headers = "origin: https://www.example.org\r\nreferer: https://www.example.org/\r\n\
                   x-forwarded-for: 192.0.2.7\r\nuser-agent: Firefox/143.0\r\n";
    for (path, body) in [
        ("/collect", views(1, "/", 1).replace("\"page\"", "\"referrer\":\"www.news.example\",\"page\"")),
        ("/consent", grant(ID, "anonymous").to_string()),
        ("/collect", view_under(ID, 2, "/")),
        ("/mydata", id.to_string()),
        ("/forget", id.to_string()),
    ] {
        let answer = certificate.ask(program.public, &message(path, headers, &body)).unwrap();
        assert!(answer.starts_with("HTTP/1.1 20"), "{path}: {answer}");
    }
    signal("-HUP");
    for path in ["/askfirst.js", "/demo/", "/.well-known/askfirst.json", "/openapi.json", "/health/ready"] {
        let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
        assert!(certificate.ask(program.public, &request).unwrap().starts_with("HTTP/1.1 "), "{path}");
    }
    for path in ["/", "/api/v1/report?site=demo&by=country", "/health/ready"] {
        let headers = [("authorization", &*format!("Bearer {TOKEN}"))];
        assert_eq!(get(program.private, path, &headers).status, 200, "{path}");
    }
    signal("-TERM");
    assert_eq!(program.wait().code(), Some(0));

    let trace = fs::read_to_string(path("trace")).unwrap();
    let bound = trace.lines().filter(|line| line.contains("bind(") && line.contains("sin_addr")).count();
    assert_eq!(bound, 2, "both listeners are seen: {trace}");
    let connects: Vec<&str> = trace.lines().filter(|line| line.contains("connect(")).collect();
    assert!(connects.is_empty(), "{connects:#?}");
    // Of those that send, only those that name an address reach who has not connected.
    let sends = trace.lines().filter(|line| !line.contains("bind(") && line.contains("_addr"));
    assert_eq!(sends.collect::<Vec<_>>(), [""; 0]);
}
