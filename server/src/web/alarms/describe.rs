//! The interface of alarms in the words of OpenAPI.

use domain::alarms::act::{MOST_COMMENT_CHARS, SHELF_CRITICAL_MOST_MIN, SHELF_MOST_MIN, SHELF_USUAL_MIN};
use domain::alarms::{Quality, Severity, State};
use serde_json::{Map, Value, json};

use super::json::{ALARM, TRANSITION, event_codes};
use super::list::{DEFAULT_LIMIT, MAX_LIMIT};
use crate::web::alarm_rules;

/// Paths with what they take, as `/api/openapi.json` lists them.
pub fn operations() -> Vec<(&'static str, Value)> {
    let mut operations = vec![
        ("/api/v1/alarms", json!({ "get": list(), "post": make_rule() })),
        ("/api/v1/alarms/stream", json!({ "get": stream() })),
        ("/api/v1/alarms/{id}", json!({ "get": one() })),
    ];
    let version = || {
        (
            "version",
            json!({ "type": ["integer", "null"], "description": "The version that was seen; another one is refused with 409" }),
        )
    };
    let text = || json!({ "type": "string", "maxLength": MOST_COMMENT_CHARS });
    let most = format!(
        "Usually {SHELF_USUAL_MIN}, at most {SHELF_MOST_MIN}; critical: at most {SHELF_CRITICAL_MOST_MIN}, by an engineer"
    );
    let acts = [
        ("/api/v1/alarms/{id}/ack", "Acknowledge", vec![("comment", text()), version()], vec![]),
        (
            "/api/v1/alarms/{id}/shelve",
            "Shelve for a time; on a shelved one: another time",
            vec![("reason", text()), ("minutes", json!({ "type": "integer", "minimum": 1, "description": most })), version()],
            vec!["reason"],
        ),
        ("/api/v1/alarms/{id}/unshelve", "Take off the shelf: an active one is then acknowledged", vec![version()], vec![]),
        ("/api/v1/alarms/{id}/clear", "Reset: lets a latched alarm go, once its condition is false", vec![version()], vec![]),
        (
            "/api/v1/alarms/{id}/assign",
            "Assign to somebody by the name that he signs in with, or to nobody",
            vec![("assignee", json!({ "type": ["string", "null"] })), version()],
            vec![],
        ),
        ("/api/v1/alarms/{id}/comment", "Write into the history", vec![("text", text()), version()], vec!["text"]),
    ];
    operations.extend(acts.map(|(path, summary, fields, required)| (path, json!({ "post": act(summary, fields, required) }))));
    operations
}

pub fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("Alarm", object(ALARM)),
        ("AlarmTransition", object(TRANSITION)),
        ("Alarms", page(&["time_zone", "revision", "total", "items", "next_cursor"], "Alarm", None)),
        ("AlarmHistory", page(&["time_zone", "alarm", "total", "items", "next_cursor"], "AlarmTransition", Some("Alarm"))),
    ]
}

fn list() -> Value {
    let query =
        |name: &str, schema: Value, text: &str| json!({ "name": name, "in": "query", "schema": schema, "description": text });
    let text = || json!({ "type": "string" });
    let codes = |codes: Vec<&str>| format!("One or more of {}, with commas", codes.join(", "));
    json!({
        "summary": "The desk's list: open alarms, the worst first",
        "parameters": [
            query("severity", text(), &codes(Severity::ALL.map(Severity::code).to_vec())),
            query("state", text(), &format!("{}, or unacknowledged; without it, all that are open", codes(State::ALL.map(State::code).to_vec()))),
            query("region_id", json!({ "type": "integer" }), "This region and all below it"),
            query("rule_id", json!({ "type": "integer" }), "Alarms of this rule"),
            query("assignee", text(), "Whom it is assigned to; - for nobody"),
            query("q", text(), "In the name of rule, region or assignee, or a number"),
            query("quality", json!({ "enum": Quality::ALL.map(Quality::code) }), "Whether the value can be relied on"),
            query("order", json!({ "enum": ["worst", "newest"], "default": "worst" }), "What stands first"),
            limit(),
            query("cursor", text(), "The next_cursor of the previous answer"),
        ],
        "responses": answers("Alarms"),
    })
}

