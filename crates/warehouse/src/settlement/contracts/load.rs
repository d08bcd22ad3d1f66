//! Contracts as the engine needs them: everything of many of them in three statements.

use std::collections::BTreeMap;

use domain::settlement::contract::DatedTerms;
use domain::settlement::{Contract, ContractId, Direction, MeterExchange, Terms};
use domain::{Day, UserId};
use sqlx::PgConnection;

use crate::WarehouseError;
use crate::pg_types::{DayDate, Hundredths, Stamp};
use crate::stored::Stored;

/// In order of their numbers; removed ones are not in it, nor those that are not there, nor those whose terms cannot be read.
pub async fn load(conn: &mut PgConnection, ids: &[ContractId]) -> Result<Vec<Contract>, WarehouseError> {
    Ok(load_rows(conn, ids).await?)
}

/// Which of these were removed, or never were. Being absent from [`load`] does not say so: see there.
pub async fn removed_of(conn: &mut PgConnection, ids: &[ContractId]) -> Result<Vec<ContractId>, WarehouseError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(sqlx::query_scalar!(
        r#"select u.id as "id!" from unnest($1::bigint[]) as u (id)
            where not exists (select from contracts c where c.contract_id = u.id and c.removed_at is null)"#,
        ids
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn load_rows(conn: &mut PgConnection, ids: &[ContractId]) -> Result<Vec<Contract>, sqlx::Error> {
    let mut contracts = load_standing(conn, ids).await?;
    contracts.retain(|contract| !contract.is_unreadable());
    Ok(contracts)
}

/// To be shown, not to be billed: with those whose terms cannot be read, which [`Terms::unreadable`] stand for.
pub async fn load_standing(conn: &mut PgConnection, ids: &[ContractId]) -> Result<Vec<Contract>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Head,
        r#"select contract_id, user_id, direction, billing_day, closed_on as "closed_on: DayDate"
             from contracts where contract_id = any($1) and removed_at is null order by contract_id"#,
        ids
    )
    .fetch_all(&mut *conn)
    .await?;
    complete(conn, rows).await
}

/// Every contract that these customers have or had, without those whose terms cannot be read.
pub async fn load_of_users(conn: &mut PgConnection, users: &[UserId]) -> Result<Vec<Contract>, WarehouseError> {
    let rows = sqlx::query_as!(
        Head,
        r#"select contract_id, user_id, direction, billing_day, closed_on as "closed_on: DayDate"
             from contracts where user_id = any($1) and removed_at is null order by contract_id"#,
        users
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut contracts = complete(conn, rows).await?;
    contracts.retain(|contract| !contract.is_unreadable());
    Ok(contracts)
}

struct Head {
    contract_id: ContractId,
    user_id: UserId,
    direction: String,
    billing_day: i16,
    closed_on: Option<DayDate>,
}

async fn complete(conn: &mut PgConnection, heads: Vec<Head>) -> Result<Vec<Contract>, sqlx::Error> {
    let ids: Vec<ContractId> = heads.iter().map(|head| head.contract_id).collect();
    let (mut terms, mut exchanges) = (terms(&mut *conn, &ids).await?, exchanges(conn, &ids).await?);
    let contracts = heads.into_iter().map(|head| Contract {
        contract_id: head.contract_id,
        user_id: head.user_id,
        direction: direction(&head.direction),
        billing_day: u8::try_from(head.billing_day).unwrap_or(1),
        closed_on: head.closed_on.map(|day| day.0),
        terms: terms.remove(&head.contract_id).unwrap_or_default(),
        exchanges: exchanges.remove(&head.contract_id).unwrap_or_default(),
    });
    Ok(contracts.collect())
}

/// Oldest first. Each that cannot be read has its place all the same: the contract would begin later, or go on as before.
pub(super) async fn terms(
    conn: &mut PgConnection,
    ids: &[ContractId],
) -> Result<BTreeMap<ContractId, Vec<DatedTerms>>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select contract_id, valid_from as "valid_from: DayDate", tariff_code, definition as "definition: Stored<Terms>"
             from contract_terms where contract_id = any($1) order by contract_id, valid_from"#,
        ids
    )
    .fetch_all(conn)
    .await?;
    let mut terms: BTreeMap<ContractId, Vec<DatedTerms>> = BTreeMap::new();
    for row in rows {
        let valid_from: Day = row.valid_from.0;
        let which = format_args!("contract {}, {}", row.contract_id, valid_from.to_date());
        let read = row.definition.read("terms of a contract", which).unwrap_or_else(|| Terms::unreadable(row.tariff_code));
        terms.entry(row.contract_id).or_default().push(DatedTerms { valid_from, terms: read });
    }
    Ok(terms)
}

/// In order of time.
pub(super) async fn exchanges(
    conn: &mut PgConnection,
    ids: &[ContractId],
) -> Result<BTreeMap<ContractId, Vec<MeterExchange>>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select contract_id, at as "at: Stamp", final_register as "final_register: Hundredths",
                  initial_register as "initial_register: Hundredths"
             from meter_exchanges where contract_id = any($1) order by contract_id, at"#,
        ids
    )
    .fetch_all(conn)
    .await?;
    let mut exchanges: BTreeMap<ContractId, Vec<MeterExchange>> = BTreeMap::new();
    for row in rows {
        exchanges.entry(row.contract_id).or_default().push(MeterExchange {
            at: row.at.0,
            final_register: row.final_register.0,
            initial_register: row.initial_register.0,
        });
    }
    Ok(exchanges)
}

pub(super) fn direction(code: &str) -> Direction {
    if code == Direction::Export.code() { Direction::Export } else { Direction::Import }
}
