//! What the evaluation of alarms reads and writes. Acts of people share the holding of the row and the saving.

mod meters;
mod points;
mod ranks;
mod rules;
mod save;
mod snapshot;
mod sums;
mod work;

pub use meters::MOST_SILENT_METERS;
pub use points::{load_points, points_after};
pub use rules::{RegionsMark, write_starter_rules};
pub use save::{Saved, save};
pub use snapshot::{Snapshot, Standing};
pub use sums::{Span, Windows};
pub use work::{ALARM_CHANNEL, AlarmProgress, AlarmWork, alarm_progress, announce, announce_rules, hold};
