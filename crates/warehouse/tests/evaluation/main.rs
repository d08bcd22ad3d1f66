//! What the evaluation of alarms stores and loads, on a real PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod acts;
mod build;
mod inputs;
mod meters;
mod points;
mod rights;
mod rules;
mod work;
