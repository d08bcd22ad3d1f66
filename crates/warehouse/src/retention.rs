//! What is kept for how long. Expired days leave by DETACH CONCURRENTLY and DROP, so readers are never locked out;
//! each call does a bounded amount of work and goes on where the one before was interrupted.

mod alarms;
mod archive;
mod settlement;

use std::path::{Path, PathBuf};

use domain::{Day, LocalMs};
use sqlx::postgres::PgConnection;

use crate::partitions::{give_back, short_locks};
use crate::pg_types::{DayDate, Stamp};
use crate::{Store, WarehouseError};

/// Partitions of one table that leave in one call.
const MAX_PARTITIONS_PER_CALL: usize = 32;
const DELETE_BATCH_ROWS: i64 = 10_000;
const MAX_BATCHES_PER_CALL: usize = 20;
/// Marks a partition on its way out, so that an interrupted call is completed and nobody's own table is dropped.
const LEAVING: &str = "loadline: expired, to be dropped";

/// Days to keep, counted back from the newest accepted local day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RetentionSettings {
    pub detail_days: u16,
    pub window_days: u16,
    pub ranking_days: u16,
    pub dashboard_days: u16,
    /// Also the days of quarter-hour roll-ups; never less than `detail_days`, because changes still need them.
    pub user_day_days: u16,
    pub quality_days: u16,
    /// Settled dead letters, by the day they came. Open ones are kept as long as details.
    pub dead_letter_days: u16,
    pub event_days: u16,
    /// History of alarms, notices, messages and trials, by the day they were written.
    pub alarm_days: u16,
    /// Settled days, from which frozen statements are explained.
    pub settled_days: u16,
    /// Readings are written here before their partition is dropped.
    pub archive_dir: Option<PathBuf>,
    /// Partitions to have ready after the newest day.
    pub days_ahead: u16,
}

impl Default for RetentionSettings {
    fn default() -> Self {
        Self {
            detail_days: 400,
            window_days: 400,
            ranking_days: 400,
            dashboard_days: 400,
            user_day_days: 800,
            quality_days: 400,
            dead_letter_days: 90,
            event_days: 90,
            alarm_days: 1_100,
            settled_days: 6 * 366,
            archive_dir: None,
            days_ahead: 3,
        }
    }
}

/// What one call did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Expired {
    pub partitions_dropped: usize,
    /// A reader held on to the partition; the next call goes on.
    pub postponed: usize,
    pub rows_deleted: u64,
    /// There is more to do than one call may.
    pub more: bool,
}

/// Drops what is older than the settings say and makes the partitions of the next days.
pub async fn expire(store: &Store, settings: &RetentionSettings, newest_day: Day) -> Result<Expired, WarehouseError> {
    let ahead: Vec<Day> = (0..=i32::from(settings.days_ahead)).map(|days| Day(newest_day.0 + days)).collect();
    store.ensure_days(&ahead).await?;
    let mut expired = Expired::default();
    let mut connection = short_locks(store).await?;
    let done = expire_days(store, &mut connection, settings, newest_day, &mut expired).await;
    give_back(connection).await?;
    done?;
    delete_rows(store, settings, newest_day, &mut expired).await?;
    settlement::bound_changes(store).await?;
    Ok(expired)
}

async fn expire_days(
    store: &Store,
    connection: &mut PgConnection,
    settings: &RetentionSettings,
    newest_day: Day,
    expired: &mut Expired,
) -> Result<(), WarehouseError> {
    let kept = [
        ("dwd_power_consumption_detail", settings.detail_days),
        ("dws_region_daily_stats", settings.window_days),
        ("dws_user_ranking", settings.ranking_days),
        ("ads_power_dashboard", settings.dashboard_days),
    ];
    for (parent, days) in kept {
        let first_kept = Day(newest_day.0 - i32::from(days));
        let archive_dir = settings.archive_dir.as_deref().filter(|_| parent == "dwd_power_consumption_detail");
        match expire_partitions(store, connection, (parent, archive_dir), first_kept, expired).await {
            Err(WarehouseError::LockTimeout(_)) => expired.postponed += 1,
            done => done?,
        }
    }
    Ok(())
}

async fn expire_partitions(
    store: &Store,
    connection: &mut PgConnection,
    (parent, archive_dir): (&str, Option<&Path>),
    first_kept: Day,
    expired: &mut Expired,
) -> Result<(), WarehouseError> {
    // PostgreSQL allows one interrupted detach per table; it has to be completed first.
    for child in interrupted(connection, parent).await? {
        run(connection, &format!("alter table {parent} detach partition {child} finalize")).await?;
    }
    drop_leaving(store, connection, parent, expired).await?;
    let mut children = older_than(connection, parent, first_kept).await?;
    expired.more |= children.len() > MAX_PARTITIONS_PER_CALL;
    children.truncate(MAX_PARTITIONS_PER_CALL);
    for child in children {
        if let Some(dir) = archive_dir {
            archive::archive(connection, dir, &child).await?;
        }
        run(connection, &format!("comment on table {child} is '{LEAVING}'")).await?;
        run(connection, &format!("alter table {parent} detach partition {child} concurrently")).await?;
        drop_leaving(store, connection, parent, expired).await?;
    }
    Ok(())
}

async fn run(connection: &mut PgConnection, statement: &str) -> Result<(), WarehouseError> {
    sqlx::query(statement).execute(connection).await?;
    Ok(())
}

/// Partitions whose detach was cut off. All names here come from the catalogue and are ours: parent, `_p`, digits.
async fn interrupted(connection: &mut PgConnection, parent: &str) -> Result<Vec<String>, WarehouseError> {
    let children = sqlx::query_scalar!(
        r#"select c.relname::text as "child!" from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where i.inhparent = $1::text::regclass and i.inhdetachpending and c.relname ~ ('^' || $1::text || '_p[0-9]{8}$')"#,
        parent
    );
    Ok(children.fetch_all(connection).await?)
}

