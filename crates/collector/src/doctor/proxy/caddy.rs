//! Caddy: it logs requests only where it is told to, but names the client in what it logs about those that fail.

use std::path::Path;

use super::tree::{Blocks, Directive, follow};
use super::{ProxyLogging, leads_to};

/// The loggers that name the client of a request that failed.
const LOGGERS: [&str; 2] = ["http.log.error", "http.handlers.reverse_proxy"];

/// Reads a file, with the files and snippets that it imports.
pub(super) fn read(file: &Path, text: &str) -> Vec<Directive> {
    let directives = parse(file, text);
    let is_snippet =
        |directive: &Directive| directive.words.first().is_some_and(|word| word.starts_with('('));
    let (snippets, directives): (Vec<_>, Vec<_>) = directives.into_iter().partition(is_snippet);
    let base = file.parent().unwrap_or(Path::new("."));
    follow(
        directives.into_iter().flat_map(|directive| expand(directive, &snippets)).collect(),
        &["import"],
        base,
        parse,
    )
}

/// Puts a snippet where it is imported. One does not hold another: Caddy allows it, and nobody needs it for a log.
fn expand(mut directive: Directive, snippets: &[Directive]) -> Vec<Directive> {
    let name = directive.arguments().first().map(|name| format!("({name})"));
    let snippet = snippets.iter().find(|snippet| snippet.words.first() == name.as_ref());
    if let Some(snippet) = snippet.filter(|_| directive.is("import")) {
        return snippet.inner.clone();
    }
    directive.inner = directive.inner.into_iter().flat_map(|inner| expand(inner, snippets)).collect();
    vec![directive]
}

fn parse(file: &Path, text: &str) -> Vec<Directive> {
    let file = std::sync::Arc::new(file.to_owned());
    let mut blocks = Blocks::default();
    for (index, line) in text.lines().enumerate() {
        let mut words = words(line);
        match words.last().map(String::as_str) {
            None => {}
            Some("}") if words.len() == 1 => blocks.close(),
            Some("{") => {
                words.pop();
                blocks.open(Directive::new(words, &file, index + 1));
            }
            Some(_) => blocks.push(Directive::new(words, &file, index + 1)),
        }
    }
    blocks.end()
}

fn words(line: &str) -> Vec<String> {
    let line = line.trim();
    let without = |word: &str| word.trim_matches(['"', '`']).to_owned();
    line.split_whitespace().take_while(|word| !word.starts_with('#')).map(without).collect()
}

pub(super) fn examine(directives: &[Directive], port: u16) -> ProxyLogging {
    let mut kept = ProxyLogging::default();
    // A file without blocks of its own is one site: its address stands on the first line.
    let mut one = directives.first().cloned().unwrap_or_default();
    one.inner = directives.to_vec();
    let has_sites =
        directives.iter().any(|directive| !directive.words.is_empty() && has_proxy(&directive.inner, port));
    let sites: Vec<&Directive> = if has_sites {
        directives.iter().filter(|site| !site.words.is_empty()).collect()
    } else {
        vec![&one]
    };
    let options = directives.iter().find(|directive| directive.words.is_empty());
    for site in sites.into_iter().filter(|site| has_proxy(&site.inner, port)) {
        kept.leads = true;
        let is_skipped = site
            .inner
            .iter()
            .any(|inner| (inner.is("log_skip") || inner.is("skip_log")) && inner.arguments().is_empty());
        for log in site.inner.iter().filter(|inner| inner.is("log") && !is_discarded(inner) && !is_skipped) {
            kept.error(
                log,
                "Caddy logs each visitor's address and User-Agent",
                "remove `log` from the site that proxies to the collector",
            );
        }
        let is_quiet = options.is_some_and(|options| options.inner.iter().any(is_quiet));
        if !is_quiet {
            kept.warning(
                site,
                "Caddy logs the address of visitors whose requests fail",
                "in the global options at the top of the Caddyfile, set: log { exclude http.log.error http.handlers.reverse_proxy }",
            );
        }
    }
    kept
}

fn has_proxy(directives: &[Directive], port: u16) -> bool {
    directives.iter().any(|directive| {
        let to = directive.inner.iter().filter(|inner| inner.is("to")).flat_map(Directive::arguments);
        (directive.is("reverse_proxy")
            && directive.arguments().iter().chain(to).any(|word| leads_to(word, port)))
            || has_proxy(&directive.inner, port)
    })
}

fn is_discarded(log: &Directive) -> bool {
    log.inner
        .iter()
        .any(|inner| inner.is("output") && inner.arguments().first().is_some_and(|to| to == "discard"))
}

fn is_quiet(option: &Directive) -> bool {
    let excluded: Vec<&String> =
        option.inner.iter().filter(|inner| inner.is("exclude")).flat_map(Directive::arguments).collect();
    let is_default = option.arguments().first().is_none_or(|name| name == "default");
    option.is("log")
        && is_default
        && (is_discarded(option) || LOGGERS.iter().all(|logger| excluded.iter().any(|word| word == logger)))
}
