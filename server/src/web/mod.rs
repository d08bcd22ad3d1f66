//! Everything that speaks HTTP.

mod alarm_performance_export;
mod alarm_rules;
mod alarms;
mod api;
mod asker;
mod audit_export;
mod author;
mod cells;
mod certificate;
mod client;
mod connection;
mod contracts;
pub(crate) mod csv;
mod documents;
mod error;
mod events;
mod exports;
mod forms;
mod gate;
mod guard;
mod health;
pub mod hub;
mod openapi;
mod origin;
mod params;
mod preferences;
mod proof;
mod rate;
mod router;
pub mod routes;
pub mod security;
mod shares;
mod state;
mod statements;
mod style;
mod tariffs;
mod texts;
pub mod tls;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use axum_server::accept::DefaultAcceptor;
use axum_server::tls_rustls::RustlsAcceptor;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use connection::Seats;
pub use error::WebError;
pub use exports::NAMES as EXPORT_NAMES;
pub use openapi::paths as described_paths;
pub use router::{api_routes, router};
pub use state::{CommittedThrough, ReadySettings, Shared, WebConfig};
use tls::Tls;

/// Requests in work when the server is told to stop may take this long to finish.
const FINISH_WITHIN: Duration = Duration::from_secs(10);
/// How often measured times are folded into the histograms, so that they take no memory.
const UPKEEP: Duration = Duration::from_secs(5);
/// Connections beside those of viewers; more are closed at once.
const OTHER_CONNECTIONS: usize = 1_024;
/// A silent connection of HTTP/2 is asked this often whether somebody is still there.
const PING_EVERY: Duration = Duration::from_secs(30);

/// Serves until the token is cancelled; then ends event streams at once and lets other requests finish.
/// `bound` is told the address, which matters when the port was chosen by the system.
pub async fn serve(config: WebConfig, cancel: CancellationToken, bound: impl FnOnce(SocketAddr) + Send) -> Result<(), WebError> {
    let prometheus = crate::metrics::recorder()?;
    let tls = config.tls.clone().map(Tls::open).transpose()?;
    let refused = |source| WebError::Listen { address: config.listen.to_string(), source };
    let listener = TcpListener::bind(config.listen).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let listener = listener.into_std().map_err(refused)?;
    let shared = Shared::new(&config, prometheus.clone(), cancel.clone());
    shared.hub.spawn(shared.pool().clone());
    let upkeep = tokio::spawn(async move {
        loop {
            tokio::time::sleep(UPKEEP).await;
            prometheus.run_upkeep();
        }
    });
    bound(address);
    let handle = Handle::new();
    let seats = Arc::new(Semaphore::new(config.max_sse_clients.saturating_add(OTHER_CONNECTIONS)));
    let served = tokio::select! {
        served = answer(listener, tls, router(&shared), Limits { seats, head_within: config.head_within }, handle.clone()) => served.map_err(WebError::Serve),
        () = overtime(&cancel, &handle) => {
            tracing::warn!("requests still in work were cut off");
            Ok(())
        }
    };
    handle.shutdown();
    upkeep.abort();
    served
}

struct Limits {
    seats: Arc<Semaphore>,
    head_within: Duration,
}

/// Answers on the listener, by HTTPS where there is a certificate. Handlers learn the address of the peer.
async fn answer(
    listener: std::net::TcpListener,
    tls: Option<Tls>,
    router: Router,
    limits: Limits,
    handle: Handle,
) -> std::io::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum_server::from_tcp(listener).handle(handle);
    let Limits { seats, head_within } = limits;
    match tls {
        None => {
            let mut server = server.acceptor(Seats { seats, head_within, inner: DefaultAcceptor::new() });
            limit(server.http_builder(), head_within);
            server.serve(service).await
        }
        Some(tls) => {
            let mut server = server.acceptor(Seats { seats, head_within, inner: RustlsAcceptor::new(tls.config.clone()) });
            limit(server.http_builder(), head_within);
            tokio::select! {
                served = server.serve(service) => served,
                () = tls.follow() => Ok(()),
            }
        }
    }
}

/// Nobody holds a connection by sending the head of a request slowly, or by going away in silence.
fn limit(builder: &mut Builder<TokioExecutor>, head_within: Duration) {
    builder.http1().timer(TokioTimer::new()).header_read_timeout(head_within);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(PING_EVERY);
}

/// Tells the connections to end, and returns when they had time enough for it.
async fn overtime(cancel: &CancellationToken, handle: &Handle) {
    cancel.cancelled().await;
    handle.graceful_shutdown(None);
    tokio::time::sleep(FINISH_WITHIN).await;
}
