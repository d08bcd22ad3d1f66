//! A file of tariffs compared with what is there, and taken in: one transaction, by the rules of single changes.

use std::collections::BTreeMap;

use domain::access::Permission;
use domain::settlement::carbon::CarbonFactor;
use domain::settlement::check::check;
use domain::settlement::rules_check::check_rules;
use domain::settlement::tariff_file::TariffFile;
use domain::settlement::tariff_import::{Difference, PlanDifference, PlanOutcome, RowOutcome, changes, outcomes};
use domain::settlement::validity::Validity;
use domain::settlement::{CalendarDays, NationalRules, TariffPlan};
use rust_decimal::Decimal;
use sqlx::PgConnection;

use super::change::{Held, add_in, add_version_in, hold};
use super::{Keeper, TariffError, check_reach, list};
use crate::access::{AccessError, AccessPool};
use crate::pg_types::DayDate;
use crate::settlement::book;
use crate::settlement::calendar::{self, CalendarError};
use crate::settlement::rules::{self, RulesError};

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    Tariff(#[from] TariffError),
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// Something in it must not be written; the difference says what.
    #[error("the file holds tariffs that cannot be taken")]
    Unsound(Box<Difference>),
}

impl From<sqlx::Error> for ImportError {
    fn from(error: sqlx::Error) -> Self {
        Self::Tariff(error.into())
    }
}

impl From<AccessError> for ImportError {
    fn from(error: AccessError) -> Self {
        Self::Tariff(error.into())
    }
}

impl ImportError {
    pub fn kind(&self) -> domain::FailureKind {
        match self {
            Self::Tariff(error) => error.kind(),
            Self::Calendar(error) => error.kind(),
            Self::Rules(error) => error.kind(),
            Self::Unsound(_) => domain::FailureKind::Operator,
        }
    }
}

/// What the file changes; it is changed unless `is_dry`. The same file a second time changes nothing.
pub async fn import(pool: &AccessPool, keeper: Keeper<'_>, file: &TariffFile, is_dry: bool) -> Result<Difference, ImportError> {
    let mut tx = pool.pool().begin().await?;
    let difference = compare(&mut tx, keeper, file).await?;
    if is_dry {
        return Ok(difference);
    }
    if !difference.is_sound() {
        return Err(ImportError::Unsound(Box::new(difference)));
    }
    if difference.is_empty() {
        return Ok(difference);
    }
    for (plan, told) in file.plans.iter().zip(&difference.plans) {
        match &told.outcome {
            PlanOutcome::Added => {
                add_in(&mut tx, keeper, plan).await?;
            }
            PlanOutcome::Changed { replaces, .. } => match hold(&mut tx, &plan.code).await? {
                Some(held) if held.removed_at.is_none() => {
                    add_version_in(&mut tx, keeper, &held, plan, replaces).await?;
                }
                _ => {
                    add_in(&mut tx, keeper, plan).await?;
                }
            },
            PlanOutcome::Same { .. } | PlanOutcome::Covered | PlanOutcome::Foreign => {}
        }
    }
    for (dated, (_, _, outcome)) in file.calendar.iter().zip(&difference.calendar) {
        if *outcome != RowOutcome::Same {
            calendar::put_in(&mut tx, keeper, dated.day, &dated.what).await?;
        }
    }
    for (rules, (_, outcome)) in file.rules.iter().zip(&difference.rules) {
        if *outcome != RowOutcome::Same {
            rules::put_national_in(&mut tx, keeper, rules).await?;
        }
    }
    for (factor, (_, outcome)) in file.carbon.iter().zip(&difference.carbon) {
        if *outcome != RowOutcome::Same {
            rules::put_carbon_in(&mut tx, keeper, factor).await?;
        }
    }
    tx.commit().await?;
    Ok(difference)
}

/// Everything that is there is held until the end of the transaction, before anything is written: the record comes last.
async fn compare(tx: &mut PgConnection, keeper: Keeper<'_>, file: &TariffFile) -> Result<Difference, ImportError> {
    let mut difference = Difference::default();
    let days = book::calendar_days(tx).await?;
    let mut known_days = days.clone();
    known_days.extend(file.calendar.iter().map(|dated| (dated.day, dated.what.clone())));
    compare_plans(tx, keeper, file, &known_days, &mut difference).await?;
    compare_calendar(file, &days, &mut difference)?;
    let are_days_kept = difference.calendar.iter().all(|(_, _, outcome)| *outcome == RowOutcome::Same);
    compare_rules(tx, file, &mut difference).await?;
    let rows = difference.rules.iter().map(|(_, outcome)| outcome).chain(difference.carbon.iter().map(|(_, outcome)| outcome));
    let are_rules_kept = rows.into_iter().all(|outcome| *outcome == RowOutcome::Same);
    if !are_days_kept || !are_rules_kept {
        calendar::check_operator(keeper.granter)?;
    }
    if !are_rules_kept && !keeper.granter.rights.allow(Permission::ManageBilling) {
        return Err(AccessError::BeyondOwnRights.into());
    }
    Ok(difference)
}

