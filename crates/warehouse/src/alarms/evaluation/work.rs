//! One change of alarms at a time: the row of `alarm_progress`, held by whoever changes one.

use chrono::{DateTime, Utc};
use domain::LocalMs;
use sqlx::{PgConnection, Postgres, Transaction};

use crate::pg_types::Stamp;
use crate::{Store, WarehouseError};

/// Channel on which each change of alarms announces its revision.
pub const ALARM_CHANNEL: &str = "loadline_alarms";

/// Where the evaluation stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AlarmProgress {
    pub epoch: i64,
    /// Event time up to which the rules have been evaluated; none before the first evaluation.
    pub evaluated_until: Option<LocalMs>,
    /// Rows written by later transactions are looked at again.
    pub revised_since: Option<DateTime<Utc>>,
    /// Raised with every change of an alarm.
    pub revision: i64,
    /// Raised with every change of a rule, a desk, the holidays.
    pub rules_revision: i64,
    pub has_starter_rules: bool,
}

struct ProgressRow {
    epoch: i64,
    evaluated_until: Option<Stamp>,
    revised_since: Option<DateTime<Utc>>,
    revision: i64,
    rules_revision: i64,
    has_starter_rules: bool,
}

impl From<ProgressRow> for AlarmProgress {
    fn from(row: ProgressRow) -> Self {
        Self {
            epoch: row.epoch,
            evaluated_until: row.evaluated_until.map(|stamp| stamp.0),
            revised_since: row.revised_since,
            revision: row.revision,
            rules_revision: row.rules_revision,
            has_starter_rules: row.has_starter_rules,
        }
    }
}

/// Where it stands, without waiting for anybody.
pub async fn alarm_progress(conn: &mut PgConnection) -> Result<AlarmProgress, WarehouseError> {
    let row = sqlx::query_as!(
        ProgressRow,
        r#"select epoch, evaluated_until as "evaluated_until: Stamp", revised_since, revision, rules_revision, has_starter_rules
             from alarm_progress where id = 1"#
    )
    .fetch_one(conn)
    .await?;
    Ok(row.into())
}

/// The same, and nobody else changes an alarm until this transaction ends.
pub async fn hold(conn: &mut PgConnection) -> Result<AlarmProgress, WarehouseError> {
    let row = sqlx::query_as!(
        ProgressRow,
        r#"select epoch, evaluated_until as "evaluated_until: Stamp", revised_since, revision, rules_revision, has_starter_rules
             from alarm_progress where id = 1 for update"#
    )
    .fetch_one(conn)
    .await?;
    Ok(row.into())
}

/// Makes `revision` (one more than `hold` returned) the newest and tells whoever listens, once the transaction commits.
pub async fn announce(conn: &mut PgConnection, revision: i64) -> Result<(), WarehouseError> {
    sqlx::query!(
        r#"with moved as (update alarm_progress set revision = $1 where id = 1 returning revision)
           select pg_notify('loadline_alarms', revision::text) from moved"#,
        revision
    )
    .fetch_one(conn)
    .await?;
    Ok(())
}

/// To be called in the transaction of every change of a rule, a desk or the holidays: the evaluation loads them anew.
/// Pages hear of it, because what is in force is part of them.
pub async fn announce_rules(conn: &mut PgConnection) -> Result<(), WarehouseError> {
    sqlx::query!(
        r#"with moved as (
               update alarm_progress set rules_revision = rules_revision + 1, revision = revision + 1 where id = 1
               returning revision
           )
           select pg_notify('loadline_alarms', revision::text) from moved"#
    )
    .fetch_one(conn)
    .await?;
    Ok(())
}

/// The evaluation's transaction. Dropping it rolls everything back.
#[derive(Debug)]
pub struct AlarmWork {
    tx: Transaction<'static, Postgres>,
    progress: AlarmProgress,
}

impl AlarmWork {
    /// Makes this process the one that evaluates: an earlier one cannot commit any more.
    pub async fn take_over(store: &Store) -> Result<AlarmProgress, WarehouseError> {
        let row = sqlx::query_as!(
            ProgressRow,
            r#"update alarm_progress set epoch = epoch + 1 where id = 1
               returning epoch, evaluated_until as "evaluated_until: Stamp", revised_since, revision, rules_revision,
                         has_starter_rules"#
        )
        .fetch_one(&store.pool)
        .await?;
        Ok(row.into())
    }

    /// Waits until nobody else changes alarms. `epoch` is what `take_over` returned.
    pub async fn begin(store: &Store, epoch: i64) -> Result<Self, WarehouseError> {
        let mut tx = store.pool.begin().await?;
        let progress = hold(&mut tx).await?;
        if progress.epoch != epoch {
            return Err(WarehouseError::EvaluatorReplaced { epoch });
        }
        Ok(Self { tx, progress })
    }

    /// As it stood when this began.
    pub fn progress(&self) -> &AlarmProgress {
        &self.progress
    }

    /// The revision that changes of this transaction belong to.
    pub fn next_revision(&self) -> i64 {
        self.progress.revision + 1
    }

    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// Moves the position and commits. Without a change of an alarm the revision stays, and nobody is told.
    pub async fn commit(
        mut self,
        evaluated_until: Option<LocalMs>,
        revised_since: Option<DateTime<Utc>>,
        has_changed: bool,
        now: DateTime<Utc>,
    ) -> Result<AlarmProgress, WarehouseError> {
        let row = sqlx::query_as!(
            ProgressRow,
            r#"update alarm_progress set evaluated_until = $2, revised_since = $3, evaluated_at = $4
                where id = 1 and epoch = $1
               returning epoch, evaluated_until as "evaluated_until: Stamp", revised_since, revision, rules_revision,
                         has_starter_rules"#,
            self.progress.epoch,
            evaluated_until.map(Stamp) as _,
            revised_since,
            now
        )
        .fetch_optional(&mut *self.tx)
        .await?;
        let row = row.ok_or(WarehouseError::EvaluatorReplaced { epoch: self.progress.epoch })?;
        let mut progress = AlarmProgress::from(row);
        if has_changed {
            progress.revision = self.next_revision();
            announce(&mut self.tx, progress.revision).await?;
        }
        self.tx.commit().await.map_err(WarehouseError::AnswerLost)?;
        Ok(progress)
    }
}
