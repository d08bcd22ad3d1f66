//! National rules and carbon factors, dated. The operator keeps them.

use chrono::{DateTime, Utc};
use domain::Day;
use domain::settlement::carbon::CarbonFactor;
use domain::settlement::rules_check::{RulesFault, check_rules};
use domain::settlement::{NationalRules, Price6};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Value, json};
use sqlx::PgConnection;
use sqlx::types::Json;

use super::calendar::{CalendarError, CalendarInvalid, check_operator};
use super::changes::{Cause, Request, Whose, announce_rules, request};
use super::tariffs::Keeper;
use crate::access::record::{Deed, write};
use crate::access::{AccessError, AccessPool, bounded};
use crate::pg_types::DayDate;
use crate::read::{ReadError, ReadPool};

const MOST_MAKER_CHARS: usize = 128;
const MOST_SOURCE_CHARS: usize = 300;
pub const MOST_ROWS: i64 = 200;
/// kgCO2 per kWh; coal alone stays below 1.2.
const MOST_CARBON: Price6 = Price6(5_000_000);

#[derive(Clone, PartialEq, Debug)]
pub struct RulesRow {
    pub valid_from: Day,
    /// None: the stored document cannot be read by this program.
    pub rules: Option<NationalRules>,
    pub version: i32,
    pub made_at: DateTime<Utc>,
    pub made_by: String,
}

#[derive(Clone, PartialEq, Debug)]
pub struct CarbonRow {
    pub factor: CarbonFactor,
    pub version: i32,
    pub changed_at: DateTime<Utc>,
    pub changed_by: String,
}

#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    #[error("the rules do not make sense: {0:?}")]
    Faults(Vec<RulesFault>),
}

impl From<sqlx::Error> for RulesError {
    fn from(error: sqlx::Error) -> Self {
        Self::Calendar(error.into())
    }
}

impl From<AccessError> for RulesError {
    fn from(error: AccessError) -> Self {
        Self::Calendar(error.into())
    }
}

impl RulesError {
    pub fn kind(&self) -> domain::FailureKind {
        match self {
            Self::Calendar(error) => error.kind(),
            Self::Faults(_) => domain::FailureKind::Operator,
        }
    }
}

/// Newest first.
pub async fn national(pool: &ReadPool) -> Result<Vec<RulesRow>, ReadError> {
    let rows = sqlx::query!(
        r#"select valid_from as "valid_from: DayDate", definition, version, made_at, made_by from settlement_rules
            order by valid_from desc limit $1"#,
        MOST_ROWS
    )
    .fetch_all(&pool.0)
    .await?;
    let rows = rows.into_iter().map(|row| RulesRow {
        valid_from: row.valid_from.0,
        rules: read(row.definition),
        version: row.version,
        made_at: row.made_at,
        made_by: row.made_by,
    });
    Ok(rows.collect())
}

fn read(definition: Value) -> Option<NationalRules> {
    let read = serde_json::from_value(definition);
    read.inspect_err(|error| tracing::warn!(%error, "stored national rules cannot be read")).ok()
}

/// Newest first.
pub async fn carbon(pool: &ReadPool) -> Result<Vec<CarbonRow>, ReadError> {
    let rows = sqlx::query!(
        r#"select year, kg_per_kwh as "kg_per_kwh: Decimal", source, version, changed_at, changed_by from carbon_factors
            order by year desc limit $1"#,
        MOST_ROWS
    )
    .fetch_all(&pool.0)
    .await?;
    let rows = rows.into_iter().map(|row| CarbonRow {
        factor: CarbonFactor { year: row.year, kg_per_kwh: price(row.kg_per_kwh), source: row.source },
        version: row.version,
        changed_at: row.changed_at,
        changed_by: row.changed_by,
    });
    Ok(rows.collect())
}