async fn compare_plans(
    tx: &mut PgConnection,
    keeper: Keeper<'_>,
    file: &TariffFile,
    days: &CalendarDays,
    difference: &mut Difference,
) -> Result<(), ImportError> {
    let mut by_code = BTreeMap::<&str, Vec<&TariffPlan>>::new();
    for plan in &file.plans {
        by_code.entry(plan.code.as_str()).or_default().push(plan);
    }
    let mut told = BTreeMap::<&str, Vec<PlanOutcome>>::new();
    for (code, plans) in &by_code {
        let held = hold(tx, code).await?;
        let known = match &held {
            Some(held) => documents(tx, held).await?,
            None => Vec::new(),
        };
        let mut outcomes = outcomes(&known, held.as_ref().map_or(0, |held| held.version), plans);
        let owner = held.as_ref().map_or(keeper.granter.tenant_id, |held| held.tenant_id);
        if check_reach(keeper.granter, owner).is_err() {
            // of another tenant's tariff not even that it is the same; the operator's can be read by everybody
            let is_hidden = owner.is_some();
            for outcome in &mut outcomes {
                if is_hidden || matches!(outcome, PlanOutcome::Added | PlanOutcome::Changed { .. }) {
                    *outcome = PlanOutcome::Foreign;
                }
            }
        }
        outcomes.reverse();
        told.insert(*code, outcomes);
    }
    difference.plans = file
        .plans
        .iter()
        .map(|plan| PlanDifference {
            code: plan.code.clone(),
            name: plan.name.clone(),
            valid_from: plan.valid_from,
            valid_until: plan.valid_until,
            outcome: told.get_mut(plan.code.as_str()).and_then(Vec::pop).unwrap_or(PlanOutcome::Covered),
            faults: check(plan, days),
        })
        .collect();
    let tenant = keeper.granter.tenant_id;
    let there = sqlx::query_scalar!(
        "select code from tariff_plans where removed_at is null and ($1::int is null or tenant_id = $1) order by code",
        tenant
    );
    let there = there.fetch_all(tx).await?;
    difference.kept = there.into_iter().filter(|code| !by_code.contains_key(code.as_str())).collect();
    Ok(())
}

/// Versions that are not withdrawn and can be read.
async fn documents(tx: &mut PgConnection, held: &Held) -> Result<Vec<(Validity, TariffPlan)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select version, definition from tariff_versions where plan_id = $1 and withdrawn_at is null order by version",
        held.plan_id
    );
    let rows = rows.fetch_all(tx).await?;
    let read = rows.into_iter().filter_map(|row| {
        let plan = list::read(&held.code, row.version, row.definition)?;
        Some((Validity { version: row.version, from: plan.valid_from, until: plan.valid_until }, plan))
    });
    Ok(read.collect())
}

fn compare_calendar(file: &TariffFile, days: &CalendarDays, difference: &mut Difference) -> Result<(), CalendarError> {
    for dated in &file.calendar {
        calendar::check_day(dated.day, &dated.what)?;
        let outcome = match days.get(&dated.day) {
            None => RowOutcome::Added,
            Some(before) if *before == dated.what => RowOutcome::Same,
            Some(before) => RowOutcome::Changed(changes(before, &dated.what)),
        };
        difference.calendar.push((dated.day, dated.what.clone(), outcome));
    }
    Ok(())
}

async fn compare_rules(tx: &mut PgConnection, file: &TariffFile, difference: &mut Difference) -> Result<(), ImportError> {
    for rules in &file.rules {
        let faults = check_rules(rules);
        if !faults.is_empty() {
            return Err(RulesError::Faults(faults).into());
        }
        let before = sqlx::query_scalar!(
            "select definition from settlement_rules where valid_from = $1 for update",
            DayDate(rules.valid_from) as _
        );
        let before = before.fetch_optional(&mut *tx).await?.map(serde_json::from_value::<NationalRules>);
        let outcome = match before {
            None => RowOutcome::Added,
            Some(Ok(before)) if before == *rules => RowOutcome::Same,
            Some(Ok(before)) => RowOutcome::Changed(changes(&before, rules)),
            Some(Err(_)) => RowOutcome::Changed(Vec::new()),
        };
        difference.rules.push((rules.valid_from, outcome));
    }
    for factor in &file.carbon {
        rules::check_carbon(factor)?;
        let before = sqlx::query!(
            r#"select kg_per_kwh as "kg_per_kwh: Decimal", source from carbon_factors where year = $1 for update"#,
            factor.year
        );
        let before = before.fetch_optional(&mut *tx).await?.map(|row| CarbonFactor {
            year: factor.year,
            kg_per_kwh: rules::price(row.kg_per_kwh),
            source: row.source,
        });
        let outcome = match before {
            None => RowOutcome::Added,
            Some(before) if before == *factor => RowOutcome::Same,
            Some(before) => RowOutcome::Changed(changes(&before, factor)),
        };
        difference.carbon.push((factor.year, outcome));
    }
    Ok(())
}
