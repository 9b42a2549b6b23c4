//! `askfirst-collector inventory`.

use askfirst_wire::inventory;
use clap::Args;
use jiff::civil::Date;
use serde::Serialize;

use super::{json, print};
use crate::moment::today;

#[derive(Args, Debug)]
pub(super) struct Inventory {
    /// Print /.well-known/gpc.json instead. Serve it from the site's own origin.
    #[arg(long)]
    gpc: bool,
    /// Day since which the site honours the signal, such as 2026-11-01 [default: today, UTC].
    #[arg(long, value_name = "DAY", requires = "gpc")]
    date: Option<Date>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Gpc {
    gpc: bool,
    last_update: String,
}

impl Inventory {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        if self.gpc {
            let last_update = self.date.unwrap_or_else(today).to_string();
            print(&format!("{}\n", serde_json::to_string(&Gpc { gpc: true, last_update })?))
        } else {
            print(&json(inventory::shipped())?)
        }
    }
}
