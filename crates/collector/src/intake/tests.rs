use askfirst_wire::{AggregatedView, decode};
use proptest::prelude::*;

use super::*;
use crate::config::{Config, Site};

fn sites() -> Sites {
    let shop = Site { name: "shop.example".into(), level: Level::Anonymous, ..Site::demo() };
    Sites::new(&Config { sites: vec![Site::demo(), shop], ..Config::default() })
}

fn take(body: &str) -> Result<Intake, Refused> {
    take_and_tell(body).map(|(intake, _)| intake)
}

fn take_and_tell(body: &str) -> Result<(Intake, Vec<String>), Refused> {
    let (intake, undeclared) =
        batch(decode::batch(body.as_bytes())?, &sites(), Moment::from_minutes(0), None)?;
    Ok((intake, undeclared.into_inner()))
}

fn cells(kept: &AcceptedHit) -> Vec<(&str, &str)> {
    kept.count.cells.iter().map(|(dimension, value)| (&**dimension, &**value)).collect()
}

#[test]
fn a_view_is_counted_coarse() {
    let intake = take(
        r#"{"v":1,"site":"demo","level":"aggregated","batch":"00000000000000ff","hits":[
        {"view":{"page":"/users/123456?x=y","referrer":"www.News.example","entry":true,"source":"ada@example.org","viewport":"large"}},
        {"view":{"page":"/","entry":true}},
        {"view":{"page":"/"}}]}"#,
    )
    .unwrap();
    assert_eq!((intake.number, &intake.owner), (255, &None));
    assert_eq!(&*intake.hits[0].count.page, "/users/:id");
    assert_eq!(
        cells(&intake.hits[0]),
        [("referrer", "news.example"), ("source", ":email"), ("viewport", "large")]
    );
    assert_eq!(cells(&intake.hits[1]), [("referrer", "(direct)")]);
    assert_eq!(cells(&intake.hits[2]), []);
    assert!(intake.hits.iter().all(|hit| hit.row.is_none()));
}

#[test]
fn undeclared_names_and_values_are_other_and_undeclared_properties_nothing() {
    let intake = take(
        r#"{"v":1,"site":"demo","level":"aggregated","batch":"00000000000000ff","hits":[
        {"event":{"page":"/","name":"plan","props":{"plan":"pro","mail":"ada"}}},
        {"event":{"page":"/","name":"ada","props":{"plan":"ada"}}}]}"#,
    )
    .unwrap();
    assert_eq!(cells(&intake.hits[0]), [("event", "plan"), ("prop.plan", "pro")]);
    assert_eq!(cells(&intake.hits[1]), [("event", "(other)"), ("prop.plan", "(other)")]);
    assert!(intake.hits.iter().all(|hit| hit.count.view.is_none()));
}

#[test]
fn what_is_not_declared_is_told_and_what_is_declared_is_not() {
    let (_, told) = take_and_tell(
        r#"{"v":1,"site":"demo","level":"aggregated","batch":"00000000000000ff","hits":[
        {"event":{"page":"/","name":"signpu","props":{"plan":"prp","colour":"red"}}},
        {"event":{"page":"/","name":"signup","props":{"plan":"pro"}}},
        {"event":{"page":"/","name":"engagement","props":{"seconds":"11","plan":"pro"}}},
        {"event":{"page":"/","name":"signpu","props":{"plan":"prp","form":"contact"}}},
        {"view":{"page":"/","referrer":"nowhere"}}]}"#,
    )
    .unwrap();
    assert_eq!(told, ["event signpu", "plan=prp", "colour", "seconds=11", "form"]);
}

#[test]
fn built_in_events_need_no_declaration() {
    let (intake, told) = take_and_tell(
        r#"{"v":1,"site":"demo","level":"aggregated","batch":"00000000000000ff","hits":[
        {"event":{"page":"/","name":"outbound link","props":{"host":"www.News.example"}}},
        {"event":{"page":"/","name":"outbound link","props":{"host":"ada-laptop.corp"}}},
        {"event":{"page":"/","name":"file download","props":{"file":"/files/123456/terms.pdf?token=SECRET"}}},
        {"event":{"page":"/","name":"page not found"}},
        {"event":{"page":"/","name":"form submission","props":{"plan":"team"}}},
        {"event":{"page":"/","name":"element view"}},
        {"event":{"page":"/","name":"engagement","props":{"seconds":"600+","scroll":"75-100"}}},
        {"event":{"page":"/","name":"web vitals","props":{"lcp":"good","inp":"needs improvement","cls":"poor","ttfb":"good"}}}]}"#,
    )
    .unwrap();
    let expected: [&[(&str, &str)]; 8] = [
        &[("event", "outbound link"), ("link", "news.example")],
        &[("event", "outbound link"), ("link", "(other)")],
        &[("event", "file download"), ("file", "/files/:id/terms.pdf")],
        &[("event", "page not found")],
        &[("event", "form submission"), ("prop.plan", "team")],
        &[("event", "element view")],
        &[("event", "engagement"), ("seconds", "600+"), ("scroll", "75-100")],
        &[
            ("event", "web vitals"),
            ("lcp", "good"),
            ("inp", "needs improvement"),
            ("cls", "poor"),
            ("ttfb", "good"),
        ],
    ];
    let found: Vec<_> = intake.hits.iter().map(cells).collect();
    assert_eq!(found, expected);
    assert_eq!(told, [""; 0]);
}

