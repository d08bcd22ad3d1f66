//! What happens to alarms, in the order in which it was committed: numbers of entries grow with commits, because whoever
//! changes an alarm holds one row until his commit.

use super::history::{Entry, Row};
use crate::read::{ReadError, ReadPool};

/// The newest entry that the viewer sees; 0 when there is none.
pub async fn newest(pool: &ReadPool) -> Result<i64, ReadError> {
    // by alarms: whoever sees few of them does not wait for a search through everybody's history
    let newest = sqlx::query_scalar!(
        r#"select max(t.transition_id) from alarms a
            cross join lateral (select transition_id from alarm_transitions n where n.alarm_id = a.alarm_id
                                 order by transition_id desc limit 1) t"#
    )
    .fetch_one(&pool.0)
    .await?;
    Ok(newest.unwrap_or_default())
}

/// Where somebody stopped who saw this entry last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Known {
    /// Changes up to this revision, this one perhaps in part.
    At { revision: i64 },
    /// The entry is gone (it was old), and newer ones are there.
    Before,
    /// No such entry, and none after it.
    Unknown,
}

pub async fn known(pool: &ReadPool, transition_id: i64) -> Result<Known, ReadError> {
    let row = sqlx::query!(
        r#"select (select revision from alarm_transitions where transition_id = $1) as revision,
                  exists(select from alarm_transitions where transition_id > $1) as "has_newer!""#,
        transition_id
    )
    .fetch_one(&pool.0)
    .await?;
    Ok(match row.revision {
        Some(revision) => Known::At { revision },
        None if row.has_newer => Known::Before,
        None => Known::Unknown,
    })
}

/// Entries after one, of the changes after one revision up to another.
pub async fn after(
    pool: &ReadPool,
    transition_id: i64,
    revision: i64,
    through_revision: i64,
    limit: i64,
) -> Result<Vec<Entry>, ReadError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select transition_id, alarm_id, rule_id, region_id, event, from_state, to_state, severity, at, event_time, occurrence,
                  (value * 100)::bigint as value_hundredths, (threshold * 100)::bigint as threshold_hundredths, is_annunciated,
                  is_retrospective, actor, actor_id, reason, revision
             from alarm_transitions
            where transition_id > $1 and revision > $2 and revision <= $3
            order by transition_id limit $4"#,
        transition_id,
        revision,
        through_revision,
        limit
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(rows.into_iter().filter_map(Row::into_entry).collect())
}
