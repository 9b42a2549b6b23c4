//! Configurations as they are found, and what is found in them.

use super::super::Verdict::{self, Error, Ok, Warning};
use super::*;

/// The verdicts on files of that text, of which the first one is named.
fn found(files: &[(&str, &str)]) -> Vec<(Verdict, String)> {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let file = directory.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    let findings = examine(([127, 0, 0, 1], 8100).into(), false, &[directory.path().join(files[0].0)]);
    findings.into_iter().map(|finding| (finding.verdict, finding.says)).collect()
}

fn verdicts(files: &[(&str, &str)]) -> Vec<Verdict> {
    found(files).into_iter().map(|(verdict, _)| verdict).collect()
}

/// The blocks of that language in the documentation.
fn documented(language: &str) -> Vec<&'static str> {
    let text = include_str!("../../../../../docs/operate.md");
    let fence = format!("```{language}\n");
    let blocks = text.split(&fence).skip(1);
    blocks.map(|block| block.split("```").next().unwrap()).collect()
}

#[test]
fn what_the_documentation_shows_keeps_nothing() {
    let blocks: Vec<(&str, &str)> =
        documented("nginx").into_iter().map(|text| ("nginx.conf", text)).collect();
    let blocks = blocks.into_iter().chain(documented("caddy").into_iter().map(|text| ("Caddyfile", text)));
    let blocks: Vec<_> = blocks.filter(|(_, text)| text.contains("127.0.0.1:8100")).collect();
    assert!(blocks.len() >= 2);
    for block in blocks {
        assert_eq!(verdicts(&[block]), [Ok], "{}", block.1);
    }
}

#[test]
fn nginx_logs_unless_it_is_told_not_to() {
    let server = |logs: &str| {
        format!(
            "http {{ server {{ listen 443 ssl; {logs} location / {{ proxy_pass http://127.0.0.1:8100; }} }} }}"
        )
    };
    for (logs, expected) in [
        ("", &[Error, Warning][..]),
        ("access_log off;", &[Warning]),
        ("access_log off; error_log /var/log/e.log emerg;", &[Ok]),
        ("access_log /dev/null; error_log /dev/null;", &[Ok]),
        ("access_log off; error_log /var/log/e.log;", &[Warning]),
        ("access_log /var/log/a.log; error_log /dev/null;", &[Error]),
        ("access_log off; access_log /var/log/a.log; error_log /dev/null;", &[Error]),
        ("# access_log off;\nerror_log /dev/null;", &[Error]),
        ("access_log \"/var/log/a;b.log\" combined; error_log /dev/null;", &[Error]),
    ] {
        assert_eq!(verdicts(&[("nginx.conf", &server(logs))]), expected, "{logs}");
    }
}

#[test]
fn nginx_may_log_in_a_format_that_names_nobody() {
    let config = |format: &str, log: &str| {
        format!(
            "http {{ log_format own '$time_local $request_method ' '{format}'; error_log /dev/null; server {{ access_log /a.log {log}; location / {{ proxy_pass http://127.0.0.1:8100; }} }} }}"
        )
    };
    assert_eq!(verdicts(&[("nginx.conf", &config("$status $request_time", "own buffer=32k"))]), [Ok]);
    assert_eq!(verdicts(&[("nginx.conf", &config("$status ${remote_addr}", "own"))]), [Error]);
    assert_eq!(verdicts(&[("nginx.conf", &config("$http_user_agent", "own"))]), [Error]);
    assert_eq!(verdicts(&[("nginx.conf", &config("$status", "combined"))]), [Error]);
}

#[test]
fn nginx_inherits_inwards_and_the_innermost_counts() {
    let off = "error_log /dev/null; http { access_log off; server { location / { LOG proxy_pass http://localhost:8100/; } } }";
    assert_eq!(verdicts(&[("nginx.conf", &off.replace("LOG", ""))]), [Ok]);
    let inner = found(&[("nginx.conf", &off.replace("LOG", "\naccess_log /var/log/a.log;\n"))]);
    assert!(inner.len() == 1 && inner[0].0 == Error && inner[0].1.contains("nginx.conf:2:"), "{inner:?}");
}

#[test]
fn nginx_is_followed_into_other_files_and_by_name() {
    let main = "http { access_log off; error_log /dev/null; include sites/*.conf; include missing.conf; }";
    let site = "upstream stats { server 127.0.0.1:8100; }\nserver { location / { proxy_pass http://stats; access_log /a.log; } }";
    let found = found(&[("nginx.conf", main), ("sites/stats.conf", site), ("sites/other.bak", "server {")]);
    assert!(found.len() == 1 && found[0].1.contains("stats.conf:2:"), "{found:?}");
}

