//! Daily settlements by the real pipeline on real databases, against bills written down independently in plain SQL: whatever comes
//! late, is corrected or taken back, and whoever is killed when.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bills;
mod changing;
mod kills;
mod land;
mod oracle;
mod reactive;
mod restated;
mod unreadable;
mod week;
#[expect(dead_code, reason = "shared with the tests of statements")]
#[path = "../statements/world.rs"]
mod world;
