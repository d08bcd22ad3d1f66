//! The calendar as pages and programs list it.

use std::collections::{BTreeMap, BTreeSet};

use domain::Day;
use domain::settlement::calendar::{DayKind, TriggerDecisions};
use domain::settlement::validity::{Validity, in_force};
use domain::settlement::{CalendarDays, TariffPlan, resolve};

use super::{DayRow, DecisionRow, MOST_DAYS, MOST_DECISIONS, MOST_WAITING_DAYS, TriggerUse, Waiting};
use crate::pg_types::DayDate;
use crate::read::{ReadError, ReadPool};
use crate::settlement::book::calendar_day;
use crate::settlement::tariffs;

/// Days `[from, to)`, in order.
pub async fn days(pool: &ReadPool, from: Day, to: Day) -> Result<Vec<DayRow>, ReadError> {
    let rows = sqlx::query!(
        r#"select day as "day: DayDate", kind, name, version, changed_at, changed_by from calendar_days
            where day >= $1 and day < $2 order by day limit $3"#,
        DayDate(from) as _,
        DayDate(to) as _,
        MOST_DAYS
    )
    .fetch_all(&pool.0)
    .await?;
    let days = rows.into_iter().map(|row| DayRow {
        day: row.day.0,
        what: calendar_day(&row.kind, row.name),
        version: row.version,
        changed_at: row.changed_at,
        changed_by: row.changed_by,
    });
    Ok(days.collect())
}

/// The whole calendar, as bands are told by.
pub async fn all(pool: &ReadPool) -> Result<CalendarDays, ReadError> {
    let days = days(pool, Day(-40_000), Day(200_000)).await?;
    Ok(days.into_iter().map(|row| (row.day, row.what)).collect())
}

/// Decisions about days `[from, to)`, newest day first.
pub async fn decisions(pool: &ReadPool, from: Day, to: Day) -> Result<Vec<DecisionRow>, ReadError> {
    let rows = sqlx::query!(
        r#"select trigger_code, day as "day: DayDate", is_triggered, source, version, decided_at, decided_by from tariff_triggers
            where day >= $1 and day < $2 order by day desc, trigger_code limit $3"#,
        DayDate(from) as _,
        DayDate(to) as _,
        MOST_DECISIONS
    )
    .fetch_all(&pool.0)
    .await?;
    let decisions = rows.into_iter().map(|row| DecisionRow {
        trigger: row.trigger_code,
        day: row.day.0,
        is_triggered: row.is_triggered,
        source: row.source,
        version: row.version,
        decided_at: row.decided_at,
        decided_by: row.decided_by,
    });
    Ok(decisions.collect())
}

/// Triggers of tariffs that the viewer sees.
pub async fn triggers(pool: &ReadPool) -> Result<Vec<TriggerUse>, ReadError> {
    let mut uses = BTreeMap::<String, BTreeSet<String>>::new();
    for plan in triggered(pool).await?.into_values().flatten().map(|(_, plan)| plan) {
        for trigger in plan.calendar.rules.iter().filter_map(|rule| rule.trigger.clone()) {
            uses.entry(trigger).or_default().insert(plan.code.clone());
        }
    }
    Ok(uses.into_iter().map(|(trigger, tariffs)| TriggerUse { trigger, tariffs: tariffs.into_iter().collect() }).collect())
}

/// Days `[from, to)` whose triggers have not been decided, newest first; at most the last [`MOST_WAITING_DAYS`] of them.
pub async fn waiting(pool: &ReadPool, from: Day, to: Day) -> Result<Vec<Waiting>, ReadError> {
    let from = from.max(Day(to.0 - MOST_WAITING_DAYS));
    let days = all(pool).await?;
    let decided: TriggerDecisions =
        decisions(pool, from, to).await?.into_iter().map(|row| ((row.trigger, row.day), row.is_triggered)).collect();
    let mut waiting = BTreeMap::<(Day, String), Vec<String>>::new();
    for (code, versions) in triggered(pool).await? {
        let validities: Vec<Validity> = versions.iter().map(|(validity, _)| *validity).collect();
        for stretch in in_force(&validities) {
            let Some((_, plan)) = versions.iter().find(|(validity, _)| validity.version == stretch.version) else { continue };
            let last = stretch.until.map_or(to, |until| until.min(to));
            for day in (from.max(stretch.from).0..last.0).map(Day) {
                let rules = plan.calendar.rules.iter().filter(|rule| resolve::is_on(rule, day, DayKind::of(day, &days)));
                for trigger in rules.filter_map(|rule| rule.trigger.clone()).collect::<BTreeSet<_>>() {
                    if !decided.contains_key(&(trigger.clone(), day)) {
                        waiting.entry((day, trigger)).or_default().push(code.clone());
                    }
                }
            }
        }
    }
    let mut waiting: Vec<Waiting> =
        waiting.into_iter().map(|((day, trigger), tariffs)| Waiting { day, trigger, tariffs }).collect();
    waiting.reverse();
    Ok(waiting)
}

/// Plans of which a version that is not withdrawn has a trigger, with all their versions.
async fn triggered(pool: &ReadPool) -> Result<BTreeMap<String, Vec<(Validity, TariffPlan)>>, ReadError> {
    let rows = sqlx::query!(
        r#"select p.code, v.version, v.valid_from as "valid_from: DayDate", v.valid_until as "valid_until: DayDate", v.definition
             from tariff_plans p join tariff_versions v using (plan_id)
            where p.removed_at is null and v.withdrawn_at is null
              and p.plan_id in (select plan_id from tariff_versions
                                 where withdrawn_at is null
                                   and jsonb_path_exists(definition, '$.calendar.rules[*].trigger'))
            order by p.code, v.version"#
    )
    .fetch_all(&pool.0)
    .await?;
    let mut plans = BTreeMap::<String, Vec<(Validity, TariffPlan)>>::new();
    for row in rows {
        let validity = Validity { version: row.version, from: row.valid_from.0, until: row.valid_until.map(|day| day.0) };
        if let Some(plan) = tariffs::read(&row.code, row.version, row.definition) {
            plans.entry(row.code).or_default().push((validity, plan));
        }
    }
    Ok(plans)
}