#[test]
fn somebody_elses_logs_are_none_of_ours() {
    let other = "server { access_log /a.log; location / { proxy_pass http://127.0.0.1:3000; } }";
    let found = found(&[("nginx.conf", other)]);
    assert!(found[0].0 == Warning && found[0].1.contains("for port 8100"), "{found:?}");
    let both = format!(
        "{other} server {{ access_log off; error_log /dev/null; location / {{ proxy_pass http://127.0.0.1:8100; }} }}"
    );
    assert_eq!(verdicts(&[("nginx.conf", &both)]), [Ok]);
}

#[test]
fn caddy_logs_where_it_is_told_to() {
    let quiet = "{\n\tlog {\n\t\texclude http.log.error http.handlers.reverse_proxy\n\t}\n}\n";
    let site = |log: &str| format!("stats.example {{\n{log}\n\treverse_proxy 127.0.0.1:8100\n}}\n");
    for (text, expected) in [
        (quiet.to_owned() + &site(""), &[Ok][..]),
        (site(""), &[Warning]),
        (quiet.to_owned() + &site("log"), &[Error]),
        (quiet.to_owned() + &site("log {\noutput file /a.log\n}"), &[Error]),
        (quiet.to_owned() + &site("log {\noutput discard\n}"), &[Ok]),
        (quiet.to_owned() + &site("log\nlog_skip"), &[Ok]),
        (quiet.to_owned() + &site("# log"), &[Ok]),
        (format!("{quiet}(logged) {{\n\tlog\n}}\n{}", site("import logged")), &[Error]),
        ("{\n\tlog default {\n\t\toutput discard\n\t}\n}\n".to_owned() + &site(""), &[Ok]),
        (quiet.replace("http.log.error", "") + &site(""), &[Warning]),
        ("stats.example\nreverse_proxy localhost:8100\nlog".to_owned(), &[Error, Warning]),
        (
            format!(
                "{quiet}a.example {{\n\thandle /x/* {{\n\t\treverse_proxy {{\n\t\t\tto http://10.0.0.1:8100\n\t\t}}\n\t}}\n\tlog\n}}"
            ),
            &[Error],
        ),
    ] {
        assert_eq!(verdicts(&[("Caddyfile", &text)]), expected, "{text}");
    }
}

#[test]
fn apache_logs_for_hosts_that_say_nothing() {
    let main = "ServerRoot \"ROOT\"\nCustomLog ${APACHE_LOG_DIR}/access.log combined\nIncludeOptional sites/*.conf\n";
    let site = |logs: &str| {
        format!("<VirtualHost *:443>\n{logs}\n  ProxyPass / http://127.0.0.1:8100/\n</VirtualHost>\n")
    };
    for (logs, expected) in [
        ("", &[Error, Warning][..]),
        ("CustomLog /dev/null common\nLogLevel emerg", &[Ok]),
        ("CustomLog /dev/null common\nErrorLog /dev/null", &[Ok]),
        ("CustomLog \\\n  /var/log/a.log combined\nLogLevel emerg", &[Error]),
        ("CustomLog /dev/null common\nLogLevel warn", &[Warning]),
    ] {
        let files =
            [("apache2.conf", main.replace("ServerRoot \"ROOT\"\n", "")), ("sites/stats.conf", site(logs))];
        let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
        assert_eq!(verdicts(&files), expected, "{logs}");
    }
    let balanced = "<Proxy balancer://stats>\nBalancerMember http://127.0.0.1:8100\n</Proxy>\n<VirtualHost *:443>\nTransferLog /a.log\nLogLevel emerg\nProxyPass / balancer://stats/\n</VirtualHost>";
    assert_eq!(verdicts(&[("httpd.conf", balanced)]), [Error]);
}

#[test]
fn a_file_that_cannot_be_read_is_told() {
    let findings = examine(([127, 0, 0, 1], 8100).into(), false, &["/nowhere/nginx.conf".into()]);
    assert!(findings.len() == 1 && findings[0].verdict == Warning && findings[0].says.contains("/nowhere"));
}

#[test]
fn who_listens_to_the_world_needs_no_proxy() {
    let empty = tempfile::NamedTempFile::new().unwrap();
    let findings = examine(([0, 0, 0, 0], 443).into(), false, &[empty.path().to_owned()]);
    assert_eq!(findings.iter().map(|finding| finding.verdict).collect::<Vec<_>>(), [Ok]);
}

proptest::proptest! {
    #[test]
    fn whatever_stands_in_a_file_is_read(text in "[a-z_ \t\n;{}\"'\\\\#<>/():.0-9*]{0,200}", kind in 0..3) {
        let file = Path::new("/nowhere/at/all");
        let _ = match kind {
            0 => nginx::examine(&nginx::read(file, &text), 8100),
            1 => caddy::examine(&caddy::read(file, &text), 8100),
            _ => apache::examine(&apache::read(file, &text), 8100),
        };
    }
}
