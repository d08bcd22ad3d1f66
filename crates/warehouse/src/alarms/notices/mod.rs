//! Who is told about alarms: receivers, routes, decisions, and the messages with their attempts.

pub mod channels;
pub mod compose;
pub mod decisions;
pub mod log;
pub mod outbox;
pub mod routes;
pub mod waiting;

/// Wakes the sender: something is ready or due earlier than it thought.
pub const CHANNEL: &str = "loadline_notices";

/// Hears of new work for the sender, and of every change of alarms. It keeps one connection of the pool.
pub async fn listen(pool: &sqlx::PgPool) -> Result<sqlx::postgres::PgListener, crate::WarehouseError> {
    let mut listener = sqlx::postgres::PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}
