//! What the engine process says about itself, every two seconds, for pages in any process.

use serde::{Deserialize, Serialize};

/// State of the connection to the source.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamState {
    #[default]
    Starting,
    /// The first consistent copy runs.
    Copying,
    /// Behind the source, reading as fast as it can.
    CatchingUp,
    Streaming,
    /// Not connected; trying again.
    Disconnected,
    /// Waits for an operator; `problem` says for what.
    Stopped,
}

/// One stage of the chain source → read → compute → commit → pages.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StageStatus {
    /// `read`, `compute`, `load`, `commit`, `page`
    pub name: String,
    pub rows_per_s: i64,
    pub p50_us: i64,
    pub p99_us: i64,
    /// Share of the last minute in which the stage worked, percent.
    pub busy_percent: i64,
    pub queue_used: i64,
    pub queue_limit: i64,
}

#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PipelineStatus {
    pub state: StreamState,
    /// UTC milliseconds since 1970, as all `_at_ms` here.
    pub state_since_ms: i64,
    pub started_at_ms: i64,
    /// One sentence for the operator while something is wrong.
    pub problem: Option<String>,
    pub problem_en: Option<String>,
    pub retry_at_ms: Option<i64>,
    pub stages: Vec<StageStatus>,
    /// Log positions as text: written at the source, received, committed here, acknowledged.
    pub source_lsn: String,
    pub received_lsn: String,
    pub committed_lsn: String,
    pub acknowledged_lsn: String,
    pub lag_bytes: i64,
    /// Age of the oldest source commit not yet committed here.
    pub lag_ms: i64,
    pub slot_retained_bytes: i64,
    /// `max_slot_wal_keep_size` of the source; none when unlimited.
    pub slot_limit_bytes: Option<i64>,
    pub open_windows: i64,
    pub oldest_open_window: Option<String>,
    pub newest_open_window: Option<String>,
    pub held_groups: i64,
    pub idle_closes: i64,
    pub commits: i64,
    pub commits_failed: i64,
    pub rows_total: i64,
    pub late_total: i64,
    pub copy_rows_done: i64,
    pub copy_rows_total: i64,
    pub copy_rows_per_s: i64,
    pub copy_left_s: Option<i64>,
    pub resident_bytes: i64,
}
