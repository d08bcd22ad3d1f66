//! Loading files of users and readings into the operational database, as if they were being written now.

mod pace;
mod reactive;
mod run;
mod scan;

pub use pace::Speed;
pub use run::{Options, ReplayError, Summary, run};
pub use scan::{Scan, scan, shift_days};
