//! `askfirst-collector verify`.

use std::path::PathBuf;

use clap::Args;

use super::print_findings;
use crate::verify::{self, Asked};

/// Fetches a page of yours, and says what keeps askfirst from running in it and its messages from arriving.
///
/// It asks for that page, for the script that the page names, for three answers of the collector that the page names, and for the
/// site's /.well-known/gpc.json; nobody else is asked, and nothing is counted. It runs no scripts: for what only a browser
/// shows, open the page with ?askfirst-debug.
#[derive(Args, Debug)]
pub(super) struct Verify {
    /// The address of a page, such as <https://example.org/>.
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
        let asked = Asked { address, site, endpoint, certificates: cacert };
        print_findings(&verify::examine(&asked)?, json)
    }
}
