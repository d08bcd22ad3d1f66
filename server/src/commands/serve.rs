//! `loadline serve`: engine and pages on given databases.

use tokio_util::sync::CancellationToken;

use super::failure::CommandError;
use super::lifecycle::{raise_open_files, stop_on_signals};
use super::roles;
use super::terminal::{Lang, say};
use crate::cli::{Role, ServeArgs};
use crate::config::Config;

pub async fn run(args: ServeArgs, mut config: Config, lang: Lang) -> Result<(), CommandError> {
    config.listen = args.listen.unwrap_or(config.listen);
    config.insecure |= args.insecure;
    if args.role != Role::Engine {
        config.check_listen()?;
    }
    raise_open_files();
    let stop = stop_on_signals()?;
    let parts = CancellationToken::new();
    let mut running = tokio::select! {
        started = roles::start(&config, args.role, &parts) => started?,
        () = stop.cancelled() => return Ok(()),
    };
    say(lang.pick("按 Ctrl-C 停止", "Ctrl-C stops"));
    let outcome = tokio::select! {
        () = stop.cancelled() => Ok(()),
        failed = running.first_failure() => Err(failed),
    };
    outcome.and(running.stop().await)
}
