//! Changes of tariffs: checked, with a new version, an audit entry and the word to settlement, in one transaction.

use chrono::{DateTime, Utc};
use domain::Day;
use domain::access::TenantId;
use domain::settlement::check::{check, is_sound};
use domain::settlement::validity::{Validity, replaced_by};
use domain::settlement::{PlanFault, TariffPlan};
use serde_json::{Map, Value, json};
use sqlx::types::Json;
use sqlx::{PgConnection, Postgres, Transaction};

use super::{Keeper, MOST_PLANS, MOST_VERSIONS, TariffError, check_reach};
use crate::access::record::{Deed, write};
use crate::access::{AccessError, AccessPool, Author, bounded};
use crate::pg_types::DayDate;
use crate::settlement::book;
use crate::settlement::changes::{Cause, Request, Whose, request};

const MOST_MAKER_CHARS: usize = 128;
const MOST_NOTE_CHARS: usize = 500;

/// A plan as it is while it is being changed.
pub(in crate::settlement) struct Held {
    pub plan_id: i64,
    pub tenant_id: Option<TenantId>,
    pub code: String,
    pub version: i32,
    pub removed_at: Option<DateTime<Utc>>,
    /// Of versions that are not withdrawn.
    live: Vec<Validity>,
}

/// Makes a plan with its first version. A removed plan of this code comes back with a new version.
pub async fn add(pool: &AccessPool, keeper: Keeper<'_>, plan: &TariffPlan) -> Result<i32, TariffError> {
    let mut tx = pool.pool().begin().await?;
    let version = add_in(&mut tx, keeper, plan).await?;
    tx.commit().await?;
    Ok(version)
}

