//! Log lines go to standard error, as text or JSON. Standard output belongs to the answers of commands.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// Libraries whose chatter helps nobody; sqlx would print whole statements when the machine is busy, and axum-login calls
/// each throttled sign-in an error, so that whoever guesses could fill the log.
const QUIET: &str = "sqlx=error,hyper=warn,tower=warn,pg_walstream=warn,axum_login=off";

pub fn is_filter(text: &str) -> bool {
    !text.trim().is_empty() && EnvFilter::try_new(text).is_ok()
}

/// Starts logging; a second call does nothing, so that tests may start several servers.
pub fn start(filter: &str, format: LogFormat) {
    let filter = EnvFilter::try_new(format!("{QUIET},{filter}")).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // an error means that logging has been started before
    let _ = match format {
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
        LogFormat::Text => lines.with_ansi(io::stderr().is_terminal()).try_init(),
    };
}
