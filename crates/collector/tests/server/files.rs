//! What the script loads when it needs it: the preferences, the adapters, the texts in other languages.

use std::fs;

use crate::common::{Answer, Collector, dist, get};

const PARTS: [(&str, &str); 9] = [
    ("/askfirst-preferences.js", "text/javascript; charset=utf-8"),
    ("/askfirst-adapters.js", "text/javascript; charset=utf-8"),
    ("/askfirst-explain.js", "text/javascript; charset=utf-8"),
    ("/askfirst-capture.js", "text/javascript; charset=utf-8"),
    ("/askfirst-vitals.js", "text/javascript; charset=utf-8"),
    ("/askfirst-options.js", "text/javascript; charset=utf-8"),
    ("/askfirst-debug.js", "text/javascript; charset=utf-8"),
    ("/askfirst-texts/de.json", "application/json"),
    ("/askfirst-texts/pt-br.json", "application/json"),
];

/// Everything that the build makes, each with what is beside it; and files that are nobody's business.
fn built() -> Collector {
    Collector::with(|config| {
        fs::create_dir_all(dist(config).join("askfirst-texts/deep")).unwrap();
        for (path, _) in PARTS {
            for (ending, body) in [("", "plain"), (".br", "brotli"), (".gz", "gzip")] {
                fs::write(dist(config).join(format!("{}{ending}", &path[1..])), body).unwrap();
            }
        }
        fs::write(dist(config).join("askfirst-texts/en.json"), "plain").unwrap();
        fs::write(dist(config).join("secret.json"), "secret").unwrap();
        fs::write(dist(config).join("index.js"), "secret").unwrap();
        fs::write(dist(config).join("askfirst-texts/verylongtag.json"), "secret").unwrap();
        fs::write(dist(config).join("askfirst-texts/deep/de.json"), "secret").unwrap();
    })
}

fn with(collector: &Collector, path: &str, headers: &[(&str, &str)]) -> Answer {
    get(collector.public, path, headers)
}

#[test]
fn they_are_served_to_any_origin_for_as_long_as_the_script() {
    let collector = built();
    for (path, mime) in PARTS {
        let answer = with(&collector, path, &[("accept-encoding", "identity")]);
        assert_eq!((answer.status, answer.body.as_str()), (200, "plain"), "{path}");
        assert_eq!(answer.header("content-type"), mime);
        assert_eq!(answer.header("cache-control"), "public, max-age=3600");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("vary"), "accept-encoding");
        assert_eq!(answer.header("set-cookie"), "");
    }
}

#[test]
fn they_come_compressed_where_a_compressed_file_lies_there() {
    let collector = built();
    for (path, mime) in PARTS {
        for (accepts, encoding, body) in [("br, gzip", "br", "brotli"), ("gzip", "gzip", "gzip")] {
            let answer = with(&collector, path, &[("accept-encoding", accepts)]);
            assert_eq!((answer.header("content-encoding"), answer.body.as_str()), (encoding, body), "{path}");
            assert_eq!(answer.header("content-type"), mime);
        }
    }
    let alone = with(&collector, "/askfirst-texts/en.json", &[("accept-encoding", "br, gzip")]);
    assert_eq!((alone.status, alone.header("content-encoding"), alone.body.as_str()), (200, "", "plain"));
}

#[test]
fn they_are_not_sent_again_until_they_change() {
    let collector = built();
    let identity = ("accept-encoding", "identity");
    for (path, _) in PARTS {
        let tag = with(&collector, path, &[identity]).header("etag").to_owned();
        assert!(!tag.is_empty(), "{path}");
        let unchanged = with(&collector, path, &[identity, ("if-none-match", &tag)]);
        assert_eq!((unchanged.status, unchanged.body.as_str()), (304, ""));
        assert_eq!(unchanged.header("cache-control"), "public, max-age=3600");
        fs::write(collector.directory.path().join("dist").join(&path[1..]), "another").unwrap();
        let changed = with(&collector, path, &[identity, ("if-none-match", &tag)]);
        assert_eq!((changed.status, changed.body.as_str()), (200, "another"));
    }
}

#[test]
fn a_language_that_there_are_no_words_in_is_no_error() {
    let answer = with(&built(), "/askfirst-texts/fr.json", &[]);
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    assert_eq!(answer.header("cache-control"), "public, max-age=3600");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
}

#[test]
fn what_is_not_there_and_what_is_no_text_is_404_and_not_remembered() {
    let (built, empty) = (built(), Collector::start());
    for (path, _) in PARTS.into_iter().filter(|(path, _)| path.ends_with(".js")) {
        let answer = with(&empty, path, &[]);
        assert_eq!((answer.status, answer.header("cache-control")), (404, "no-store"), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
    }
    for path in [
        "/askfirst-texts/",
        "/askfirst-texts",
        "/askfirst-texts/deep",
        "/askfirst-texts/deep/de.json",
        "/askfirst-texts/deep%2Fde.json",
        "/askfirst-texts/verylongtag.json",
        "/askfirst-texts/de.json.br",
        "/askfirst-texts/..%2Fsecret.json",
        "/askfirst-texts/..%2F..%2Fsecret.json",
        "/askfirst-texts/%2e%2e/secret.json",
        "/askfirst-texts/%ff%fe.json",
        "/askfirst-texts/de%00.json",
        "/secret.json",
        "/index.js",
        "/askfirst-preferences.js.br",
    ] {
        let answer = with(&built, path, &[]);
        assert_eq!(answer.status, 404, "{path}: {}", answer.body);
        assert_ne!(answer.header("cache-control"), "public, max-age=3600");
        assert!(!answer.body.contains("secret"), "{path}");
    }
}
