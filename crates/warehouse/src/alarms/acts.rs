//! The transaction of what people do to alarms: nobody else changes one until it ends, and its last statement is the audit entry.

use std::collections::BTreeMap;

use domain::access::{AccountName, Scope, TenantId};
use domain::alarms::point::AlarmId;
use domain::alarms::{Event, Person, Point, RuleDefinition, RuleId, Transition};
use serde_json::{Value, json};
use sqlx::{PgConnection, Postgres, Transaction};

use super::StoredTransition;
use super::evaluation::{announce, hold, load_points, save};
use crate::WarehouseError;
use crate::access::record::{Deed, write};
use crate::access::{AccessError, AccessPool, Author, scope_of};

/// Alarms of one act; whoever wants more does it again.
pub const MOST_ALARMS: usize = 5_000;
/// More numbers than this do not stand in the name of the entry; all stand in its details.
const NAMED_ALARMS: usize = 5;

/// One act under way. Dropping it undoes everything.
#[derive(Debug)]
pub struct ActWork {
    tx: Transaction<'static, Postgres>,
    revision: i64,
}

/// Alarms as they are now, with the rules that judged them.
#[derive(Debug, Default)]
pub struct Held {
    pub points: Vec<Point>,
    definitions: BTreeMap<(RuleId, i32), RuleDefinition>,
}

impl Held {
    pub fn definition(&self, point: &Point) -> Option<&RuleDefinition> {
        self.definitions.get(&(point.key.rule_id, point.rule_version))
    }
}

/// What was done to an alarm last.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LastChange {
    pub by: Option<String>,
    pub event: Event,
    pub at_ms: i64,
}

/// Somebody who may be given an alarm.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assignee {
    pub person: Person,
    pub scope: Scope,
}

/// What the record says of an act, beside the alarms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ActRecord {
    /// Code of the act: `ack`, `shelve`, …
    pub code: &'static str,
    pub details: Vec<(&'static str, Value)>,
}

impl ActWork {
    /// Waits until nobody else changes alarms.
    pub async fn begin(pool: &AccessPool) -> Result<Self, WarehouseError> {
        let mut tx = pool.pool().begin().await?;
        let progress = hold(&mut tx).await?;
        Ok(Self { tx, revision: progress.revision + 1 })
    }

    /// For what else belongs into the same transaction.
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// The alarms that exist; whose they are is for the caller to judge.
    pub async fn load(&mut self, alarm_ids: &[AlarmId]) -> Result<Held, WarehouseError> {
        let points = load_points(&mut self.tx, alarm_ids).await?;
        let (rules, versions): (Vec<i64>, Vec<i32>) = points.iter().map(|point| (point.key.rule_id, point.rule_version)).unzip();
        let rows = sqlx::query!(
            r#"select v.rule_id, v.version, v.definition
                 from (select distinct * from unnest($1::bigint[], $2::int[]) u (rule_id, version)) wanted
                 join alarm_rule_versions v using (rule_id, version)"#,
            &rules,
            &versions
        )
        .fetch_all(&mut *self.tx)
        .await?;
        let mut definitions = BTreeMap::new();
        for row in rows {
            let definition = serde_json::from_value(row.definition).map_err(|error| {
                WarehouseError::BadValue(format!("version {} of alarm rule {}: {error}", row.version, row.rule_id))
            })?;
            definitions.insert((row.rule_id, row.version), definition);
        }
        Ok(Held { points, definitions })
    }

    /// The newest entry of each history: whoever comes second is told of it.
    pub async fn last_changes(&mut self, alarm_ids: &[AlarmId]) -> Result<BTreeMap<AlarmId, LastChange>, WarehouseError> {
        let rows = sqlx::query!(
            r#"select t.alarm_id, t.actor, t.event, t.at
                 from unnest($1::bigint[]) wanted (alarm_id)
                cross join lateral (select alarm_id, actor, event, at from alarm_transitions n
                                     where n.alarm_id = wanted.alarm_id order by transition_id desc limit 1) t"#,
            alarm_ids
        )
        .fetch_all(&mut *self.tx)
        .await?;
        let change = |row: String, by, at_ms| Event::from_code(&row).map(|event| LastChange { by, event, at_ms });
        Ok(rows
            .into_iter()
            .filter_map(|row| Some((row.alarm_id, change(row.event, row.actor, row.at.timestamp_millis())?)))
            .collect())
    }

