//! What the evaluation of alarms reads and writes. Acts of people share the holding of the row and the saving.

mod points;
mod save;
mod work;

pub use points::{load_points, points_after};
pub use save::{Saved, save};
pub use work::{ALARM_CHANNEL, AlarmProgress, AlarmWork, alarm_progress, announce, announce_rules, hold};
