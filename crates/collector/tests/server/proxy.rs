//! nginx and Caddy with the very blocks of docs/operate.md; ports, files and a certificate are the test's own.

use std::fs::{self, File};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use crate::common::installed;
use crate::secure::{Certificate, NAME, message};

const DOCS: &str = include_str!("../../../../docs/operate.md");
/// A loopback address that nothing else here uses.
pub(crate) const VISITOR: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 7, 7, 7));
/// Where the proxies listen: no other test's server is met there.
const LISTENS: Ipv4Addr = Ipv4Addr::new(127, 7, 7, 8);
pub(crate) const AGENT: &str = "SecretBrowser/7.7";
/// With what browsers begin: other programs are counted as robots.
const MOZILLA: &str = "Mozilla/5.0 (X11; Linux x86_64)";

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Nginx,
    Caddy,
}

/// What is changed of what the docs say.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Change {
    /// It stands before the owner's side.
    pub(crate) owners: bool,
    /// What keeps addresses out of the logs is left out.
    pub(crate) logs: bool,
}

/// A proxy that runs, with a certificate, before a collector.
pub(crate) struct Proxy {
    child: Child,
    address: SocketAddr,
    certificate: Certificate,
}

/// The block of code in the docs that is in this language and says this.
fn block(language: &str, says: &str) -> String {
    let fence = format!("```{language}\n");
    let blocks = DOCS.split(&fence).skip(1).map(|rest| rest.split("\n```").next().unwrap());
    blocks.into_iter().find(|block| block.contains(says)).expect("the docs have it").to_owned()
}

/// Exactly one place, or the docs have changed.
fn put(text: &str, place: &str, instead: &str) -> String {
    assert_eq!(text.matches(place).count(), 1, "{place:?} in: {text}");
    text.replace(place, instead)
}

impl Kind {
    pub(crate) fn installed(self) -> Option<PathBuf> {
        match self {
            Self::Nginx => installed("nginx", "nginx-light"),
            Self::Caddy => installed("caddy", "caddy"),
        }
    }

    fn configuration(
        self,
        at: &Path,
        port: u16,
        collector: SocketAddr,
        own: &Certificate,
        change: Change,
    ) -> String {
        let (certificate, key, at) = (own.certificate.display(), own.key.display(), at.display());
        match self {
            Self::Nginx => {
                let mut server = block("nginx", "listen 443");
                server = put(&server, "listen 443 ssl;", &format!("listen {LISTENS}:{port} ssl;"));
                server = put(
                    &server,
                    "# ssl_certificate, ssl_certificate_key",
                    &format!("ssl_certificate {certificate}; ssl_certificate_key {key};"),
                );
                if change.owners {
                    let visitors = server.find("    location / {").unwrap();
                    let end = visitors + server[visitors..].find("\n    }\n").unwrap() + "\n    }".len();
                    let owners = put(&block("nginx", ":8101"), ":8101", ":8100");
                    server.replace_range(visitors..end, &owners);
                }
                server = put(&server, "http://127.0.0.1:8100", &format!("http://{collector}"));
                server = put(&server, "/var/log/nginx/", &format!("{at}/"));
                if change.logs {
                    server = put(&server, "access_log off;", "");
                    server = put(&server, " emerg;", ";");
                }
                // As Debian's own file around it: there is a log unless a server has none.
                let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                    .map(|name| format!("{name}_temp_path {at}/temporary/{name};\n"))
                    .concat();
                format!(
                    "daemon off;\nmaster_process off;\npid {at}/nginx.pid;\nerror_log {at}/error.log;\nevents {{}}\n\
                     http {{\naccess_log {at}/access.log;\n{temporary}{server}\n}}\n"
                )
            }
            Self::Caddy => {
                let mut file = block("caddy", "handle_errors");
                file = put(
                    &file,
                    &format!("\n{NAME} {{"),
                    &format!("\nhttps://{NAME}:{port} {{\nbind {LISTENS}\ntls {certificate} {key}\n"),
                );
                if change.owners {
                    let owners = put(&block("caddy", ":8101"), ":8101", ":8100");
                    file = put(&file, "reverse_proxy 127.0.0.1:8100", &owners);
                }
                file = put(&file, "reverse_proxy 127.0.0.1:8100", &format!("reverse_proxy {collector}"));
                if change.logs {
                    // An error that is handled is not logged either, by this version.
                    let handled = file.find("    handle_errors {").unwrap();
                    file = put(&file[..handled], "exclude http.log.error http.handlers.reverse_proxy", "")
                        + "}\n";
                }
                format!("{{\nadmin off\nauto_https disable_redirects\n{}", file.strip_prefix("{\n").unwrap())
            }
        }
    }

    pub(crate) fn start(self, program: &Path, at: &Path, collector: SocketAddr, change: Change) -> Proxy {
        fs::create_dir_all(at.join("temporary")).unwrap();
        let own = Certificate::make(at, "own");
        let port = TcpListener::bind((LISTENS, 0)).unwrap().local_addr().unwrap().port();
        let file = at.join("configuration");
        fs::write(&file, self.configuration(at, port, collector, &own, change)).unwrap();
        let mut command = Command::new(program);
        match self {
            Self::Nginx => command.arg("-p").arg(at).arg("-e").arg(at.join("error.log")).arg("-c").arg(&file),
            Self::Caddy => command.args(["run", "--adapter", "caddyfile", "--config"]).arg(&file),
        };
        let said = File::create(at.join("said.log")).unwrap();
        let mut child = command
            .env("HOME", at)
            .env("XDG_DATA_HOME", at)
            .env("XDG_CONFIG_HOME", at)
            .stdout(said.try_clone().unwrap())
            .stderr(said)
            .spawn()
            .unwrap();
        let address = SocketAddr::from((LISTENS, port));
        while TcpStream::connect(address).is_err() {
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none(), "{self:?}: {}", fs::read_to_string(at.join("said.log")).unwrap());
            std::thread::sleep(Duration::from_millis(20));
        }
        Proxy { child, address, certificate: own }
    }
}

impl Proxy {
    pub(crate) fn get(&self, path: &str, headers: &str) -> String {
        let request = format!("GET {path} HTTP/1.1\r\nhost: {NAME}\r\n{headers}connection: close\r\n\r\n");
        self.certificate.ask_from(self.address, VISITOR, &request).unwrap()
    }

    pub(crate) fn post(&self, path: &str, headers: &str, body: &str) -> String {
        let headers = format!("user-agent: {MOZILLA} {AGENT}\r\n{headers}");
        self.certificate.ask_from(self.address, VISITOR, &message(path, &headers, body)).unwrap()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
