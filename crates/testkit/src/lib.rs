//! What the tests of every crate share: a private PostgreSQL, rows, a simulated region and the convergence check.
//!
//! It knows the tables and nothing of the product's code, so it can judge that code.

mod databases;
pub mod oracle;
pub mod rows;
mod shared;
pub mod simulator;
mod wait;
mod watchdog;

pub use databases::{TestCluster, pool};
pub use shared::{cluster, operational_db, warehouse_db};
pub use wait::wait_until;
