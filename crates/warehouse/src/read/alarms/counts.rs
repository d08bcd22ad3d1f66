//! How many alarms there are, by severity: what the line on top of every page says.

use domain::alarms::Severity;
use domain::alarms::point::AlarmId;
use serde::{Deserialize, Serialize};

use crate::read::{ReadError, ReadPool};

/// Arrays by severity, the worst first.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Of `alarm_progress` when they were counted.
    pub revision: i64,
    pub unacknowledged: [i64; 4],
    /// All on the desk's list, the unacknowledged ones included.
    pub open: [i64; 4],
    pub shelved: i64,
    pub suppressed: i64,
    pub out_of_service: i64,
    /// Some rule is enabled; otherwise there cannot be an alarm.
    pub has_rules: bool,
    /// The unacknowledged alarm that was annunciated last.
    pub newest: Option<AlarmId>,
}

impl Counts {
    pub fn all_unacknowledged(&self) -> i64 {
        self.unacknowledged.iter().sum()
    }

    pub fn all_open(&self) -> i64 {
        self.open.iter().sum()
    }

    pub fn set_aside(&self) -> i64 {
        self.shelved + self.suppressed + self.out_of_service
    }

    /// The worst severity of which there is an unacknowledged alarm.
    pub fn worst(&self) -> Option<Severity> {
        Severity::ALL.into_iter().zip(self.unacknowledged).find(|(_, count)| *count > 0).map(|(severity, _)| severity)
    }
}

/// Raised with every change of an alarm, whoever sees it: answers of equal revisions are equal.
pub async fn revision(pool: &ReadPool) -> Result<i64, ReadError> {
    let revision = sqlx::query_scalar!("select revision from alarm_progress where id = 1").fetch_optional(&pool.0).await?;
    Ok(revision.unwrap_or_default())
}

pub async fn counts(pool: &ReadPool) -> Result<Counts, ReadError> {
    // before the counts: they may be newer than they say, never older
    let revision = revision(pool).await?;
    let rows = sqlx::query!(
        r#"with open as materialized (
               select severity, state in ('UNACK', 'RTNUN', 'LTUNK') as waits, annunciated_at, alarm_id
                 from alarms where state in ('UNACK', 'ACKED', 'RTNUN', 'LTUNK', 'LTACK')
           )
           select 'open' as "kind!", severity, waits as "waits!", count(*) as "amount!", null::bigint as newest
             from open group by severity, waits
            union all
           select state, null, false, count(*), null
             from alarms where state in ('SHLVD', 'DSUPR', 'OOSRV') group by state
            union all
           (select 'newest', null, true, 0, alarm_id
              from open where waits order by annunciated_at desc nulls last, alarm_id desc limit 1)"#
    )
    .fetch_all(&pool.0)
    .await?;
    let has_rules =
        sqlx::query_scalar!(r#"select exists (select from alarm_rules where is_enabled and removed_at is null) as "is_any!""#)
            .fetch_one(&pool.0)
            .await?;
    let mut counts = Counts { revision, has_rules, ..Counts::default() };
    for row in rows {
        match row.kind.as_str() {
            "SHLVD" => counts.shelved = row.amount,
            "DSUPR" => counts.suppressed = row.amount,
            "OOSRV" => counts.out_of_service = row.amount,
            "newest" => counts.newest = row.newest,
            _ => {
                let Some(severity) = row.severity.and_then(Severity::from_rank) else { continue };
                counts.open[severity as usize] += row.amount;
                if row.waits {
                    counts.unacknowledged[severity as usize] += row.amount;
                }
            }
        }
    }
    Ok(counts)
}
