//! Tariffs, the calendar and what is wrong with them, as JSON.

use app::text::Lang;
use app::text::settlement::faults;
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat, Utc};
use domain::settlement::PlanFault;
use domain::settlement::tariff_file::FileFault;
use domain::settlement::tariff_import::{Difference, PlanDifference, PlanOutcome, RowOutcome};
use serde_json::{Value, json};
use warehouse::access::AccessError;
use warehouse::settlement::calendar::{CalendarError, DayRow, DecisionRow, TriggerUse, Waiting};
use warehouse::settlement::rules::{CarbonRow, RulesError, RulesRow};
use warehouse::settlement::tariffs::{ImportError, PlanRow, TariffError, VersionRow};

use super::Failed;
use crate::web::asker::Asker;
use crate::web::error::Refusal;

pub fn plan(row: &PlanRow) -> Value {
    json!({
        "code": row.code,
        "tenant_id": row.tenant_id,
        "is_shipped": row.is_shipped,
        "version": row.version,
        "removed_at": row.removed_at.map(instant),
        "contracts": row.contracts,
        "shown": version(&row.shown),
    })
}

pub fn version(version: &VersionRow) -> Value {
    json!({
        "version": version.version,
        "valid_from": version.valid_from,
        "valid_until": version.valid_until,
        "replaces": version.replaces,
        "withdrawn_at": version.withdrawn_at.map(instant),
        "made_at": instant(version.made_at),
        "made_by": version.made_by,
        "note": version.note,
        "definition": version.plan,
    })
}

pub fn checked(found: &[PlanFault]) -> Value {
    json!({ "is_sound": domain::settlement::check::is_sound(found), "faults": plan_faults(found) })
}

fn plan_faults(found: &[PlanFault]) -> Vec<Value> {
    let fault = |fault: &PlanFault| {
        json!({
            "code": fault.code(),
            "field": faults::field(fault),
            "is_hint": fault.is_hint(),
            "sentence": faults::sentence(fault, Lang::En),
            "sentence_zh": faults::sentence(fault, Lang::Zh),
        })
    };
    found.iter().map(fault).collect()
}

pub fn day(row: &DayRow) -> Value {
    json!({
        "day": row.day, "kind": row.what.kind_code(), "name": row.what.name(), "version": row.version,
        "changed_at": instant(row.changed_at), "changed_by": row.changed_by,
    })
}

pub fn rules(row: &RulesRow) -> Value {
    json!({
        "valid_from": row.valid_from, "definition": row.rules, "version": row.version,
        "made_at": instant(row.made_at), "made_by": row.made_by,
    })
}

pub fn carbon(row: &CarbonRow) -> Value {
    json!({
        "year": row.factor.year, "kg_per_kwh": row.factor.kg_per_kwh, "source": row.factor.source, "version": row.version,
        "changed_at": instant(row.changed_at), "changed_by": row.changed_by,
    })
}

pub fn decision(row: &DecisionRow) -> Value {
    json!({
        "trigger": row.trigger, "day": row.day, "is_triggered": row.is_triggered, "source": row.source,
        "version": row.version, "decided_at": instant(row.decided_at), "decided_by": row.decided_by,
    })
}

pub fn trigger(row: &TriggerUse) -> Value {
    json!({ "trigger": row.trigger, "tariffs": row.tariffs })
}

pub fn waiting(row: &Waiting) -> Value {
    json!({ "day": row.day, "trigger": row.trigger, "tariffs": row.tariffs })
}

pub fn difference(difference: &Difference, is_dry_run: bool) -> Value {
    let row = |outcome: &RowOutcome| match outcome {
        RowOutcome::Added => ("added", Value::Null),
        RowOutcome::Changed(changes) => ("changed", json!(changes)),
        RowOutcome::Same => ("same", Value::Null),
    };
    let calendar = difference.calendar.iter().map(|(day, what, outcome)| {
        let (outcome, changes) = row(outcome);
        json!({ "day": day, "kind": what.kind_code(), "name": what.name(), "outcome": outcome, "changes": changes })
    });
    let rules = difference.rules.iter().map(|(day, outcome)| {
        let (outcome, changes) = row(outcome);
        json!({ "valid_from": day, "outcome": outcome, "changes": changes })
    });
    let carbon = difference.carbon.iter().map(|(year, outcome)| {
        let (outcome, changes) = row(outcome);
        json!({ "year": year, "outcome": outcome, "changes": changes })
    });
    json!({
        "is_dry_run": is_dry_run,
        "changes_nothing": difference.is_empty(),
        "is_sound": difference.is_sound(),
        "plans": difference.plans.iter().map(planned).collect::<Vec<_>>(),
        "kept": difference.kept,
        "calendar": calendar.collect::<Vec<_>>(),
        "rules": rules.collect::<Vec<_>>(),
        "carbon": carbon.collect::<Vec<_>>(),
    })
}

