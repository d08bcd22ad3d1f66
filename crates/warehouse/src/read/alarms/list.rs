//! The desk's list and the lists of what is set aside, page by page.

use std::collections::BTreeSet;

use domain::RegionId;
use domain::alarms::point::AlarmId;
use domain::alarms::{Quality, RuleId, Severity, State};
use serde::{Deserialize, Serialize};

use super::lines::{Line, Rules, lines};
use crate::read::search::escape_like;
use crate::read::{ReadError, ReadPool};

/// Most lines of one page, whoever asks.
pub const MOST_LINES: i64 = 500;
/// Most rules and people that a filter offers.
const MOST_CHOICES: i64 = 200;

#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub enum AssigneeFilter {
    #[default]
    Anybody,
    Nobody,
    /// By the name in the record.
    Named(String),
}

/// Empty sets and none let everything through.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Filter {
    pub severities: BTreeSet<Severity>,
    /// Empty: all that are open.
    pub states: BTreeSet<State>,
    /// Regions with all below them (`Tree::members`); what is of no region is then left out.
    pub regions: Option<Vec<RegionId>>,
    pub rule_id: Option<RuleId>,
    pub assignee: AssigneeFilter,
    /// In the name of rule, region or assignee, or the number of the customer or alarm.
    pub text: Option<String>,
    pub quality: Option<Quality>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Order {
    /// Worst first; in one severity the unacknowledged first; then the newest.
    #[default]
    WorstFirst,
    NewestFirst,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Page {
    /// Of all pages.
    pub total: i64,
    pub lines: Vec<Line>,
    pub rules: Rules,
}

struct Selected {
    total: i64,
    alarm_ids: Vec<AlarmId>,
}

pub async fn list(pool: &ReadPool, filter: &Filter, order: Order, offset: i64, limit: i64) -> Result<Page, ReadError> {
    let is_open = |state: &State| state.is_open();
    let states = if filter.states.is_empty() { State::ALL.into_iter().filter(is_open).collect() } else { filter.states.clone() };
    let limit = limit.clamp(0, MOST_LINES);
    let selected = select(pool, filter, &states, order, offset.max(0), limit).await?;
    let (lines, rules) = lines(pool, &selected.alarm_ids).await?;
    Ok(Page { total: selected.total, lines, rules })
}

async fn select(
    pool: &ReadPool,
    filter: &Filter,
    states: &BTreeSet<State>,
    order: Order,
    offset: i64,
    limit: i64,
) -> Result<Selected, ReadError> {
    let severities: Vec<i16> = filter.severities.iter().map(|severity| severity.rank()).collect();
    let states: Vec<String> = states.iter().map(|state| state.code().to_owned()).collect();
    let (is_nobodys, assignee) = match &filter.assignee {
        AssigneeFilter::Anybody => (false, None),
        AssigneeFilter::Nobody => (true, None),
        AssigneeFilter::Named(name) => (false, Some(name.as_str())),
    };
    let text = filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let pattern = text.map(|text| format!("%{}%", escape_like(text)));
    let number = text.and_then(|text| text.parse::<i64>().ok());
    let by_severity = order == Order::WorstFirst;
    Ok(sqlx::query_as!(
        Selected,
        r#"with found as materialized (
               select alarm_id, severity, state in ('ACKED', 'LTACK') as is_acknowledged, annunciated_at, state_since
                 from alarms a
                where state = any($1) and (cardinality($2::smallint[]) = 0 or severity = any($2))
                  and ($3::int[] is null or region_id = any($3)) and ($4::bigint is null or rule_id = $4)
                  and (not $5::boolean or assignee is null) and ($6::text is null or assignee = $6)
                  and ($7::text is null or quality = $7)
                  and ($8::text is null or assignee ilike $8 or (subject_kind = 'user' and subject_id = $9) or alarm_id = $9
                       or rule_id in (select r.rule_id from alarm_rules r
                                        join alarm_rule_versions v on v.rule_id = r.rule_id and v.version = r.version
                                       where v.definition ->> 'name_zh' ilike $8 or v.definition ->> 'name_en' ilike $8)
                       or region_id in (select p.region_id from ods_region_profile p where p.region_name ilike $8
                                         union all
                                        select d.region_id from dws_region_rollup d where d.grain = 'year' and d.region_name ilike $8))
           ), page as (
               select * from found
                order by case when $12 then severity end, case when $12 then is_acknowledged end,
                         coalesce(annunciated_at, state_since) desc, alarm_id desc
                limit $10 offset $11
           )
           select (select count(*) from found) as "total!",
                  array(select alarm_id from page
                         order by case when $12 then severity end, case when $12 then is_acknowledged end,
                                  coalesce(annunciated_at, state_since) desc, alarm_id desc) as "alarm_ids!""#,
        &states,
        &severities,
        filter.regions.as_deref(),
        filter.rule_id,
        is_nobodys,
        assignee,
        filter.quality.map(Quality::code),
        pattern,
        number,
        limit,
        offset,
        by_severity
    )
    .fetch_one(&pool.0)
    .await?)
}

