//! Saving what a step or an act changed: alarms and their history, each in one statement.

use std::collections::BTreeMap;

use domain::alarms::point::AlarmId;
use domain::alarms::{Point, PointKey, Transition};
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::points::{row, utc};
use crate::WarehouseError;
use crate::alarms::StoredTransition;

/// What was saved, with the numbers that new alarms were given.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Saved {
    pub transitions: Vec<StoredTransition>,
    /// Of every saved point.
    pub alarm_ids: Vec<(PointKey, AlarmId)>,
}

/// Writes points in their final form and the transitions in their order. Every transition's alarm is among the points or
/// stored already. `revision` is what `announce` will be told.
pub async fn save(
    conn: &mut PgConnection,
    points: &[Point],
    transitions: &[Transition],
    revision: i64,
) -> Result<Saved, WarehouseError> {
    let ids = save_points(conn, points, revision).await?;
    let mut alarm_ids = Vec::with_capacity(points.len());
    for point in points {
        let id = ids.get(&identity(point.key)).copied();
        alarm_ids.push((point.key, id.ok_or_else(|| lost(point.key))?));
    }
    let known = resolve(conn, ids, transitions).await?;
    let mut rows = Vec::with_capacity(transitions.len());
    let mut stored = Vec::with_capacity(transitions.len());
    for transition in transitions {
        let alarm_id = known.get(&identity(transition.key)).copied().ok_or_else(|| lost(transition.key))?;
        rows.push(transition_row(transition, alarm_id, revision));
        let region_id = transition.key.subject.region_id();
        stored.push(StoredTransition { transition_id: 0, alarm_id, region_id, transition: transition.clone() });
    }
    for (stored, id) in stored.iter_mut().zip(save_transitions(conn, rows).await?) {
        stored.transition_id = id;
    }
    Ok(Saved { transitions: stored, alarm_ids })
}

/// What tells alarms apart in the table: a user keeps his alarm when he moves to another region.
type Identity = (i64, &'static str, i64);

fn identity(key: PointKey) -> Identity {
    let (kind, id) = key.subject.parts();
    (key.rule_id, kind, id)
}

fn lost(key: PointKey) -> WarehouseError {
    WarehouseError::BadValue(format!("the alarm of rule {} at {:?} was not stored", key.rule_id, key.subject))
}

async fn save_points(
    conn: &mut PgConnection,
    points: &[Point],
    revision: i64,
) -> Result<BTreeMap<Identity, AlarmId>, WarehouseError> {
    // one row per identity: the last word counts
    let latest: BTreeMap<Identity, &Point> = points.iter().map(|point| (identity(point.key), point)).collect();
    if latest.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<Value> = latest.values().map(|point| row(point, revision)).collect();
    let ids = sqlx::query!(
        r#"insert into alarms (rule_id, rule_version, subject_kind, subject_id, region_id, severity, state, state_since, quality,
                  holds, true_since, true_count, false_since, is_active, is_retrospective, is_acknowledged, occurrence,
                  started_at, returned_at, value, threshold, value_at, annunciated_at, acknowledged_at, acknowledged_by,
                  acknowledged_by_id, assignee, assignee_id, shelved_until, reannunciate_at, set_aside_reason, set_aside_by,
                  set_aside_by_id, hidden_count, review_on, suppressed_by, version, revision)
           select rule_id, rule_version, subject_kind, subject_id, region_id, severity, state, state_since, quality,
                  holds, true_since, true_count, false_since, is_active, is_retrospective, is_acknowledged, occurrence,
                  started_at, returned_at, value, threshold, value_at, annunciated_at, acknowledged_at, acknowledged_by,
                  acknowledged_by_id, assignee, assignee_id, shelved_until, reannunciate_at, set_aside_reason, set_aside_by,
                  set_aside_by_id, hidden_count, review_on, suppressed_by, version, revision
             from jsonb_populate_recordset(null::alarms, $1)
            order by rule_id, subject_kind, subject_id
           on conflict (rule_id, subject_kind, subject_id) do update
              set (rule_version, region_id, severity, state, state_since, quality, holds, true_since, true_count, false_since,
                   is_active, is_retrospective, is_acknowledged, occurrence, started_at, returned_at, value, threshold,
                   value_at, annunciated_at, acknowledged_at, acknowledged_by, acknowledged_by_id, assignee, assignee_id,
                   shelved_until, reannunciate_at, set_aside_reason, set_aside_by, set_aside_by_id, hidden_count, review_on,
                   suppressed_by, version, revision)
                = (excluded.rule_version, excluded.region_id, excluded.severity, excluded.state, excluded.state_since,
                   excluded.quality, excluded.holds, excluded.true_since, excluded.true_count, excluded.false_since,
                   excluded.is_active, excluded.is_retrospective, excluded.is_acknowledged, excluded.occurrence,
                   excluded.started_at, excluded.returned_at, excluded.value, excluded.threshold, excluded.value_at,
                   excluded.annunciated_at, excluded.acknowledged_at, excluded.acknowledged_by, excluded.acknowledged_by_id,
                   excluded.assignee, excluded.assignee_id, excluded.shelved_until, excluded.reannunciate_at,
                   excluded.set_aside_reason, excluded.set_aside_by, excluded.set_aside_by_id, excluded.hidden_count,
                   excluded.review_on, excluded.suppressed_by, excluded.version, excluded.revision)
           returning alarm_id, rule_id, subject_kind, subject_id"#,
        Value::Array(rows)
    )
    .fetch_all(conn)
    .await?;
    let ids: BTreeMap<(i64, String, i64), AlarmId> =
        ids.into_iter().map(|row| ((row.rule_id, row.subject_kind, row.subject_id), row.alarm_id)).collect();
    let id = |key: Identity| ids.get(&(key.0, key.1.to_owned(), key.2)).map(|id| (key, *id));
    Ok(latest.into_keys().filter_map(id).collect())
}

