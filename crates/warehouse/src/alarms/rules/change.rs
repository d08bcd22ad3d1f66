//! Changes of rules: checked, with a new version, an audit entry and the word to the evaluation, in one transaction.

use std::collections::BTreeSet;

use domain::access::TenantId;
use domain::alarms::check::{Facts, check};
use domain::alarms::{RuleDefinition, RuleId};
use serde_json::{Map, Value, json};
use sqlx::types::Json;
use sqlx::{PgConnection, Postgres, Transaction};

use super::{MOST_RULES, Maker, RuleError, check_reach};
use crate::access::record::{Deed, write};
use crate::access::{AccessError, AccessPool, Author, bounded};

const MOST_MAKER_CHARS: usize = 128;
const MOST_NOTE_CHARS: usize = 500;

/// A rule as it is while it is being changed.
struct Held {
    tenant_id: Option<TenantId>,
    version: i32,
    is_enabled: bool,
    definition: RuleDefinition,
}

pub async fn add(
    pool: &AccessPool,
    maker: Maker<'_>,
    definition: &RuleDefinition,
    is_enabled: bool,
) -> Result<RuleId, RuleError> {
    let owner = maker.granter.tenant_id;
    let mut tx = pool.pool().begin().await?;
    check_faults(&mut tx, maker, definition, owner, is_enabled).await?;
    let rules = sqlx::query_scalar!(r#"select count(*) as "rules!" from alarm_rules where removed_at is null"#);
    if rules.fetch_one(&mut *tx).await? >= MOST_RULES {
        return Err(RuleError::TooMany);
    }
    let rule_id = sqlx::query_scalar!(
        "insert into alarm_rules (tenant_id, version, is_enabled) values ($1, 1, $2) returning rule_id",
        owner,
        is_enabled
    )
    .fetch_one(&mut *tx)
    .await?;
    insert_version(&mut tx, maker.author, rule_id, 1, definition).await?;
    let mut after = fields(definition);
    after.insert("enabled".to_owned(), is_enabled.into());
    finish(tx, maker.author, deed("rule.add", rule_id, owner).becomes(after.into())).await?;
    Ok(rule_id)
}

/// Adds a version; its number.
pub async fn change(
    pool: &AccessPool,
    maker: Maker<'_>,
    rule_id: RuleId,
    version: i32,
    definition: &RuleDefinition,
) -> Result<i32, RuleError> {
    let mut tx = pool.pool().begin().await?;
    let held = hold(&mut tx, maker, rule_id, version).await?;
    add_version(tx, maker, rule_id, &held, definition, None).await
}

/// Makes an older version the newest again; its new number.
pub async fn restore(pool: &AccessPool, maker: Maker<'_>, rule_id: RuleId, version: i32, older: i32) -> Result<i32, RuleError> {
    let mut tx = pool.pool().begin().await?;
    let held = hold(&mut tx, maker, rule_id, version).await?;
    let definition = sqlx::query_scalar!(
        r#"select definition as "definition: Json<RuleDefinition>" from alarm_rule_versions where rule_id = $1 and version = $2"#,
        rule_id,
        older
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(AccessError::NotFound)?;
    add_version(tx, maker, rule_id, &held, &definition.0, Some(older)).await
}

/// Only a rule whose record of rationalisation is complete is enabled.
pub async fn enable(pool: &AccessPool, maker: Maker<'_>, rule_id: RuleId, version: i32) -> Result<(), RuleError> {
    let mut tx = pool.pool().begin().await?;
    let held = hold(&mut tx, maker, rule_id, version).await?;
    check_faults(&mut tx, maker, &held.definition, held.tenant_id, true).await?;
    switch(tx, maker, rule_id, &held, true).await
}

pub async fn disable(pool: &AccessPool, maker: Maker<'_>, rule_id: RuleId, version: i32) -> Result<(), RuleError> {
    let mut tx = pool.pool().begin().await?;
    let held = hold(&mut tx, maker, rule_id, version).await?;
    switch(tx, maker, rule_id, &held, false).await
}

/// The rule is never evaluated again. It stays readable, because alarms of the past name it.
pub async fn remove(pool: &AccessPool, maker: Maker<'_>, rule_id: RuleId, version: i32) -> Result<(), RuleError> {
    let mut tx = pool.pool().begin().await?;
    let held = hold(&mut tx, maker, rule_id, version).await?;
    sqlx::query!("update alarm_rules set is_enabled = false, removed_at = now(), changed_at = now() where rule_id = $1", rule_id)
        .execute(&mut *tx)
        .await?;
    let deed = deed("rule.remove", rule_id, held.tenant_id).was(fields(&held.definition).into());
    finish(tx, maker.author, deed).await
}

/// Takes the rule for this transaction, if it is the version that the author saw. Alarms of it may be stored meanwhile: who
/// stores them holds the progress that the author waits for next.
async fn hold(tx: &mut PgConnection, maker: Maker<'_>, rule_id: RuleId, version: i32) -> Result<Held, RuleError> {
    // by itself: a joined version would be of before the wait
    sqlx::query!("select from alarm_rules where rule_id = $1 for no key update", rule_id).fetch_optional(&mut *tx).await?;
    let row = sqlx::query!(
        r#"select r.tenant_id, r.version, r.is_enabled, v.made_at, v.made_by, v.definition as "definition: Json<RuleDefinition>"
             from alarm_rules r join alarm_rule_versions v using (rule_id, version)
            where r.rule_id = $1 and r.removed_at is null"#,
        rule_id
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(AccessError::NotFound)?;
    check_reach(maker.granter, &row.definition, row.tenant_id)?;
    if row.version != version {
        return Err(RuleError::Changed { version: row.version, by: row.made_by, at: row.made_at });
    }
    let Json(definition) = row.definition;
    Ok(Held { tenant_id: row.tenant_id, version: row.version, is_enabled: row.is_enabled, definition })
}

async fn add_version(
    mut tx: Transaction<'_, Postgres>,
    maker: Maker<'_>,
    rule_id: RuleId,
    held: &Held,
    definition: &RuleDefinition,
    restored: Option<i32>,
) -> Result<i32, RuleError> {
    check_faults(&mut tx, maker, definition, held.tenant_id, held.is_enabled).await?;
    if *definition == held.definition {
        return Ok(held.version);
    }
    let version = held.version + 1;
    insert_version(&mut tx, maker.author, rule_id, version, definition).await?;
    sqlx::query!("update alarm_rules set version = $2, changed_at = now() where rule_id = $1", rule_id, version)
        .execute(&mut *tx)
        .await?;
    let (mut before, mut after) = differences(&held.definition, definition);
    before.insert("version".to_owned(), held.version.into());
    after.insert("version".to_owned(), version.into());
    if let Some(older) = restored {
        after.insert("restored".to_owned(), older.into());
    }
    let deed = deed("rule.change", rule_id, held.tenant_id).was(before.into()).becomes(after.into());
    finish(tx, maker.author, deed).await?;
    Ok(version)
}

async fn switch(
    mut tx: Transaction<'_, Postgres>,
    maker: Maker<'_>,
    rule_id: RuleId,
    held: &Held,
    is_enabled: bool,
) -> Result<(), RuleError> {
    if held.is_enabled == is_enabled {
        return Ok(());
    }
    sqlx::query!("update alarm_rules set is_enabled = $2, changed_at = now() where rule_id = $1", rule_id, is_enabled)
        .execute(&mut *tx)
        .await?;
    let action = if is_enabled { "rule.enable" } else { "rule.disable" };
    let after = json!({ "name": name(&held.definition), "version": held.version, "enabled": is_enabled });
    finish(tx, maker.author, deed(action, rule_id, held.tenant_id).becomes(after)).await
}

async fn insert_version(
    tx: &mut PgConnection,
    author: &Author,
    rule_id: RuleId,
    version: i32,
    definition: &RuleDefinition,
) -> Result<(), RuleError> {
    sqlx::query!(
        "insert into alarm_rule_versions (rule_id, version, definition, made_by, note) values ($1, $2, $3, $4, $5)",
        rule_id,
        version,
        Json(definition) as _,
        bounded(&author.name, MOST_MAKER_CHARS),
        author.reason.as_deref().map(|note| bounded(note, MOST_NOTE_CHARS)),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// A rule of a tenant is about that tenant's regions, whoever makes it.
async fn check_faults(
    tx: &mut PgConnection,
    maker: Maker<'_>,
    definition: &RuleDefinition,
    owner: Option<TenantId>,
    may_be_enabled: bool,
) -> Result<(), RuleError> {
    let mut facts = Facts { may_be_enabled, ..maker.facts.clone() };
    if owner.is_some() && maker.granter.tenant_id.is_none() {
        let owned = sqlx::query_scalar!("select region_id from access.tenant_regions where tenant_id = $1", owner);
        let owned: BTreeSet<_> = owned.fetch_all(tx).await?.into_iter().collect();
        facts.known_regions.extend(&owned);
        facts.own_regions = Some(owned);
    }
    let faults = check(definition, &facts);
    if !faults.is_empty() {
        return Err(RuleError::Faults(faults));
    }
    Ok(check_reach(maker.granter, definition, owner)?)
}

/// Writes the entry, tells the evaluation that the rules are others now, and commits.
async fn finish(mut tx: Transaction<'_, Postgres>, author: &Author, deed: Deed) -> Result<(), RuleError> {
    tell(&mut tx).await?;
    write(&mut tx, author, deed).await?;
    tx.commit().await?;
    Ok(())
}

/// Whoever changes what alarms are judged by says so; the row is held until the commit.
pub(crate) async fn tell(tx: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!(
        r#"with moved as (
               update alarm_progress set rules_revision = rules_revision + 1, revision = revision + 1 where id = 1
               returning revision
           )
           select pg_notify('loadline_alarms', revision::text) from moved"#
    )
    .fetch_one(tx)
    .await?;
    Ok(())
}

fn deed(action: &'static str, rule_id: RuleId, owner: Option<TenantId>) -> Deed {
    Deed::new(action, "rule", rule_id).of_tenant(owner)
}

fn name(definition: &RuleDefinition) -> &str {
    if definition.name_zh.trim().is_empty() { &definition.name_en } else { &definition.name_zh }
}

fn fields(definition: &RuleDefinition) -> Map<String, Value> {
    match serde_json::to_value(definition) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// What was and what is now, of the fields that differ.
fn differences(before: &RuleDefinition, after: &RuleDefinition) -> (Map<String, Value>, Map<String, Value>) {
    let (before, after) = (fields(before), fields(after));
    let of = |own: &Map<String, Value>, other: &Map<String, Value>| {
        let differing = own.iter().filter(|(name, value)| other.get(*name) != Some(value));
        differing.map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    (of(&before, &after), of(&after, &before))
}
