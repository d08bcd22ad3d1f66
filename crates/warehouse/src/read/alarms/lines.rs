//! Alarms by their numbers, with the names that belong to them and the rules that they are of.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use domain::alarms::point::AlarmId;
use domain::alarms::{Person, Point, PointKey, Quality, RuleDefinition, RuleId, Severity, State, Subject, Suppression};
use domain::{Fixed2, LocalMs, RegionId};
use serde::{Deserialize, Serialize};

use crate::read::{ReadError, ReadPool};

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct UserName {
    pub user_name: String,
    pub usage_type: String,
}

/// An alarm above, as far as the viewer may know it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suppressor {
    pub alarm_id: AlarmId,
    pub subject: Subject,
    pub rule_id: RuleId,
    pub rule_version: i32,
    pub region_name: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    pub point: Point,
    /// The value of `alarm_progress.revision` when it last changed.
    pub revision: i64,
    /// Empty for what is of no region or of one without a name.
    pub region_name: String,
    /// Of a customer's alarm; none for one that the source does not know.
    pub user: Option<UserName>,
    /// Why it is suppressed, when that is an alarm that the viewer sees.
    pub suppressor: Option<Suppressor>,
}

/// Rules as they were when the alarms were judged, by number and version.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rules(pub BTreeMap<(RuleId, i32), RuleDefinition>);

impl Rules {
    pub fn of(&self, line: &Line) -> Option<&RuleDefinition> {
        self.get(line.point.key.rule_id, line.point.rule_version)
    }

    pub fn get(&self, rule_id: RuleId, version: i32) -> Option<&RuleDefinition> {
        self.0.get(&(rule_id, version))
    }
}

struct Row {
    alarm_id: i64,
    rule_id: i64,
    rule_version: i32,
    subject_kind: String,
    subject_id: i64,
    region_id: Option<RegionId>,
    severity: i16,
    state: String,
    state_since: DateTime<Utc>,
    quality: String,
    holds: i32,
    true_since: Option<NaiveDateTime>,
    true_count: i32,
    false_since: Option<NaiveDateTime>,
    is_active: bool,
    is_retrospective: bool,
    is_acknowledged: bool,
    occurrence: i64,
    started_at: Option<NaiveDateTime>,
    returned_at: Option<NaiveDateTime>,
    value_hundredths: Option<i64>,
    threshold_hundredths: Option<i64>,
    value_at: Option<NaiveDateTime>,
    annunciated_at: Option<DateTime<Utc>>,
    acknowledged_at: Option<DateTime<Utc>>,
    acknowledged_by: Option<String>,
    acknowledged_by_id: Option<i64>,
    assignee: Option<String>,
    assignee_id: Option<i64>,
    shelved_until: Option<DateTime<Utc>>,
    reannunciate_at: Option<DateTime<Utc>>,
    set_aside_reason: Option<String>,
    set_aside_by: Option<String>,
    set_aside_by_id: Option<i64>,
    hidden_count: i32,
    review_on: Option<NaiveDate>,
    suppressed_by: Option<serde_json::Value>,
    version: i32,
    revision: i64,
    region_name: Option<String>,
    user_name: Option<String>,
    usage_type: Option<String>,
}

/// The alarms with these numbers that the viewer sees, in this order, and their rules.
pub async fn lines(pool: &ReadPool, alarm_ids: &[AlarmId]) -> Result<(Vec<Line>, Rules), ReadError> {
    if alarm_ids.is_empty() {
        return Ok(Default::default());
    }
    let rows = rows(pool, alarm_ids).await?;
    let mut lines: Vec<Line> = rows.into_iter().filter_map(Row::into_line).collect();
    add_suppressors(pool, &mut lines).await?;
    let rules = rules(pool, &lines).await?;
    Ok((lines, rules))
}

async fn rows(pool: &ReadPool, alarm_ids: &[AlarmId]) -> Result<Vec<Row>, ReadError> {
    Ok(sqlx::query_as!(
        Row,
        r#"select a.alarm_id, rule_id, rule_version, subject_kind, subject_id, a.region_id, severity, state, state_since, quality,
                  holds, true_since, true_count, false_since, is_active, is_retrospective, is_acknowledged, occurrence,
                  started_at, returned_at, (value * 100)::bigint as value_hundredths,
                  (threshold * 100)::bigint as threshold_hundredths, value_at, annunciated_at, acknowledged_at, acknowledged_by,
                  acknowledged_by_id, assignee, assignee_id, shelved_until, reannunciate_at, set_aside_reason, set_aside_by,
                  set_aside_by_id, hidden_count, review_on, suppressed_by, version, revision,
                  coalesce((select p.region_name from ods_region_profile p where p.region_id = a.region_id
                             order by valid_from desc limit 1),
                           (select r.region_name from dws_region_rollup r where r.region_id = a.region_id and r.grain = 'year'
                             order by r.period_start desc limit 1)) as region_name,
                  u.user_name as "user_name?", coalesce(u.usage_type, $2) as usage_type
             from unnest($1::bigint[]) with ordinality wanted (alarm_id, place)
             join alarms a on a.alarm_id = wanted.alarm_id
             left join ods_power_user u on a.subject_kind = 'user' and u.user_id = a.subject_id
            order by place"#,
        alarm_ids,
        domain::UNKNOWN_USAGE
    )
    .fetch_all(&pool.0)
    .await?)
}

