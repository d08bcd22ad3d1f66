//! The interface of statements in the words of OpenAPI.

use domain::settlement::{ExceptionKind, StatementState};
use serde_json::{Value, json};

/// Paths with what they take, as `/api/openapi.json` lists them.
pub fn operations() -> Vec<(&'static str, Value)> {
    let days = [
        parameter("from", json!({ "type": "string", "format": "date" }), "First day; without days, the newest settled one"),
        parameter("to", json!({ "type": "string", "format": "date" }), "Day behind the last one"),
        parameter("region", json!({ "type": "integer" }), "With all regions below it"),
        parameter("user", json!({ "type": "integer" }), "One customer"),
    ];
    let mut settlements = read("Settled days of contracts, in order of day and contract", "Settlements");
    let mut listed = days.to_vec();
    listed.push(parameter("after", json!({ "type": "string" }), "next_after of the page before"));
    listed.push(parameter(
        "limit",
        json!({ "type": "integer", "minimum": 1, "maximum": 5000, "default": 1000 }),
        "Days at a time",
    ));
    settlements["parameters"] = listed.into();
    let mut file = read("The same as CSV with byte order mark (bom=0: without)", "Error");
    file["responses"]["200"] =
        json!({ "description": "CSV by RFC 4180", "content": { "text/csv": { "schema": { "type": "string" } } } });
    file["parameters"] = days.to_vec().into();
    let mut list = read("Statements, newest month first; void ones only when they are asked for", "Statements");
    list["parameters"] = json!([
        parameter("month", month(), "YYYY-MM"),
        parameter("region", json!({ "type": "integer" }), "With all regions below it"),
        parameter("state", json!({ "enum": StatementState::ALL.map(StatementState::code) }), "State"),
        parameter("exception", json!({ "enum": ExceptionKind::ALL.map(ExceptionKind::code) }), "Those with this exception"),
        parameter("user", json!({ "type": "integer" }), "One customer"),
        parameter("contract", json!({ "type": "integer" }), "One contract"),
        parameter("q", json!({ "type": "string" }), "Part of a name, or a number"),
        parameter("offset", json!({ "type": "integer", "default": 0 }), "Skips as many"),
        parameter("limit", json!({ "type": "integer", "minimum": 1, "maximum": 500, "default": 100 }), "Statements at a time"),
    ]);
    let mut generate = write("Make or refresh the drafts of a month, in the background", "StatementGenerate", "StatementRun");
    let made = generate["responses"]["200"].take();
    if let Some(responses) = generate["responses"].as_object_mut() {
        responses.remove("200");
        responses.insert("202".to_owned(), made);
    }
    vec![
        ("/api/v1/settlements", json!({ "get": settlements })),
        ("/api/v1/exports/settlements.csv", json!({ "get": file })),
        ("/api/v1/statements", json!({ "get": list })),
        ("/api/v1/statements/generate", json!({ "post": generate })),
        ("/api/v1/statements/runs/{id}", json!({ "get": with_id(read("How far a run is", "StatementRun")) })),
        ("/api/v1/statements/{id}", json!({ "get": with_id(read("A statement with its document and history", "Statement")) })),
        ("/api/v1/statements/{id}/check", act("Check a draft; exceptions are accepted with a reason")),
        ("/api/v1/statements/{id}/reopen", act("Make a checked statement a draft again")),
        ("/api/v1/statements/{id}/freeze", act("Freeze a checked statement: it never changes again")),
        ("/api/v1/statements/{id}/void", act("Make a statement void, with a reason; only then there can be a new version")),
    ]
}

