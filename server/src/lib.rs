//! The parts of the binary `loadline`, as a library so that tests reach them.

pub mod access;
pub mod alarms;
pub mod assembly;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod config;
pub mod embedded;
pub mod generate;
pub mod logging;
pub mod metrics;
pub mod pipeline;
pub mod replay;
pub mod settlement;
pub mod web;