impl Row {
    /// None for a row of a newer version that this program does not understand.
    fn into_line(self) -> Option<Line> {
        let subject = Subject::from_parts(&self.subject_kind, self.subject_id, self.region_id)?;
        let usage_type = self.usage_type.unwrap_or_default();
        let user = self.user_name.map(|user_name| UserName { user_name, usage_type });
        let person = |name: Option<String>, account_id| name.map(|name| Person { account_id, name });
        let local = |at: Option<NaiveDateTime>| at.map(LocalMs::from_naive);
        let utc_ms = |at: Option<DateTime<Utc>>| at.map(|at| at.timestamp_millis());
        let point = Point {
            alarm_id: self.alarm_id,
            key: PointKey { rule_id: self.rule_id, subject },
            rule_version: self.rule_version,
            severity: Severity::from_rank(self.severity)?,
            state: State::from_code(&self.state)?,
            state_since_ms: self.state_since.timestamp_millis(),
            quality: Quality::from_code(&self.quality)?,
            holds: u16::try_from(self.holds).unwrap_or_default(),
            true_since: local(self.true_since),
            true_count: u16::try_from(self.true_count).unwrap_or(u16::MAX),
            false_since: local(self.false_since),
            is_active: self.is_active,
            is_retrospective: self.is_retrospective,
            is_acknowledged: self.is_acknowledged,
            occurrence: self.occurrence,
            started_at: local(self.started_at),
            returned_at: local(self.returned_at),
            value: self.value_hundredths.map(Fixed2),
            threshold: self.threshold_hundredths.map(Fixed2),
            value_at: local(self.value_at),
            annunciated_ms: utc_ms(self.annunciated_at),
            acknowledged_ms: utc_ms(self.acknowledged_at),
            acknowledged_by: person(self.acknowledged_by, self.acknowledged_by_id),
            assignee: person(self.assignee, self.assignee_id),
            shelved_until_ms: utc_ms(self.shelved_until),
            reannunciate_ms: utc_ms(self.reannunciate_at),
            set_aside_reason: self.set_aside_reason,
            set_aside_by: person(self.set_aside_by, self.set_aside_by_id),
            hidden_count: self.hidden_count,
            review_on: self.review_on,
            suppressed_by: self.suppressed_by.and_then(|json| serde_json::from_value(json).ok()),
            version: self.version,
        };
        let region_name = self.region_name.unwrap_or_default();
        Some(Line { point, revision: self.revision, region_name, user, suppressor: None })
    }
}

/// The alarms that suppress these, as far as the viewer sees them.
async fn add_suppressors(pool: &ReadPool, lines: &mut [Line]) -> Result<(), ReadError> {
    let key_of = |line: &Line| match line.point.suppressed_by {
        Some(Suppression::Alarm(key)) => Some(key),
        _ => None,
    };
    let (mut rules, mut kinds, mut ids) = (Vec::new(), Vec::new(), Vec::new());
    for key in lines.iter().filter_map(key_of) {
        let (kind, id) = key.subject.parts();
        rules.push(key.rule_id);
        kinds.push(kind.to_owned());
        ids.push(id);
    }
    if rules.is_empty() {
        return Ok(());
    }
    let rows = sqlx::query!(
        r#"select distinct a.alarm_id, a.rule_id, a.rule_version, a.subject_kind, a.subject_id, a.region_id,
                  (select p.region_name from ods_region_profile p where p.region_id = a.region_id
                    order by valid_from desc limit 1) as region_name
             from unnest($1::bigint[], $2::text[], $3::bigint[]) k (rule_id, kind, id)
             join alarms a on a.rule_id = k.rule_id and a.subject_kind = k.kind and a.subject_id = k.id"#,
        &rules,
        &kinds,
        &ids
    )
    .fetch_all(&pool.0)
    .await?;
    let found = rows.into_iter().filter_map(|row| {
        let subject = Subject::from_parts(&row.subject_kind, row.subject_id, row.region_id)?;
        let region_name = row.region_name.unwrap_or_default();
        Some(Suppressor { alarm_id: row.alarm_id, subject, rule_id: row.rule_id, rule_version: row.rule_version, region_name })
    });
    let found: Vec<Suppressor> = found.collect();
    for line in lines {
        let Some(key) = key_of(line) else { continue };
        let same = |one: &&Suppressor| one.rule_id == key.rule_id && one.subject.parts() == key.subject.parts();
        line.suppressor = found.iter().find(same).cloned();
    }
    Ok(())
}

async fn rules(pool: &ReadPool, lines: &[Line]) -> Result<Rules, ReadError> {
    let own = lines.iter().map(|line| (line.point.key.rule_id, line.point.rule_version));
    let above = lines.iter().filter_map(|line| line.suppressor.as_ref()).map(|one| (one.rule_id, one.rule_version));
    let wanted: std::collections::BTreeSet<_> = own.chain(above).collect();
    let (ids, versions): (Vec<i64>, Vec<i32>) = wanted.into_iter().unzip();
    let rows = sqlx::query!(
        r#"select v.rule_id, v.version, v.definition
             from unnest($1::bigint[], $2::int[]) wanted (rule_id, version)
             join alarm_rule_versions v on v.rule_id = wanted.rule_id and v.version = wanted.version"#,
        &ids,
        &versions
    )
    .fetch_all(&pool.0)
    .await?;
    let known =
        rows.into_iter().filter_map(|row| Some(((row.rule_id, row.version), serde_json::from_value(row.definition).ok()?)));
    Ok(Rules(known.collect()))
}
