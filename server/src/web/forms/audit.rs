//! The proof that the audit is whole.

use app::pages::audit::submitted_of;
use axum::response::Response;
use serde_json::json;
use warehouse::access::audit;

use super::writer::{Trouble, Writer};

/// Walks the whole chain; the page shows the verdict, and the record says who asked for it.
pub async fn verify(writer: Writer) -> Response {
    let verified = async {
        let access = writer.access()?;
        let verdict = audit::verify(access, None).await?;
        let said = json!({ "entries": verdict.entries, "broken": verdict.broken.map(|broken| broken.entry_no) });
        audit::note(access, &writer.author(), "audit.verify", "audit", "", Some(said)).await?;
        Ok::<_, Trouble>(verdict)
    };
    match verified.await {
        Ok(verdict) => writer.page("/audit", submitted_of(&verdict)).await,
        Err(trouble) => writer.again("/audit", "verify", trouble).await,
    }
}
