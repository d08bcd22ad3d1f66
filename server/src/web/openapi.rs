//! `/api/openapi.json`: what the interface takes and gives, built from the same names that the handlers use.

use axum::Json;
use serde_json::{Map, Value, json};
use warehouse::read::exports::Export;

use super::api::{DEFAULT_LIMIT, MAX_LIMIT};
use super::{alarm_rules, alarms, contracts, documents, statements, tariffs};

/// One address: path, summary, parameters, schema of the answer.
struct Route {
    path: &'static str,
    summary: &'static str,
    parameters: &'static [&'static str],
    answer: &'static str,
}

/// The routes of the router, in the same order; a test holds the two together.
const ROUTES: &[Route] = &[
    Route {
        path: "/api/v1/regions",
        summary: "Regions with their figures of the day in progress",
        parameters: &["limit", "cursor"],
        answer: "Regions",
    },
    Route {
        path: "/api/v1/regions/{id}/windows",
        summary: "Closed 5-second windows of a region; without times, those of the last hour of data time",
        parameters: &["id", "from", "to", "limit", "cursor"],
        answer: "Windows",
    },
    Route {
        path: "/api/v1/rankings",
        summary: "Customers by energy in one window, hour, day or month; without a period, the newest",
        parameters: &["grain_ranking", "period", "region_id", "usage_type", "limit", "cursor"],
        answer: "Rankings",
    },
    Route {
        path: "/api/v1/rollup",
        summary: "Roll-ups of a region by quarter-hour, hour, day, month or year",
        parameters: &["grain", "from", "to", "region_id", "limit", "cursor"],
        answer: "Rollup",
    },
    Route {
        path: "/api/v1/pipeline",
        summary: "How far the log has been read and how the engine is",
        parameters: &[],
        answer: "Pipeline",
    },
];

/// Paths that the document describes.
pub fn paths() -> impl Iterator<Item = &'static str> {
    ROUTES.iter().map(|route| route.path)
}

pub async fn openapi() -> Json<Value> {
    Json(document())
}

pub fn document() -> Value {
    let mut paths: Map<_, _> = ROUTES.iter().map(|route| (route.path.to_owned(), describe(route))).collect();
    paths.extend(contracts::operations().into_iter().map(|(path, operations)| (path.to_owned(), operations)));
    paths.extend(statements::operations().into_iter().map(|(path, operations)| (path.to_owned(), operations)));
    paths.extend(documents::operations().into_iter().map(|(path, operations)| (path.to_owned(), operations)));
    paths.extend(tariffs::operations().into_iter().map(|(path, operations)| (path.to_owned(), operations)));
    paths.extend(alarm_rules::operations().into_iter().map(|(path, operations)| (path.to_owned(), operations)));
    paths.extend(alarms::operations().into_iter().map(|(path, operations)| (path.to_owned(), operations)));
    let mut schemas = schemas();
    for (name, schema) in alarms::schemas()
        .into_iter()
        .chain(alarm_rules::schemas())
        .chain(contracts::schemas())
        .chain(tariffs::schemas())
        .chain(statements::schemas())
    {
        schemas[name] = schema;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Loadline",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Every answer counts only the regions that the token may see. Decimals are strings. \
                            Times are local to the source's time zone, ISO 8601; \
                            periods are half-open: from is in, to is out.",
        },
        "paths": paths,
        "security": [{ "bearer": [] }],
        "components": { "parameters": parameters(), "schemas": schemas, "securitySchemes": { "bearer": {
            "type": "http", "scheme": "bearer",
            "description": "An API token, or a JWT (HS256) with tenant_id, role, sub and exp where a secret is configured",
        }}},
    })
}

