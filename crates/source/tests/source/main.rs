//! The reader against a real PostgreSQL.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as the tests do")]

mod changes;
mod common;
mod failures;
mod gaps;
mod preparation;
mod security;
mod snapshot;
mod stream;