    /// Somebody who sees alarms, by the name that he signs in with; people of a tenant find their own people only.
    pub async fn assignee(&mut self, name: &str, tenant_id: Option<TenantId>) -> Result<Option<Assignee>, WarehouseError> {
        let Ok(name) = AccountName::parse(name) else { return Ok(None) };
        let row = sqlx::query!(
            "select a.account_id, a.name, access.visible(a.tenant_id, a.all_regions, g.regions) as visible
               from access.accounts a
              cross join lateral (select array(select region_id from access.account_regions r
                                                where r.account_id = a.account_id) as regions) g
              where a.name_key = $1 and a.disabled_at is null and a.dispatch_level <> 'none'
                and ($2::int is null or a.tenant_id = $2)",
            name.key(),
            tenant_id
        )
        .fetch_optional(&mut *self.tx)
        .await?;
        Ok(row.map(|row| Assignee {
            person: Person { account_id: Some(row.account_id), name: row.name },
            scope: scope_of(row.visible),
        }))
    }

    pub async fn save(&mut self, points: &[Point], transitions: &[Transition]) -> Result<Vec<StoredTransition>, WarehouseError> {
        Ok(save(&mut self.tx, points, transitions, self.revision).await?.transitions)
    }

    /// Tells whoever listens, records the act and commits.
    pub async fn commit(mut self, author: &Author, points: &[Point], record: ActRecord) -> Result<(), WarehouseError> {
        announce(&mut self.tx, self.revision).await?;
        let tenant_id = self.owner(points).await?;
        let deed = deed(points, record).of_tenant(tenant_id);
        write(&mut self.tx, author, deed).await.map_err(|error| match error {
            AccessError::Database(error) => error.into(),
            other => WarehouseError::BadValue(other.to_string()),
        })?;
        self.tx.commit().await.map_err(WarehouseError::AnswerLost)
    }

    /// The tenant that all these regions belong to, if it is one: his people see the entry.
    async fn owner(&mut self, points: &[Point]) -> Result<Option<TenantId>, WarehouseError> {
        let regions: Vec<i32> = points.iter().map(|point| point.key.subject.region_id().unwrap_or(NO_REGION)).collect();
        let owners = sqlx::query_scalar!(
            r#"select distinct t.tenant_id as "tenant_id?" from unnest($1::int[]) wanted (region_id)
               left join access.tenant_regions t using (region_id) limit 2"#,
            &regions
        )
        .fetch_all(&mut *self.tx)
        .await?;
        Ok(if let [owner] = owners.as_slice() { *owner } else { None })
    }
}

/// Belongs to no tenant, as everything of the installation as a whole.
const NO_REGION: i32 = i32::MIN;

fn deed(points: &[Point], record: ActRecord) -> Deed {
    let ids: Vec<AlarmId> = points.iter().map(|point| point.alarm_id).collect();
    let mut named = ids.iter().take(NAMED_ALARMS).map(AlarmId::to_string).collect::<Vec<_>>().join(" ");
    if ids.len() > NAMED_ALARMS {
        named += &format!(" +{}", ids.len() - NAMED_ALARMS);
    }
    let mut after = json!({ "alarms": ids });
    for (name, value) in record.details {
        after[name] = value;
    }
    Deed::new(action(record.code), "alarm", named).becomes(after)
}

/// As the audit names it.
fn action(code: &str) -> &'static str {
    match code {
        "ack" => "alarm.ack",
        "reset" => "alarm.reset",
        "shelve" => "alarm.shelve",
        "unshelve" => "alarm.unshelve",
        "out_of_service" => "alarm.out_of_service",
        "in_service" => "alarm.in_service",
        "assign" => "alarm.assign",
        _ => "alarm.comment",
    }
}
