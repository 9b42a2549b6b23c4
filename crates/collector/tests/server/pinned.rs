//! `GET /v/…`: the script's files by the name of their build, with the hashes that pages hold them to; and the tag that does so.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use sha2::{Digest as _, Sha384};
use ureq::http::Request;

use crate::common::{Answer, Collector, agent, answer, dist, get, run, text};

const FILES: [(&str, &str); 4] = [
    ("askfirst.js", "text/javascript; charset=utf-8"),
    ("askfirst-preferences.js", "text/javascript; charset=utf-8"),
    ("askfirst-plain.js", "text/javascript; charset=utf-8"),
    ("askfirst-texts/de.json", "application/json"),
];
const IDENTITY: (&str, &str) = ("accept-encoding", "identity");

/// A build in a directory: each file says its own name and which build it is of.
fn write(directory: &Path, build: &str) {
    fs::create_dir_all(directory.join("askfirst-texts")).unwrap();
    for (name, _) in FILES {
        for (ending, how) in [("", "plain"), (".br", "brotli"), (".gz", "gzip")] {
            fs::write(directory.join(format!("{name}{ending}")), format!("{name} {build} {how}")).unwrap();
        }
    }
    fs::write(directory.join("index.js"), "secret").unwrap();
}

fn serving(build: &str) -> Collector {
    Collector::with(|config| write(dist(config), build))
}

fn told(collector: &Collector) -> Value {
    collector.get("/.well-known/askfirst.json").json()["script"].clone()
}

fn folder(collector: &Collector) -> String {
    told(collector)["folder"].as_str().unwrap().to_owned()
}

fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(bytes)))
}

#[test]
fn each_file_is_there_for_good_and_for_any_origin_with_the_hash_that_is_told() {
    let collector = serving("1");
    let (told, folder) = (told(&collector), folder(&collector));
    assert_eq!(told["integrity"].as_object().unwrap().len(), FILES.len(), "and nothing else: {told}");
    for (name, mime) in FILES {
        let answer = get(collector.public, &format!("{folder}{name}"), &[IDENTITY]);
        assert_eq!((answer.status, answer.body.clone()), (200, format!("{name} 1 plain")));
        assert_eq!(told["integrity"][name], integrity(answer.body.as_bytes()), "{name}");
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(answer.header("content-type"), mime);
        for (header, value) in [
            ("access-control-allow-origin", "*"),
            ("cross-origin-resource-policy", "cross-origin"),
            ("x-content-type-options", "nosniff"),
            ("vary", "accept-encoding"),
            ("set-cookie", ""),
        ] {
            assert_eq!(answer.header(header), value, "{name}: {header}");
        }
    }
}

#[test]
fn each_encoding_has_its_own_validator_and_a_range_is_of_what_was_asked_for() {
    let collector = serving("1");
    for path in [format!("{}askfirst.js", folder(&collector)), "/askfirst.js".to_owned()] {
        let with = |headers: &[(&str, &str)]| get(collector.public, &path, headers);
        let mut tags = Vec::new();
        for (accepts, encoding, how) in
            [("br, gzip", "br", "brotli"), ("gzip", "gzip", "gzip"), ("identity", "", "plain")]
        {
            let accepts = ("accept-encoding", accepts);
            let answer = with(&[accepts]);
            assert_eq!(
                (answer.status, answer.header("content-encoding"), answer.body.as_str()),
                (200, encoding, &*format!("askfirst.js 1 {how}"))
            );
            let tag = answer.header("etag").to_owned();
            let unchanged = with(&[accepts, ("if-none-match", &tag)]);
            assert_eq!((unchanged.status, unchanged.body.as_str()), (304, ""), "{path} {encoding}");
            assert_eq!(unchanged.header("cache-control"), answer.header("cache-control"));
            assert_eq!(unchanged.header("vary"), "accept-encoding");
            tags.push(tag);
        }
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), 3, "{path}: {tags:?}");
        let part = with(&[IDENTITY, ("range", "bytes=0-7")]);
        assert_eq!((part.status, part.body.as_str()), (206, "askfirst"));
        assert_eq!(with(&[IDENTITY, ("range", "bytes=900-")]).status, 416);
        let request = Request::head(format!("http://{}{path}", collector.public)).body(()).unwrap();
        let head = answer(agent().run(request).unwrap());
        assert_eq!((head.status, head.body.as_str()), (200, ""));
        assert_eq!(head.header("cache-control"), with(&[]).header("cache-control"));
    }
}

/// Not there, and not remembered as such.
fn gone(answer: &Answer) -> bool {
    assert!(!answer.body.contains("secret") && !answer.body.contains("plain"), "{}", answer.body);
    (answer.status, answer.header("cache-control"), answer.header("access-control-allow-origin"))
        == (404, "no-store", "*")
}

