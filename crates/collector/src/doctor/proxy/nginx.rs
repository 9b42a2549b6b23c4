//! nginx: it logs every request unless told not to, and names the client in what it logs about errors.

use std::path::Path;

use super::tree::{Blocks, Directive, follow};
use super::{ProxyLogging, leads_to};

/// The log into which nothing goes that names a client.
const LEVELS: [&str; 2] = ["emerg", "alert"];

/// What names a client, or what it was sent with, in a format of the owner's own.
const NAMING: [&str; 8] = [
    "remote_addr",
    "binary_remote_addr",
    "realip_remote_addr",
    "proxy_protocol_addr",
    "http_x_forwarded_for",
    "proxy_add_x_forwarded_for",
    "http_user_agent",
    "http_cookie",
];

/// Reads a file, and those that it includes.
pub(super) fn read(file: &Path, text: &str) -> Vec<Directive> {
    let base = file.parent().unwrap_or(Path::new("."));
    follow(parse(file, text), &["include"], base, parse)
}

fn parse(file: &Path, text: &str) -> Vec<Directive> {
    let file = std::sync::Arc::new(file.to_owned());
    let (mut blocks, mut words, mut word) = (Blocks::default(), Vec::new(), None::<String>);
    let (mut line, mut quote, mut comment, mut escaped) = (1, None, false, false);
    for letter in text.chars() {
        if letter == '\n' {
            line += 1;
            comment = false;
        }
        if comment {
            continue;
        }
        if escaped || (quote.is_some() && quote != Some(letter) && letter != '\\') {
            escaped = false;
            word.get_or_insert_default().push(letter);
            continue;
        }
        match letter {
            '\\' => escaped = true,
            '"' | '\'' if quote == Some(letter) => quote = None,
            '"' | '\'' if word.is_none() => {
                quote = Some(letter);
                word = Some(String::new());
            }
            '#' if word.is_none() => comment = true,
            ';' | '{' | '}' => {
                words.extend(word.take());
                let directive = Directive::new(std::mem::take(&mut words), &file, line);
                match letter {
                    '{' => blocks.open(directive),
                    '}' => blocks.close(),
                    _ => blocks.push(directive),
                }
            }
            _ if letter.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    blocks.end()
}

/// What is logged where a block says nothing of its own.
#[derive(Clone, Copy, Default)]
struct Logs<'a> {
    access: Option<&'a Directive>,
    error: Option<&'a Directive>,
}

pub(super) fn examine(directives: &[Directive], port: u16) -> ProxyLogging {
    let mut kept = ProxyLogging::default();
    let mut known = Definitions { port, ..Definitions::default() };
    known.learn(directives);
    walk(directives, Logs::default(), &known, &mut kept);
    kept
}

/// Upstreams and log formats, which are defined in one place and used in others.
#[derive(Debug, Default)]
struct Definitions<'a> {
    port: u16,
    /// Groups of servers that lead to that port.
    upstreams: Vec<&'a str>,
    /// Formats in which nothing names a client.
    nameless: Vec<&'a str>,
}

impl<'a> Definitions<'a> {
    fn learn(&mut self, directives: &'a [Directive]) {
        for directive in directives {
            let arguments = directive.arguments();
            let leads = |server: &Directive| {
                server.is("server")
                    && server.arguments().first().is_some_and(|word| leads_to(word, self.port))
            };
            if directive.is("upstream") && directive.inner.iter().any(leads) {
                self.upstreams.extend(arguments.first().map(String::as_str));
            }
            let names = |text: &String| NAMING.iter().any(|variable| text.contains(variable));
            if directive.is("log_format") && !arguments.iter().skip(1).any(names) {
                self.nameless.extend(arguments.first().map(String::as_str));
            }
            self.learn(&directive.inner);
        }
    }

    fn is_silent(&self, access_log: &Directive) -> bool {
        match access_log.arguments() {
            [to, ..] if to == "off" || to == "/dev/null" => true,
            [_, format, ..] => self.nameless.contains(&format.as_str()),
            _ => false,
        }
    }
}

fn walk<'a>(
    directives: &'a [Directive],
    mut logs: Logs<'a>,
    known: &Definitions<'_>,
    kept: &mut ProxyLogging,
) {
    let own = |name: &str, is_silent: &dyn Fn(&Directive) -> bool| {
        let found = directives.iter().filter(|directive| directive.is(name));
        // Of several, the one that writes counts.
        found.min_by_key(|directive| is_silent(directive))
    };
    logs.access = own("access_log", &|log| known.is_silent(log)).or(logs.access);
    logs.error = own("error_log", &is_quiet).or(logs.error);
    for directive in directives {
        let target = directive.arguments().first().map_or("", String::as_str);
        let host = target.split_once("://").map_or(target, |(_, rest)| rest);
        let host = host.split('/').next().unwrap_or_default();
        if directive.is("proxy_pass") && (leads_to(target, known.port) || known.upstreams.contains(&host)) {
            kept.leads = true;
            judge(directive, logs, known, kept);
        }
        walk(&directive.inner, logs, known, kept);
    }
}

fn is_quiet(error_log: &Directive) -> bool {
    let [to, level @ ..] = error_log.arguments() else { return false };
    to == "/dev/null" || level.first().is_some_and(|level| LEVELS.contains(&level.as_str()))
}

fn judge(proxy_pass: &Directive, logs: Logs<'_>, known: &Definitions<'_>, kept: &mut ProxyLogging) {
    const ACCESS: &str = "nginx logs each visitor's address and User-Agent";
    const ERROR: &str = "nginx logs the address of visitors whose requests fail";
    const OFF: &str = "in the server block that proxies to the collector, set: access_log off;";
    const QUIET: &str = "in the server block that proxies to the collector, set: error_log /var/log/nginx/askfirst.error.log emerg;";
    match logs.access {
        None => kept.error(proxy_pass, &format!("{ACCESS}, since nothing turns it off"), OFF),
        Some(log) if !known.is_silent(log) => kept.error(log, ACCESS, OFF),
        Some(_) => {}
    }
    match logs.error {
        None => kept.warning(proxy_pass, ERROR, QUIET),
        Some(log) if !is_quiet(log) => kept.warning(log, ERROR, QUIET),
        Some(_) => {}
    }
}
