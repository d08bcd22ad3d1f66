//! One row, touched on a timer: an otherwise idle source then still sends a transaction, and the slot
//! can let go of its log.

use crate::{SourceConfig, SourceError, classify, session};

const BEAT: &str = "insert into loadline_heartbeat (id, beat_at) values (1, clock_timestamp())
on conflict (id) do update set beat_at = excluded.beat_at";

pub async fn heartbeat(cfg: &SourceConfig) -> Result<(), SourceError> {
    let mut session = session::connect(cfg).await?;
    let beaten = sqlx::query(BEAT).execute(&mut session).await;
    session::close(session).await;
    beaten.map(|_| ()).map_err(|error| classify::session(cfg, error))
}
