//! What the line on top of every page says: how far the numbers go and how the stream is.

use domain::status::PipelineStatus;
use domain::{LocalMs, Lsn};
use serde::{Deserialize, Serialize};

use super::{ReadError, ReadPool};

/// One row of `progress` with what the engine process says about itself.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct FrameData {
    pub commit_no: i64,
    /// Raised with every change of an alarm or a rule.
    pub alarm_revision: i64,
    /// Position of the log reader as text.
    pub position: String,
    pub watermark: Option<LocalMs>,
    /// End of the newest closed window that held a reading.
    pub newest_closed: Option<LocalMs>,
    /// `none`, `copying`, `complete`
    pub snapshot_state: String,
    pub snapshot_rows_done: i64,
    pub snapshot_rows_total: i64,
    /// UTC milliseconds, as all `_at_ms`.
    pub last_row_at_ms: Option<i64>,
    pub committed_at_ms: i64,
    pub source_commit_at_ms: Option<i64>,
    pub status: PipelineStatus,
    /// When the engine process last spoke; none before it ever ran.
    pub status_at_ms: Option<i64>,
}

impl FrameData {
    /// What "now" means on every page: windows that end at or before it are closed.
    pub fn data_time(&self) -> Option<LocalMs> {
        self.watermark.map(|watermark| watermark.window().0).max(self.newest_closed)
    }

    /// The state of the reader and its delay. The first copy is told in percent.
    fn without_counts(self) -> Self {
        let status = PipelineStatus {
            state: self.status.state,
            state_since_ms: self.status.state_since_ms,
            started_at_ms: self.status.started_at_ms,
            retry_at_ms: self.status.retry_at_ms,
            lag_ms: self.status.lag_ms,
            lag_bytes: self.status.lag_bytes,
            copy_left_s: self.status.copy_left_s,
            ..PipelineStatus::default()
        };
        let percent = self.snapshot_rows_done.saturating_mul(100).checked_div(self.snapshot_rows_total);
        let (done, total) = percent.map_or((0, 0), |percent| (percent, 100));
        Self { status, snapshot_rows_done: done, snapshot_rows_total: total, ..self }
    }
}

/// Where the reader stands; how much it has read of all regions only for somebody who sees all of them.
pub async fn frame(pool: &ReadPool) -> Result<FrameData, ReadError> {
    let data = everything(pool).await?;
    Ok(if pool.scope().is_whole() { data } else { data.without_counts() })
}

async fn everything(pool: &ReadPool) -> Result<FrameData, ReadError> {
    let row = sqlx::query!(
        r#"select p.commit_no, a.revision as alarm_revision, p.lsn::text as "lsn!", p.watermark, p.newest_closed, p.snapshot_state,
                  p.snapshot_rows_done, p.snapshot_rows_total,
                  (extract(epoch from p.last_row_at) * 1000)::bigint as last_row_at_ms,
                  (extract(epoch from p.committed_at) * 1000)::bigint as "committed_at_ms!",
                  (extract(epoch from p.source_commit_time) * 1000)::bigint as source_commit_at_ms,
                  s.status as "status?", (extract(epoch from s.updated_at) * 1000)::bigint as status_at_ms
             from progress p join alarm_progress a on a.id = 1 left join pipeline_status s on s.id = 1
            where p.id = 1"#
    )
    .fetch_one(&pool.0)
    .await?;
    Ok(FrameData {
        commit_no: row.commit_no,
        alarm_revision: row.alarm_revision,
        position: row.lsn.parse::<Lsn>().map(|lsn| lsn.to_string()).unwrap_or(row.lsn),
        watermark: row.watermark.map(LocalMs::from_naive),
        newest_closed: row.newest_closed.map(LocalMs::from_naive),
        snapshot_state: row.snapshot_state,
        snapshot_rows_done: row.snapshot_rows_done,
        snapshot_rows_total: row.snapshot_rows_total,
        last_row_at_ms: row.last_row_at_ms,
        committed_at_ms: row.committed_at_ms,
        source_commit_at_ms: row.source_commit_at_ms,
        // An engine of another version may say things we do not know: then we know nothing.
        status: row.status.and_then(|json| serde_json::from_value(json).ok()).unwrap_or_default(),
        status_at_ms: row.status_at_ms,
    })
}
