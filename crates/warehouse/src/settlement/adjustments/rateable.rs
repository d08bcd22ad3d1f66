//! Frozen statements that cannot be rated anew at present: what is adjusted about them may be out of date. It is told as an event of
//! the statement, because the statement itself never changes.

use domain::settlement::StatementId;
use domain::settlement::bill::RateFault;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::WarehouseError;

/// The event of a statement that cannot be rated from now on; its detail holds the faults as JSON.
pub const CANNOT_RATE: &str = "cannot_rate";
/// It can again.
pub const RATES_AGAIN: &str = "rates_again";
/// More faults of one statement are not kept: the first ones have to be mended first.
const MOST_FAULTS: usize = 5;

/// A frozen statement as it was just rated; no faults: it could be.
#[derive(Clone, PartialEq, Debug)]
pub struct Rateable {
    pub statement_id: StatementId,
    pub faults: Vec<RateFault>,
}

/// What an event says that tells of faults; none when this program cannot read it.
pub fn faults_of(detail: Option<&str>) -> Option<Vec<RateFault>> {
    serde_json::from_str(detail?).ok()
}

/// Tells what is other than before: that a statement cannot be rated, why, or that it can again.
pub async fn note_rateable(conn: &mut PgConnection, rated: &[Rateable]) -> Result<(), WarehouseError> {
    let ids: Vec<StatementId> = rated.iter().map(|one| one.statement_id).collect();
    let faults: Vec<Option<Json<&[RateFault]>>> = rated
        .iter()
        .map(|one| (!one.faults.is_empty()).then(|| Json(&one.faults[..one.faults.len().min(MOST_FAULTS)])))
        .collect();
    sqlx::query!(
        "insert into settlement_events (statement_id, event, detail)
         select u.statement_id, case when u.faults is null then $4 else $3 end, u.faults::text
           from unnest($1::bigint[], $2::jsonb[]) as u (statement_id, faults)
           left join lateral (select e.event, e.detail from settlement_events e
                               where e.statement_id = u.statement_id and e.event in ($3, $4)
                               order by e.event_id desc limit 1) as last on true
          where case when u.faults is null then last.event = $3
                     else last.event is distinct from $3 or last.detail is distinct from u.faults::text end",
        &ids,
        &faults as _,
        CANNOT_RATE,
        RATES_AGAIN
    )
    .execute(conn)
    .await?;
    Ok(())
}
