//! Which bands a customer's day had: his contract, its tariff, holidays and decisions.

use std::collections::BTreeMap;

use domain::settlement::calendar::TriggerDecisions;
use domain::settlement::{CalendarDay, CalendarDays, TariffPlan, Terms};
use domain::{Day, UserId};

use crate::pg_types::DayDate;
use crate::read::{ReadError, ReadPool};
use crate::stored::Stored;

/// What tells the bands of one day.
#[derive(Clone, PartialEq, Debug)]
pub struct DayTariff {
    pub contract_id: i64,
    pub terms: Terms,
    /// The version in force on the day; none when there is none, or none is seen.
    pub plan: Option<(TariffPlan, i32)>,
    pub days: CalendarDays,
    pub decisions: TriggerDecisions,
}

/// The contract that covers a day of a customer; none without one, and where its terms cannot be read.
pub async fn of_user(pool: &ReadPool, user_id: UserId, day: Day) -> Result<Option<DayTariff>, ReadError> {
    let row = sqlx::query!(
        r#"select c.contract_id, t.definition as "terms: Stored<Terms>"
             from contracts c join lateral (select definition from contract_terms
                                             where contract_id = c.contract_id and valid_from <= $2
                                             order by valid_from desc limit 1) t on true
            where c.user_id = $1 and c.removed_at is null and c.direction = 'import' and c.starts_on <= $2
              and (c.closed_on is null or c.closed_on > $2)
            order by c.starts_on desc limit 1"#,
        user_id,
        DayDate(day) as DayDate
    )
    .fetch_optional(&pool.0)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let Some(terms) = row.terms.read("terms of a contract", format_args!("contract {}", row.contract_id)) else {
        return Ok(None);
    };
    let plan = match &terms.tariff {
        Some(code) => plan(pool, code, day).await?,
        None => None,
    };
    let (days, decisions) = tokio::try_join!(calendar(pool, day), decisions(pool, day))?;
    Ok(Some(DayTariff { contract_id: row.contract_id, terms, plan, days, decisions }))
}

/// The newest version that is not withdrawn and whose validity covers the day.
async fn plan(pool: &ReadPool, code: &str, day: Day) -> Result<Option<(TariffPlan, i32)>, ReadError> {
    let row = sqlx::query!(
        r#"select v.definition, v.version from tariff_plans p join tariff_versions v using (plan_id)
            where p.code = $1 and v.withdrawn_at is null and v.valid_from <= $2
              and (v.valid_until is null or v.valid_until > $2)
            order by v.version desc limit 1"#,
        code,
        DayDate(day) as DayDate
    )
    .fetch_optional(&pool.0)
    .await?;
    Ok(row.and_then(|row| Some((serde_json::from_value(row.definition).ok()?, row.version))))
}

async fn calendar(pool: &ReadPool, day: Day) -> Result<CalendarDays, ReadError> {
    let row = sqlx::query!("select kind, name from calendar_days where day = $1", DayDate(day) as DayDate)
        .fetch_optional(&pool.0)
        .await?;
    let known = row.map(|row| match row.kind.as_str() {
        "holiday" => CalendarDay::Holiday { name: row.name },
        _ => CalendarDay::Workday { name: row.name },
    });
    Ok(known.map(|kind| (day, kind)).into_iter().collect())
}

async fn decisions(pool: &ReadPool, day: Day) -> Result<TriggerDecisions, ReadError> {
    let rows = sqlx::query!("select trigger_code, is_triggered from tariff_triggers where day = $1", DayDate(day) as DayDate)
        .fetch_all(&pool.0)
        .await?;
    Ok(rows.into_iter().map(|row| ((row.trigger_code, day), row.is_triggered)).collect::<BTreeMap<_, _>>())
}
