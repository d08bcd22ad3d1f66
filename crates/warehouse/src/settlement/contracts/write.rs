//! Writes planned contracts, few statements for however many: rows, the word to the worker, the record.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::TenantId;
use domain::settlement::contract_check::ContractFault;
use domain::settlement::contract_edit::earliest_difference;
use domain::settlement::contract_fields::{TERM_FIELDS, cells};
use domain::settlement::{Contract, ContractId, Direction};
use domain::{Day, RegionId, UserId};
use serde_json::{Map, Value, json};
use sqlx::PgConnection;

use super::{ContractError, Maker, Planned, named};
use crate::access::bounded;
use crate::access::record::{Deed, write};
use crate::settlement::changes::{self, Cause, Request, Whose};

/// Contracts are written by one at a time, so that overlaps are seen. The log never asks for this lock.
const LOCK: i64 = 0x636f_6e74_7261_6374;
/// Up to so many contracts each have an entry of the record and a request of their own.
const MOST_SINGLE: usize = 1_000;
/// Contracts that share an entry, when there are more.
const PER_ENTRY: usize = 500;
const MOST_MAKER_CHARS: usize = 128;
const MOST_CAUSE_CHARS: usize = 200;
/// Of plans that are gone.
const MOST_FAULTS: usize = 20;
const EPOCH: &str = "1970-01-01";

pub(super) async fn lock(tx: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_advisory_xact_lock($1)", LOCK).fetch_one(tx).await.map(drop)
}

/// For imports; a page waits shorter.
pub(super) async fn allow_time(tx: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("select set_config('statement_timeout', '2min', true)").fetch_one(tx).await.map(drop)
}

/// New contracts get their numbers.
pub(super) async fn save(
    tx: &mut PgConnection,
    maker: Maker<'_>,
    added: &mut [Planned],
    changed: &[Planned],
) -> Result<(), ContractError> {
    check_periods(tx, changed).await?;
    hold_tariffs(tx, added, changed).await?;
    insert(tx, maker, added).await?;
    update(tx, maker, changed).await?;
    terms(tx, maker, added, changed).await?;
    exchanges(tx, maker, added, changed).await?;
    request(tx, added, changed).await?;
    record(tx, maker, added, changed).await
}

