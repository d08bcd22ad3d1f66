//! The alarm pages: the desk, single alarms, rules, notifications, performance, shifts.

pub mod alarm;
pub mod desk;
pub mod handover;
pub mod notices;
pub mod performance;
pub mod rules;
pub mod set_aside;
pub mod shifts;
pub mod trial;