/// What is set aside in one way.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum SetAside {
    /// Those that come back soonest first.
    Shelved,
    Suppressed,
    /// Those that have to be looked at soonest first.
    OutOfService,
}

impl SetAside {
    pub const ALL: [Self; 3] = [Self::Shelved, Self::Suppressed, Self::OutOfService];

    pub fn state(self) -> State {
        match self {
            Self::Shelved => State::Shlvd,
            Self::Suppressed => State::Dsupr,
            Self::OutOfService => State::Oosrv,
        }
    }
}

pub async fn set_aside(
    pool: &ReadPool,
    which: SetAside,
    regions: Option<&[RegionId]>,
    offset: i64,
    limit: i64,
) -> Result<Page, ReadError> {
    let selected = sqlx::query_as!(
        Selected,
        r#"with found as materialized (
               select alarm_id, shelved_until, review_on, severity, state_since
                 from alarms where state = $1 and ($2::int[] is null or region_id = any($2))
           )
           select (select count(*) from found) as "total!",
                  array(select alarm_id from found
                         order by shelved_until, review_on, severity, state_since desc, alarm_id limit $3 offset $4) as "alarm_ids!""#,
        which.state().code(),
        regions,
        limit.clamp(0, MOST_LINES),
        offset.max(0)
    )
    .fetch_one(&pool.0)
    .await?;
    let (lines, rules) = lines(pool, &selected.alarm_ids).await?;
    Ok(Page { total: selected.total, lines, rules })
}

/// What a filter of the desk may offer: rules and people of alarms that the viewer sees.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Choices {
    /// With the names in Chinese and English.
    pub rules: Vec<(RuleId, String, String)>,
    pub assignees: Vec<String>,
}

pub async fn choices(pool: &ReadPool) -> Result<Choices, ReadError> {
    let rules = sqlx::query!(
        r#"select r.rule_id, coalesce(v.definition ->> 'name_zh', '') as "name_zh!", coalesce(v.definition ->> 'name_en', '') as "name_en!"
             from (select distinct rule_id from alarms where state <> 'NORM') seen
             join alarm_rules r using (rule_id)
             join alarm_rule_versions v on v.rule_id = r.rule_id and v.version = r.version
            order by r.rule_id limit $1"#,
        MOST_CHOICES
    )
    .fetch_all(&pool.0)
    .await?;
    let assignees = sqlx::query_scalar!(
        r#"select distinct assignee as "assignee!" from alarms
            where state <> 'NORM' and assignee is not null order by 1 limit $1"#,
        MOST_CHOICES
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(Choices { rules: rules.into_iter().map(|row| (row.rule_id, row.name_zh, row.name_en)).collect(), assignees })
}
