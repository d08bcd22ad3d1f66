//! Rules as pages and programs list them. A tenant's people see the tenant's rules, the operator sees all.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime};
use domain::access::{Scope, TenantId};
use domain::alarms::check::Facts;
use domain::alarms::{RuleDefinition, RuleId};
use sqlx::types::Json;

use super::{MOST_RULES, MOST_VERSIONS, RuleRow, VersionRow};
use crate::access::Granter;
use crate::read::{ReadError, ReadPool, regions};

/// Enabled ones first, then the worst, then by number; removed ones are not in it.
pub async fn list(pool: &ReadPool, tenant_id: Option<TenantId>) -> Result<Vec<RuleRow>, ReadError> {
    let mut rules = select(pool, tenant_id, None).await?;
    rules.retain(|rule| rule.removed_at.is_none());
    rules.sort_by_key(|rule| (!rule.is_enabled, rule.definition.severity, rule.rule_id));
    Ok(rules)
}

/// Also a removed one, because alarms of the past name it.
pub async fn one(pool: &ReadPool, tenant_id: Option<TenantId>, rule_id: RuleId) -> Result<Option<RuleRow>, ReadError> {
    Ok(select(pool, tenant_id, Some(rule_id)).await?.pop())
}

async fn select(pool: &ReadPool, tenant_id: Option<TenantId>, rule_id: Option<RuleId>) -> Result<Vec<RuleRow>, ReadError> {
    let rows = sqlx::query!(
        r#"select r.rule_id, r.tenant_id, r.code, r.version, r.is_enabled, r.removed_at, r.changed_at,
                  v.made_at, v.made_by, v.definition as "definition: Json<RuleDefinition>"
             from alarm_rules r join alarm_rule_versions v using (rule_id, version)
            where ($1::int is null or r.tenant_id = $1) and ($2::bigint is null or r.rule_id = $2)
              and ($2::bigint is not null or r.removed_at is null)
            order by r.rule_id limit $3"#,
        tenant_id,
        rule_id,
        MOST_RULES
    )
    .fetch_all(&pool.0)
    .await?;
    let rules = rows.into_iter().map(|row| RuleRow {
        rule_id: row.rule_id,
        tenant_id: row.tenant_id,
        code: row.code,
        version: row.version,
        is_enabled: row.is_enabled,
        removed_at: row.removed_at,
        changed_at: row.changed_at,
        made_at: row.made_at,
        made_by: row.made_by,
        definition: row.definition.0,
    });
    Ok(rules.collect())
}

/// Newest first. Whose rule it is has been asked with [`one`].
pub async fn versions(pool: &ReadPool, rule_id: RuleId) -> Result<Vec<VersionRow>, ReadError> {
    let rows = sqlx::query!(
        r#"select version, definition as "definition: Json<RuleDefinition>", made_at, made_by, note
             from alarm_rule_versions where rule_id = $1 order by version desc limit $2"#,
        rule_id,
        MOST_VERSIONS
    )
    .fetch_all(&pool.0)
    .await?;
    let versions = rows.into_iter().map(|row| VersionRow {
        version: row.version,
        definition: row.definition.0,
        made_at: row.made_at,
        made_by: row.made_by,
        note: row.note,
    });
    Ok(versions.collect())
}

/// Alarms on the desk or set aside, by rule, of the regions that the viewer sees.
pub async fn open_alarms(pool: &ReadPool) -> Result<BTreeMap<RuleId, i64>, ReadError> {
    let rows = sqlx::query!(
        r#"select rule_id, count(*) as "alarms!" from alarms where state <> 'NORM' group by rule_id order by rule_id"#
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(rows.into_iter().map(|row| (row.rule_id, row.alarms)).collect())
}

/// What a rule of this author is checked by. `pool` sees what he sees.
pub async fn facts(pool: &ReadPool, granter: &Granter, today: NaiveDate) -> Result<Facts, ReadError> {
    let now: NaiveDateTime = today.and_hms_opt(23, 59, 59).unwrap_or_default();
    let mut known: BTreeSet<_> = regions::tree(pool, now).await?.all_ids().into_iter().collect();
    let own = match &granter.scope {
        Scope::Whole => None,
        Scope::Regions(own) => Some(own.iter().copied().collect::<BTreeSet<_>>()),
    };
    known.extend(own.iter().flatten());
    let has_holidays =
        sqlx::query_scalar!(r#"select exists(select from alarm_holidays) as "exists!""#).fetch_one(&pool.0).await?;
    Ok(Facts { known_regions: known, own_regions: own, has_holidays, today, may_be_enabled: false })
}
