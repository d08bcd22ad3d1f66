//! How far the log has been read and computed: the row of `progress`.

use crate::{LocalMs, Lsn};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SnapshotState {
    #[default]
    None,
    Copying,
    Complete,
}

impl SnapshotState {
    pub fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Copying => "copying",
            Self::Complete => "complete",
        }
    }

    pub fn from_code(code: &str) -> Self {
        match code {
            "copying" => Self::Copying,
            "complete" => Self::Complete,
            _ => Self::None,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    pub system_identifier: Option<String>,
    pub timeline: Option<i32>,
    pub slot: Option<String>,
    pub database: Option<String>,
    pub lsn: Lsn,
    pub epoch: i64,
    /// Windows that end at or before it are closed. Only grows.
    pub watermark: Option<LocalMs>,
    /// Newest accepted event time ever, kept although that row may be deleted.
    pub newest_event: Option<LocalMs>,
    pub snapshot: SnapshotState,
    pub commit_no: i64,
}
