//! One bill with everything that explains it: its document, the days, what happened to it, adjustments, other versions.

use chrono::{DateTime, Utc};
use domain::settlement::document::Document;
use domain::settlement::{Adjustment, DayEnergy, ExceptionKind, Month, StatementState};
use domain::{Day, Fixed2, RegionId, UserId};

use super::statements::exceptions_of;
use super::{month_of, state_of};
use crate::pg_types::{DayDate, Hundredths};
use crate::read::{ReadError, ReadPool};
use crate::settlement::statements::document_hash;

#[derive(Clone, PartialEq, Debug)]
pub struct Statement {
    pub statement_id: i64,
    pub contract_id: i64,
    pub user_id: UserId,
    pub user_name: String,
    pub usage_type: String,
    pub region_id: RegionId,
    pub month: Month,
    pub category: String,
    pub from: Day,
    pub to: Day,
    pub status: StatementState,
    pub version: i32,
    pub edit_no: i32,
    pub energy_kwh: Fixed2,
    pub amount: Fixed2,
    pub estimated_kwh: Fixed2,
    pub adjustment: Fixed2,
    pub currency: String,
    pub carbon_kg: Option<Fixed2>,
    pub hash: Option<String>,
    /// Of the document as it stands now; equal to `hash` for ever once that is set.
    pub digest: String,
    /// None when another version wrote something that this one cannot read.
    pub document: Option<Document>,
    pub exceptions: Vec<ExceptionKind>,
    pub accepted_reason: Option<String>,
    pub freeze_reason: Option<String>,
    pub void_reason: Option<String>,
    pub drafted_at: DateTime<Utc>,
    pub checked: Option<(DateTime<Utc>, String)>,
    pub frozen: Option<(DateTime<Utc>, String)>,
    pub voided: Option<(DateTime<Utc>, String)>,
    pub checked_by_id: Option<i64>,
}

pub async fn one(pool: &ReadPool, statement_id: i64) -> Result<Option<Statement>, ReadError> {
    let row = sqlx::query!(
        r#"select statement_id, contract_id, user_id, user_name, usage_type, region_id, statement_month as "month: DayDate", category,
                  period_from as "from: DayDate", period_to as "to: DayDate", status, version, edit_no,
                  total_energy_kwh as "kwh: Hundredths", total_amount as "amount: Hundredths", estimated_kwh as "estimated: Hundredths",
                  adjustment_amount as "adjustment: Hundredths", currency, carbon_kg as "carbon_kg: Hundredths", snapshot_hash, document,
                  exceptions, accepted_reason, freeze_reason, void_reason, drafted_at, checked_at, checked_by, checked_by_id,
                  frozen_at, frozen_by, voided_at, voided_by
             from settlement_statements where statement_id = $1"#,
        statement_id
    )
    .fetch_optional(&pool.0)
    .await?;
    let stamp = |at: Option<DateTime<Utc>>, by: Option<String>| at.map(|at| (at, by.unwrap_or_default()));
    Ok(row.map(|row| Statement {
        statement_id: row.statement_id,
        contract_id: row.contract_id,
        user_id: row.user_id,
        user_name: row.user_name,
        usage_type: row.usage_type,
        region_id: row.region_id.unwrap_or_default(),
        month: month_of(row.month.0),
        category: row.category,
        from: row.from.0,
        to: row.to.0,
        status: state_of(&row.status),
        version: row.version,
        edit_no: row.edit_no,
        energy_kwh: row.kwh.0,
        amount: row.amount.0,
        estimated_kwh: row.estimated.0,
        adjustment: row.adjustment.0,
        currency: row.currency,
        carbon_kg: row.carbon_kg.map(|kg| kg.0),
        hash: row.snapshot_hash,
        digest: document_hash(&row.document),
        document: serde_json::from_value(row.document).ok(),
        exceptions: exceptions_of(&row.exceptions),
        accepted_reason: row.accepted_reason,
        freeze_reason: row.freeze_reason,
        void_reason: row.void_reason,
        drafted_at: row.drafted_at,
        checked: stamp(row.checked_at, row.checked_by),
        frozen: stamp(row.frozen_at, row.frozen_by),
        voided: stamp(row.voided_at, row.voided_by),
        checked_by_id: row.checked_by_id,
    }))
}

