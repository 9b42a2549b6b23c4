//! The reverse proxy in front: whether it keeps what the collector does not. Read are the files of nginx, Caddy and Apache; what
//! runs may be older than what stands in them.

mod apache;
mod caddy;
mod nginx;
mod tree;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::Finding;
use tree::Directive;

const CHECK: &str = "proxy";

/// Where the proxies' files usually stand.
const USUAL: [&str; 4] = [
    "/etc/nginx/nginx.conf",
    "/etc/caddy/Caddyfile",
    "/etc/apache2/apache2.conf",
    "/etc/httpd/conf/httpd.conf",
];

/// Which proxy a file configures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ProxyKind {
    Nginx,
    Caddy,
    Apache,
}

/// What a proxy's configuration logs about visitors.
#[derive(Debug, Default)]
struct ProxyLogging {
    /// Whether anything in it leads to the collector.
    leads: bool,
    findings: Vec<Finding>,
}

impl ProxyLogging {
    fn error(&mut self, at: &Directive, what: &str, fix: &str) {
        self.findings.push(Finding::error(CHECK, format!("{}: {what}", at.place()), fix));
    }

    fn warning(&mut self, at: &Directive, what: &str, fix: &str) {
        self.findings.push(Finding::warning(CHECK, format!("{}: {what}", at.place()), fix));
    }
}

/// Where the collector does TLS itself, none has to be there.
pub(super) fn examine(public: SocketAddr, has_tls: bool, named: &[PathBuf]) -> Vec<Finding> {
    let files: Vec<PathBuf> = if named.is_empty() {
        USUAL.iter().map(PathBuf::from).filter(|file| file.exists()).collect()
    } else {
        named.to_vec()
    };
    let (mut leads, mut findings) = (Vec::new(), Vec::new());
    for file in files {
        match read(&file, public.port()) {
            Ok(kept) => {
                if kept.leads {
                    leads.push(file.display().to_string());
                }
                findings.extend(kept.findings);
            }
            Err(error) => {
                let says = format!("{}: {error}", file.display());
                findings.push(Finding::warning(CHECK, says, "run this command as a user that can read it"));
            }
        }
    }
    if leads.is_empty() && findings.is_empty() {
        let says = format!("found no proxy configuration for port {}", public.port());
        return vec![if public.ip().is_loopback() && !has_tls {
            Finding::warning(
                CHECK,
                says,
                "name its file with --proxy-config, so that its logging can be checked",
            )
        } else {
            Finding::ok(CHECK, says)
        }];
    }
    if findings.is_empty() {
        findings.push(Finding::ok(CHECK, format!("{} logs nothing about visitors", leads.join(", "))));
    }
    findings
}

fn read(file: &Path, port: u16) -> std::io::Result<ProxyLogging> {
    let text = std::fs::read_to_string(file)?;
    Ok(match kind(file, &text) {
        ProxyKind::Nginx => nginx::examine(&nginx::read(file, &text), port),
        ProxyKind::Caddy => caddy::examine(&caddy::read(file, &text), port),
        ProxyKind::Apache => apache::examine(&apache::read(file, &text), port),
    })
}

fn kind(file: &Path, text: &str) -> ProxyKind {
    let name = file.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let begins = |word: &str| text.lines().any(|line| line.trim_start().starts_with(word));
    if name.starts_with("caddyfile") || name.ends_with(".caddy") || name.ends_with(".caddyfile") {
        ProxyKind::Caddy
    } else if begins("<VirtualHost")
        || begins("ProxyPass")
        || begins("IncludeOptional")
        || begins("ServerRoot")
    {
        ProxyKind::Apache
    } else {
        ProxyKind::Nginx
    }
}

/// Whether a word such as `http://127.0.0.1:8100/` or `localhost:8100` leads to that port.
fn leads_to(word: &str, port: u16) -> bool {
    let word = word.split_once("://").map_or(word, |(_, rest)| rest);
    let host = word.split('/').next().unwrap_or_default();
    host.rsplit_once(':').is_some_and(|(_, found)| found.parse() == Ok(port))
}

#[cfg(test)]
mod tests;
