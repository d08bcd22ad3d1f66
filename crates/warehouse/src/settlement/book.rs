//! Everything that can be in force, as `engine::settlement::Book` needs it.

use std::collections::{BTreeMap, BTreeSet};

use domain::Day;
use domain::settlement::calendar::TriggerDecisions;
use domain::settlement::{CalendarDay, CalendarDays, NationalRules, TariffPlan};
use sqlx::PgConnection;

use crate::WarehouseError;
use crate::pg_types::DayDate;
use crate::stored::Stored;

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
    /// First days of rules that cannot be read: none are in force from there to the next ones.
    pub unreadable_rules: Vec<Day>,
    pub calendar_days: CalendarDays,
    pub decisions: TriggerDecisions,
}

pub async fn load(conn: &mut PgConnection) -> Result<BookParts, WarehouseError> {
    let (rules, unreadable_rules) = rules(conn).await?;
    Ok(BookParts {
        tariffs: tariffs(conn).await?,
        rules,
        unreadable_rules,
        calendar_days: calendar_days(conn).await?,
        decisions: decisions(conn).await?,
    })
}

async fn tariffs(conn: &mut PgConnection) -> Result<BTreeMap<String, Vec<VersionPart>>, WarehouseError> {
    let rows = sqlx::query!(
        r#"select p.code, v.version, v.definition as "definition: Stored<TariffPlan>"
             from tariff_plans p join tariff_versions v using (plan_id)
            where p.removed_at is null and v.withdrawn_at is null
            order by p.code, v.version desc"#
    )
    .fetch_all(conn)
    .await?;
    let (mut tariffs, mut unreadable) = (BTreeMap::<String, Vec<VersionPart>>::new(), BTreeSet::new());
    for row in rows {
        match row.definition.read("tariff", format_args!("{} v{}", row.code, row.version)) {
            Some(plan) => tariffs.entry(row.code).or_default().push(VersionPart { version: row.version, plan }),
            None => drop(unreadable.insert(row.code)),
        }
    }
    tariffs.retain(|code, _| !unreadable.contains(code));
    Ok(tariffs)
}

async fn rules(conn: &mut PgConnection) -> Result<(Vec<NationalRules>, Vec<Day>), WarehouseError> {
    let rows = sqlx::query!(
        r#"select valid_from as "valid_from: DayDate", definition as "definition: Stored<NationalRules>" from settlement_rules
            order by valid_from"#
    )
    .fetch_all(conn)
    .await?;
    let (mut rules, mut unreadable) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        let from = row.valid_from.0;
        match row.definition.read("national rules", from.to_date()) {
            Some(read) => rules.push(read),
            None => unreadable.push(from),
        }
    }
    Ok((rules, unreadable))
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
