//! Names, units, time and the values that travel from the log to the tables.
//! No IO, no async, no clock: everything here is a plain value.

pub mod access;
pub mod alarms;
pub mod change;
pub mod dead_letter;
pub mod detail;
pub mod effect;
pub mod failure;
pub mod fixed;
pub mod loaded;
pub mod local_time;
pub mod lsn;
pub mod progress;
pub mod quarter;
pub mod region;
pub mod settlement;
pub mod status;
mod wire;

pub use change::{Cell, Change, Chunk, Origin, ReactiveRow, ReadingRow, RegionRow, RowChange, Table, UserRow};
pub use dead_letter::{DeadLetter, LetterStatus, Reason};
pub use detail::{Booking, Detail, DetailKey};
pub use failure::FailureKind;
pub use fixed::Fixed2;
pub use local_time::{Day, LocalMs, WINDOW_MS, WindowStart, Zone};
pub use lsn::Lsn;
pub use progress::{Progress, SnapshotState};
pub use region::{RegionId, UNKNOWN_REGION, UNKNOWN_REGION_NAME, UNKNOWN_USAGE, UNKNOWN_USER_NAME, UserId};
