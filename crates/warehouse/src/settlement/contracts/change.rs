//! Changes of one contract by people: checked, recorded, and told to the worker in one transaction.

use domain::settlement::contract_check::{ContractFault, Facts, overlap};
use domain::settlement::contract_edit::Edit;
use domain::settlement::{Contract, ContractId};
use serde_json::json;
use sqlx::PgConnection;

use super::compare::{Wanted, judge};
use super::{ContractError, Held, Maker, Planned, held, many, named, write};
use crate::access::record::{self, Deed};
use crate::access::{AccessError, AccessPool};
use crate::settlement::changes::{self, Cause, Request, Whose};
use crate::settlement::statements::{lock_contracts, wait_a_little};

/// The number of a new contract, and what is unusual about it.
pub async fn add(
    pool: &AccessPool,
    maker: Maker<'_>,
    contract: Contract,
) -> Result<(ContractId, Vec<ContractFault>), ContractError> {
    let mut tx = pool.pool().begin().await?;
    write::lock(&mut tx).await?;
    let wanted = Wanted { line: 1, contract, keeps_exchanges: false };
    let mut compared = many::compared(&mut tx, maker, vec![wanted]).await?;
    if let Some(refused) = compared.refused.pop() {
        return Err(ContractError::Faults(refused.faults));
    }
    let standing = compared.changed.first().and_then(|one| one.before.as_ref());
    if let Some(held) = standing {
        return Err(ContractError::Faults(vec![ContractFault::Overlap { contract_id: held.contract.contract_id }]));
    }
    if compared.added.is_empty() {
        // the same one stands already
        return Err(AccessError::Conflict.into());
    }
    write::save(&mut tx, maker, &mut compared.added, &[]).await?;
    tx.commit().await?;
    let added = compared.added.pop().ok_or(AccessError::Conflict)?;
    Ok((added.after.contract_id, added.warnings))
}

/// One step; its warnings.
pub async fn edit(
    pool: &AccessPool,
    maker: Maker<'_>,
    contract_id: ContractId,
    version: i32,
    edit: &Edit,
) -> Result<Vec<ContractFault>, ContractError> {
    let mut tx = pool.pool().begin().await?;
    let held = hold(&mut tx, maker, contract_id, version).await?;
    let after = edit.apply(&held.contract).ok_or(AccessError::NotFound)?;
    let warnings = put(&mut tx, maker, held, after).await?;
    tx.commit().await?;
    Ok(warnings)
}

/// All of it, as a program sends it; customer and direction stay.
pub async fn replace(
    pool: &AccessPool,
    maker: Maker<'_>,
    version: i32,
    after: Contract,
) -> Result<Vec<ContractFault>, ContractError> {
    let mut tx = pool.pool().begin().await?;
    let held = hold(&mut tx, maker, after.contract_id, version).await?;
    let after = Contract { user_id: held.contract.user_id, direction: held.contract.direction, ..after };
    let warnings = put(&mut tx, maker, held, after).await?;
    tx.commit().await?;
    Ok(warnings)
}

/// Only while no statement of it stands; what was settled by day goes with it.
pub async fn remove(pool: &AccessPool, maker: Maker<'_>, contract_id: ContractId, version: i32) -> Result<(), ContractError> {
    let mut tx = pool.pool().begin().await?;
    // a run that is at this contract is seen through first
    wait_a_little(&mut tx).await?;
    lock_contracts(&mut tx, &[contract_id]).await?;
    let held = hold(&mut tx, maker, contract_id, version).await?;
    let has_statements = sqlx::query_scalar!(
        r#"select exists(select from settlement_statements where contract_id = $1 and status <> 'void') as "has!""#,
        contract_id
    )
    .fetch_one(&mut *tx)
    .await?;
    if has_statements {
        return Err(ContractError::HasStatements);
    }
    sqlx::query!(
        "update contracts set removed_at = now(), version = version + 1, changed_at = now(), changed_by = $2 where contract_id = $1",
        contract_id,
        write::maker_name(maker)
    )
    .execute(&mut *tx)
    .await?;
    if let Some(from) = held.contract.starts_on() {
        let cause_text = format!("{} removed", named(contract_id));
        let request = Request { cause: Cause::Contract, cause_text, whose: Whose::Contract(contract_id), from, to: None };
        changes::request(&mut tx, &request).await?;
    }
    let deed = Deed::new("contract.remove", "contract", contract_id).was(write::whole(&held.contract));
    let tenant_id = write::tenant_of(&mut tx, held.region_id).await?;
    record::write(&mut tx, maker.author, deed.of_tenant(tenant_id).becomes(json!({}))).await?;
    tx.commit().await?;
    Ok(())
}

/// The contract for this transaction, if it is the version that the author saw.
async fn hold(tx: &mut PgConnection, maker: Maker<'_>, contract_id: ContractId, version: i32) -> Result<Held, ContractError> {
    write::lock(tx).await?;
    let held = held::by_id(tx, contract_id).await?.ok_or(AccessError::NotFound)?;
    if !held::is_seen(&maker.granter.scope, held.region_id) {
        return Err(AccessError::NotFound.into());
    }
    if held.version != version {
        return Err(ContractError::Changed { version: held.version, by: held.changed_by, at: held.changed_at });
    }
    Ok(held)
}

async fn put(tx: &mut PgConnection, maker: Maker<'_>, held: Held, after: Contract) -> Result<Vec<ContractFault>, ContractError> {
    let user_id = held.contract.user_id;
    let customer = held::customers(tx, &[user_id], &maker.granter.scope).await?.remove(&user_id);
    let usage_type = customer.map_or_else(|| domain::UNKNOWN_USAGE.to_owned(), |customer| customer.usage_type);
    let plans = held::plans(tx, maker.granter.tenant_id).await?;
    let (mut faults, warnings) = judge(&after, Facts { usage_type: &usage_type, plans: &plans });
    let beside = held::of_users(tx, &[user_id]).await?.remove(&user_id).unwrap_or_default();
    let other = |other: &&Held| other.contract.contract_id != after.contract_id && overlap(&other.contract, &after);
    faults.extend(beside.iter().find(other).map(|held| ContractFault::Overlap { contract_id: held.contract.contract_id }));
    if !faults.is_empty() {
        return Err(ContractError::Faults(faults));
    }
    if held.contract != after {
        let planned = Planned { line: 1, before: Some(held), after, warnings: warnings.clone() };
        write::save(tx, maker, &mut [], &[planned]).await?;
    }
    Ok(warnings)
}
