//! The binary: reads the command line and the configuration, and does one thing.

use std::process::ExitCode;

use askfirst_collector::cli::{Cli, run};
use clap::Parser;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("askfirst-collector: {error:#}");
            ExitCode::FAILURE
        }
    }
}
