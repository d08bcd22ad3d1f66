//! The interface of contracts in the words of OpenAPI.

use domain::settlement::contract_fields::{READING_TIMES, reading_time};
use domain::settlement::tariff::Voltage;
use domain::settlement::{DemandMode, PowerFactorStandard};
use serde_json::{Value, json};
use warehouse::settlement::contracts::ListFault;

/// Paths with what they take, as `/api/openapi.json` lists them.
pub fn operations() -> Vec<(&'static str, Value)> {
    let parameter =
        |name: &str, schema: Value, text: &str| json!({ "name": name, "in": "query", "schema": schema, "description": text });
    let mut list = read("Contracts in order of their numbers", "Contracts");
    list["parameters"] = json!([
        parameter("q", json!({ "type": "string" }), "Number of a contract or customer, part of a name, code of a tariff"),
        parameter("region_id", json!({ "type": "integer" }), "With all regions below it"),
        parameter("tariff", json!({ "type": "string" }), "Code of the tariff in force"),
        parameter("fault", json!({ "enum": ListFault::ALL.map(ListFault::code) }), "Why they cannot be billed today"),
        parameter("after", json!({ "type": "integer" }), "next_after of the page before"),
        parameter("limit", json!({ "type": "integer", "minimum": 1, "maximum": 1000, "default": 100 }), "Contracts at a time"),
    ]);
    let mut import = write("Import a file, all of it or nothing; the same file again changes nothing", "ContractReport");
    import["parameters"] =
        json!([parameter("dry_run", json!({ "enum": ["0", "1"], "default": "0" }), "1: say what it would change")]);
    import["requestBody"] = json!({ "required": true, "content": {
        "text/csv": { "schema": { "type": "string", "description": "One row per contract and terms; see the manual" } },
        "application/json": { "schema": { "type": "object", "properties": {
            "contracts": { "type": "array", "items": reference("Contract") } } } },
    }});
    let mut create = write("Make a contract", "Contract");
    let made = create["responses"]["200"].take();
    if let Some(responses) = create["responses"].as_object_mut() {
        responses.remove("200");
        responses.insert("201".to_owned(), made);
    }
    vec![
        ("/api/v1/contracts", json!({ "get": list, "post": create })),
        ("/api/v1/contracts/import", json!({ "post": import })),
        (
            "/api/v1/contracts/{id}",
            json!({ "get": with_id(read("A contract with all its terms", "Contract")),
                    "post": with_id(write("Replace terms, exchanges, billing day and end; `version` is the one that was seen",
                                          "Contract")) }),
        ),
    ]
}

pub fn schemas() -> Vec<(&'static str, Value)> {
    let decimal = || json!({ "type": "string", "description": "A decimal, two decimals" });
    let day = || json!({ "type": "string", "format": "date" });
    let terms = json!({ "type": "object", "required": ["voltage"], "additionalProperties": false, "properties": {
        "tariff": { "type": "string" }, "voltage": { "enum": Voltage::ALL.map(Voltage::code) },
        "capacity_kva": decimal(), "demand_mode": { "enum": DemandMode::ALL.map(DemandMode::code), "default": "capacity" },
        "contract_demand_kw": decimal(), "interval_min": { "type": "integer", "default": 15 },
        "reading_time_is": { "enum": READING_TIMES.map(reading_time) },
        "power_factor_standard": { "enum": PowerFactorStandard::ALL.map(PowerFactorStandard::code) },
        "has_many_people": { "type": "boolean" }, "is_metered_behind_transformer": { "type": "boolean" },
        "is_suspended": { "type": "boolean" },
        "multiplier": { "type": "string", "description": "CT × PT, up to six decimals", "default": "1" },
        "register_max": decimal(),
    }});
    let dated = json!({ "type": "object", "required": ["valid_from", "terms"], "properties": {
        "valid_from": day(), "terms": reference("ContractTerms") } });
    let exchange = json!({ "type": "object", "required": ["at", "final_register", "initial_register"], "properties": {
        "at": { "type": "string" }, "final_register": decimal(), "initial_register": decimal() } });
    let reason = json!({ "type": "object", "properties": {
        "code": { "type": "string" }, "field": { "type": "string" }, "sentence": { "type": "string" },
        "sentence_zh": { "type": "string" } } });
    let told = json!({ "type": "array", "items": { "type": "object", "properties": {
        "line": { "type": "integer" }, "user_id": { "type": ["integer", "null"] }, "contract_id": { "type": "integer" },
        "fields": { "type": "array", "items": { "type": "object" } }, "reasons": { "type": "array", "items": reason.clone() } } } });
    let count = || json!({ "type": "integer" });
    vec![
        ("ContractTerms", terms),
        (
            "Contract",
            json!({ "type": "object", "required": ["user_id", "terms"], "properties": {
                "contract_id": count(), "version": count(), "user_id": count(), "user_name": { "type": ["string", "null"] },
                "usage_type": { "type": ["string", "null"] }, "region_id": { "type": ["integer", "null"] },
                "direction": { "enum": ["import", "export"], "default": "import" },
                "billing_day": { "type": "integer", "minimum": 1, "maximum": 28, "default": 1 },
                "starts_on": day(), "closed_on": { "type": ["string", "null"], "format": "date" },
                "terms": { "type": "array", "minItems": 1, "maxItems": 120, "items": dated },
                "exchanges": { "type": "array", "items": exchange }, "note": { "type": "string" },
                "changed_at": { "type": "string" }, "changed_by": { "type": "string" },
                "cannot_bill": { "enum": ["no_tariff", "not_valid", "no_prices", "unreadable_terms", null] },
                "warnings": { "type": "array", "items": reason },
            }}),
        ),
        (
            "Contracts",
            json!({ "type": "object", "properties": {
                "day": day(), "total": count(), "next_after": { "type": ["integer", "null"] },
                "contracts": { "type": "array", "items": reference("Contract") } } }),
        ),
        (
            "ContractReport",
            json!({ "type": "object", "properties": {
                "is_dry_run": { "type": "boolean" }, "is_written": { "type": "boolean" }, "added": count(), "changed": count(),
                "same": count(), "refused": count(), "warned": count(), "added_lines": told.clone(), "changed_lines": told.clone(),
                "refused_lines": told.clone(), "warned_lines": told } }),
        ),
    ]
}

fn read(summary: &str, schema: &str) -> Value {
    json!({ "summary": summary, "responses": answers(schema) })
}

fn write(summary: &str, schema: &str) -> Value {
    let mut responses = answers(schema);
    responses["409"] = answer("Somebody else changed it, or the same stands already", "Error");
    responses["422"] = answer("It is not taken: error.faults (of a file, refused_lines) says why", "Error");
    json!({ "summary": summary, "responses": responses,
            "requestBody": { "required": true, "content": { "application/json": { "schema": reference("Contract") } } } })
}

fn with_id(mut operation: Value) -> Value {
    operation["parameters"] =
        json!([{ "name": "id", "in": "path", "required": true, "schema": { "type": "integer", "format": "int64" } }]);
    operation["responses"]["404"] = answer("No such contract in the regions of whoever asks", "Error");
    operation
}

fn answers(schema: &str) -> Value {
    json!({
        "200": answer("As it is now", schema),
        "400": answer("A body or parameter that cannot be used", "Error"),
        "401": answer("No token, or one that is not good (any more)", "Error"),
        "403": answer("The token has not this right", "Error"),
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
