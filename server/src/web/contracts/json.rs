//! Contracts and what is wrong with them, as JSON.

use app::pages::settlement::contracts::report::Reason;
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::SecondsFormat;
use domain::settlement::Contract;
use domain::settlement::contract_check::{Facts, KnownPlans, check};
use serde_json::{Value, json};
use warehouse::settlement::contracts::{ContractError, Customer, Held, ListRow};

use crate::settlement::contract_file;

/// Why a contract cannot be billed whose stored terms cannot be read; the place of such terms is held by ones that nobody can enter.
const UNREADABLE: &str = "unreadable_terms";

pub fn listed(contract: &Contract, row: Option<&ListRow>) -> Value {
    let mut value = contract_file::json(contract);
    if let Some(row) = row {
        value["user_name"] = row.user_name.clone().into();
        value["usage_type"] = row.usage_type.clone().into();
        value["region_id"] = row.region_id.into();
        let fault = row.fault.map(warehouse::settlement::contracts::ListFault::code);
        value["cannot_bill"] = if row.is_unreadable { Some(UNREADABLE) } else { fault }.into();
    }
    value
}

pub fn stored(held: &Held, customer: Option<&Customer>, plans: &KnownPlans) -> Value {
    let mut value = contract_file::json(&held.contract);
    value["version"] = held.version.into();
    value["region_id"] = held.region_id.into();
    value["changed_at"] = held.changed_at.to_rfc3339_opts(SecondsFormat::Millis, true).into();
    value["changed_by"] = held.changed_by.clone().into();
    value["user_name"] = customer.map(|customer| customer.user_name.clone()).into();
    value["usage_type"] = customer.map(|customer| customer.usage_type.clone()).into();
    let usage_type = customer.map_or(domain::UNKNOWN_USAGE, |customer| &customer.usage_type);
    let found = check(&held.contract, Facts { usage_type, plans });
    value["warnings"] = found.iter().map(|fault| json!(Reason::of(fault))).collect();
    value
}

/// 422 with every fault, 409 with who was first.
pub fn refused(error: &ContractError, request_id: &str) -> Response {
    let (status, reason) = match error {
        ContractError::Faults(_) => (StatusCode::UNPROCESSABLE_ENTITY, "faults"),
        ContractError::Changed { .. } => (StatusCode::CONFLICT, "changed"),
        ContractError::HasStatements => (StatusCode::CONFLICT, "has_statements"),
        ContractError::BeingRated => (StatusCode::SERVICE_UNAVAILABLE, "being_rated"),
        ContractError::TooMany => (StatusCode::UNPROCESSABLE_ENTITY, "too_many"),
        ContractError::Access(_) => (StatusCode::INTERNAL_SERVER_ERROR, "failed"),
    };
    let message = match error {
        ContractError::Faults(faults) => faults.first().map_or_else(String::new, |fault| Reason::of(fault).sentence),
        ContractError::Access(_) => "the server failed at this".to_owned(),
        other => other.to_string(),
    };
    let mut said = json!({ "status": status.as_u16(), "reason": reason, "message": message, "request_id": request_id });
    if let ContractError::Faults(faults) = error {
        said["faults"] = faults.iter().map(|fault| json!(Reason::of(fault))).collect();
    }
    if let ContractError::Changed { version, by, at } = error {
        said["version"] = (*version).into();
        said["by"] = by.clone().into();
        said["at"] = at.to_rfc3339_opts(SecondsFormat::Millis, true).into();
    }
    answer(status, json!({ "error": said }))
}

/// The same contract stands already.
pub fn same(request_id: &str) -> Response {
    let error =
        json!({ "status": 409, "reason": "same", "message": "the same contract is there already", "request_id": request_id });
    answer(StatusCode::CONFLICT, json!({ "error": error }))
}

pub fn answer(status: StatusCode, body: Value) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
