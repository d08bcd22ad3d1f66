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