fn describe(route: &Route) -> Value {
    let references: Vec<_> =
        route.parameters.iter().map(|name| json!({ "$ref": format!("#/components/parameters/{name}") })).collect();
    let content =
        |schema: &str| json!({ "application/json": { "schema": { "$ref": format!("#/components/schemas/{schema}") } } });
    json!({ "get": {
        "summary": route.summary,
        "parameters": references,
        "responses": {
            "200": { "description": "The numbers", "content": content(route.answer) },
            "400": { "description": "A wrong parameter: its name, value and what was expected", "content": content("Error") },
            "401": { "description": "No token, or one that is not good (any more)", "content": content("Error") },
            "403": { "description": "The token has not this right", "content": content("Error") },
            "429": { "description": "Too many requests from this address", "content": content("Error") },
            "503": { "description": "The database is away, or too many requests", "content": content("Error") },
        },
    }})
}

fn parameters() -> Value {
    let query = |name: &str, schema: Value, text: &str| json!({ "name": name, "in": "query", "required": false, "schema": schema, "description": text });
    let time = || json!({ "type": "string", "examples": ["2016-01-11", "2016-01-11T08:15:00", "2016-01-11T00:15:00Z"] });
    json!({
        "id": { "name": "id", "in": "path", "required": true, "schema": { "type": "integer", "format": "int32" } },
        "from": query("from", time(), "Start of the period, included"),
        "to": query("to", time(), "End of the period, not included"),
        "period": query("period", time(), "Any moment of the window, hour, day or month"),
        "region_id": query("region_id", json!({ "type": "integer", "format": "int32" }), "Only this region"),
        "usage_type": query("usage_type", json!({ "type": "string" }), "Only customers of this usage type"),
        "grain": query("grain", json!({ "enum": ["15min", "hour", "day", "month", "year"], "default": "day" }), "Length of a period"),
        "grain_ranking": query("grain", json!({ "enum": ["window", "hour", "day", "month"], "default": "day" }), "Length of the period"),
        "limit": query("limit", json!({ "type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT }), "Most rows"),
        "cursor": query("cursor", json!({ "type": "string" }), "The next_cursor of the previous answer"),
    })
}

fn schemas() -> Value {
    json!({
        "Regions": list(&[
            "region_id", "region_name", "parent_id", "limit_kw", "stat_day", "total_consumption", "total_cost",
            "record_count", "user_count", "avg_consumption", "max_consumption", "min_consumption",
        ]),
        "Windows": list(Export::Regions.columns()),
        "Rankings": list(Export::PeriodRankings.columns()),
        "Rollup": list(Export::Rollup.columns()),
        "Pipeline": { "type": "object", "properties": {
            "time_zone": { "type": "string" }, "data_time": nullable("string"), "watermark": nullable("string"),
            "newest_event": nullable("string"), "newest_closed": nullable("string"), "commit_no": { "type": "integer" },
            "committed_lsn": { "type": "string" }, "committed_at": { "type": "string" },
            "source_commit_time": nullable("string"), "initial_copy": { "type": "object" },
            "status": { "type": "object" }, "status_at_ms": nullable("integer"),
        }},
        "Error": { "type": "object", "properties": { "error": { "type": "object", "properties": {
            "status": { "type": "integer" }, "message": { "type": "string" }, "request_id": { "type": "string" },
            "parameter": { "type": "string" }, "value": { "type": "string" }, "expected": { "type": "string" },
            "reason": { "type": "string" }, "by": nullable("string"), "event": { "type": "string" }, "at": { "type": "string" },
        }}}},
    })
}

fn list(columns: &[&str]) -> Value {
    let properties: Map<_, _> = columns.iter().map(|name| ((*name).to_owned(), column(name))).collect();
    json!({ "type": "object", "required": ["time_zone", "items"], "properties": {
        "time_zone": { "type": "string" },
        "data_time": nullable("string"),
        "commit_no": { "type": "integer" },
        "items": { "type": "array", "items": { "type": "object", "properties": properties } },
        "next_cursor": nullable("string"),
    }})
}

/// The kind of a column by its name.
fn column(name: &str) -> Value {
    match name {
        _ if name.ends_with("_id") || name.ends_with("_count") || matches!(name, "ranking" | "revision") => nullable("integer"),
        _ => nullable("string"),
    }
}

fn nullable(kind: &str) -> Value {
    json!({ "type": [kind, "null"] })
}
