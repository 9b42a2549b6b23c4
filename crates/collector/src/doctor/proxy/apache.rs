//! Apache: it logs where `CustomLog` says so, for all hosts that have no such line of their own, and names the client in its log of
//! errors.

use std::path::{Path, PathBuf};

use super::tree::{Blocks, Directive, follow};
use super::{ProxyLogging, leads_to};

/// What writes a line for each request.
const LOGS: [&str; 3] = ["CustomLog", "TransferLog", "GlobalLog"];
/// What hands requests on.
const PROXIES: [&str; 4] = ["ProxyPass", "ProxyPassMatch", "RewriteRule", "BalancerMember"];

/// Reads a file, and those that it includes.
pub(super) fn read(file: &Path, text: &str) -> Vec<Directive> {
    let directives = parse(file, text);
    let root = directives.iter().find(|directive| directive.is("ServerRoot"));
    let root = root.and_then(|root| root.arguments().first()).map(PathBuf::from);
    let base = root.or_else(|| file.parent().map(Path::to_owned)).unwrap_or_default();
    follow(directives, &["Include", "IncludeOptional"], &base, parse)
}

fn parse(file: &Path, text: &str) -> Vec<Directive> {
    let file = std::sync::Arc::new(file.to_owned());
    let mut blocks = Blocks::default();
    let mut continued = String::new();
    for (index, line) in text.lines().enumerate() {
        if let Some(begun) = line.strip_suffix('\\') {
            continued.push_str(begun);
            continue;
        }
        let line = std::mem::take(&mut continued) + line.trim();
        let inside = line.strip_prefix('<').and_then(|line| line.strip_suffix('>'));
        match inside {
            _ if line.is_empty() || line.starts_with('#') => {}
            Some(end) if end.starts_with('/') => blocks.close(),
            Some(begin) => blocks.open(Directive::new(words(begin), &file, index + 1)),
            None => blocks.push(Directive::new(words(&line), &file, index + 1)),
        }
    }
    blocks.end()
}

fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), None::<String>, false);
    for letter in line.chars() {
        match letter {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            _ if letter.is_whitespace() && !quoted => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

pub(super) fn examine(directives: &[Directive], port: u16) -> ProxyLogging {
    let mut kept = ProxyLogging::default();
    let mut hosts = Vec::new();
    hosts_of(directives, &mut hosts);
    let balancers = balancers(directives, port);
    for host in hosts {
        if has_proxy(&host.inner, &balancers, port) {
            judge(host, &host.inner, directives, &mut kept);
        }
    }
    if let Some(proxy) = directives.iter().find(|directive| is_proxy(directive, &balancers, port)) {
        judge(proxy, directives, directives, &mut kept);
    }
    kept
}

fn hosts_of<'a>(directives: &'a [Directive], hosts: &mut Vec<&'a Directive>) {
    for directive in directives {
        if directive.is("VirtualHost") {
            hosts.push(directive);
        } else {
            hosts_of(&directive.inner, hosts);
        }
    }
}

/// The names of groups of servers that lead to that port, such as `balancer://stats`.
fn balancers(directives: &[Directive], port: u16) -> Vec<String> {
    let leads = |block: &&Directive| has_proxy(&block.inner, &[], port);
    let own = directives.iter().filter(|block| block.is("Proxy")).filter(leads);
    let own = own.filter_map(|block| block.arguments().first().cloned());
    own.chain(directives.iter().flat_map(|block| balancers(&block.inner, port))).collect()
}

fn is_proxy(directive: &Directive, balancers: &[String], port: u16) -> bool {
    PROXIES.iter().any(|name| directive.is(name))
        && directive.arguments().iter().any(|word| {
            (word.contains("://") && leads_to(word, port))
                || balancers
                    .iter()
                    .any(|balancer| word.trim_end_matches('/') == balancer.trim_end_matches('/'))
        })
}

fn has_proxy(directives: &[Directive], balancers: &[String], port: u16) -> bool {
    directives
        .iter()
        .any(|directive| is_proxy(directive, balancers, port) || has_proxy(&directive.inner, balancers, port))
}

fn judge(at: &Directive, own: &[Directive], all: &[Directive], kept: &mut ProxyLogging) {
    kept.leads = true;
    let is_log = |directive: &&Directive| LOGS.iter().any(|name| directive.is(name));
    let goes_nowhere =
        |directive: &Directive| directive.arguments().first().is_some_and(|to| to == "/dev/null");
    // A host without such a line has those of the server.
    let owns = own.iter().any(|directive| is_log(&directive));
    let logs = if owns { own } else { all };
    for log in logs.iter().filter(is_log).filter(|log| !goes_nowhere(log)) {
        kept.error(
            log,
            "Apache logs each visitor's address and User-Agent",
            "in the virtual host that proxies to the collector, set: CustomLog /dev/null common",
        );
    }
    let error = |name: &str| own.iter().chain(all).find(|directive| directive.is(name));
    let is_quiet = error("ErrorLog").is_some_and(goes_nowhere)
        || error("LogLevel").is_some_and(|level| level.arguments() == ["emerg"]);
    if !is_quiet {
        kept.warning(
            at,
            "Apache logs the address of visitors whose requests fail",
            "in the virtual host that proxies to the collector, set: LogLevel emerg",
        );
    }
}
