//! Monthly statements on real PostgreSQL: their life, what never changes, adjustments, runs that are killed.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod adjustments;
mod frozen;
mod life;
mod paths;
mod rate;
mod runs;
mod unreadable;
mod world;
