//! Reads the operational database: one consistent copy, then every committed transaction in commit
//! order. The only crate that speaks replication.

mod batch;
mod catalog;
mod check;
mod classify;
mod client;
mod columns;
mod config;
mod copy_text;
mod decode;
mod error;
mod heartbeat;
mod open;
mod queue;
mod reader;
mod row;
mod sentence;
mod session;
mod setup;
mod slot;
mod snapshot;
mod stream;
mod tuple;

pub use check::{Finding, Level, check};
pub use config::{MAX_CHUNK_ROWS, SourceConfig};
pub use error::{GapReason, SourceError};
pub use heartbeat::heartbeat;
pub use open::{Identity, Start, identify, open};
pub use queue::QUEUE_ROWS;
pub use reader::{Event, Reader};
pub use setup::{SetupStep, setup};
pub use slot::{SlotState, drop_slot, slot_state};
