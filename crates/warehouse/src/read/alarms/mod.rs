//! Alarms as pages show them.

pub mod performance;
