//! `GET /demo/…` and `GET /`.

use std::fs;

use askfirst_collector::config::Demo;

use crate::common::Collector;

fn with_demo(missing: Option<&str>) -> Collector {
    Collector::with(|config| {
        let demo = config.data.with_file_name("demo");
        fs::create_dir_all(demo.join("docs")).unwrap();
        fs::write(demo.join("index.html"), "home").unwrap();
        fs::write(demo.join("docs/index.html"), "docs").unwrap();
        fs::write(demo.join("style.css"), "p{}").unwrap();
        fs::write(demo.with_file_name("secret.txt"), "secret").unwrap();
        if let Some(page) = missing {
            fs::write(demo.join("404.html"), page).unwrap();
        }
        config.demo = Some(Demo::Directory(demo));
    })
}

#[test]
fn files_and_directories() {
    let collector = with_demo(None);
    for (path, status, body, location) in [
        ("/", 307, "", "/demo/"),
        ("/demo", 308, "", "/demo/"),
        ("/demo/", 200, "home", ""),
        ("/demo/index.html", 200, "home", ""),
        ("/demo/docs", 307, "", "/demo/docs/"),
        ("/demo/docs/", 200, "docs", ""),
        ("/demo/style.css", 200, "p{}", ""),
    ] {
        let answer = collector.get(path);
        assert_eq!(
            (answer.status, answer.body.as_str(), answer.header("location")),
            (status, body, location),
            "{path}"
        );
    }
    assert!(collector.get("/demo/").header("content-type").starts_with("text/html"));
}

#[test]
fn what_is_not_there_is_a_page_that_says_so() {
    for path in
        ["/demo/none", "/demo/none/", "/demo/none.html", "/demo/..%2fsecret.txt", "/demo/%2e%2e/secret.txt"]
    {
        let answer = with_demo(None).get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.contains("Not found") && !answer.body.contains("secret"));
        assert!(answer.header("content-type").starts_with("text/html"));
        assert_eq!(with_demo(Some("our own")).get(path).body, "our own");
    }
}

#[test]
fn without_a_demo_there_is_none() {
    let collector = Collector::start();
    for path in ["/", "/demo", "/demo/"] {
        assert_eq!(collector.get(path).status, 404);
    }
}
