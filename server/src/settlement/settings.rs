//! What an operator sets about settlement.

use std::path::PathBuf;

use domain::settlement::ReadingTime;

const HOUR_MS: i64 = 3_600_000;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettlementSettings {
    /// Whether this installation settles at all.
    pub is_on: bool,
    /// What the time of a reading means, for contracts that do not say it.
    pub reading_time_is: ReadingTime,
    /// How long after its end a day's open gaps are estimated.
    pub estimate_after_ms: i64,
    /// More estimated energy than this needs a reason to freeze.
    pub estimated_share_percent: u32,
    /// Who froze a statement must not be who checked it.
    pub two_person: bool,
    /// Settled days and what proves them are kept for so many years.
    pub keep_years: u16,
    /// Partitions of readings are written here before they are dropped.
    pub archive_dir: Option<PathBuf>,
}

impl Default for SettlementSettings {
    fn default() -> Self {
        Self {
            is_on: true,
            reading_time_is: ReadingTime::Report,
            estimate_after_ms: 6 * HOUR_MS,
            estimated_share_percent: 20,
            two_person: false,
            keep_years: 6,
            archive_dir: None,
        }
    }
}
