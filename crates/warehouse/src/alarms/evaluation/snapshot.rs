//! One consistent look at everything that a step needs: what another transaction commits meanwhile is not seen.

use chrono::{DateTime, Utc};
use domain::alarms::Point;
use domain::status::PipelineStatus;
use domain::{LocalMs, SnapshotState};
use sqlx::{PgConnection, Postgres, Transaction};

use super::AlarmProgress;
use super::points::points_after;
use super::work::alarm_progress;
use crate::pg_types::Stamp;
use crate::{Store, WarehouseError};

/// How far the numbers go and how the log reader is.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Standing {
    pub watermark: Option<LocalMs>,
    pub snapshot: SnapshotState,
    /// What the newest transaction of the engine wrote bears this time.
    pub written_at: DateTime<Utc>,
    pub status: PipelineStatus,
    /// When the engine last spoke; none before it ever ran.
    pub status_at: Option<DateTime<Utc>>,
    pub alarms: AlarmProgress,
}

impl Standing {
    /// Windows that end at or before it are closed.
    pub fn closed_until(&self) -> Option<LocalMs> {
        self.watermark.map(|watermark| watermark.window().0)
    }
}

/// A read-only transaction.
#[derive(Debug)]
pub struct Snapshot {
    tx: Transaction<'static, Postgres>,
}

impl Snapshot {
    pub async fn begin(store: &Store) -> Result<Self, WarehouseError> {
        Ok(Self { tx: store.pool.begin_with("begin isolation level repeatable read read only").await? })
    }

    pub(super) fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    pub async fn standing(&mut self) -> Result<Standing, WarehouseError> {
        let row = sqlx::query!(
            r#"select p.watermark as "watermark: Stamp", p.snapshot_state, p.committed_at,
                      s.status as "status?", s.updated_at as "status_at?"
                 from progress p left join pipeline_status s on s.id = 1
                where p.id = 1"#
        )
        .fetch_one(self.conn())
        .await?;
        Ok(Standing {
            watermark: row.watermark.map(|stamp| stamp.0),
            snapshot: SnapshotState::from_code(&row.snapshot_state),
            written_at: row.committed_at,
            // an engine of another version may say things we do not know: then we know nothing
            status: row.status.and_then(|json| serde_json::from_value(json).ok()).unwrap_or_default(),
            status_at: row.status_at,
            alarms: alarm_progress(self.conn()).await?,
        })
    }

    /// Every stored alarm.
    pub async fn points(&mut self) -> Result<Vec<Point>, WarehouseError> {
        points_after(self.conn(), -1).await
    }

    /// Alarms on the desk by severity, the worst first.
    pub async fn open_alarms(&mut self) -> Result<[i64; 4], WarehouseError> {
        let rows = sqlx::query!(
            r#"select severity, count(*) as "count!" from alarms
                where state in ('UNACK', 'ACKED', 'RTNUN', 'LTUNK', 'LTACK') group by severity"#
        )
        .fetch_all(self.conn())
        .await?;
        let mut open = [0; 4];
        for row in rows {
            if let Some(count) = usize::try_from(row.severity - 1).ok().and_then(|at| open.get_mut(at)) {
                *count = row.count;
            }
        }
        Ok(open)
    }
}
