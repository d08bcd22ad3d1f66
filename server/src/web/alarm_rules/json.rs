//! Rules and what is wrong with them, as JSON.

use app::text::Lang;
use app::text::alarms::rules as texts;
use app::text::alarms::rules::RuleProblem;
use app::text::alarms::{faults, rules::sentence};
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat, Utc};
use domain::alarms::{Fault, RuleDefinition};
use serde_json::{Value, json};
use warehouse::alarms::rules::{RuleError, RuleRow, VersionRow};

pub fn rule(rule: &RuleRow, open_alarms: i64) -> Value {
    json!({
        "rule_id": rule.rule_id,
        "tenant_id": rule.tenant_id,
        "code": rule.code,
        "version": rule.version,
        "is_enabled": rule.is_enabled,
        "removed_at": rule.removed_at.map(instant),
        "changed_at": instant(rule.changed_at),
        "made_at": instant(rule.made_at),
        "made_by": rule.made_by,
        "open_alarms": open_alarms,
        "sentence": sentence(&rule.definition, Lang::En),
        "sentence_zh": sentence(&rule.definition, Lang::Zh),
        "definition": rule.definition,
    })
}

pub fn version(version: &VersionRow) -> Value {
    json!({
        "version": version.version,
        "made_at": instant(version.made_at),
        "made_by": version.made_by,
        "note": version.note,
        "definition": version.definition,
    })
}

/// What a check found.
pub fn checked(definition: &RuleDefinition, found: &[Fault]) -> Value {
    json!({
        "may_be_enabled": found.is_empty(),
        "faults": found.iter().map(fault).collect::<Vec<_>>(),
        "sentence": sentence(definition, Lang::En),
        "sentence_zh": sentence(definition, Lang::Zh),
    })
}

fn fault(fault: &Fault) -> Value {
    json!({
        "code": faults::code(fault),
        "field": field(&faults::field(fault)),
        "sentence": faults::sentence(fault, Lang::En),
        "sentence_zh": faults::sentence(fault, Lang::Zh),
    })
}

/// The field of the form as the place in the definition.
fn field(name: &str) -> String {
    let condition = name.strip_prefix('c').and_then(|rest| rest.split_once('_'));
    if let Some((at, part)) = condition
        && at.parse::<usize>().is_ok()
    {
        return format!("conditions[{at}].{}", if part == "span" { "span_min" } else { part });
    }
    match name {
        "weekday" => "schedule".to_owned(),
        "holidays" => "schedule.holidays".to_owned(),
        "cause" | "consequence" | "response" | "time_to_respond_min" | "owner" | "review_on" => format!("rationale.{name}"),
        other => other.to_owned(),
    }
}

/// A rule that was not taken: 422 with every fault, 409 with who was first.
pub fn refused(error: &RuleError, request_id: &str) -> Response {
    let of = |problem: RuleProblem| texts::problem(problem).get(Lang::En).to_owned();
    let (status, reason, message) = match error {
        RuleError::Faults(_) => (StatusCode::UNPROCESSABLE_ENTITY, "faults", of(RuleProblem::Faults)),
        RuleError::Changed { .. } => (StatusCode::CONFLICT, "changed", error.to_string()),
        RuleError::TooMany => (StatusCode::UNPROCESSABLE_ENTITY, "too_many", of(RuleProblem::TooMany)),
        RuleError::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", of(RuleProblem::Busy)),
        RuleError::Trial(_) => (StatusCode::UNPROCESSABLE_ENTITY, "not_stored", of(RuleProblem::NotStored)),
        RuleError::Access(_) => (StatusCode::INTERNAL_SERVER_ERROR, "failed", "the server failed at this".to_owned()),
    };
    let mut said = json!({ "status": status.as_u16(), "reason": reason, "message": message, "request_id": request_id });
    if let RuleError::Faults(found) = error {
        said["faults"] = found.iter().map(fault).collect();
    }
    if let RuleError::Changed { version, by, at } = error {
        said["version"] = (*version).into();
        said["by"] = by.clone().into();
        said["at"] = instant(*at).into();
    }
    answer(status, json!({ "error": said }))
}

pub fn answer(status: StatusCode, body: Value) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_name_the_place_in_the_definition() {
        let places: Vec<_> = [
            Fault::NeverTrue { condition: 1 },
            Fault::SpanMissing { condition: 0 },
            Fault::RationaleMissing { field: "cause" },
            Fault::ScheduleNever,
            Fault::NoCondition,
        ]
        .iter()
        .map(|found| fault(found)["field"].as_str().expect("a place").to_owned())
        .collect();
        assert_eq!(places, ["conditions[1].threshold", "conditions[0].span_min", "rationale.cause", "schedule", "conditions"]);
    }
}