fn make_rule() -> Value {
    let mut create = alarm_rules::describe::create();
    create["summary"] =
        "Make a rule: another name for POST /api/v1/alarm-rules. Alarms themselves are made by rules alone".into();
    create
}

fn one() -> Value {
    let cursor = json!({ "name": "cursor", "in": "query", "schema": { "type": "string" }, "description": "The next_cursor of the previous answer" });
    json!({
        "summary": "One alarm with its history, the newest entry first",
        "parameters": [id(), limit(), cursor],
        "responses": answers("AlarmHistory"),
    })
}

fn stream() -> Value {
    let last = json!({ "name": "Last-Event-ID", "in": "header", "schema": { "type": "integer" }, "description": "The id of the last event that arrived: what came after it follows first" });
    json!({
        "summary": "Transitions as they are committed, as server-sent events: first hello, then transition",
        "description": format!("The id of an event is its transition_id; data is an AlarmTransition. Events: {}.", event_codes().join(", ")),
        "parameters": [last],
        "responses": {
            "200": { "description": "Events until the client leaves", "content": { "text/event-stream": { "schema": { "type": "string" } } } },
            "401": answer("No token, or one that is not good (any more)", "Error"),
            "403": answer("The token has not this right", "Error"),
            "503": answer("Too many streams, or the database is away", "Error"),
        },
    })
}

fn act(summary: &str, fields: Vec<(&str, Value)>, required: Vec<&str>) -> Value {
    let properties: Map<_, _> = fields.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
    let mut responses = answers("Alarm");
    responses["400"] = answer("A body that cannot be used", "Error");
    responses["404"] = answer("No such alarm among the regions of the token", "Error");
    responses["409"] = answer(
        "The alarm does not let this be done, or has changed: error.reason is a code, error.message a sentence; \
         for changed also error.by, error.event and error.at",
        "Error",
    );
    responses["422"] = answer("A text that is too long, or an assignee who does not see the alarm", "Error");
    json!({
        "summary": summary,
        "parameters": [id()],
        "requestBody": { "required": !required.is_empty(), "content": { "application/json": { "schema": {
            "type": "object", "properties": properties, "required": required, "additionalProperties": false,
        }}}},
        "responses": responses,
    })
}

fn id() -> Value {
    json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "integer", "format": "int64" } })
}

fn limit() -> Value {
    json!({ "name": "limit", "in": "query", "schema": { "type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT }, "description": "Most rows" })
}

fn answers(schema: &str) -> Value {
    json!({
        "200": answer("As it is now", schema),
        "400": answer("A wrong parameter: its name, value and what was expected", "Error"),
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

fn object(names: &[&str]) -> Value {
    let properties: Map<_, _> = names.iter().map(|name| ((*name).to_owned(), field(name))).collect();
    json!({ "type": "object", "properties": properties })
}

fn field(name: &str) -> Value {
    match name {
        "severity" => json!({ "enum": Severity::ALL.map(Severity::code) }),
        "state" | "from" | "to" => json!({ "enum": State::ALL.map(State::code) }),
        "quality" => json!({ "enum": Quality::ALL.map(Quality::code) }),
        "event" => json!({ "enum": event_codes() }),
        "subject" => json!({ "enum": ["region", "user", "pipeline"] }),
        "suppressed_by" => json!({ "type": ["object", "null"] }),
        "occurrence" | "version" | "revision" | "hidden_count" | "rule_version" => json!({ "type": "integer" }),
        _ if name.starts_with("is_") => json!({ "type": "boolean" }),
        _ if name.ends_with("_id") => json!({ "type": ["integer", "null"] }),
        _ => json!({ "type": ["string", "null"] }),
    }
}

fn page(names: &[&str], item: &str, alarm: Option<&str>) -> Value {
    let properties: Map<_, _> = names
        .iter()
        .map(|name| {
            let schema = match (*name, alarm) {
                ("items", _) => json!({ "type": "array", "items": reference(item) }),
                ("alarm", Some(schema)) => reference(schema),
                ("revision" | "total", _) => json!({ "type": "integer" }),
                ("time_zone", _) => json!({ "type": "string" }),
                _ => json!({ "type": ["string", "null"] }),
            };
            ((*name).to_owned(), schema)
        })
        .collect();
    json!({ "type": "object", "required": names, "properties": properties })
}
