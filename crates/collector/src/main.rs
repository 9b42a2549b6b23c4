//! The binary: reads the command line and the configuration, and does one thing.

use std::process::ExitCode;

use askfirst_collector::cli::{Cli, run};
use clap::Parser;

/// A hit's strings are made on one thread and dropped on another, which glibc's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("askfirst-collector: {error:#}");
            ExitCode::FAILURE
        }
    }
}
