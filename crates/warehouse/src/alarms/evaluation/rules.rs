//! The rules in force, the calendar, the regions with their limits, and the rules that a new installation begins with.

use chrono::{DateTime, Utc};
use domain::alarms::inputs::RegionNode;
use domain::alarms::starter::StarterRule;
use domain::alarms::{Holidays, Rule, RuleDefinition};
use domain::{Day, RegionId};
use serde_json::Value;
use sqlx::PgConnection;

use super::Snapshot;
use crate::WarehouseError;
use crate::pg_types::{DayDate, Hundredths, Stamp};

/// Who made the rules that the product brings along.
const PRODUCT: &str = "Loadline";
/// A limit that nobody has set is so many percent of the highest quarter-hour load of the days before.
const LIMIT_PERCENT: i64 = 110;
const LIMIT_DAYS: i32 = 28;

/// How many regions there are, and when one of them was last written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RegionsMark {
    profiles: i64,
    newest: Option<DateTime<Utc>>,
    reporting: i64,
}

impl Snapshot {
    /// Enabled rules with their newest version. One whose definition is of another version of the program is left out.
    pub async fn rules_in_force(&mut self) -> Result<Vec<Rule>, WarehouseError> {
        let rows = sqlx::query!(
            r#"select r.rule_id, r.version, r.tenant_id, v.definition,
                      case when r.tenant_id is not null
                           then array(select t.region_id from access.tenant_regions t where t.tenant_id = r.tenant_id
                                       order by 1) end as "owned?: Vec<RegionId>"
                 from alarm_rules r join alarm_rule_versions v on v.rule_id = r.rule_id and v.version = r.version
                where r.is_enabled and r.removed_at is null
                order by r.rule_id"#
        )
        .fetch_all(self.conn())
        .await?;
        let mut rules = Vec::with_capacity(rows.len());
        for row in rows {
            match serde_json::from_value::<RuleDefinition>(row.definition) {
                Ok(definition) => rules.push(Rule {
                    rule_id: row.rule_id,
                    version: row.version,
                    tenant_id: row.tenant_id,
                    definition,
                    owned_regions: row.owned,
                }),
                Err(error) => tracing::error!(rule_id = row.rule_id, %error, "a rule cannot be read and is not evaluated"),
            }
        }
        Ok(rules)
    }

    pub async fn holidays(&mut self) -> Result<Holidays, WarehouseError> {
        let days = sqlx::query_scalar!(r#"select day as "day: DayDate" from alarm_holidays"#).fetch_all(self.conn()).await?;
        Ok(days.into_iter().map(|day| day.0).collect())
    }

    /// What tells cheaply whether [`Self::region_nodes`] may say something else than before.
    pub async fn regions_mark(&mut self, day: Day) -> Result<RegionsMark, WarehouseError> {
        let row = sqlx::query!(
            r#"select count(*) as "profiles!", max(etl_time) as newest,
                      (select count(distinct region_id) from dws_region_rollup where grain = 'year') as "reporting!"
                 from ods_region_profile where valid_from < $1"#,
            Stamp(day.end()) as _
        )
        .fetch_one(self.conn())
        .await?;
        Ok(RegionsMark { profiles: row.profiles, newest: row.newest, reporting: row.reporting })
    }

    /// Every region that has readings or stands in the profile, with its limit on that day of the data.
    pub async fn region_nodes(&mut self, day: Day) -> Result<Vec<RegionNode>, WarehouseError> {
        let rows = sqlx::query!(
            r#"with recursive profile as (
                   select distinct on (region_id) region_id, parent_id, limit_kw
                     from ods_region_profile where valid_from < $2
                    order by region_id, valid_from desc
               ), known as (
                   select distinct region_id from dws_region_rollup where grain = 'year'
                    union
                   select region_id from profile
               ), node as (
                   select k.region_id, p.parent_id, p.limit_kw from known k left join profile p using (region_id)
               ), below as (
                   -- pairs, so that a ring of parents comes to an end
                   select region_id as top, region_id from node where limit_kw is null
                    union
                   select b.top, n.region_id from below b join node n on n.parent_id = b.region_id
               ), quarter as (
                   select b.top, sum(r.total_consumption) as kwh
                     from below b
                     join dws_region_rollup r on r.region_id = b.region_id
                    where r.grain = '15min' and r.period_start >= $1 and r.period_start < $3
                    group by b.top, r.period_start
               ), highest as (
                   select top, max(kwh) as kwh from quarter group by top
               )
               select n.region_id as "region_id!", n.parent_id,
                      coalesce(round(n.limit_kw, 2), round(h.kwh * 4 * $4::bigint / 100, 2)) as "limit_kw: Hundredths"
                 from node n left join highest h on h.top = n.region_id and h.kwh > 0
                order by 1"#,
            Stamp(Day(day.0 - LIMIT_DAYS).start()) as _,
            Stamp(day.end()) as _,
            Stamp(day.start()) as _,
            LIMIT_PERCENT
        )
        .fetch_all(self.conn())
        .await?;
        let node = |region_id, parent_id, limit: Option<Hundredths>| RegionNode {
            region_id,
            parent_id,
            limit_kw: limit.map(|limit| limit.0),
        };
        Ok(rows.into_iter().map(|row| node(row.region_id, row.parent_id, row.limit_kw)).collect())
    }
}

/// Writes the rules that a new installation begins with, once. The caller holds the row of `alarm_progress`.
pub async fn write_starter_rules(conn: &mut PgConnection, rules: &[StarterRule]) -> Result<(), WarehouseError> {
    let codes: Vec<&str> = rules.iter().map(|rule| rule.code).collect();
    let enabled: Vec<bool> = rules.iter().map(|rule| rule.is_enabled).collect();
    let definitions = rules.iter().map(|rule| serde_json::to_value(&rule.definition));
    let definitions: Vec<Value> =
        definitions.collect::<Result<_, _>>().map_err(|error| WarehouseError::BadValue(format!("a starter rule: {error}")))?;
    sqlx::query!(
        "with begun as (
             update alarm_progress set has_starter_rules = true, rules_revision = rules_revision + 1
              where id = 1 and not has_starter_rules returning id
         ), made as (
             insert into alarm_rules (code, version, is_enabled)
             select s.code, 1, s.is_enabled
               from begun, unnest($1::text[], $2::boolean[]) with ordinality as s(code, is_enabled, place)
              order by s.place
             on conflict (code) do nothing
             returning rule_id, code
         )
         insert into alarm_rule_versions (rule_id, version, definition, made_by)
         select m.rule_id, 1, s.definition, $4
           from made m join unnest($1::text[], $3::jsonb[]) as s(code, definition) using (code)",
        &codes as _,
        &enabled,
        &definitions,
        PRODUCT
    )
    .execute(conn)
    .await?;
    Ok(())
}
