//! What commits changed, for processes that keep pages up to date.

use std::collections::BTreeSet;

use sqlx::postgres::PgListener;

use super::ReadPool;
pub use crate::alarms::evaluation::ALARM_CHANNEL;

/// Channel on which each commit announces its number.
pub const COMMIT_CHANNEL: &str = "loadline_commit";
/// Channel on which each change of a settled number or statement announces its revision.
pub const SETTLEMENT_CHANNEL: &str = "loadline_settlement";
/// More changed keys than this count as "everything changed".
const MAX_KEYS: i64 = 2_000;

/// Parts of the read models that changed in a span of commits.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Changes {
    /// Everything may have changed: too many keys, or the record does not reach back that far.
    pub all: bool,
    /// `(topic, region)`; region 0 where the topic has none.
    pub keys: BTreeSet<(String, i32)>,
}

/// Numbers of the newest commit, of the newest change of an alarm and of the newest one of settlement.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Newest {
    pub commit_no: i64,
    pub alarm_revision: i64,
    pub settlement_revision: i64,
}

pub async fn newest(pool: &ReadPool) -> Result<Newest, sqlx::Error> {
    sqlx::query_as!(
        Newest,
        "select p.commit_no, a.revision as alarm_revision, s.revision as settlement_revision
           from progress p join alarm_progress a on a.id = 1 join settlement_progress s on s.id = 1 where p.id = 1"
    )
    .fetch_one(&pool.0)
    .await
}

/// What changed after commit `after` up to and including `through`.
pub async fn changes_between(pool: &ReadPool, after: i64, through: i64) -> Result<Changes, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select distinct topic, region_id from commit_changes where commit_no > $1 and commit_no <= $2 limit $3"#,
        after,
        through,
        MAX_KEYS + 1
    )
    .fetch_all(&pool.0)
    .await?;
    let oldest = sqlx::query_scalar!("select min(commit_no) from commit_changes").fetch_one(&pool.0).await?;
    // commits that changed nothing leave no row, so only a record that starts too late proves a hole
    let reaches_back = oldest.is_some_and(|oldest| oldest <= after + 1);
    let all = !reaches_back
        || rows.len() > usize::try_from(MAX_KEYS).unwrap_or(usize::MAX)
        || rows.iter().any(|row| row.topic == "all");
    Ok(Changes { all, keys: rows.into_iter().map(|row| (row.topic, row.region_id)).collect() })
}

/// Channel on which every change of rights, sessions and links is announced; it says no more than that.
pub const ACCESS_CHANNEL: &str = "loadline_access";

/// A connection of its own that hears of commits, of alarms, of settlement and of changed rights.
pub async fn listen(pool: &ReadPool) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool.0.pool()).await?;
    // a lost connection is told to the caller at once
    listener.eager_reconnect(false);
    listener.listen_all([COMMIT_CHANNEL, ALARM_CHANNEL, SETTLEMENT_CHANNEL, ACCESS_CHANNEL]).await?;
    Ok(listener)
}
