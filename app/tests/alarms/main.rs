//! The desk, what is set aside, single alarms, and what other pages say of alarms, rendered from real rows.

mod desk;
mod elsewhere;
mod one;
mod scene;