pub(in crate::settlement) async fn add_in(
    tx: &mut PgConnection,
    keeper: Keeper<'_>,
    plan: &TariffPlan,
) -> Result<i32, TariffError> {
    let owner = keeper.granter.tenant_id;
    check_reach(keeper.granter, owner)?;
    check_faults(tx, plan).await?;
    let plans = sqlx::query_scalar!(r#"select count(*) as "plans!" from tariff_plans where removed_at is null"#);
    if plans.fetch_one(&mut *tx).await? >= MOST_PLANS {
        return Err(TariffError::TooMany);
    }
    let version = match hold(tx, &plan.code).await? {
        Some(held) if held.removed_at.is_none() || held.tenant_id != owner => return Err(AccessError::NameTaken.into()),
        Some(held) => {
            let version = held.version + 1;
            sqlx::query!("update tariff_plans set removed_at = null, version = $2 where plan_id = $1", held.plan_id, version)
                .execute(&mut *tx)
                .await?;
            insert_version(tx, keeper.author, held.plan_id, version, plan, &[]).await?;
            version
        }
        None => {
            let plan_id = sqlx::query_scalar!(
                "insert into tariff_plans (tenant_id, code, version) values ($1, $2, 1) on conflict (code) do nothing returning plan_id",
                owner,
                plan.code
            )
            .fetch_optional(&mut *tx)
            .await?
            .ok_or(AccessError::NameTaken)?;
            insert_version(tx, keeper.author, plan_id, 1, plan, &[]).await?;
            1
        }
    };
    let mut after = fields(plan);
    after.insert("version".to_owned(), version.into());
    say(tx, &plan.code, version, plan.valid_from, plan.valid_until).await?;
    write(tx, keeper.author, deed("tariff.add", &plan.code, owner).becomes(after.into())).await?;
    Ok(version)
}

/// Adds a version; its number. `seen` is the newest version that the author saw; `replaces` names the versions that are in force
/// on days of the new one.
pub async fn add_version(
    pool: &AccessPool,
    keeper: Keeper<'_>,
    code: &str,
    seen: i32,
    plan: &TariffPlan,
    replaces: &[i32],
) -> Result<i32, TariffError> {
    let mut tx = pool.pool().begin().await?;
    let held = held(&mut tx, keeper, code, Some(seen)).await?;
    let version = add_version_in(&mut tx, keeper, &held, plan, replaces).await?;
    tx.commit().await?;
    Ok(version)
}

pub(in crate::settlement) async fn add_version_in(
    tx: &mut PgConnection,
    keeper: Keeper<'_>,
    held: &Held,
    plan: &TariffPlan,
    replaces: &[i32],
) -> Result<i32, TariffError> {
    if plan.code != held.code {
        return Err(TariffError::OtherCode(plan.code.clone()));
    }
    check_faults(tx, plan).await?;
    if i64::from(held.version) >= MOST_VERSIONS {
        return Err(TariffError::TooMany);
    }
    let version = held.version + 1;
    let new = Validity { version, from: plan.valid_from, until: plan.valid_until };
    let is_live = |number: &i32| held.live.iter().any(|live| live.version == *number);
    if let Some(unknown) = replaces.iter().find(|number| !is_live(number)) {
        return Err(TariffError::NothingToReplace(*unknown));
    }
    let unnamed: Vec<i32> = replaced_by(&new, &held.live).into_iter().filter(|number| !replaces.contains(number)).collect();
    if !unnamed.is_empty() {
        return Err(TariffError::Overlaps(held.live.iter().filter(|live| unnamed.contains(&live.version)).copied().collect()));
    }
    insert_version(tx, keeper.author, held.plan_id, version, plan, replaces).await?;
    sqlx::query!("update tariff_plans set version = $2 where plan_id = $1", held.plan_id, version).execute(&mut *tx).await?;
    say(tx, &held.code, version, plan.valid_from, plan.valid_until).await?;
    let mut after = fields(plan);
    after.insert("version".to_owned(), version.into());
    after.insert("replaces".to_owned(), json!(replaces));
    let deed = deed("tariff.change", &held.code, held.tenant_id).was(json!({ "version": held.version })).becomes(after.into());
    write(tx, keeper.author, deed).await?;
    Ok(version)
}

/// The version is never in force again; what it replaced is, on its days.
pub async fn withdraw(pool: &AccessPool, keeper: Keeper<'_>, code: &str, seen: i32, version: i32) -> Result<(), TariffError> {
    let mut tx = pool.pool().begin().await?;
    let held = held(&mut tx, keeper, code, Some(seen)).await?;
    let Some(live) = held.live.iter().find(|live| live.version == version) else {
        let is_there = (1..=held.version).contains(&version);
        return Err(if is_there { TariffError::Withdrawn } else { AccessError::NotFound.into() });
    };
    sqlx::query!("update tariff_versions set withdrawn_at = now() where plan_id = $1 and version = $2", held.plan_id, version)
        .execute(&mut *tx)
        .await?;
    say(&mut tx, code, version, live.from, live.until).await?;
    let deed = deed("tariff.withdraw", code, held.tenant_id).was(json!({ "version": version }));
    finish(tx, keeper.author, deed).await
}

/// Nobody can choose the plan any more. Refused while a contract names it in any of its terms.
pub async fn remove(pool: &AccessPool, keeper: Keeper<'_>, code: &str, seen: i32) -> Result<(), TariffError> {
    let mut tx = pool.pool().begin().await?;
    // a contract that takes the plan at this moment keeps its row: it is counted below, or finds the plan removed
    sqlx::query!("select plan_id from tariff_plans where code = $1 for update", code).fetch_optional(&mut *tx).await?;
    let held = held(&mut tx, keeper, code, Some(seen)).await?;
    let contracts = sqlx::query_scalar!(
        r#"select count(distinct c.contract_id) as "contracts!" from contract_terms t join contracts c using (contract_id)
            where t.tariff_code = $1 and c.removed_at is null"#,
        code
    )
    .fetch_one(&mut *tx)
    .await?;
    if contracts > 0 {
        return Err(TariffError::InUse { contracts });
    }
    sqlx::query!("update tariff_plans set removed_at = now() where plan_id = $1", held.plan_id).execute(&mut *tx).await?;
    sqlx::query!("update tariff_versions set withdrawn_at = now() where plan_id = $1 and withdrawn_at is null", held.plan_id)
        .execute(&mut *tx)
        .await?;
    crate::settlement::changes::announce_rules(&mut tx).await?;
    finish(tx, keeper.author, deed("tariff.remove", code, held.tenant_id).was(json!({ "version": held.version }))).await
}

/// Takes a plan for this transaction, if the author may change it and saw its newest version.
pub(in crate::settlement) async fn held(
    tx: &mut PgConnection,
    keeper: Keeper<'_>,
    code: &str,
    seen: Option<i32>,
) -> Result<Held, TariffError> {
    let found = hold(tx, code).await?.filter(|held| held.removed_at.is_none()).ok_or(AccessError::NotFound)?;
    check_reach(keeper.granter, found.tenant_id)?;
    if seen.is_none_or(|seen| seen == found.version) {
        return Ok(found);
    }
    let newest = sqlx::query!(
        "select made_by, made_at from tariff_versions where plan_id = $1 and version = $2",
        found.plan_id,
        found.version
    )
    .fetch_one(tx)
    .await?;
    Err(TariffError::Changed { version: found.version, by: newest.made_by, at: newest.made_at })
}

pub(in crate::settlement) async fn hold(tx: &mut PgConnection, code: &str) -> Result<Option<Held>, sqlx::Error> {
    let row =
        sqlx::query!("select plan_id, tenant_id, version, removed_at from tariff_plans where code = $1 for no key update", code)
            .fetch_optional(&mut *tx)
            .await?;
    let Some(row) = row else { return Ok(None) };
    let live = sqlx::query!(
        r#"select version, valid_from as "valid_from: DayDate", valid_until as "valid_until: DayDate"
             from tariff_versions where plan_id = $1 and withdrawn_at is null order by version"#,
        row.plan_id
    )
    .fetch_all(tx)
    .await?;
    let live = live.into_iter().map(|live| Validity {
        version: live.version,
        from: live.valid_from.0,
        until: live.valid_until.map(|day| day.0),
    });
    Ok(Some(Held {
        plan_id: row.plan_id,
        tenant_id: row.tenant_id,
        code: code.to_owned(),
        version: row.version,
        removed_at: row.removed_at,
        live: live.collect(),
    }))
}

async fn insert_version(
    tx: &mut PgConnection,
    author: &Author,
    plan_id: i64,
    version: i32,
    plan: &TariffPlan,
    replaces: &[i32],
) -> Result<(), TariffError> {
    sqlx::query!(
        "insert into tariff_versions (plan_id, version, valid_from, valid_until, definition, replaces, made_by, note)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        plan_id,
        version,
        DayDate(plan.valid_from) as _,
        plan.valid_until.map(DayDate) as _,
        Json(plan) as _,
        replaces,
        bounded(&author.name, MOST_MAKER_CHARS),
        author.reason.as_deref().map(|note| bounded(note, MOST_NOTE_CHARS)),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Hints do not stand in the way.
async fn check_faults(tx: &mut PgConnection, plan: &TariffPlan) -> Result<(), TariffError> {
    let days = book::calendar_days(tx).await?;
    let faults = check(plan, &days);
    if is_sound(&faults) {
        return Ok(());
    }
    Err(TariffError::Faults(faults.into_iter().filter(|fault| !PlanFault::is_hint(fault)).collect()))
}

/// Contracts of the plan are settled again for these days.
async fn say(tx: &mut PgConnection, code: &str, version: i32, from: Day, until: Option<Day>) -> Result<(), sqlx::Error> {
    let whose = Whose::Tariff(code.to_owned());
    request(
        tx,
        &Request {
            cause: Cause::Tariff,
            cause_text: format!("{code} v{version}"),
            whose,
            from,
            to: until.map(|until| Day(until.0 - 1)),
        },
    )
    .await
}

async fn finish(mut tx: Transaction<'_, Postgres>, author: &Author, deed: Deed) -> Result<(), TariffError> {
    write(&mut tx, author, deed).await?;
    tx.commit().await?;
    Ok(())
}

fn deed(action: &'static str, code: &str, owner: Option<TenantId>) -> Deed {
    Deed::new(action, "tariff", code).of_tenant(owner)
}

fn fields(plan: &TariffPlan) -> Map<String, Value> {
    match serde_json::to_value(plan) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}
