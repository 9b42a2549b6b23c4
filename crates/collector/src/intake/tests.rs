use askfirst_wire::{ViewHit, decode};
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
        r#"{"v":2,"site":"demo","level":"aggregated","batch":"00000000000000ff","hits":[
        {"view":{"page":"/users/123456?x=y","referrer":"www.News.example","entry":true,"source":"ada@example.org","viewport":"large"}},
        {"view":{"page":"/","entry":true}},
        {"view":{"page":"/"}}]}"#,
    )
    .unwrap();
    assert_eq!(intake.key, BatchKey::Number(255));
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
        r#"{"v":2,"site":"demo","level":"aggregated","batch":"00000000000000ff","hits":[
        {"event":{"page":"/","name":"plan","props":{"plan":"pro","mail":"ada"}}},
        {"event":{"page":"/","name":"ada","props":{"plan":"ada"}}}]}"#,
    )
    .unwrap();
    assert_eq!(cells(&intake.hits[0]), [("event", "plan"), ("prop.plan", "pro")]);
    assert_eq!(cells(&intake.hits[1]), [("event", "(other)"), ("prop.plan", "(other)")]);
    assert!(intake.hits.iter().all(|hit| hit.count.view.is_none()));
}

#[test]
fn pages_and_names_are_decoded_and_composed_whatever_the_sender_does() {
    // "gro\u{308}ße" is decomposed: o, then a diaeresis.
    let site = Site { events: vec!["größe".into()], ..Site::demo() };
    let sites = Sites::new(&Config { sites: vec![site], ..Config::default() });
    let body = r#"{"v":2,"site":"demo","level":"aggregated","batch":"00000000000000ff","hits":[
        {"view":{"page":"/%E8%A8%98%E4%BA%8B/gro\u0308ße","campaign":"%D0%BD%D0%BE%D0%B2"}},
        {"event":{"page":"/","name":"gro\u0308ße"}}]}"#;
    let moment = Moment::from_minutes(0);
    let (intake, undeclared) = batch(decode::batch(body.as_bytes()).unwrap(), &sites, moment, None).unwrap();
    assert_eq!(intake.hits[0].count.page, "/記事/größe");
    assert_eq!(cells(&intake.hits[0]), [("campaign", "нов")]);
    assert_eq!(cells(&intake.hits[1]), [("event", "größe")]);
    assert!(undeclared.into_inner().is_empty());
}

#[test]
fn what_is_not_declared_is_told_and_what_is_declared_is_not() {
    let (_, told) = take_and_tell(
        r#"{"v":2,"site":"demo","level":"aggregated","batch":"00000000000000ff","hits":[
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
        r#"{"v":2,"site":"demo","level":"aggregated","batch":"00000000000000ff","hits":[
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
        r#"{"v":2,"site":"demo","level":"aggregated","batch":"00000000000000ff","hits":[
        {"event":{"page":"/","name":"web vitals","props":{"lcp":"1234.5","inp":"Good"}}},
        {"event":{"page":"/","name":"signup","props":{"host":"www.news.example","lcp":"good"}}}]}"#,
    )
    .unwrap();
    assert_eq!(cells(&intake.hits[0]), [("event", "web vitals"), ("lcp", "(other)"), ("inp", "(other)")]);
    assert_eq!(cells(&intake.hits[1]), [("event", "signup")]);
}

/// A batch under an id.
const UNDER: &str = r#""batch":"00ff10ee20dd30cc40bb50aa60996088","id":"3f1c9a52e07b48d6a1f0c2b4d6e8f901""#;

#[test]
fn hits_under_an_id_are_counted_and_become_rows() {
    let intake = take(&format!(
        r#"{{"v":2,"site":"demo","level":"full",{UNDER},"subject":"ada","hits":[
        {{"view":{{"page":"/orders/123456","entry":true,"asked":7}}}},
        {{"event":{{"page":"/","name":"ada","props":{{"mail":"x"}}}}}}]}}"#
    ))
    .unwrap();
    let BatchKey::Rows(owner) = intake.key else { panic!("{:?}", intake.key) };
    let expected = RowOwner {
        batch: "00ff10ee20dd30cc40bb50aa60996088".to_owned(),
        level: Level::Full,
        id: "3f1c9a52e07b48d6a1f0c2b4d6e8f901".to_owned(),
        subject: Some("ada".to_owned()),
    };
    assert_eq!(owner, expected);
    let (view, event) = (intake.hits[0].row.as_ref().unwrap(), intake.hits[1].row.as_ref().unwrap());
    assert_eq!((view.kind, view.entry), ("view", Some(true)));
    assert_eq!(intake.hits[0].count.page, "/orders/:id");
    assert_eq!(intake.hits[0].count.view, Some(ViewCount { entry: true, asked: Some(7) }));
    assert_eq!(view.referrer, None, "(direct) is a count, not a referrer");
    assert_eq!((event.kind, event.name.as_deref()), ("event", Some("(other)")));
    assert_eq!(event.props.as_deref(), Some(r#"{"mail":"x"}"#));
}

#[test]
fn the_site_and_its_ceiling_decide() {
    let body = |site: &str| {
        format!(r#"{{"v":2,"site":"{site}","level":"full",{UNDER},"hits":[{{"view":{{"page":"/"}}}}]}}"#)
    };
    assert!(take(&body("demo")).is_ok());
    assert_eq!(take(&body("shop.example")).unwrap_err().reason.reason(), "level_above_ceiling");
    assert_eq!(take(&body("Demo")).unwrap_err().reason.reason(), "unknown_site");
}

#[test]
fn an_id_that_only_the_lost_cookie_knew_has_no_grant() {
    let body = r#"{"v":2,"site":"demo","level":"full","batch":"00ff10ee20dd30cc40bb50aa60996088",
        "id":"00000000000000000000000000000000","hits":[{"view":{"page":"/"}}]}"#;
    assert_eq!(take(body).unwrap_err().reason, Refusal::NoGrant);
}

#[test]
fn of_a_robot_only_the_number_of_its_hits_remains() {
    let body =
        format!(r#"{{"v":2,"site":"demo","level":"full",{UNDER},"hits":[{{"view":{{"page":"/"}}}}]}}"#);
    let batch = decode::batch(body.as_bytes()).unwrap();
    let intake = robots_batch(&batch, &sites(), Moment::from_minutes(0), Bot::Agent).unwrap();
    assert_eq!(intake.key, BatchKey::Number(0x40bb_50aa_6099_6088), "it is counted once like any other");
    assert_eq!((intake.hits.len(), intake.bots), (0, Some((Bot::Agent, 1))));
}

#[test]
fn the_page_of_a_grant_is_redacted_again() {
    assert_eq!(granted_page("/orders/123456?x=y".to_owned(), &sites()), "/orders/:id");
}

proptest! {
    #[test]
    fn whatever_is_taken_is_bounded_and_redacted(
        page in "/\\PC{0,60}", host in "\\PC{1,40}", value in "\\PC{1,16}",
    ) {
        let view = ViewHit {
            page, referrer: Some(host), source: Some(value), entry: true, ..ViewHit::default()
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