fn planned(plan: &PlanDifference) -> Value {
    let mut said = json!({
        "code": plan.code, "name": plan.name, "valid_from": plan.valid_from, "valid_until": plan.valid_until,
        "faults": plan_faults(&plan.faults),
    });
    said["outcome"] = match &plan.outcome {
        PlanOutcome::Added => "added",
        PlanOutcome::Changed { version, replaces, compared_with, changes } => {
            said["version"] = (*version).into();
            said["replaces"] = json!(replaces);
            said["compared_with"] = json!(compared_with);
            said["changes"] = json!(changes);
            "changed"
        }
        PlanOutcome::Same { version } => {
            said["version"] = (*version).into();
            "same"
        }
        PlanOutcome::Covered => "covered",
        PlanOutcome::Foreign => "foreign",
    }
    .into();
    said
}

pub fn refuse(failed: Failed, asker: &Asker) -> Response {
    match failed {
        Failed::Refused(refusal) => refusal.answer(asker),
        Failed::Tariff(error) => tariff(error, asker),
        Failed::Calendar(error) => calendar(error, asker),
        Failed::Import(ImportError::Tariff(error)) => tariff(error, asker),
        Failed::Import(ImportError::Calendar(error)) => calendar(error, asker),
        Failed::Import(ImportError::Rules(RulesError::Calendar(error))) => calendar(error, asker),
        Failed::Import(error @ ImportError::Rules(RulesError::Faults(_))) => {
            said(StatusCode::UNPROCESSABLE_ENTITY, "rules", &error.to_string(), json!({}), asker)
        }
        Failed::Import(ImportError::Unsound(found)) => {
            let message = "the file holds tariffs that cannot be taken";
            let found = json!({ "difference": difference(&found, false) });
            said(StatusCode::UNPROCESSABLE_ENTITY, "unsound", message, found, asker)
        }
        Failed::File(fault) => file(&fault, asker),
    }
}

fn tariff(error: TariffError, asker: &Asker) -> Response {
    let message = error.to_string();
    let (status, reason, facts) = match error {
        TariffError::Access(error) => return access(error, asker),
        TariffError::Faults(found) => (StatusCode::UNPROCESSABLE_ENTITY, "faults", json!({ "faults": plan_faults(&found) })),
        TariffError::Changed { version, by, at } => {
            (StatusCode::CONFLICT, "changed", json!({ "version": version, "by": by, "at": instant(at) }))
        }
        TariffError::Overlaps(versions) => (StatusCode::CONFLICT, "overlaps", json!({ "versions": versions })),
        TariffError::OtherCode(code) => (StatusCode::UNPROCESSABLE_ENTITY, "other_code", json!({ "code": code })),
        TariffError::NothingToReplace(version) => {
            (StatusCode::UNPROCESSABLE_ENTITY, "nothing_to_replace", json!({ "version": version }))
        }
        TariffError::Withdrawn => (StatusCode::CONFLICT, "withdrawn", json!({})),
        TariffError::InUse { contracts } => (StatusCode::CONFLICT, "in_use", json!({ "contracts": contracts })),
        TariffError::TooMany => (StatusCode::UNPROCESSABLE_ENTITY, "too_many", json!({})),
    };
    let message = if reason == "faults" { "the tariff does not make sense" } else { &message };
    said(status, reason, message, facts, asker)
}

fn calendar(error: CalendarError, asker: &Asker) -> Response {
    let message = error.to_string();
    match error {
        CalendarError::Access(error) => access(error, asker),
        CalendarError::Changed { version, by, at } => {
            let facts = json!({ "version": version, "by": by, "at": instant(at) });
            said(StatusCode::CONFLICT, "changed", &message, facts, asker)
        }
        CalendarError::Invalid(what) => said(StatusCode::UNPROCESSABLE_ENTITY, what.code(), &message, json!({}), asker),
    }
}

fn access(error: AccessError, asker: &Asker) -> Response {
    match error {
        AccessError::NameTaken => said(StatusCode::CONFLICT, "name_taken", &error.sentence().en, json!({}), asker),
        AccessError::Conflict => said(StatusCode::CONFLICT, "changed", &error.sentence().en, json!({}), asker),
        error => Refusal::from(error).answer(asker),
    }
}

fn file(fault: &FileFault, asker: &Asker) -> Response {
    let (reason, message) = match fault {
        FileFault::TooLarge => return Refusal::TooLarge.answer(asker),
        FileFault::Shape(words) => ("shape", words.clone()),
        FileFault::Format(format) => {
            ("format", format!("the format is {format:?}, expected {}", domain::settlement::tariff_file::FORMAT))
        }
        FileFault::TooMany => ("too_many", "the file holds more than one file may".to_owned()),
        FileFault::Twice(what) => ("twice", format!("{what} stands in it twice")),
        FileFault::BadText => ("bad_text", "a text holds a character that is not stored".to_owned()),
    };
    said(StatusCode::UNPROCESSABLE_ENTITY, reason, &message, json!({}), asker)
}

fn said(status: StatusCode, reason: &str, message: &str, facts: Value, asker: &Asker) -> Response {
    let mut error = json!({ "status": status.as_u16(), "reason": reason, "message": message, "request_id": asker.request_id });
    if let (Value::Object(error), Value::Object(facts)) = (&mut error, facts) {
        error.extend(facts);
    }
    answer(status, json!({ "error": error }))
}

pub fn answer(status: StatusCode, body: Value) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
