//! Everything that speaks HTTP.

mod api;
mod asker;
mod cells;
mod csv;
mod error;
mod events;
mod exports;
mod guard;
mod health;
pub mod hub;
mod openapi;
mod params;
mod preferences;
mod router;
mod state;
mod style;
mod texts;

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use error::WebError;
pub use exports::NAMES as EXPORT_NAMES;
pub use openapi::paths as described_paths;
pub use router::{api_routes, router};
pub use state::{CommittedThrough, ReadySettings, Shared, WebConfig};

/// Requests in work when the server is told to stop may take this long to finish.
const FINISH_WITHIN: Duration = Duration::from_secs(10);
/// How often measured times are folded into the histograms, so that they take no memory.
const UPKEEP: Duration = Duration::from_secs(5);

/// Serves until the token is cancelled; then ends event streams at once and lets other requests finish.
/// `bound` is told the address, which matters when the port was chosen by the system.
pub async fn serve(config: WebConfig, cancel: CancellationToken, bound: impl FnOnce(SocketAddr) + Send) -> Result<(), WebError> {
    let prometheus = crate::metrics::recorder()?;
    let refused = |source| WebError::Listen { address: config.listen.to_string(), source };
    let listener = TcpListener::bind(config.listen).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let shared = Shared::new(&config, prometheus.clone(), cancel.clone());
    shared.hub.spawn(shared.pool().clone());
    let upkeep = tokio::spawn(async move {
        loop {
            tokio::time::sleep(UPKEEP).await;
            prometheus.run_upkeep();
        }
    });
    bound(address);
    let serving = axum::serve(listener, router(&shared)).with_graceful_shutdown(cancel.clone().cancelled_owned());
    let served = tokio::select! {
        served = serving => served.map_err(WebError::Serve),
        () = overtime(&cancel) => {
            tracing::warn!("requests still in work were cut off");
            Ok(())
        }
    };
    upkeep.abort();
    served
}

async fn overtime(cancel: &CancellationToken) {
    cancel.cancelled().await;
    tokio::time::sleep(FINISH_WITHIN).await;
}
