//! A private PostgreSQL: found, created, started and stopped by us, for one directory and for nobody else.
//!
//! The demo keeps its data in one and every test process has one of its own. The server listens on a free
//! port of 127.0.0.1 and wants a password, so other users of the machine do not get in.

mod account;
mod config;
mod error;
mod home;
mod postmaster;
mod programs;
mod psql;
mod server;

pub use config::Options;
pub use error::{ClusterError, Step};
pub use home::sweep;
pub use programs::{OLDEST_MAJOR, Programs};
pub use server::Cluster;