#[test]
fn what_a_built_in_event_may_not_say_is_other_and_its_names_mean_nothing_elsewhere() {
    let intake = take(
        r#"{"v":1,"site":"demo","level":"aggregated","batch":"00000000000000ff","hits":[
        {"event":{"page":"/","name":"web vitals","props":{"lcp":"1234.5","inp":"Good"}}},
        {"event":{"page":"/","name":"signup","props":{"host":"www.news.example","lcp":"good"}}}]}"#,
    )
    .unwrap();
    assert_eq!(cells(&intake.hits[0]), [("event", "web vitals"), ("lcp", "(other)"), ("inp", "(other)")]);
    assert_eq!(cells(&intake.hits[1]), [("event", "signup")]);
}

#[test]
fn hits_under_an_id_are_counted_and_become_rows() {
    let intake = take(
        r#"{"v":1,"site":"demo","level":"full","batch":"00000000000000ff","id":"3f1c9a52e07b48d6a1f0c2b4d6e8f901","subject":"ada","hits":[
        {"uuid":"09d8c7b6a5f4e3d2c1b0a99887766554","visit":"0a1b2c3d4e5f60718293a4b5c6d7e8f9","previous":"/orders/123456","what":{"view":{"page":"/","entry":true}}},
        {"uuid":"09d8c7b6a5f4e3d2c1b0a99887766555","visit":"0a1b2c3d4e5f60718293a4b5c6d7e8f9","what":{"event":{"page":"/","name":"ada","props":{"mail":"x"}}}}]}"#,
    )
    .unwrap();
    assert_eq!(intake.owner.unwrap().subject.as_deref(), Some("ada"));
    let (view, event) = (intake.hits[0].row.as_ref().unwrap(), intake.hits[1].row.as_ref().unwrap());
    assert_eq!((view.kind, view.entry, view.previous.as_deref()), ("view", Some(true), Some("/orders/:id")));
    assert_eq!(view.referrer, None, "(direct) is a count, not a referrer");
    assert_eq!((event.kind, event.name.as_deref()), ("event", Some("(other)")));
    assert_eq!(event.props.as_deref(), Some(r#"{"mail":"x"}"#));
}

#[test]
fn the_site_and_its_ceiling_decide() {
    let body = |site: &str| {
        format!(
            r#"{{"v":1,"site":"{site}","level":"full","batch":"00000000000000ff","id":"3f1c9a52e07b48d6a1f0c2b4d6e8f901","hits":[
            {{"uuid":"09d8c7b6a5f4e3d2c1b0a99887766554","visit":"0a1b2c3d4e5f60718293a4b5c6d7e8f9","what":{{"view":{{"page":"/"}}}}}}]}}"#
        )
    };
    assert!(take(&body("demo")).is_ok());
    assert_eq!(take(&body("shop.example")).unwrap_err().reason.reason(), "level_above_ceiling");
    assert_eq!(take(&body("Demo")).unwrap_err().reason.reason(), "unknown_site");
}

proptest! {
    #[test]
    fn whatever_is_taken_is_bounded_and_redacted(
        page in "/\\PC{0,60}", host in "\\PC{1,40}", value in "\\PC{1,16}",
    ) {
        let view = AggregatedView {
            page, referrer: Some(host), source: Some(value), entry: true, ..AggregatedView::default()
        };
        let sites = sites();
        let count = coarsen::view(view, sites.pages(), None);
        prop_assert_eq!(askfirst_wire::redact::page(&count.page), &*count.page);
        for (_, value) in &count.cells {
            prop_assert!(value.len() <= 253 && !value.chars().any(char::is_control));
            prop_assert!(!value.bytes().skip(1).any(|byte| byte == b'@'));
        }
    }
}
