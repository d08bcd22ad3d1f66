//! The history of alarms leaves like everything else; alarms themselves and the rules they name stay.

use crate::{Store, WarehouseError};

/// Removes at most `batch` rows of each table; returns the most that one of them lost.
pub async fn delete_old(store: &Store, days: u16, batch: i64) -> Result<u64, WarehouseError> {
    let days = i32::from(days);
    let attempts = sqlx::query!(
        "delete from alarm_attempts where ctid = any(array(
             select a.ctid from alarm_attempts a
              where a.started_at < now() - make_interval(days => $1) limit $2))",
        days,
        batch
    );
    let attempts = attempts.execute(&store.pool).await?.rows_affected();
    // what is open is kept however old it is
    let notices = sqlx::query!(
        "delete from alarm_notices where ctid = any(array(
             select n.ctid from alarm_notices n
              where n.decided_at < now() - make_interval(days => $1) and n.status in ('composed', 'skipped')
                and not exists (select from alarm_messages m
                                 where m.message_id = n.message_id and m.status in ('pending', 'sending')) limit $2))",
        days,
        batch
    );
    let notices = notices.execute(&store.pool).await?.rows_affected();
    let messages = sqlx::query!(
        "delete from alarm_messages where ctid = any(array(
             select m.ctid from alarm_messages m
              where m.created_at < now() - make_interval(days => $1) and m.status in ('sent', 'dead')
                and not exists (select from alarm_notices n where n.message_id = m.message_id)
                and not exists (select from alarm_attempts a where a.message_id = m.message_id) limit $2))",
        days,
        batch
    );
    let messages = messages.execute(&store.pool).await?.rows_affected();
    let transitions = sqlx::query!(
        "delete from alarm_transitions where ctid = any(array(
             select t.ctid from alarm_transitions t
              where t.at < now() - make_interval(days => $1)
                and not exists (select from alarm_notices n where n.transition_id = t.transition_id) limit $2))",
        days,
        batch
    );
    let transitions = transitions.execute(&store.pool).await?.rows_affected();
    let trials = sqlx::query!(
        "delete from alarm_trials where ctid = any(array(
             select ctid from alarm_trials
              where made_at < now() - make_interval(days => $1) and state in ('done', 'failed') limit $2))",
        days,
        batch
    );
    let trials = trials.execute(&store.pool).await?.rows_affected();
    Ok([attempts, notices, messages, transitions, trials].into_iter().max().unwrap_or(0))
}
