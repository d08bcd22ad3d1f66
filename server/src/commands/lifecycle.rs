//! Starting and stopping: signals, limits of the process.

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::failure::CommandError;

/// What a shell reports for a program that a signal ended.
const EXIT_SIGNALLED: i32 = 130;
/// Enough for a thousand viewers and all database connections.
const OPEN_FILES: u64 = 65_536;

/// Cancelled by the first Ctrl-C or SIGTERM. A second one ends the process at once.
pub fn stop_on_signals() -> Result<CancellationToken, CommandError> {
    let listen = |kind| {
        signal(kind).map_err(|error| {
            CommandError::failed(format!("无法接收信号：{error}"), format!("signals cannot be received: {error}"))
        })
    };
    let (interrupt, terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    let stop = CancellationToken::new();
    tokio::spawn(watch(interrupt, terminate, stop.clone()));
    Ok(stop)
}

async fn watch(mut interrupt: Signal, mut terminate: Signal, stop: CancellationToken) {
    loop {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        if stop.is_cancelled() {
            tracing::warn!("second signal, ending at once");
            std::process::exit(EXIT_SIGNALLED);
        }
        tracing::info!("stopping; a second signal ends at once");
        stop.cancel();
    }
}

/// Raises the number of files that may be open, as far as the system lets us.
pub fn raise_open_files() {
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return };
    let wanted = OPEN_FILES.min(hard);
    if soft < wanted && setrlimit(Resource::RLIMIT_NOFILE, wanted, hard).is_err() {
        tracing::warn!(soft, wanted, "the number of open files cannot be raised");
    }
}
