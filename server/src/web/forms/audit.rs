//! The proof that the audit is whole.

use axum::response::Response;
use warehouse::access::audit;

use super::writer::{Trouble, Writer};

/// Walks the whole chain; the page shows the verdict.
pub async fn verify(writer: Writer) -> Response {
    match audit::verify(writer.access(), None).await {
        Ok(verdict) => {
            audit::note_verified(writer.access(), &writer.author(), &verdict).await.map_or_else(|error| tracing::error!(%error, "a verification was not recorded"), drop);
            writer.once("/audit", "verdict", verdict.to_line()).await
        }
        Err(error) => writer.again("/audit", "verify", Trouble::from(error)).await,
    }
}
