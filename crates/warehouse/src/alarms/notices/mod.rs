//! Who is told about alarms: receivers, routes, decisions, and the messages with their attempts.

pub mod decisions;

/// Wakes the sender: something is ready or due earlier than it thought.
pub const CHANNEL: &str = "loadline_notices";
