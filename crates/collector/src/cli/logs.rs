//! The collector's log. It never holds anything about a visitor.

use std::io::IsTerminal as _;

use clap::{Args, ValueEnum};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

#[derive(Args, Clone, Copy, Debug)]
pub(super) struct Logs {
    /// Log level. The log goes to standard error and holds nothing about visitors at any level.
    #[arg(long, value_name = "LEVEL", env = "ASKFIRST_LOG", default_value = "info")]
    log: LevelFilter,
    /// Log format.
    #[arg(long, value_enum, env = "ASKFIRST_LOG_FORMAT", default_value_t = Form::Text)]
    log_format: Form,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// Plain text.
    Text,
    /// One JSON object per line.
    Json,
}

impl Logs {
    /// Starts logging.
    pub(super) fn begin(self) {
        let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
        let lines = match self.log_format {
            Form::Text => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
            Form::Json => lines.json().flatten_event(true).boxed(),
        };
        // Only our own lines: a library's might quote a request.
        let ours = Targets::new().with_target("askfirst_collector", self.log);
        tracing_subscriber::registry().with(lines.with_filter(ours)).init();
    }
}
