//! The id that the collector makes and keeps in a cookie that no script can read.

use askfirst_wire::names::{CHOICE_COOKIE, ID_AT_COLLECTOR, ID_COOKIE, tag};
use serde_json::json;

use crate::common::{Answer, Collector, ID, about, grant, post_with, view_under};

const PAGE: [(&str, &str); 2] = [("origin", "https://www.example.org"), ("host", "stats.example.org")];

/// Its site "demo" shares choices below example.org.
fn collector() -> Collector {
    Collector::with(|config| config.sites[0].cookie_domain = Some("example.org".into()))
}

/// A grant of a page that cannot read the id.
fn granting(level: &str) -> String {
    grant(ID_AT_COLLECTOR, level).to_string()
}

fn mine() -> String {
    about(ID_AT_COLLECTOR).to_string()
}

/// The id's cookie over https.
fn secure() -> String {
    format!("__Host-askfirst_id_{}", tag("demo"))
}

/// What a page sends, with the cookie or without.
fn send(collector: &Collector, path: &str, cookie: Option<&str>, body: &str) -> Answer {
    let headers: Vec<_> = PAGE.into_iter().chain(cookie.map(|cookie| ("cookie", cookie))).collect();
    post_with(collector.public, path, &headers, body)
}

fn cookies(answer: &Answer) -> Vec<&str> {
    answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect()
}

/// Agrees, and answers `__Host-askfirst_id_<tag>=<id>`.
fn agree(collector: &Collector) -> String {
    let answer = send(collector, "/consent", None, &granting("anonymous"));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let set = cookies(&answer);
    set.iter().find(|line| line.starts_with("__Host-")).unwrap().split(';').next().unwrap().to_owned()
}

/// The line that removes the id's cookie.
fn removed() -> String {
    format!("{}=; Max-Age=0; Path=/; SameSite=Lax; HttpOnly; Secure", secure())
}

