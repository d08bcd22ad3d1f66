//! `loadline serve`: engine and pages on given databases.

use tokio_util::sync::CancellationToken;
use warehouse::access::{AccessPool, accounts};

use super::failure::CommandError;
use super::lifecycle::{raise_open_files, stop_on_signals};
use super::roles;
use super::terminal::{Lang, say, warn};
use crate::assembly;
use crate::cli::{Role, ServeArgs};
use crate::config::Config;

pub async fn run(args: ServeArgs, mut config: Config, lang: Lang) -> Result<(), CommandError> {
    config.listen = args.listen.unwrap_or(config.listen);
    config.insecure |= args.insecure;
    if args.role != Role::Engine {
        config.check_listen()?;
        config.check_pdf_font()?;
    }
    raise_open_files();
    let stop = stop_on_signals()?;
    let parts = CancellationToken::new();
    let mut running = tokio::select! {
        started = roles::start(&config, args.role, &parts) => started?,
        () = stop.cancelled() => return Ok(()),
    };
    if args.role != Role::Engine {
        tokio::spawn(tell_first_step(assembly::accounts(&config, 1)?, lang));
    }
    say(lang.pick("按 Ctrl-C 停止", "Ctrl-C stops"));
    let outcome = tokio::select! {
        () = stop.cancelled() => Ok(()),
        failed = running.first_failure() => Err(failed),
    };
    outcome.and(running.stop().await)
}

/// Pages that nobody can sign in to leave an operator at a loss.
async fn tell_first_step(pool: AccessPool, lang: Lang) {
    if let Ok(0) = accounts::active_administrators(&pool).await {
        warn(lang.pick(
            "还没有管理员，没有人能登录。请运行：loadline user add --name 名称 --preset admin",
            "There is no administrator yet, so nobody can sign in. Run: loadline user add --name NAME --preset admin",
        ));
    }
}