async fn older_than(connection: &mut PgConnection, parent: &str, first_kept: Day) -> Result<Vec<String>, WarehouseError> {
    let children = sqlx::query_scalar!(
        r#"select c.relname::text as "child!" from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where i.inhparent = $1::text::regclass and not i.inhdetachpending
              and c.relname ~ ('^' || $1::text || '_p[0-9]{8}$') and to_date(right(c.relname, 8), 'YYYYMMDD') < $2
            order by 1 limit $3"#,
        parent,
        DayDate(first_kept) as _,
        i64::try_from(MAX_PARTITIONS_PER_CALL + 1).unwrap_or(i64::MAX)
    );
    Ok(children.fetch_all(connection).await?)
}

/// Drops the tables that were detached by us, in this call or in one that was cut off.
async fn drop_leaving(
    store: &Store,
    connection: &mut PgConnection,
    parent: &str,
    expired: &mut Expired,
) -> Result<(), WarehouseError> {
    let children = sqlx::query!(
        r#"select c.relname::text as "child!", to_date(right(c.relname, 8), 'YYYYMMDD') as "day!: DayDate"
             from pg_class c
            where c.relnamespace = (select p.relnamespace from pg_class p where p.oid = $1::text::regclass)
              and c.relkind = 'r' and c.relname ~ ('^' || $1::text || '_p[0-9]{8}$')
              and obj_description(c.oid, 'pg_class') = $2
              and not exists (select from pg_inherits i where i.inhrelid = c.oid)"#,
        parent,
        LEAVING
    )
    .fetch_all(&mut *connection)
    .await?;
    for child in children {
        run(connection, &format!("drop table {}", child.child)).await?;
        store.known_days().remove(&child.day.0);
        expired.partitions_dropped += 1;
    }
    Ok(())
}

/// Tables that are not partitioned lose their old rows in small batches.
async fn delete_rows(
    store: &Store,
    settings: &RetentionSettings,
    newest_day: Day,
    expired: &mut Expired,
) -> Result<(), WarehouseError> {
    let first = |days: u16| Day(newest_day.0 - i32::from(days));
    let user_day = first(settings.user_day_days.max(settings.detail_days));
    let quality = first(settings.quality_days).start();
    for _ in 0..MAX_BATCHES_PER_CALL {
        let deleted = [
            delete_user_days(store, user_day).await?,
            delete_quarters(store, user_day.start()).await?,
            delete_quality(store, quality).await?,
            delete_dead_letters(store, settings).await?,
            delete_events(store, settings.event_days).await?,
            alarms::delete_old(store, settings.alarm_days, DELETE_BATCH_ROWS).await?,
            settlement::delete_days(store, first(settings.settled_days), DELETE_BATCH_ROWS).await?,
            settlement::delete_reactive(store, first(settings.detail_days), DELETE_BATCH_ROWS).await?,
        ];
        expired.rows_deleted += deleted.iter().sum::<u64>();
        if deleted.iter().all(|rows| i64::try_from(*rows).unwrap_or(0) < DELETE_BATCH_ROWS) {
            return Ok(());
        }
    }
    expired.more = true;
    Ok(())
}

async fn delete_user_days(store: &Store, first_kept: Day) -> Result<u64, WarehouseError> {
    let deleted = sqlx::query!(
        "delete from dws_user_day where ctid = any(array(select ctid from dws_user_day where stat_day < $1 limit $2))",
        DayDate(first_kept) as _,
        DELETE_BATCH_ROWS
    );
    Ok(deleted.execute(&store.pool).await?.rows_affected())
}

async fn delete_quarters(store: &Store, first_kept: LocalMs) -> Result<u64, WarehouseError> {
    let deleted = sqlx::query!(
        "delete from dws_region_rollup where ctid = any(array(
             select ctid from dws_region_rollup where grain = '15min' and period_start < $1 limit $2))",
        Stamp(first_kept) as _,
        DELETE_BATCH_ROWS
    );
    Ok(deleted.execute(&store.pool).await?.rows_affected())
}

async fn delete_quality(store: &Store, first_kept: LocalMs) -> Result<u64, WarehouseError> {
    let deleted = sqlx::query!(
        "delete from quality_hour where ctid = any(array(select ctid from quality_hour where period_start < $1 limit $2))",
        Stamp(first_kept) as _,
        DELETE_BATCH_ROWS
    );
    Ok(deleted.execute(&store.pool).await?.rows_affected())
}

async fn delete_dead_letters(store: &Store, settings: &RetentionSettings) -> Result<u64, WarehouseError> {
    let deleted = sqlx::query!(
        "delete from dead_letters where ctid = any(array(
             select ctid from dead_letters
              where received_at < now() - make_interval(days => least($1::int, $2::int))
                and received_at < now() - make_interval(days => case when status = 'open' then $1::int else $2::int end)
              order by received_at limit $3))",
        i32::from(settings.detail_days),
        i32::from(settings.dead_letter_days),
        DELETE_BATCH_ROWS
    );
    Ok(deleted.execute(&store.pool).await?.rows_affected())
}

async fn delete_events(store: &Store, days: u16) -> Result<u64, WarehouseError> {
    let deleted = sqlx::query!(
        "delete from pipeline_events where ctid = any(array(
             select ctid from pipeline_events where at < now() - make_interval(days => $1) limit $2))",
        i32::from(days),
        DELETE_BATCH_ROWS
    );
    Ok(deleted.execute(&store.pool).await?.rows_affected())
}
