//! Everything that can be in force, as `engine::settlement::Book` needs it.

use std::collections::{BTreeMap, BTreeSet};

use domain::settlement::calendar::TriggerDecisions;
use domain::settlement::{CalendarDay, CalendarDays, NationalRules, TariffPlan};
use serde_json::Value;
use sqlx::PgConnection;

use crate::WarehouseError;
use crate::pg_types::DayDate;

/// A version of a plan that is not withdrawn.
#[derive(Clone, PartialEq, Debug)]
pub struct VersionPart {
    pub version: i32,
    pub plan: TariffPlan,
}

#[derive(Clone, PartialEq, Debug, Default)]
pub struct BookParts {
    /// By code, newest version first. A plan of which a version cannot be read is left out altogether: an older version in its
    /// place would make wrong bills without a word.
    pub tariffs: BTreeMap<String, Vec<VersionPart>>,
    /// By `valid_from`, oldest first.
    pub rules: Vec<NationalRules>,
    pub calendar_days: CalendarDays,
    pub decisions: TriggerDecisions,
}

pub async fn load(conn: &mut PgConnection) -> Result<BookParts, WarehouseError> {
    Ok(BookParts {
        tariffs: tariffs(conn).await?,
        rules: rules(conn).await?,
        calendar_days: calendar_days(conn).await?,
        decisions: decisions(conn).await?,
    })
}

async fn tariffs(conn: &mut PgConnection) -> Result<BTreeMap<String, Vec<VersionPart>>, WarehouseError> {
    let rows = sqlx::query!(
        "select p.code, v.version, v.definition
           from tariff_plans p join tariff_versions v using (plan_id)
          where p.removed_at is null and v.withdrawn_at is null
          order by p.code, v.version desc"
    )
    .fetch_all(conn)
    .await?;
    let (mut tariffs, mut unreadable) = (BTreeMap::<String, Vec<VersionPart>>::new(), BTreeSet::new());
    for row in rows {
        match serde_json::from_value::<TariffPlan>(row.definition) {
            Ok(plan) => tariffs.entry(row.code).or_default().push(VersionPart { version: row.version, plan }),
            Err(error) => {
                tracing::warn!(tariff = row.code, version = row.version, %error, "a tariff cannot be read, nothing is billed by it");
                unreadable.insert(row.code);
            }
        }
    }
    tariffs.retain(|code, _| !unreadable.contains(code));
    Ok(tariffs)
}

async fn rules(conn: &mut PgConnection) -> Result<Vec<NationalRules>, WarehouseError> {
    let rows = sqlx::query_scalar!("select definition from settlement_rules order by valid_from").fetch_all(conn).await?;
    let read = |definition: Value| {
        serde_json::from_value(definition).map_err(|error| WarehouseError::BadValue(format!("national rules: {error}")))
    };
    rows.into_iter().map(read).collect()
}

pub(super) async fn calendar_days(conn: &mut PgConnection) -> Result<CalendarDays, sqlx::Error> {
    let rows =
        sqlx::query!(r#"select day as "day: DayDate", kind, name from calendar_days order by day"#).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.day.0, calendar_day(&row.kind, row.name))).collect())
}

/// The table admits two kinds.
pub(super) fn calendar_day(kind: &str, name: String) -> CalendarDay {
    if kind == "holiday" { CalendarDay::Holiday { name } } else { CalendarDay::Workday { name } }
}

pub(super) async fn decisions(conn: &mut PgConnection) -> Result<TriggerDecisions, sqlx::Error> {
    let rows =
        sqlx::query!(r#"select trigger_code, day as "day: DayDate", is_triggered from tariff_triggers"#).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| ((row.trigger_code, row.day.0), row.is_triggered)).collect())
}
