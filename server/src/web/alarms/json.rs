//! Alarms and their history as JSON: decimals as strings, event times local, other times in UTC.

use chrono::DateTime;
use domain::alarms::{Event, Person, Suppression};
use domain::{Fixed2, LocalMs};
use serde_json::{Value, json};
use warehouse::read::alarms::{Entry, Line, Rules};

use crate::web::cells;

/// Names of [`alarm`], for the description.
pub const ALARM: &[&str] = &[
    "alarm_id",
    "rule_id",
    "rule_version",
    "rule_name_zh",
    "rule_name_en",
    "subject",
    "region_id",
    "region_name",
    "user_id",
    "user_name",
    "severity",
    "state",
    "state_since",
    "quality",
    "is_active",
    "is_acknowledged",
    "is_retrospective",
    "occurrence",
    "started_at",
    "returned_at",
    "value",
    "threshold",
    "value_at",
    "annunciated_at",
    "acknowledged_at",
    "acknowledged_by",
    "assignee",
    "shelved_until",
    "set_aside_reason",
    "set_aside_by",
    "hidden_count",
    "review_on",
    "suppressed_by",
    "version",
    "revision",
];
/// Names of [`transition`].
pub const TRANSITION: &[&str] = &[
    "transition_id",
    "alarm_id",
    "rule_id",
    "region_id",
    "event",
    "from",
    "to",
    "severity",
    "at",
    "event_time",
    "occurrence",
    "value",
    "threshold",
    "is_annunciated",
    "is_retrospective",
    "actor",
    "reason",
    "revision",
];

pub fn alarm(line: &Line, rules: &Rules) -> Value {
    let point = &line.point;
    let rule = rules.of(line);
    let (subject, number) = point.key.subject.parts();
    let is_user = subject == "user";
    let suppressed_by = match (point.suppressed_by, &line.suppressor) {
        (None, _) => Value::Null,
        (Some(Suppression::Pipeline), _) => json!({ "kind": "pipeline" }),
        // one of a region that the asker does not see has no number for him
        (Some(Suppression::Alarm(_)), above) => json!({ "kind": "alarm", "alarm_id": above.as_ref().map(|one| one.alarm_id) }),
    };
    json!({
        "alarm_id": point.alarm_id,
        "rule_id": point.key.rule_id,
        "rule_version": point.rule_version,
        "rule_name_zh": rule.map(|rule| &rule.name_zh),
        "rule_name_en": rule.map(|rule| &rule.name_en),
        "subject": subject,
        "region_id": point.key.subject.region_id(),
        "region_name": point.key.subject.region_id().map(|_| &line.region_name),
        "user_id": is_user.then_some(number),
        "user_name": line.user.as_ref().map(|user| cells::shown_name(&user.user_name, is_private(&user.usage_type))),
        "severity": point.severity,
        "state": point.state,
        "state_since": instant(point.state_since_ms),
        "quality": point.quality,
        "is_active": point.is_active,
        "is_acknowledged": point.is_acknowledged,
        "is_retrospective": point.is_retrospective,
        "occurrence": point.occurrence,
        "started_at": point.started_at.map(local),
        "returned_at": point.returned_at.map(local),
        "value": point.value.map(decimal),
        "threshold": point.threshold.map(decimal),
        "value_at": point.value_at.map(local),
        "annunciated_at": point.annunciated_ms.map(instant),
        "acknowledged_at": point.acknowledged_ms.map(instant),
        "acknowledged_by": name(point.acknowledged_by.as_ref()),
        "assignee": name(point.assignee.as_ref()),
        "shelved_until": point.shelved_until_ms.map(instant),
        "set_aside_reason": point.set_aside_reason,
        "set_aside_by": name(point.set_aside_by.as_ref()),
        "hidden_count": point.hidden_count,
        "review_on": point.review_on,
        "suppressed_by": suppressed_by,
        "version": point.version,
        "revision": line.revision,
    })
}

pub fn transition(entry: &Entry) -> Value {
    json!({
        "transition_id": entry.transition_id,
        "alarm_id": entry.alarm_id,
        "rule_id": entry.rule_id,
        "region_id": entry.region_id,
        "event": entry.event,
        "from": entry.from,
        "to": entry.to,
        "severity": entry.severity,
        "at": instant(entry.at_ms),
        "event_time": entry.event_time.map(local),
        "occurrence": entry.occurrence,
        "value": entry.value.map(decimal),
        "threshold": entry.threshold.map(decimal),
        "is_annunciated": entry.is_annunciated,
        "is_retrospective": entry.is_retrospective,
        "actor": name(entry.actor.as_ref()),
        "reason": entry.reason,
        "revision": entry.revision,
    })
}

pub fn event_codes() -> Vec<&'static str> {
    Event::ALL.into_iter().map(Event::code).collect()
}

fn is_private(usage_type: &str) -> bool {
    matches!(usage_type, "居民" | domain::UNKNOWN_USAGE)
}

fn name(person: Option<&Person>) -> Option<&str> {
    person.map(|person| person.name.as_str())
}

fn decimal(value: Fixed2) -> String {
    value.to_string()
}

fn local(at: LocalMs) -> String {
    cells::local(at.to_naive())
}

fn instant(ms: i64) -> String {
    cells::instant(DateTime::from_timestamp_millis(ms).unwrap_or_default())
}
