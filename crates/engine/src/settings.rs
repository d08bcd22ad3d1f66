//! What an operator can set about the rules, and the bounds of what is held in memory.

use domain::{Fixed2, LocalMs, Zone};

/// What to do with a reading whose registers contradict its amount.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RegisterCheck {
    /// Accept it and set the flag `register_mismatch`.
    Flag,
    /// Make it a dead letter.
    Reject,
}

#[derive(Clone, Debug)]
pub struct Settings {
    pub zone: Zone,
    /// How far the watermark stays behind the newest event.
    pub watermark_delay_ms: i64,
    /// A reading above this is rejected.
    pub max_reading_kwh: Fixed2,
    /// How far an event may lie ahead of its commit.
    pub max_future_skew_ms: i64,
    /// Days of detail before the newest accepted day that still take changes.
    pub retention_days: i32,
    pub register_check: RegisterCheck,
    /// Deletes of source rows older than this are an operator's archiving, not a retraction.
    pub keep_deleted_before: Option<LocalMs>,
    /// Users kept per window ranking; 0 keeps all.
    pub ranking_keep: usize,
    pub limits: Limits,
}

/// Bounds of what the engine holds between flushes.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Users whose booking is remembered.
    pub users: usize,
    /// Windows held, closed ones included.
    pub windows: usize,
    /// How long a closed window is held, in event time.
    pub window_keep_ms: i64,
    /// User days held, over all region-days.
    pub user_days: usize,
    /// Months and years held, each.
    pub periods: usize,
}

impl Settings {
    pub fn new(zone: Zone) -> Self {
        Self {
            zone,
            watermark_delay_ms: 5_000,
            max_reading_kwh: Fixed2(100_000_000),
            max_future_skew_ms: 300_000,
            retention_days: 400,
            register_check: RegisterCheck::Flag,
            keep_deleted_before: None,
            ranking_keep: 100,
            limits: Limits { users: 100_000, windows: 20_000, window_keep_ms: 1_800_000, user_days: 150_000, periods: 2_000 },
        }
    }
}

impl Limits {
    /// Nothing is ever let go: for runs that have no warehouse to load from.
    pub fn unbounded() -> Self {
        Self { users: usize::MAX, windows: usize::MAX, window_keep_ms: i64::MAX, user_days: usize::MAX, periods: usize::MAX }
    }
}
