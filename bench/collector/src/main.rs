//! Hits per second that the collector accepts, durably, beside a bare axum handler that only parses the same bodies. Each
//! runs as a process of its own; rounds alternate between them. Afterwards the report must show every acknowledged hit.
//!
//! `cargo build --release -p askfirst-collector && cargo run --release -p bench-collector`; with `-- --at 256` at that many connections only;
//! with `-- --slow 1000` the collector alone, without and with so many connections beside the load that stall.

mod bare;
mod drive;
mod http;
mod server;
mod slow;
mod traffic;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use comfy_table::{CellAlignment, Table, presets::UTF8_HORIZONTAL_ONLY};

use drive::Round;
use server::ServerProcess;
use traffic::Traffic;

/// The collector's, so that what is compared is not how memory is handed out.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Connections, rounds for each server, seconds of a round.
const PLAN: [(usize, usize, f64); 6] =
    [(1, 1, 1.0), (8, 1, 1.0), (64, 2, 1.5), (128, 2, 1.5), (256, 4, 2.0), (512, 2, 1.5)];
/// The connections at which the two are compared in the last line.
const COMPARED: usize = 256;
/// The argument before the only number of connections to measure at, and the rounds and seconds of it.
const AT: &str = "--at";
const LONG: (usize, f64) = (6, 2.0);
/// Before the first round, so that neither pays for its start.
const WARM_UP: Duration = Duration::from_millis(500);

fn main() -> ExitCode {
    let runtime = tokio::runtime::Runtime::new().context("cannot start");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = runtime.and_then(|runtime| {
        runtime.block_on(async {
            match arguments[..] {
                [] => compare(&PLAN, COMPARED).await,
                [AT, number] => {
                    let connections = number.parse().with_context(|| format!("{AT} wants a number"))?;
                    compare(&[(connections, LONG.0, LONG.1)], connections).await
                }
                [bare::ARGUMENT] => bare::serve().await,
                [slow::ARGUMENT, number] => beside(number.parse().context("--slow wants a number")?).await,
                _ => bail!(
                    "the only arguments are {AT} and {}, each with a number of connections",
                    slow::ARGUMENT
                ),
            }
        })
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-collector: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn table() -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY);
    let heads = ["connections", "server", "hits/s", "p50 ms", "p99 ms", "hits per CPU-second of the server"];
    table.set_header(heads);
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

async fn beside(slow: usize) -> anyhow::Result<()> {
    let traffic = Arc::new(Traffic::default());
    let mut ours = ServerProcess::collector()?;
    let mut acknowledged = drive::round(&ours, &traffic, 64, WARM_UP).await?.accepted;
    let mut table = table();
    acknowledged += slow::compare(&ours, &traffic, slow, &mut table).await?;
    let counted = ours.counted(traffic::SITE).await?;
    ours.stop()?;
    println!("{table}");
    ensure!(acknowledged == counted, "acknowledged {acknowledged} hits, the report shows {counted}");
    println!("acknowledged {acknowledged} hits, and the report shows as many");
    Ok(())
}

async fn compare(plan: &[(usize, usize, f64)], compared: usize) -> anyhow::Result<()> {
    let traffic = Arc::new(Traffic::default());
    let mut bare = ServerProcess::bare()?;
    let mut ours = ServerProcess::collector()?;
    drive::round(&bare, &traffic, 64, WARM_UP).await?;
    let mut acknowledged = drive::round(&ours, &traffic, 64, WARM_UP).await?.accepted;

    let mut table = table();
    let mut ratios = Vec::new();
    for &(connections, rounds, seconds) in plan {
        let (mut of_bare, mut of_ours) = (Round::new()?, Round::new()?);
        for _ in 0..rounds {
            let time = Duration::from_secs_f64(seconds);
            of_bare.add(&drive::round(&bare, &traffic, connections, time).await?)?;
            of_ours.add(&drive::round(&ours, &traffic, connections, time).await?)?;
        }
        acknowledged += of_ours.accepted;
        let per_cpu = of_ours.per_cpu().zip(of_bare.per_cpu()).map(|(ours, bare)| ours / bare);
        ratios.push((connections, of_ours.rate() / of_bare.rate(), per_cpu));
        table.add_row(of_bare.row(connections, "bare axum handler"));
        table.add_row(of_ours.row(connections, "askfirst-collector"));
    }

    let counted = ours.counted(traffic::SITE).await?;
    let memory = ours.memory().map_or_else(|| "unknown".to_owned(), |most| format!("at most {most} kB"));
    bare.stop()?;
    ours.stop()?;
    println!("a page view by itself in each body, {} bytes; keep-alive, loopback", traffic::sizes());
    println!("the collector answers after the synced commit; its database: {}", ours.data());
    println!("{table}");
    ensure!(acknowledged == counted, "acknowledged {acknowledged} hits, the report shows {counted}");
    println!("acknowledged {acknowledged} hits, and the report shows as many");
    println!(
        "memory of the collector: {memory}; disk: {:.1} bytes for each hit",
        ours.size() / counted as f64
    );
    for (connections, ratio, _) in ratios.iter().filter(|(connections, ..)| *connections != compared) {
        println!("ratio with connections = {connections}: {ratio:.2}");
    }
    let (_, ratio, per_cpu) = ratios
        .iter()
        .find(|(connections, ..)| *connections == compared)
        .context("the plan lacks the connections to compare at")?;
    if let Some(per_cpu) = per_cpu {
        println!("ratio of hits per CPU-second: {per_cpu:.2}");
    }
    println!("ratio: {ratio:.2}");
    Ok(())
}
