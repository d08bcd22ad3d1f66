//! Alarms as rows and as points, and the saving of what a step or an act changed.

use chrono::{DateTime, NaiveDate, Utc};
use domain::alarms::point::AlarmId;
use domain::alarms::{Person, Point, PointKey, Quality, Severity, State, Subject};
use domain::{LocalMs, RegionId};
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::WarehouseError;
use crate::pg_types::{Hundredths, Stamp};

struct PointRow {
    alarm_id: AlarmId,
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
    true_since: Option<Stamp>,
    true_count: i32,
    false_since: Option<Stamp>,
    is_active: bool,
    is_retrospective: bool,
    is_acknowledged: bool,
    occurrence: i64,
    started_at: Option<Stamp>,
    returned_at: Option<Stamp>,
    value: Option<Hundredths>,
    threshold: Option<Hundredths>,
    value_at: Option<Stamp>,
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
    suppressed_by: Option<Value>,
    version: i32,
}

/// The alarms with these numbers, by number.
pub async fn load_points(conn: &mut PgConnection, ids: &[AlarmId]) -> Result<Vec<Point>, WarehouseError> {
    let rows = sqlx::query_as!(
        PointRow,
        r#"select alarm_id, rule_id, rule_version, subject_kind, subject_id, region_id, severity, state, state_since, quality,
                  holds, true_since as "true_since: Stamp", true_count, false_since as "false_since: Stamp", is_active,
                  is_retrospective, is_acknowledged, occurrence, started_at as "started_at: Stamp",
                  returned_at as "returned_at: Stamp", value as "value: Hundredths", threshold as "threshold: Hundredths",
                  value_at as "value_at: Stamp", annunciated_at, acknowledged_at, acknowledged_by, acknowledged_by_id,
                  assignee, assignee_id, shelved_until, reannunciate_at, set_aside_reason, set_aside_by, set_aside_by_id,
                  hidden_count, review_on, suppressed_by, version
             from alarms where alarm_id = any($1) order by alarm_id"#,
        ids
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(point).collect()
}

/// Every alarm that changed after the revision; all of them after -1.
pub async fn points_after(conn: &mut PgConnection, revision: i64) -> Result<Vec<Point>, WarehouseError> {
    let ids = sqlx::query_scalar!("select alarm_id from alarms where revision > $1", revision).fetch_all(&mut *conn).await?;
    if ids.is_empty() { Ok(Vec::new()) } else { load_points(conn, &ids).await }
}

fn point(row: PointRow) -> Result<Point, WarehouseError> {
    let bad = |what: &str| WarehouseError::BadValue(format!("the {what} of alarm {}", row.alarm_id));
    let subject = Subject::from_parts(&row.subject_kind, row.subject_id, row.region_id).ok_or_else(|| bad("subject"))?;
    let small = |number: i32| u16::try_from(number).unwrap_or(u16::MAX);
    let local = |stamp: Option<Stamp>| stamp.map(|stamp| stamp.0);
    let utc = |at: Option<DateTime<Utc>>| at.map(|at| at.timestamp_millis());
    let person = |name: Option<String>, account_id: Option<i64>| name.map(|name| Person { account_id, name });
    Ok(Point {
        alarm_id: row.alarm_id,
        key: PointKey { rule_id: row.rule_id, subject },
        rule_version: row.rule_version,
        severity: Severity::from_rank(row.severity).ok_or_else(|| bad("severity"))?,
        state: State::from_code(&row.state).ok_or_else(|| bad("state"))?,
        state_since_ms: row.state_since.timestamp_millis(),
        quality: Quality::from_code(&row.quality).ok_or_else(|| bad("quality"))?,
        holds: small(row.holds),
        true_since: local(row.true_since),
        true_count: small(row.true_count),
        false_since: local(row.false_since),
        is_active: row.is_active,
        is_retrospective: row.is_retrospective,
        is_acknowledged: row.is_acknowledged,
        occurrence: row.occurrence,
        started_at: local(row.started_at),
        returned_at: local(row.returned_at),
        value: row.value.map(|value| value.0),
        threshold: row.threshold.map(|threshold| threshold.0),
        value_at: local(row.value_at),
        annunciated_ms: utc(row.annunciated_at),
        acknowledged_ms: utc(row.acknowledged_at),
        acknowledged_by: person(row.acknowledged_by, row.acknowledged_by_id),
        assignee: person(row.assignee, row.assignee_id),
        shelved_until_ms: utc(row.shelved_until),
        reannunciate_ms: utc(row.reannunciate_at),
        set_aside_reason: row.set_aside_reason,
        set_aside_by: person(row.set_aside_by, row.set_aside_by_id),
        hidden_count: row.hidden_count,
        review_on: row.review_on,
        // a suppression that is not understood is found anew by the next step
        suppressed_by: row.suppressed_by.and_then(|value| serde_json::from_value(value).ok()),
        version: row.version,
    })
}

/// The row of a point under the names of its columns, as `jsonb_populate_recordset` reads it.
pub(super) fn row(point: &Point, revision: i64) -> Value {
    let (subject_kind, subject_id) = point.key.subject.parts();
    let local = |at: Option<LocalMs>| at.map(|at| at.to_string());
    let (by, assignee, aside) = (&point.acknowledged_by, &point.assignee, &point.set_aside_by);
    let id = |person: &Option<Person>| person.as_ref().and_then(|person| person.account_id);
    let name = |person: &Option<Person>| person.as_ref().map(|person| person.name.clone());
    json!({
        "rule_id": point.key.rule_id,
        "rule_version": point.rule_version,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "region_id": point.key.subject.region_id(),
        "severity": point.severity.rank(),
        "state": point.state.code(),
        "state_since": utc(point.state_since_ms),
        "quality": point.quality.code(),
        "holds": point.holds,
        "true_since": local(point.true_since),
        "true_count": point.true_count,
        "false_since": local(point.false_since),
        "is_active": point.is_active,
        "is_retrospective": point.is_retrospective,
        "is_acknowledged": point.is_acknowledged,
        "occurrence": point.occurrence,
        "started_at": local(point.started_at),
        "returned_at": local(point.returned_at),
        "value": point.value.map(|value| value.to_string()),
        "threshold": point.threshold.map(|threshold| threshold.to_string()),
        "value_at": local(point.value_at),
        "annunciated_at": point.annunciated_ms.map(utc),
        "acknowledged_at": point.acknowledged_ms.map(utc),
        "acknowledged_by": name(by),
        "acknowledged_by_id": id(by),
        "assignee": name(assignee),
        "assignee_id": id(assignee),
        "shelved_until": point.shelved_until_ms.map(utc),
        "reannunciate_at": point.reannunciate_ms.map(utc),
        "set_aside_reason": point.set_aside_reason,
        "set_aside_by": name(aside),
        "set_aside_by_id": id(aside),
        "hidden_count": point.hidden_count,
        "review_on": point.review_on.map(|day| day.to_string()),
        "suppressed_by": point.suppressed_by,
        "version": point.version,
        "revision": revision,
    })
}

/// A moment as PostgreSQL reads it in any session.
pub(super) fn utc(ms: i64) -> String {
    DateTime::<Utc>::from_timestamp_millis(ms).unwrap_or_default().to_rfc3339()
}