/// Rules from a day on; `seen` is the version of the rules of just this day that the author saw, none where he saw none.
pub async fn put_national(
    pool: &AccessPool,
    keeper: Keeper<'_>,
    rules: &NationalRules,
    seen: Option<i32>,
) -> Result<(), RulesError> {
    let mut tx = pool.pool().begin().await?;
    let held = sqlx::query!(
        "select version, made_by, made_at from settlement_rules where valid_from = $1 for update",
        DayDate(rules.valid_from) as _
    )
    .fetch_optional(&mut *tx)
    .await?;
    check_seen(held.map(|held| (held.version, held.made_by, held.made_at)), seen)?;
    put_national_in(&mut tx, keeper, rules).await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn put_national_in(tx: &mut PgConnection, keeper: Keeper<'_>, rules: &NationalRules) -> Result<(), RulesError> {
    check_operator(keeper.granter)?;
    let faults = check_rules(rules);
    if !faults.is_empty() {
        return Err(RulesError::Faults(faults));
    }
    let before = sqlx::query_scalar!(
        "select definition from settlement_rules where valid_from = $1 for update",
        DayDate(rules.valid_from) as _
    )
    .fetch_optional(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into settlement_rules (valid_from, definition, made_by) values ($1, $2, $3)
         on conflict (valid_from) do update set definition = excluded.definition, made_by = excluded.made_by,
             version = settlement_rules.version + 1, made_at = now()",
        DayDate(rules.valid_from) as _,
        Json(rules) as _,
        bounded(&keeper.author.name, MOST_MAKER_CHARS),
    )
    .execute(&mut *tx)
    .await?;
    let to = sqlx::query_scalar!(
        r#"select min(valid_from) as "next: DayDate" from settlement_rules where valid_from > $1"#,
        DayDate(rules.valid_from) as _
    )
    .fetch_one(&mut *tx)
    .await?;
    let day = rules.valid_from.to_date();
    let again = Request {
        cause: Cause::Rules,
        cause_text: day.to_string(),
        whose: Whose::All,
        from: rules.valid_from,
        to: to.map(|next| Day(next.0.0 - 1)),
    };
    request(tx, &again).await?;
    let after = serde_json::to_value(rules).unwrap_or_default();
    let mut deed = Deed::new("national_rules.put", "national_rules", day).becomes(after);
    deed.before = before;
    write(tx, keeper.author, deed).await?;
    Ok(())
}

/// Adds the factor of a year or gives it another value. Bills do not depend on it.
pub async fn put_carbon(
    pool: &AccessPool,
    keeper: Keeper<'_>,
    factor: &CarbonFactor,
    seen: Option<i32>,
) -> Result<(), RulesError> {
    let mut tx = pool.pool().begin().await?;
    let held = sqlx::query!("select version, changed_by, changed_at from carbon_factors where year = $1 for update", factor.year)
        .fetch_optional(&mut *tx)
        .await?;
    check_seen(held.map(|held| (held.version, held.changed_by, held.changed_at)), seen)?;
    put_carbon_in(&mut tx, keeper, factor).await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn put_carbon_in(tx: &mut PgConnection, keeper: Keeper<'_>, factor: &CarbonFactor) -> Result<(), RulesError> {
    check_operator(keeper.granter)?;
    check_carbon(factor)?;
    let before = sqlx::query!(
        r#"select kg_per_kwh as "kg_per_kwh: Decimal", source from carbon_factors where year = $1 for update"#,
        factor.year
    )
    .fetch_optional(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into carbon_factors (year, kg_per_kwh, source, changed_by) values ($1, $2, $3, $4)
         on conflict (year) do update set kg_per_kwh = excluded.kg_per_kwh, source = excluded.source,
             changed_by = excluded.changed_by, version = carbon_factors.version + 1, changed_at = now()",
        factor.year,
        Decimal::new(factor.kg_per_kwh.0, 6),
        factor.source,
        bounded(&keeper.author.name, MOST_MAKER_CHARS),
    )
    .execute(&mut *tx)
    .await?;
    announce_rules(tx).await?;
    let document = |kg: Price6, source: &str| json!({ "kg_per_kwh": kg.to_string(), "source": source });
    let mut deed = Deed::new("carbon.put", "carbon", factor.year).becomes(document(factor.kg_per_kwh, &factor.source));
    deed.before = before.map(|before| document(price(before.kg_per_kwh), &before.source));
    write(tx, keeper.author, deed).await?;
    Ok(())
}

pub(super) fn check_carbon(factor: &CarbonFactor) -> Result<(), CalendarError> {
    let is_source = !factor.source.trim().is_empty()
        && factor.source.chars().count() <= MOST_SOURCE_CHARS
        && !factor.source.chars().any(char::is_control);
    let is_value = (Price6::ZERO..=MOST_CARBON).contains(&factor.kg_per_kwh);
    if !is_source || !is_value || !(1990..=2199).contains(&factor.year) {
        return Err(CalendarError::Invalid(CalendarInvalid::Carbon));
    }
    Ok(())
}

pub async fn remove_carbon(pool: &AccessPool, keeper: Keeper<'_>, year: i32, seen: i32) -> Result<(), RulesError> {
    check_operator(keeper.granter)?;
    let mut tx = pool.pool().begin().await?;
    let held = sqlx::query!(
        r#"select version, changed_by, changed_at, kg_per_kwh as "kg_per_kwh: Decimal", source
             from carbon_factors where year = $1 for update"#,
        year
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(AccessError::NotFound)?;
    let before = json!({ "kg_per_kwh": price(held.kg_per_kwh).to_string(), "source": held.source });
    check_seen(Some((held.version, held.changed_by, held.changed_at)), Some(seen))?;
    sqlx::query!("delete from carbon_factors where year = $1", year).execute(&mut *tx).await?;
    announce_rules(&mut tx).await?;
    write(&mut tx, keeper.author, Deed::new("carbon.remove", "carbon", year).was(before)).await?;
    tx.commit().await?;
    Ok(())
}

fn check_seen(held: Option<(i32, String, DateTime<Utc>)>, seen: Option<i32>) -> Result<(), CalendarError> {
    match (held, seen) {
        (None, None) => Ok(()),
        (Some((version, ..)), Some(seen)) if version == seen => Ok(()),
        (Some((version, by, at)), _) => Err(CalendarError::Changed { version, by, at }),
        (None, Some(_)) => Err(AccessError::NotFound.into()),
    }
}

/// The column has six decimals.
pub(super) fn price(value: Decimal) -> Price6 {
    Price6((value * Decimal::from(1_000_000)).round().to_i64().unwrap_or(0))
}
