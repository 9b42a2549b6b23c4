//! `askfirst-collector erase`: does for the owner what a visitor's withdrawal does. If a collector runs on the data, it is asked to
//! erase, because it may hold hits under the id that are not yet committed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use askfirst_wire::consent::Forget;
use askfirst_wire::decode;
use clap::Args;
use serde_json::json;
use ureq::Agent;

use super::{Place, print};
use crate::config::Config;
use crate::plural::counted;
use crate::store::{self, Store, StoreError, schema};

/// How long the running collector may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Args, Debug)]
pub(super) struct Erase {
    #[command(flatten)]
    place: Place,
    /// Name of the site.
    #[arg(long)]
    site: String,
    /// Anonymous id to erase: the 32 hex digits in the visitor's cookie, whose name begins with `askfirst_id_`.
    #[arg(long)]
    id: String,
}

impl Erase {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let config = self.place.config_with(&self.site)?;
        let file = config.data.join(schema::FILE);
        let body = json!({"v": askfirst_wire::VERSION, "site": self.site, "id": self.id}).to_string();
        let forget = decode::forget(body.as_bytes()).map_err(|refused| anyhow::anyhow!(refused.detail))?;
        if !file.exists() {
            return Err(StoreError::Missing(file).into());
        }
        erase(&config, &forget, &body)?;
        let left = store::held(&file, &forget.site, &forget.id)?;
        ensure!(
            left == 0,
            "{} under the id could not be erased: run the command again",
            counted(left, "record")
        );
        print("erased: nothing is stored under the id any more\n")
    }
}

fn erase(config: &Config, forget: &Forget, body: &str) -> anyhow::Result<()> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start")?;
    match runtime.block_on(erase_here(config, forget))? {
        Some(directory) => ask(&directory, body),
        None => Ok(()),
    }
}

/// Erases in the database itself. If a collector runs on it, nothing is done and the data directory is returned.
async fn erase_here(config: &Config, forget: &Forget) -> anyhow::Result<Option<PathBuf>> {
    let (store, running) = match Store::open(&config.data, &config.into(), Arc::default()) {
        Ok(opened) => opened,
        Err(StoreError::Locked(directory)) => return Ok(Some(directory)),
        Err(error) => return Err(error.into()),
    };
    let erased = store.forget(&forget.site, &forget.id, String::new()).await;
    tokio::task::spawn_blocking(move || running.stop()).await?;
    erased?;
    Ok(None)
}

/// Asks the collector that runs on this data directory to erase.
fn ask(directory: &Path, body: &str) -> anyhow::Result<()> {
    let announced = store::announced(directory)?;
    let Some(address) = plain(&announced) else {
        bail!(
            "a collector uses {} but listens on {announced:?}, which this command cannot reach: stop the collector, run this command again, then start the collector",
            directory.display()
        );
    };
    let (status, answer) = post(address, body).with_context(|| {
        format!("the running collector at {address} did not answer: run the command again")
    })?;
    ensure!(status == 200, "the running collector at {address} answered {status}: {answer}");
    Ok(())
}

/// The address to ask, if it is plain HTTP. A collector that listens on all addresses is asked on the loopback address.
fn plain(announced: &str) -> Option<SocketAddr> {
    let mut address: SocketAddr = announced.strip_prefix("http://")?.parse().ok()?;
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        });
    }
    Some(address)
}

fn post(address: SocketAddr, body: &str) -> Result<(u16, String), ureq::Error> {
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        // It runs on this machine, whatever proxy the environment names for others.
        .proxy(None)
        .timeout_global(Some(PATIENCE))
        .build()
        .into();
    let mut answer =
        agent.post(format!("http://{address}/forget")).header("content-type", "text/plain").send(body)?;
    Ok((answer.status().as_u16(), answer.body_mut().read_to_string()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_address_is_asked() {
        let address = |announced: &str| plain(announced).map(|address| address.to_string());
        assert_eq!(address("http://127.0.0.1:8100").as_deref(), Some("127.0.0.1:8100"));
        assert_eq!(address("http://0.0.0.0:8100").as_deref(), Some("127.0.0.1:8100"));
        assert_eq!(address("http://[::]:8100").as_deref(), Some("[::1]:8100"));
        for other in ["", "https://127.0.0.1:443", "unix:/run/askfirst.sock", "http://example.org:80"] {
            assert_eq!(address(other), None);
        }
    }
}
