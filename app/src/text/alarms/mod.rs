//! Words of the alarm pages.

pub mod alarm;
pub mod desk;
pub mod faults;
pub mod messages;
pub mod notices;
pub mod performance;
pub mod refusals;
pub mod rules;
pub mod shifts;
pub mod trial;
pub mod words;