pub fn schemas() -> Vec<(&'static str, Value)> {
    let decimal = || json!({ "type": "string", "description": "A decimal, two decimals" });
    let count = || json!({ "type": "integer" });
    let day = || json!({ "type": "string", "format": "date" });
    let settlement = json!({ "type": "object", "properties": {
        "day": day(), "contract_id": count(), "user_id": count(), "user_name": { "type": ["string", "null"] },
        "region_id": count(), "statement_month": month(), "energy_kwh": decimal(), "sharp_kwh": decimal(), "peak_kwh": decimal(),
        "flat_kwh": decimal(), "valley_kwh": decimal(), "deep_valley_kwh": decimal(), "estimated_kwh": decimal(),
        "shaped_kwh": decimal(), "amount": decimal(), "currency": { "type": "string" },
        "status": { "enum": ["provisional", "complete"] }, "version": count(),
        "marks": { "type": "array", "items": { "type": "string" } }, "settled_at": { "type": "string", "format": "date-time" } } });
    let line = json!({
        "statement_id": count(), "contract_id": count(), "user_id": count(), "user_name": { "type": "string" },
        "statement_month": month(), "status": { "enum": StatementState::ALL.map(StatementState::code) }, "version": count(),
        "edit_no": { "type": "integer", "description": "Say it with every act" }, "total_energy_kwh": decimal(),
        "estimated_kwh": decimal(), "total_amount": decimal(), "adjustment_amount": decimal(),
        "exceptions": { "type": "array", "items": { "enum": ExceptionKind::ALL.map(ExceptionKind::code) } } });
    let mut whole = line.clone();
    whole["snapshot_hash"] = json!({ "type": ["string", "null"],
        "description": "SHA-256 of `document` with sorted keys, without spaces, as UTF-8" });
    whole["document"] = json!({ "type": ["object", "null"], "description": "The bill and everything that it was rated from" });
    whole["events"] = json!({ "type": "array", "items": { "type": "object" } });
    let run = json!({ "type": "object", "properties": {
        "run_id": count(), "month": month(), "state": { "enum": ["waiting", "running", "done", "cancelled", "failed"] },
        "total": count(), "done": count(), "faults": count(), "without_contract": count(),
        "problem": { "type": ["string", "null"] } } });
    let pages = |items: Value| json!({ "type": "array", "items": items });
    vec![
        ("Settlement", settlement),
        (
            "Settlements",
            json!({ "type": "object", "properties": {
            "from": day(), "to": day(), "next_after": { "type": ["string", "null"] }, "items": pages(reference("Settlement")) } }),
        ),
        ("StatementLine", json!({ "type": "object", "properties": line })),
        ("Statement", json!({ "type": "object", "properties": whole })),
        (
            "Statements",
            json!({ "type": "object", "properties": {
            "total": count(), "total_energy_kwh": decimal(), "total_amount": decimal(),
            "items": pages(reference("StatementLine")) } }),
        ),
        ("StatementRun", run),
        (
            "StatementGenerate",
            json!({ "type": "object", "required": ["month"], "additionalProperties": false, "properties": {
            "month": month(), "contracts": pages(count()), "regions": pages(count()), "reason": { "type": "string" } } }),
        ),
        (
            "StatementAct",
            json!({ "type": "object", "additionalProperties": false, "properties": {
            "edit_no": count(), "reason": { "type": "string", "maxLength": 500 } } }),
        ),
    ]
}

fn month() -> Value {
    json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$" })
}

fn parameter(name: &str, schema: Value, text: &str) -> Value {
    json!({ "name": name, "in": "query", "schema": schema, "description": text })
}

fn act(summary: &str) -> Value {
    json!({ "post": with_id(write(summary, "StatementAct", "Statement")) })
}

fn read(summary: &str, schema: &str) -> Value {
    json!({ "summary": summary, "responses": answers(schema) })
}

fn write(summary: &str, body: &str, schema: &str) -> Value {
    let mut responses = answers(schema);
    responses["409"] = answer("It changed since it was read, or is not in the state for this: error.details says why", "Error");
    responses["422"] = answer("A reason is needed", "Error");
    json!({ "summary": summary, "responses": responses,
            "requestBody": { "content": { "application/json": { "schema": reference(body) } } } })
}

fn with_id(mut operation: Value) -> Value {
    operation["parameters"] =
        json!([{ "name": "id", "in": "path", "required": true, "schema": { "type": "integer", "format": "int64" } }]);
    operation["responses"]["404"] = answer("No such thing in the regions of whoever asks", "Error");
    operation
}

fn answers(schema: &str) -> Value {
    json!({
        "200": answer("As it is now", schema),
        "400": answer("A body or parameter that cannot be used", "Error"),
        "401": answer("No token, or one that is not good (any more)", "Error"),
        "403": answer("The token has not this right, or the same person checked it", "Error"),
        "429": answer("Too many requests from this address", "Error"),
        "503": answer("The database is away, or too many requests", "Error"),
    })
}

fn answer(text: &str, schema: &str) -> Value {
    json!({ "description": text, "content": { "application/json": { "schema": reference(schema) } } })
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}
