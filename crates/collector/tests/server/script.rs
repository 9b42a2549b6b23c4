//! `GET /askfirst.js`.

use std::fs;

use ureq::http::Request;

use crate::common::{Answer, Collector, agent, answer, dist};

fn with_script() -> Collector {
    Collector::with(|config| {
        fs::create_dir_all(dist(config)).unwrap();
        fs::write(dist(config).join("askfirst.js"), "plain").unwrap();
        fs::write(dist(config).join("askfirst.js.br"), "brotli").unwrap();
        fs::write(dist(config).join("askfirst.js.gz"), "gzip").unwrap();
    })
}

fn get(collector: &Collector, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(format!("http://{}/askfirst.js", collector.public));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    // ureq would unpack what it asked for; here the bytes are no real brotli.
    answer(agent().run(request.body(()).unwrap()).unwrap())
}

#[test]
fn it_is_javascript_for_any_origin() {
    let answer = get(&with_script(), &[("accept-encoding", "identity")]);
    assert_eq!((answer.status, answer.body.as_str()), (200, "plain"));
    assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "public, max-age=3600");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("set-cookie"), "");
}

#[test]
fn who_takes_a_compressed_file_gets_it() {
    let collector = with_script();
    for (accepts, encoding, body) in [
        ("br, gzip", "br", "brotli"),
        ("gzip", "gzip", "gzip"),
        ("br;q=0, gzip", "gzip", "gzip"),
        ("zstd", "", "plain"),
    ] {
        let answer = get(&collector, &[("accept-encoding", accepts)]);
        assert_eq!((answer.header("content-encoding"), answer.body.as_str()), (encoding, body), "{accepts}");
        assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
        assert_eq!(answer.header("vary"), "accept-encoding");
    }
}

#[test]
fn it_is_not_sent_again_until_it_changes() {
    let collector = with_script();
    let identity = ("accept-encoding", "identity");
    let tag = get(&collector, &[identity]).header("etag").to_owned();
    assert!(!tag.is_empty());
    let unchanged = get(&collector, &[identity, ("if-none-match", &tag)]);
    assert_eq!(
        (unchanged.status, unchanged.body.as_str(), unchanged.header("etag")),
        (304, "", tag.as_str())
    );
    assert_eq!(unchanged.header("cache-control"), "public, max-age=3600");
    fs::write(collector.directory.path().join("dist/askfirst.js"), "another").unwrap();
    let changed = get(&collector, &[identity, ("if-none-match", &tag)]);
    assert_eq!((changed.status, changed.body.as_str()), (200, "another"));
}

#[test]
fn a_missing_script_is_not_remembered_as_missing() {
    let answer = get(&Collector::start(), &[]);
    assert_eq!((answer.status, answer.header("cache-control")), (404, "no-store"));
}
