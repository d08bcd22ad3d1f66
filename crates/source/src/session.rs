//! Ordinary sessions on the source, for what needs no replication.

use std::time::Duration;

use sqlx::{Connection, PgConnection};

use crate::config::CONNECT_TIMEOUT_S;
use crate::{SourceConfig, SourceError, classify};

pub(crate) async fn connect(cfg: &SourceConfig) -> Result<PgConnection, SourceError> {
    let options = cfg.session_options()?;
    let connecting = PgConnection::connect_with(&options);
    match tokio::time::timeout(Duration::from_secs(CONNECT_TIMEOUT_S), connecting).await {
        Ok(connected) => connected.map_err(|error| classify::connecting(cfg, error)),
        Err(_) => {
            Err(SourceError::Unreachable { address: cfg.address(), detail: format!("no answer within {CONNECT_TIMEOUT_S} s") })
        }
    }
}

/// Says goodbye; a failure to do so changes nothing.
pub(crate) async fn close(session: PgConnection) {
    let _ = session.close().await;
}