/// Other periods would overlap those of statements that stand: days of both would be billed twice.
async fn check_periods(tx: &mut PgConnection, changed: &[Planned]) -> Result<(), ContractError> {
    let is_other = |one: &&Planned| one.before.as_ref().is_some_and(|held| held.contract.billing_day != one.after.billing_day);
    let ids: Vec<ContractId> = changed.iter().filter(is_other).map(|one| one.after.contract_id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let has_statements = sqlx::query_scalar!(
        r#"select exists(select from settlement_statements where contract_id = any($1) and status <> 'void') as "has!""#,
        &ids
    )
    .fetch_one(tx)
    .await?;
    if has_statements { Err(ContractError::HasStatements) } else { Ok(()) }
}

/// Plans that the terms name stay until the transaction ends: one that was removed since it was looked at is not there any more.
/// Nobody but whoever removes a plan waits for this, and whoever removes one waits for nothing else.
async fn hold_tariffs(tx: &mut PgConnection, added: &[Planned], changed: &[Planned]) -> Result<(), ContractError> {
    let named = || added.iter().chain(changed).flat_map(|one| &one.after.terms);
    let codes: BTreeSet<&str> = named().filter_map(|dated| dated.terms.tariff.as_deref()).collect();
    let codes: Vec<String> = codes.into_iter().map(str::to_owned).collect();
    let there = sqlx::query_scalar!(
        "select code from tariff_plans where code = any($1) and removed_at is null order by code for key share",
        &codes
    )
    .fetch_all(tx)
    .await?;
    let is_gone = |code: &String| !there.contains(code);
    let gone = named().filter_map(|dated| Some((dated.valid_from, dated.terms.tariff.clone().filter(is_gone)?)));
    let faults: Vec<ContractFault> =
        gone.take(MOST_FAULTS).map(|(day, tariff)| ContractFault::UnknownTariff { day, tariff }).collect();
    if faults.is_empty() { Ok(()) } else { Err(ContractError::Faults(faults)) }
}

/// Days since 1970, as the arrays of the statements have them.
fn days(day: Option<Day>) -> Option<i32> {
    day.map(|day| day.0)
}

async fn insert(tx: &mut PgConnection, maker: Maker<'_>, added: &mut [Planned]) -> Result<(), sqlx::Error> {
    if added.is_empty() {
        return Ok(());
    }
    let of = |one: &Planned| one.after.clone();
    let (mut users, mut directions, mut billing, mut starts, mut ends) = (vec![], vec![], vec![], vec![], vec![]);
    for one in added.iter().map(of) {
        users.push(one.user_id);
        directions.push(one.direction.code().to_owned());
        billing.push(i16::from(one.billing_day));
        starts.push(one.starts_on().unwrap_or_default().0);
        ends.push(days(one.closed_on));
    }
    let rows = sqlx::query!(
        r#"insert into contracts (user_id, direction, billing_day, starts_on, closed_on, changed_by)
           select user_id, direction, billing_day, $7::text::date + starts, $7::text::date + ends, $6
             from unnest($1::bigint[], $2::text[], $3::smallint[], $4::int[], $5::int[])
                  as new (user_id, direction, billing_day, starts, ends)
           returning contract_id, user_id, direction, starts_on - $7::text::date as "starts!""#,
        &users,
        &directions,
        &billing,
        &starts,
        &ends as &[Option<i32>],
        maker_name(maker),
        EPOCH
    )
    .fetch_all(tx)
    .await?;
    let key = |user_id: UserId, direction: &str, starts: i32| (user_id, direction == Direction::Export.code(), starts);
    let ids: BTreeMap<_, _> =
        rows.into_iter().map(|row| (key(row.user_id, &row.direction, row.starts), row.contract_id)).collect();
    for one in added {
        let after = &mut one.after;
        let own = key(after.user_id, after.direction.code(), after.starts_on().unwrap_or_default().0);
        after.contract_id = ids.get(&own).copied().unwrap_or_default();
    }
    Ok(())
}

async fn update(tx: &mut PgConnection, maker: Maker<'_>, changed: &[Planned]) -> Result<(), sqlx::Error> {
    if changed.is_empty() {
        return Ok(());
    }
    let ids: Vec<ContractId> = changed.iter().map(|one| one.after.contract_id).collect();
    let billing: Vec<i16> = changed.iter().map(|one| i16::from(one.after.billing_day)).collect();
    let starts: Vec<i32> = changed.iter().map(|one| one.after.starts_on().unwrap_or_default().0).collect();
    let ends: Vec<Option<i32>> = changed.iter().map(|one| days(one.after.closed_on)).collect();
    sqlx::query!(
        "update contracts c
            set billing_day = new.billing_day, starts_on = $6::text::date + new.starts, closed_on = $6::text::date + new.ends,
                version = c.version + 1, changed_at = now(), changed_by = $5
           from unnest($1::bigint[], $2::smallint[], $3::int[], $4::int[]) as new (contract_id, billing_day, starts, ends)
          where c.contract_id = new.contract_id",
        &ids,
        &billing,
        &starts,
        &ends as &[Option<i32>],
        maker_name(maker),
        EPOCH
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn terms(tx: &mut PgConnection, maker: Maker<'_>, added: &[Planned], changed: &[Planned]) -> Result<(), ContractError> {
    let (mut gone_ids, mut gone_days) = (vec![], vec![]);
    let (mut ids, mut from, mut tariffs, mut definitions) = (vec![], vec![], vec![], vec![]);
    for one in added.iter().chain(changed) {
        let before = one.before.as_ref().map_or(&[][..], |held| held.contract.terms.as_slice());
        let is_there = |day: Day| one.after.terms.iter().any(|dated| dated.valid_from == day);
        for dated in before.iter().filter(|dated| !is_there(dated.valid_from)) {
            gone_ids.push(one.after.contract_id);
            gone_days.push(dated.valid_from.0);
        }
        for dated in one.after.terms.iter().filter(|dated| !before.contains(dated)) {
            ids.push(one.after.contract_id);
            from.push(dated.valid_from.0);
            tariffs.push(dated.terms.tariff.clone());
            definitions.push(serde_json::to_string(&dated.terms).unwrap_or_default());
        }
    }
    if !gone_ids.is_empty() {
        sqlx::query!(
            "delete from contract_terms t using unnest($1::bigint[], $2::int[]) as gone (contract_id, day)
              where t.contract_id = gone.contract_id and t.valid_from = $3::text::date + gone.day",
            &gone_ids,
            &gone_days,
            EPOCH
        )
        .execute(&mut *tx)
        .await?;
    }
    if !ids.is_empty() {
        sqlx::query!(
            "insert into contract_terms (contract_id, valid_from, tariff_code, definition, made_by)
             select contract_id, $6::text::date + day, tariff, definition::jsonb, $5
               from unnest($1::bigint[], $2::int[], $3::text[], $4::text[]) as new (contract_id, day, tariff, definition)
             on conflict (contract_id, valid_from) do update
                set tariff_code = excluded.tariff_code, definition = excluded.definition, made_at = now(), made_by = excluded.made_by",
            &ids,
            &from,
            &tariffs as &[Option<String>],
            &definitions,
            maker_name(maker),
            EPOCH
        )
        .execute(tx)
        .await?;
    }
    Ok(())
}

async fn exchanges(tx: &mut PgConnection, maker: Maker<'_>, added: &[Planned], changed: &[Planned]) -> Result<(), sqlx::Error> {
    let (mut gone_ids, mut gone_at) = (vec![], vec![]);
    let (mut ids, mut at, mut last, mut first) = (vec![], vec![], vec![], vec![]);
    for one in added.iter().chain(changed) {
        let before = one.before.as_ref().map_or(&[][..], |held| held.contract.exchanges.as_slice());
        for exchange in before.iter().filter(|exchange| !one.after.exchanges.contains(exchange)) {
            gone_ids.push(one.after.contract_id);
            gone_at.push(exchange.at.to_naive());
        }
        for exchange in one.after.exchanges.iter().filter(|exchange| !before.contains(exchange)) {
            ids.push(one.after.contract_id);
            at.push(exchange.at.to_naive());
            last.push(exchange.final_register.to_string());
            first.push(exchange.initial_register.to_string());
        }
    }
    if !gone_ids.is_empty() {
        sqlx::query!(
            "delete from meter_exchanges e using unnest($1::bigint[], $2::timestamp[]) as gone (contract_id, at)
              where e.contract_id = gone.contract_id and e.at = gone.at",
            &gone_ids,
            &gone_at
        )
        .execute(&mut *tx)
        .await?;
    }
    if !ids.is_empty() {
        sqlx::query!(
            "insert into meter_exchanges (contract_id, at, final_register, initial_register, made_by)
             select contract_id, at, last::numeric, first::numeric, $5
               from unnest($1::bigint[], $2::timestamp[], $3::text[], $4::text[]) as new (contract_id, at, last, first)",
            &ids,
            &at,
            &last,
            &first,
            maker_name(maker)
        )
        .execute(tx)
        .await?;
    }
    Ok(())
}

/// The days that each change touches; one request for all of them when there are very many.
async fn request(tx: &mut PgConnection, added: &[Planned], changed: &[Planned]) -> Result<(), sqlx::Error> {
    let all = || added.iter().chain(changed);
    if all().count() > MOST_SINGLE {
        let Some(from) = all().filter_map(earliest).min() else { return Ok(()) };
        let cause_text = format!("{} contracts", all().count());
        return changes::request(tx, &Request { cause: Cause::Contract, cause_text, whose: Whose::All, from, to: None }).await;
    }
    for one in all() {
        let Some(from) = earliest(one) else { continue };
        let contract_id = one.after.contract_id;
        let fields: BTreeSet<&str> = one.changes().iter().map(|change| change.field).collect();
        let fields: Vec<&str> = fields.into_iter().collect();
        let what = if fields.is_empty() { "new".to_owned() } else { fields.join(", ") };
        let cause_text = bounded(&format!("{}: {what}", named(contract_id)), MOST_CAUSE_CHARS);
        let whose = Whose::Contract(contract_id);
        changes::request(tx, &Request { cause: Cause::Contract, cause_text, whose, from, to: None }).await?;
    }
    Ok(())
}

fn earliest(one: &Planned) -> Option<Day> {
    match &one.before {
        // what changed while the terms could not be read was passed over
        Some(before) if before.contract.is_unreadable() => {
            [before.contract.starts_on(), one.after.starts_on()].into_iter().flatten().min()
        }
        Some(before) => earliest_difference(&before.contract, &one.after),
        None => one.after.starts_on(),
    }
}

async fn record(tx: &mut PgConnection, maker: Maker<'_>, added: &[Planned], changed: &[Planned]) -> Result<(), ContractError> {
    if added.len() + changed.len() > MOST_SINGLE {
        return record_many(tx, maker, added, changed).await;
    }
    let mut tenants = BTreeMap::new();
    for one in added.iter().chain(changed) {
        let region_id = region_of(tx, one.after.user_id).await?;
        let tenant_id = match tenants.get(&region_id) {
            Some(known) => *known,
            None => tenant_of(tx, region_id).await?,
        };
        tenants.insert(region_id, tenant_id);
        let deed = match one.before {
            Some(_) => {
                let (before, after) = differing(one);
                Deed::new("contract.change", "contract", one.after.contract_id).was(before).becomes(after)
            }
            None => Deed::new("contract.add", "contract", one.after.contract_id).becomes(whole(&one.after)),
        };
        write(tx, maker.author, deed.of_tenant(tenant_id)).await?;
    }
    Ok(())
}

/// Everything is in the record, some hundreds of contracts to an entry: an entry for each would take longer than the import.
async fn record_many(
    tx: &mut PgConnection,
    maker: Maker<'_>,
    added: &[Planned],
    changed: &[Planned],
) -> Result<(), ContractError> {
    for chunk in added.chunks(PER_ENTRY) {
        let after: Map<String, Value> = chunk.iter().map(|one| (one.after.contract_id.to_string(), whole(&one.after))).collect();
        let deed = Deed::new("contract.import", "contract", span(chunk)).becomes(after.into());
        write(tx, maker.author, deed).await?;
    }
    for chunk in changed.chunks(PER_ENTRY) {
        let (mut before, mut after) = (Map::new(), Map::new());
        for one in chunk {
            let (was, becomes) = differing(one);
            before.insert(one.after.contract_id.to_string(), was);
            after.insert(one.after.contract_id.to_string(), becomes);
        }
        let deed = Deed::new("contract.import", "contract", span(chunk)).was(before.into()).becomes(after.into());
        write(tx, maker.author, deed).await?;
    }
    Ok(())
}

fn span(chunk: &[Planned]) -> String {
    let ids = || chunk.iter().map(|one| one.after.contract_id);
    format!("{}–{}", ids().min().unwrap_or_default(), ids().max().unwrap_or_default())
}

/// A contract for the record, without what is as usual.
pub(super) fn whole(contract: &Contract) -> Value {
    let terms: Map<String, Value> = contract
        .terms
        .iter()
        .map(|dated| {
            let said = TERM_FIELDS.into_iter().zip(cells(&dated.terms)).filter(|(_, cell)| !cell.is_empty() && cell != "0");
            let said: Map<String, Value> = said.map(|(field, cell)| (field.to_owned(), cell.into())).collect();
            (dated.valid_from.to_date().to_string(), said.into())
        })
        .collect();
    let mut whole = json!({
        "user_id": contract.user_id, "direction": contract.direction.code(), "billing_day": contract.billing_day, "terms": terms,
    });
    if let Some(day) = contract.closed_on {
        whole["closed_on"] = day.to_date().to_string().into();
    }
    whole
}

/// What was and what is now, of the fields that differ; those of terms with their day.
fn differing(one: &Planned) -> (Value, Value) {
    let (mut before, mut after) = (Map::new(), Map::new());
    for change in one.changes() {
        let name = change.day.map_or_else(|| change.field.to_owned(), |day| format!("{} {}", change.field, day.to_date()));
        before.insert(name.clone(), change.before.into());
        after.insert(name, change.after.into());
    }
    (before.into(), after.into())
}

async fn region_of(tx: &mut PgConnection, user_id: UserId) -> Result<Option<RegionId>, sqlx::Error> {
    let region = sqlx::query_scalar!(r#"select region_id as "region_id?" from ods_power_user where user_id = $1"#, user_id);
    Ok(region.fetch_optional(tx).await?.flatten())
}

pub(super) async fn tenant_of(tx: &mut PgConnection, region_id: Option<RegionId>) -> Result<Option<TenantId>, sqlx::Error> {
    sqlx::query_scalar!("select tenant_id from access.tenant_regions where region_id = $1", region_id).fetch_optional(tx).await
}

pub(super) fn maker_name(maker: Maker<'_>) -> String {
    bounded(&maker.author.name, MOST_MAKER_CHARS)
}
