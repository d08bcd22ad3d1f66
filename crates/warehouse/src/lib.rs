//! The warehouse database: what the engine writes together with its log position, what it reads back,
//! and every query of the pages.

pub mod access;
pub mod alarms;
mod error;
mod events;
mod health;
mod load;
mod migrate;
mod partitions;
mod pg_types;
pub mod read;
pub mod retention;
pub mod settlement;
mod status;
mod store;
mod stored;
mod write;

pub use error::{Sentence, WarehouseError};
pub use health::{Health, health};
pub use migrate::{MIGRATOR, connect, migrate};
pub use partitions::PARTITIONED_TABLES;
pub use store::{CommitMeta, MAX_CHANGES_PER_COMMIT, SourceIdentity, Store, Topic, Work};