/// Numbers of alarms that have a transition and are not among the saved points.
async fn resolve(
    conn: &mut PgConnection,
    mut known: BTreeMap<Identity, AlarmId>,
    transitions: &[Transition],
) -> Result<BTreeMap<Identity, AlarmId>, WarehouseError> {
    let unknown: Vec<Identity> =
        transitions.iter().map(|transition| identity(transition.key)).filter(|key| !known.contains_key(key)).collect();
    if unknown.is_empty() {
        return Ok(known);
    }
    let rules: Vec<i64> = unknown.iter().map(|key| key.0).collect();
    let kinds: Vec<&str> = unknown.iter().map(|key| key.1).collect();
    let subjects: Vec<i64> = unknown.iter().map(|key| key.2).collect();
    let found = sqlx::query!(
        r#"select k.place as "place!", a.alarm_id
             from unnest($1::bigint[], $2::text[], $3::bigint[]) with ordinality as k(rule_id, kind, subject_id, place)
             join alarms a on a.rule_id = k.rule_id and a.subject_kind = k.kind and a.subject_id = k.subject_id"#,
        &rules,
        &kinds as _,
        &subjects
    )
    .fetch_all(conn)
    .await?;
    for row in found {
        if let Some(key) = usize::try_from(row.place - 1).ok().and_then(|place| unknown.get(place)) {
            known.insert(*key, row.alarm_id);
        }
    }
    Ok(known)
}

fn transition_row(transition: &Transition, alarm_id: AlarmId, revision: i64) -> Value {
    json!({
        "alarm_id": alarm_id,
        "rule_id": transition.key.rule_id,
        "region_id": transition.key.subject.region_id(),
        "event": transition.event.code(),
        "from_state": transition.from.code(),
        "to_state": transition.to.code(),
        "severity": transition.severity.rank(),
        "at": utc(transition.at_ms),
        "event_time": transition.event_time.map(|at| at.to_string()),
        "occurrence": transition.occurrence,
        "value": transition.value.map(|value| value.to_string()),
        "threshold": transition.threshold.map(|threshold| threshold.to_string()),
        "is_annunciated": transition.is_annunciated,
        "is_retrospective": transition.is_retrospective,
        "actor": transition.actor.as_ref().map(|person| &person.name),
        "actor_id": transition.actor.as_ref().and_then(|person| person.account_id),
        "reason": transition.reason,
        "revision": revision,
    })
}

/// Returns the numbers in the order of the rows.
async fn save_transitions(conn: &mut PgConnection, rows: Vec<Value>) -> Result<Vec<i64>, WarehouseError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids = sqlx::query_scalar!(
        r#"insert into alarm_transitions (alarm_id, rule_id, region_id, event, from_state, to_state, severity, at, event_time,
                  occurrence, value, threshold, is_annunciated, is_retrospective, actor, actor_id, reason, revision)
           select (t).alarm_id, (t).rule_id, (t).region_id, (t).event, (t).from_state, (t).to_state, (t).severity, (t).at,
                  (t).event_time, (t).occurrence, (t).value, (t).threshold, (t).is_annunciated, (t).is_retrospective,
                  (t).actor, (t).actor_id, (t).reason, (t).revision
             from (select jsonb_populate_record(null::alarm_transitions, e.line) as t, e.place
                     from jsonb_array_elements($1::jsonb) with ordinality as e(line, place) offset 0) as each
            order by each.place
           returning transition_id"#,
        Value::Array(rows)
    )
    .fetch_all(conn)
    .await?;
    Ok(ids)
}