#[test]
fn what_is_replaced_is_not_served_under_the_old_name() {
    let collector = serving("1");
    let before = folder(&collector);
    write(&collector.directory.path().join("dist"), "20");
    for (name, _) in FILES {
        assert!(gone(&collector.get(&format!("{before}{name}"))), "{name}");
    }
    let after = folder(&collector);
    assert_ne!(before, after);
    let answer = get(collector.public, &format!("{after}askfirst.js"), &[IDENTITY]);
    assert_eq!(answer.body, "askfirst.js 20 plain");
    // A part that was changed alone is another build too: what a pinned script loads later belongs to it.
    fs::write(collector.directory.path().join("dist/askfirst-plain.js"), "another").unwrap();
    assert!(gone(&collector.get(&format!("{after}askfirst.js"))));
}

#[test]
fn nothing_but_its_own_files_stands_in_a_build() {
    let collector = serving("1");
    let folder = folder(&collector);
    for name in [
        "index.js",
        "askfirst.js.br",
        "askfirst-vitals.js",
        "askfirst-texts/..%2Findex.js",
        "..%2Findex.js",
        "%2e%2e/index.js",
        "%ff%fe.js",
    ] {
        let answer = collector.get(&format!("{folder}{name}"));
        assert_eq!(answer.status, 404, "{name}: {}", answer.body);
        assert!(!answer.body.contains("secret"), "{name}");
    }
    let words = collector.get(&format!("{folder}askfirst-texts/fr.json"));
    assert_eq!(
        (words.status, words.body.as_str()),
        (204, ""),
        "a language that there are no words in is no error"
    );
    for path in ["/v/", "/v/../askfirst.js", "/v/0123456789abcdef/askfirst.js", "/v/%ff/askfirst.js"] {
        assert_eq!(collector.get(path).status, 404, "{path}");
    }
}

#[test]
fn pages_that_name_an_earlier_build_are_served_it_whole() {
    let before = folder(&serving("1"));
    let collector = Collector::with(|config| {
        let earlier = dist(config).with_file_name("earlier");
        write(&earlier, "1");
        write(dist(config), "2");
        config.earlier_assets = vec![earlier];
    });
    let now = folder(&collector);
    assert_ne!(before, now);
    for (name, _) in FILES {
        for (path, body) in [
            (format!("{before}{name}"), format!("{name} 1 plain")),
            (format!("{now}{name}"), format!("{name} 2 plain")),
            (format!("/{name}"), format!("{name} 2 plain")),
        ] {
            let answer = get(collector.public, &path, &[IDENTITY]);
            assert_eq!((answer.status, answer.body), (200, body), "{path}");
        }
    }
}

#[test]
fn an_earlier_release_that_is_not_there_stops_the_start() {
    let directory = tempfile::tempdir().unwrap();
    let config = directory.path().join("askfirst.toml");
    fs::write(&config, "earlier_assets = [\"/nowhere\"]\n[[site]]\nname = \"a\"\nlevel = \"full\"\n")
        .unwrap();
    let data = directory.path().join("data");
    let any = "127.0.0.1:0";
    let (config, data) = (config.to_str().unwrap(), data.to_str().unwrap());
    let output = run(&["serve", "--config", config, "--data", data, "--public", any, "--private", any]);
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains("earlier_assets") && error.contains("/nowhere"), "{error}");
}

#[test]
fn the_tag_that_is_printed_names_what_is_served() {
    let collector = serving("1");
    let assets = collector.directory.path().join("dist");
    let assets = assets.to_str().unwrap();
    let common = ["tag", "--site", "demo", "--endpoint", "https://stats.example.org", "--assets", assets];
    let plain = text(&run(&common).stdout);
    assert!(plain.contains("src=\"https://stats.example.org/askfirst.js\"") && !plain.contains("integrity"));
    let pinned = text(&run(&[&common[..], &["--pinned", "--import-map"]].concat()).stdout);
    let (told, folder) = (told(&collector), folder(&collector));
    let (map, tag) = pinned.split_once("</script>\n").unwrap();
    for part in [
        format!("src=\"https://stats.example.org{folder}askfirst.js\""),
        format!("integrity=\"{}\"", told["integrity"]["askfirst.js"].as_str().unwrap()),
        "crossorigin=\"anonymous\"".to_owned(),
        "data-site=\"demo\"".to_owned(),
    ] {
        assert!(tag.contains(&part), "{part} is not in: {tag}");
    }
    let map: Value = serde_json::from_str(map.strip_prefix("<script type=\"importmap\">").unwrap()).unwrap();
    let map = map["integrity"].as_object().unwrap();
    assert_eq!(map.len(), 2, "the scripts that are loaded later, and no text");
    for name in ["askfirst-preferences.js", "askfirst-plain.js"] {
        let address = format!("https://stats.example.org{folder}{name}");
        assert_eq!(map[&address], told["integrity"][name]);
    }
}

#[test]
fn a_tag_that_cannot_be_written_says_what_to_do() {
    let nowhere = ["--endpoint", "https://stats.example.org", "--assets", "/nowhere"];
    for (arguments, words) in [
        (&["--site", "nope"][..], &["\"nope\"", "demo"][..]),
        (&["--site", "demo", "--pinned"], &["/nowhere", "askfirst.js", "--assets"]),
    ] {
        let output = run(&[&["tag"][..], arguments, &nowhere].concat());
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1));
        assert!(words.iter().all(|word| error.contains(word)), "{error}");
    }
}
