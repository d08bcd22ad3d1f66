//! The stream engine: pure and synchronous. No clock, no randomness, no IO.
//!
//! A group of chunks goes through four steps, and the caller does the IO between them:
//!
//! 0. [`split_at_arrivals`] cuts the group where a user arrives whose readings must be re-booked first.
//! 1. [`Engine::row_keys`] names the users and detail rows that are needed; [`Engine::book`] applies the rules and
//!    the bookings and yields the net change of each detail row.
//! 2. [`Engine::group_keys`] names the aggregates that are needed; [`Engine::apply`] folds the net changes into them
//!    and yields the rows to write.
//! 3. [`Engine::user_month_keys`] and [`Engine::flush`] yield the aggregates that changed since the last flush.
//! 4. [`Engine::evict`], after the flush was written, lets go of what is held beyond the bounds.
//!
//! When anything fails between the steps, the engine is thrown away and rebuilt from the warehouse.

pub mod alarms;
mod book;
mod cache;
mod engine;
mod flush;
mod judge;
mod keys;
mod periods;
mod reactive;
mod region_days;
mod settings;
pub mod settlement;
mod split;
mod totals;
mod windows;

pub use book::Booked;
pub use engine::Engine;
pub use settings::{Limits, RegisterCheck, Settings};
pub use split::{Part, arriving, split_at_arrivals};
