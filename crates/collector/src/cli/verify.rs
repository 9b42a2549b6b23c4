//! `askfirst-collector verify`.

use std::path::PathBuf;

use clap::Args;

use super::print_findings;
use askfirst_verify::Target;

#[derive(Args, Debug)]
pub(super) struct Verify {
    /// Address of a page. Without a scheme, https is used.
    address: String,
    /// Site name, if no script tag names it (npm, a tag manager).
    #[arg(long, value_name = "NAME")]
    site: Option<String>,
    /// Address of the collector, if no script tag names it.
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// PEM file of certificates to trust instead of the usual ones.
    #[arg(long, value_name = "FILE")]
    cacert: Option<PathBuf>,
    /// Print the findings as JSON.
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let Self { address, site, endpoint, cacert, json } = self;
        let target = Target { address, site, endpoint, certificates: cacert };
        print_findings(&askfirst_verify::examine(&target)?, json)
    }
}
