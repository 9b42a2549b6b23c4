//! `askfirst-collector verify`.

use std::path::PathBuf;

use clap::Args;

use super::print_findings;
use askfirst_verify::Target;

#[derive(Args, Debug)]
pub(super) struct Verify {
    /// The address of a page; by https, where it names no scheme.
    address: String,
    /// The site's name, where no script tag says it (npm, a tag manager).
    #[arg(long, value_name = "NAME")]
    site: Option<String>,
    /// The collector's address, where no script tag says it.
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// Certificates to trust instead of those that browsers trust, in PEM.
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
