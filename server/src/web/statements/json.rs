//! Statements, runs and settled days as JSON: decimals and days as text.

use app::submitted::Problem;
use app::text::Lang;
use app::text::settlement::acts::StatementProblem;
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat, Utc};
use domain::settlement::lifecycle::Refusal;
use serde_json::{Value, json};
use warehouse::read::settlement::settlements::Settlement;
use warehouse::read::settlement::statement::{Event, Statement};
use warehouse::read::settlement::statements::{Line, Page};
use warehouse::settlement::runs::Run;

use crate::web::asker::Asker;

fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn by(done: Option<&(DateTime<Utc>, String)>) -> Value {
    done.map_or(Value::Null, |(at, name)| json!({ "at": stamp(*at), "by": name }))
}

pub fn settlement(row: &Settlement) -> Value {
    json!({
        "day": row.day, "contract_id": row.contract_id, "user_id": row.user_id, "user_name": row.user_name,
        "usage_type": row.usage_type, "region_id": row.region_id,
        "statement_month": row.statement_month.format("%Y-%m").to_string(),
        "energy_kwh": row.energy_kwh.to_string(), "sharp_kwh": row.sharp_kwh.to_string(), "peak_kwh": row.peak_kwh.to_string(),
        "flat_kwh": row.flat_kwh.to_string(), "valley_kwh": row.valley_kwh.to_string(),
        "deep_valley_kwh": row.deep_valley_kwh.to_string(), "estimated_kwh": row.estimated_kwh.to_string(),
        "shaped_kwh": row.shaped_kwh.to_string(), "amount": row.amount.to_string(), "currency": row.currency,
        "status": row.status, "version": row.version, "marks": row.marks, "settled_at": stamp(row.settled_at),
    })
}

pub fn line(line: &Line) -> Value {
    json!({
        "statement_id": line.statement_id, "contract_id": line.contract_id, "user_id": line.user_id,
        "user_name": line.user_name, "usage_type": line.usage_type, "region_id": line.region_id,
        "statement_month": line.month, "category": line.category, "status": line.status, "version": line.version,
        "edit_no": line.edit_no, "total_energy_kwh": line.energy_kwh, "estimated_kwh": line.estimated_kwh,
        "total_amount": line.amount, "adjustment_amount": line.adjustment, "exceptions": line.exceptions,
    })
}

pub fn page(page: &Page) -> Value {
    let items: Vec<Value> = page.lines.iter().map(line).collect();
    json!({ "total": page.total, "total_energy_kwh": page.energy_kwh, "total_amount": page.amount, "items": items })
}

pub fn statement(of: &Statement, events: &[Event]) -> Value {
    let event =
        |event: &Event| json!({ "at": stamp(event.at), "event": event.event, "actor": event.actor, "detail": event.detail });
    json!({
        "statement_id": of.statement_id, "contract_id": of.contract_id, "user_id": of.user_id, "user_name": of.user_name,
        "usage_type": of.usage_type, "region_id": of.region_id, "statement_month": of.month, "category": of.category,
        "period_from": of.from, "period_to": of.to, "status": of.status, "version": of.version, "edit_no": of.edit_no,
        "total_energy_kwh": of.energy_kwh, "total_amount": of.amount, "estimated_kwh": of.estimated_kwh,
        "adjustment_amount": of.adjustment, "currency": of.currency, "carbon_kg": of.carbon_kg,
        "snapshot_hash": of.hash, "exceptions": of.exceptions, "accepted_reason": of.accepted_reason,
        "freeze_reason": of.freeze_reason, "void_reason": of.void_reason, "drafted_at": stamp(of.drafted_at),
        "checked": by(of.checked.as_ref()), "frozen": by(of.frozen.as_ref()), "voided": by(of.voided.as_ref()),
        "document": of.document, "events": events.iter().map(event).collect::<Vec<_>>(),
    })
}

pub fn run(run: &Run) -> Value {
    json!({
        "run_id": run.run_id, "month": run.month, "regions": run.regions, "contracts": run.contracts, "state": run.state.code(),
        "total": run.total_count, "done": run.done_count, "faults": run.fault_count, "without_contract": run.no_contract_count,
        "problem": run.problem, "made_by": run.made_by, "made_at": stamp(run.made_at),
        "started_at": run.started_at.map(stamp), "finished_at": run.finished_at.map(stamp),
    })
}

/// 409, 403 or 422 with what stands against it.
pub fn refused(refusal: &Refusal, asker: &Asker) -> Response {
    let (code, problem) = match StatementProblem::of(refusal) {
        Some(problem) => (problem.code(), Problem::Statement(problem)),
        None => ("changed", Problem::Conflict),
    };
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::CONFLICT);
    let details = serde_json::to_value(refusal).unwrap_or_default();
    let error = json!({
        "status": status.as_u16(), "reason": code, "message": problem.sentence(Lang::En),
        "message_zh": problem.sentence(Lang::Zh), "details": details, "request_id": asker.request_id,
    });
    answer(status, json!({ "error": error }))
}

pub fn answer(status: StatusCode, body: Value) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