/// A settled day as it stands now.
#[derive(Clone, PartialEq, Debug)]
pub struct SettledDay {
    pub day: Day,
    pub energy_kwh: Fixed2,
    pub estimated_kwh: Fixed2,
    pub shaped_kwh: Fixed2,
    pub amount: Fixed2,
    pub is_complete: bool,
    /// How often the day was restated, from 1.
    pub version: i32,
    pub marks: Vec<String>,
    pub settled_at: DateTime<Utc>,
    /// None when another version wrote something that this one cannot read.
    pub energy: Option<DayEnergy>,
}

/// Days `[from, to)` of a contract, in order.
pub async fn days(pool: &ReadPool, contract_id: i64, from: Day, to: Day) -> Result<Vec<SettledDay>, ReadError> {
    let rows = sqlx::query!(
        r#"select day_start as "day: DayDate", energy_kwh as "kwh: Hundredths", estimated_kwh as "estimated: Hundredths",
                  shaped_kwh as "shaped: Hundredths", amount as "amount: Hundredths", status, version, marks, settled_at, definition
             from settlements_day where contract_id = $1 and day_start >= $2 and day_start < $3 order by day_start"#,
        contract_id,
        DayDate(from) as DayDate,
        DayDate(to) as DayDate
    )
    .fetch_all(&pool.0)
    .await?;
    let day = rows.into_iter().map(|row| SettledDay {
        day: row.day.0,
        energy_kwh: row.kwh.0,
        estimated_kwh: row.estimated.0,
        shaped_kwh: row.shaped.0,
        amount: row.amount.0,
        is_complete: row.status == "complete",
        version: row.version,
        marks: row.marks,
        settled_at: row.settled_at,
        energy: serde_json::from_value(row.definition).ok(),
    });
    Ok(day.collect())
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    pub at: DateTime<Utc>,
    pub event: String,
    pub actor: Option<String>,
    pub detail: Option<String>,
}

const MOST_EVENTS: i64 = 200;

/// What happened to a statement, newest first.
pub async fn events(pool: &ReadPool, statement_id: i64) -> Result<Vec<Event>, ReadError> {
    let events = sqlx::query_as!(
        Event,
        "select at, event, actor, detail from settlement_events where statement_id = $1 order by event_id desc limit $2",
        statement_id,
        MOST_EVENTS
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(events)
}

/// Another bill of the same contract and month.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Version {
    pub statement_id: i64,
    pub version: i32,
    pub status: StatementState,
    pub amount: Fixed2,
}

pub async fn versions(pool: &ReadPool, of: &Statement) -> Result<Vec<Version>, ReadError> {
    let rows = sqlx::query!(
        r#"select o.statement_id, o.version, o.status, o.total_amount as "amount: Hundredths"
             from settlement_statements s join settlement_statements o using (contract_id, statement_month, category)
            where s.statement_id = $1 order by o.version desc"#,
        of.statement_id
    )
    .fetch_all(&pool.0)
    .await?;
    let version = rows.into_iter().map(|row| Version {
        statement_id: row.statement_id,
        version: row.version,
        status: state_of(&row.status),
        amount: row.amount.0,
    });
    Ok(version.collect())
}

/// An adjustment as lists show it.
#[derive(Clone, PartialEq, Debug)]
pub struct Adjusted {
    pub adjustment_id: i64,
    pub contract_id: i64,
    pub user_id: UserId,
    pub user_name: String,
    pub region_id: RegionId,
    /// The frozen statement that would be different now.
    pub statement_id: i64,
    pub month: Month,
    /// `pending`, `attached`, `settled`, `void`
    pub state: String,
    pub carried_by: Option<i64>,
    pub carried_month: Option<Month>,
    pub amount: Fixed2,
    pub cause: String,
    pub cause_text: String,
    pub made_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
    /// None when another version wrote something that this one cannot read.
    pub definition: Option<Adjustment>,
}