fn ids(collector: &Collector) -> Vec<String> {
    let database = collector.sql();
    let mut rows = database.prepare("SELECT id FROM events").unwrap();
    rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_yes_makes_one_that_no_script_can_read() {
    let collector = collector();
    let answer = send(&collector, "/consent", None, &granting("anonymous"));
    assert_eq!(answer.header("access-control-allow-origin"), "https://www.example.org");
    assert_eq!(answer.header("access-control-allow-credentials"), "true");
    let set = cookies(&answer);
    let [choice, own, marker] = set[..] else { panic!("{set:?}") };
    assert!(choice.starts_with(&format!("{CHOICE_COOKIE}{}=2.3.", tag("demo"))), "{choice}");
    let (id, attributes) = own.strip_prefix(&format!("{}=", secure())).unwrap().split_at(32);
    assert!(id.bytes().all(|byte| byte.is_ascii_hexdigit()) && id != ID_AT_COLLECTOR, "{id}");
    assert_eq!(attributes, "; Max-Age=15897600; Path=/; SameSite=Lax; HttpOnly; Secure");
    assert_eq!(
        marker,
        format!(
            "{ID_COOKIE}{}={ID_AT_COLLECTOR}; Max-Age=15897600; Path=/; Domain=example.org; SameSite=Lax; Secure",
            tag("demo")
        ),
        "the page sees that there is one, and not which"
    );
    assert!(!answer.body.contains(id));
    assert_ne!(agree(&collector), format!("{}={id}", secure()), "each yes its own");
}

#[test]
fn agreeing_to_more_keeps_it_and_does_not_prolong_it() {
    let collector = collector();
    let cookie = agree(&collector);
    let answer = send(&collector, "/consent", Some(&cookie), &granting("full"));
    assert_eq!(answer.status, 200);
    assert!(cookies(&answer).iter().all(|line| line.starts_with(CHOICE_COOKIE)), "{:?}", cookies(&answer));
    let mine = send(&collector, "/mydata", Some(&cookie), &mine()).json();
    assert_eq!(mine["receipts"].as_array().unwrap().len(), 2, "both under one id");
}

#[test]
fn hits_go_under_the_cookies_id() {
    let collector = collector();
    let cookie = format!("a=b; {}; c=d", agree(&collector));
    let answer = send(&collector, "/collect", Some(&cookie), &view_under(ID_AT_COLLECTOR, 1, "/pricing"));
    assert_eq!(answer.status, 202);
    assert_eq!(answer.header("access-control-allow-origin"), "https://www.example.org");
    let id = cookie.split(['=', ';']).nth(3).unwrap();
    assert_eq!(ids(&collector), [id]);
    let mine = send(&collector, "/mydata", Some(&cookie), &mine()).json();
    assert_eq!(mine["hits"][0]["page"], "/pricing");
    assert_eq!(mine["receipts"][0]["action"], "grant");
}

#[test]
fn without_the_cookie_there_is_no_grant_and_a_new_one_makes_a_new_cookie() {
    let collector = collector();
    let (name, id) = (secure(), ID.replace('3', "4"));
    for cookie in [
        None,
        Some(format!("{name}=forged")),
        Some(format!("{name}={ID_AT_COLLECTOR}")),
        Some(format!("__Host-askfirst_id={ID}")),
        Some(format!("askfirst_collector_id_{}={ID}", tag("demo"))),
        Some(format!("{name}={ID}; {name}={id}")),
    ] {
        let answer =
            send(&collector, "/collect", cookie.as_deref(), &view_under(ID_AT_COLLECTOR, 1, "/pricing"));
        assert_eq!(answer.refusal(), (425, "no_grant".to_owned()), "{cookie:?}");
        assert_eq!(answer.header("access-control-allow-origin"), "https://www.example.org");
        assert!(cookies(&answer).is_empty());
    }
    assert_eq!(collector.filled(), [""; 0]);
    let mine = send(&collector, "/mydata", None, &mine()).json();
    assert_eq!((&mine["hits"], &mine["receipts"]), (&json!([]), &json!([])));

    let cookie = agree(&collector);
    let body = view_under(ID_AT_COLLECTOR, 1, "/pricing");
    assert_eq!(send(&collector, "/collect", Some(&cookie), &body).status, 202);
    assert_eq!(collector.report("site=demo"), [("/pricing".to_owned(), 1, 1)]);
}

#[test]
fn a_cookie_whose_id_was_withdrawn_is_removed() {
    let collector = collector();
    let removed = [removed()];
    for (path, body) in
        [("/collect", view_under(ID_AT_COLLECTOR, 1, "/")), ("/consent", granting("anonymous"))]
    {
        let cookie = agree(&collector);
        // The owner erases it: the browser does not know.
        let id = cookie.split_once('=').unwrap().1;
        assert_eq!(collector.post("/forget", about(id)).status, 200);
        let answer = send(&collector, path, Some(&cookie), &body);
        assert_eq!(answer.refusal(), (410, "withdrawn".to_owned()), "{path}");
        assert_eq!(cookies(&answer), removed, "{path}");
    }
    assert_eq!(send(&collector, "/consent", None, &granting("anonymous")).status, 200, "the next yes counts");
}

#[test]
fn two_sites_below_one_domain_never_read_each_others() {
    let collector = Collector::with(|config| {
        config.sites.iter_mut().for_each(|site| site.cookie_domain = Some("example.org".into()));
    });
    let shops = |body: String| body.replace("\"demo\"", "\"shop.example\"");
    let demo = agree(&collector);
    let body = view_under(ID_AT_COLLECTOR, 1, "/");
    let answer = send(&collector, "/collect", Some(&demo), &shops(body.clone()));
    assert_eq!(answer.refusal(), (425, "no_grant".to_owned()));

    let answer = send(&collector, "/consent", Some(&demo), &shops(granting("anonymous")));
    let names: Vec<&str> =
        cookies(&answer).iter().map(|cookie| cookie.split_once('=').unwrap().0).collect::<Vec<_>>();
    let expected = ["askfirst_choice_", "__Host-askfirst_id_", "askfirst_id_"];
    assert_eq!(names, expected.map(|name| format!("{name}{}", tag("shop.example"))));

    let both = format!("{demo}; {}", cookies(&answer)[1].split(';').next().unwrap());
    assert_eq!(send(&collector, "/collect", Some(&both), &body).status, 202);
    let answer = send(&collector, "/forget", Some(&both), &shops(mine()));
    let name = cookies(&answer)[0].split_once('=').unwrap().0.to_owned();
    assert_eq!(name, format!("__Host-askfirst_id_{}", tag("shop.example")));
    let told = send(&collector, "/mydata", Some(&both), &mine()).json();
    assert_eq!(told["hits"].as_array().unwrap().len(), 1, "the other site's rows stay");
}

#[test]
fn withdrawal_erases_what_stands_under_it_and_removes_it() {
    let collector = collector();
    let (cookie, other) = (agree(&collector), agree(&collector));
    for (number, cookie) in [(1, &cookie), (2, &other)] {
        send(&collector, "/collect", Some(cookie), &view_under(ID_AT_COLLECTOR, number, "/"));
    }
    let answer = send(&collector, "/forget", Some(&cookie), &mine());
    assert_eq!((answer.status, answer.json()), (200, json!({"erased": true})));
    assert_eq!(cookies(&answer), [removed()]);
    assert_eq!(ids(&collector), [other.split_once('=').unwrap().1]);
    let again = send(&collector, "/forget", None, &mine());
    assert_eq!((again.status, again.json()), (200, json!({"erased": true})), "whether there is one or not");
}

#[test]
fn on_one_host_no_domain_is_needed_and_without_https_the_name_has_no_prefix() {
    let collector = Collector::start();
    let headers = [("origin", "http://localhost:3000"), ("host", "localhost:8100")];
    let answer = post_with(collector.public, "/consent", &headers, &granting("anonymous"));
    let set = cookies(&answer);
    let [own, marker] = set[..] else { panic!("{set:?}") };
    let name = format!("askfirst_collector_id_{}=", tag("demo"));
    assert!(own.starts_with(&name) && own.ends_with("; SameSite=Lax; HttpOnly"), "{own}");
    let expected =
        format!("{ID_COOKIE}{}={ID_AT_COLLECTOR}; Max-Age=15897600; Path=/; SameSite=Lax", tag("demo"));
    assert_eq!(marker, expected);
}

#[test]
fn a_page_of_another_site_gets_none_and_uses_none() {
    let collector = collector();
    let cookie = agree(&collector);
    send(&collector, "/collect", Some(&cookie), &view_under(ID_AT_COLLECTOR, 1, "/"));
    let before = collector.tables();
    for (origin, host) in [
        ("https://example.com", "stats.example.org"),
        ("https://notexample.org", "stats.example.org"),
        ("https://example.org.evil.test", "stats.example.org"),
        ("null", "stats.example.org"),
        ("", "stats.example.org"),
        ("https://www.example.org", "stats.example.net"),
    ] {
        for (path, body) in [
            ("/consent", granting("anonymous")),
            ("/collect", view_under(ID_AT_COLLECTOR, 9, "/")),
            ("/forget", mine()),
            ("/mydata", mine()),
        ] {
            let headers = [("origin", origin), ("host", host), ("cookie", &cookie)];
            let answer = post_with(collector.public, path, &headers, &body);
            assert_eq!(answer.refusal(), (400, "invalid_value".to_owned()), "{path} {origin} {host}");
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            assert_eq!((answer.header("access-control-allow-credentials"), cookies(&answer).len()), ("", 0));
        }
    }
    assert_eq!(collector.tables(), before);
}

#[test]
fn a_message_that_names_an_id_is_about_that_id_whatever_the_cookie_says() {
    let collector = collector();
    let cookie = agree(&collector);
    collector.agree(ID);
    send(&collector, "/collect", Some(&cookie), &view_under(ID, 1, "/"));
    assert_eq!(ids(&collector), [ID]);
    send(&collector, "/forget", Some(&cookie), &about(ID).to_string());
    assert!(ids(&collector).is_empty());
    let mine = send(&collector, "/mydata", Some(&cookie), &mine()).json();
    assert_eq!(mine["receipts"].as_array().unwrap().len(), 1, "the cookie's own grant stands");
}
