//! The interface of rules in the words of OpenAPI.

use app::pages::alarms::rules::fields::{HOLIDAY_CHOICES, QUIETINGS, holidays_code, quieting_code};
use domain::alarms::rule::{MOST_CONDITIONS, MOST_NAME_CHARS, MOST_TEXT_CHARS};
use domain::alarms::{Comparison, InfoClass, Metric, Severity};
use serde_json::{Value, json};

/// Paths with what they take, as `/api/openapi.json` lists them.
pub fn operations() -> Vec<(&'static str, Value)> {
    let seen = json!({ "type": "object", "required": ["version"], "additionalProperties": false, "properties": {
        "version": { "type": "integer", "description": "The version that was seen" }, "note": { "type": "string" },
    }});
    let change = json!({ "type": "object", "required": ["version", "definition"], "additionalProperties": false, "properties": {
        "version": { "type": "integer", "description": "The version that was seen" },
        "definition": reference("AlarmRuleDefinition"), "note": { "type": "string", "description": "Why" },
    }});
    let definition = reference("AlarmRuleDefinition");
    vec![
        (
            "/api/v1/alarm-rules",
            json!({ "get": read("The rules, enabled ones and the worst first", "AlarmRules"), "post": create() }),
        ),
        (
            "/api/v1/alarm-rules/check",
            json!({ "post": write("What is wrong with a rule, without making it", &definition, "AlarmRuleCheck", false) }),
        ),
        (
            "/api/v1/alarm-rules/{id}",
            json!({ "get": with_id(read("A rule with its versions, newest first", "AlarmRule")),
                    "post": with_id(write("Add a version; versions are never changed", &change, "AlarmRule", true)) }),
        ),
        (
            "/api/v1/alarm-rules/{id}/enable",
            json!({ "post": with_id(write("Enable; the record of rationalisation must be complete", &seen, "AlarmRule", true)) }),
        ),
        (
            "/api/v1/alarm-rules/{id}/disable",
            json!({ "post": with_id(write("Disable: its alarms return to normal", &seen, "AlarmRule", true)) }),
        ),
    ]
}

/// The same operation stands at `/api/v1/alarms` too.
pub fn create() -> Value {
    let mut create = write("Make a rule", &reference("AlarmRuleDefinition"), "AlarmRule", false);
    create["parameters"] = json!([{ "name": "enable", "in": "query", "schema": { "enum": ["0", "1"], "default": "0" },
                                    "description": "1: enable it at once" }]);
    let made = create["responses"]["200"].take();
    if let Some(responses) = create["responses"].as_object_mut() {
        responses.remove("200");
        responses.insert("201".to_owned(), made);
    }
    create
}

/// What a rule says.
fn definition() -> Value {
    let text = |most: usize| json!({ "type": "string", "maxLength": most });
    let decimal = || json!({ "type": "string", "description": "A decimal in the metric's unit, two decimals" });
    let condition = json!({ "type": "object", "required": ["metric", "comparison", "threshold"], "additionalProperties": false,
    "properties": {
        "metric": { "enum": Metric::ALL.map(Metric::code) },
        "comparison": { "enum": Comparison::ALL.map(Comparison::code) },
        "threshold": decimal(), "deadband": decimal(),
        "span_min": { "type": "integer", "minimum": 1, "maximum": 60, "description": "For load_change_percent only" },
    }});
    let severity = || json!({ "enum": Severity::ALL.map(Severity::code) });
    json!({ "type": "object", "required": ["severity", "conditions"], "additionalProperties": false, "properties": {
        "name_zh": text(MOST_NAME_CHARS), "name_en": text(MOST_NAME_CHARS), "severity": severity(),
        "class": { "enum": InfoClass::ALL.map(InfoClass::code) },
        "join": { "enum": ["all", "any"], "default": "all" },
        "conditions": { "type": "array", "minItems": 1, "maxItems": MOST_CONDITIONS, "items": condition },
        "on_delay_s": { "type": "integer" }, "off_delay_s": { "type": "integer" },
        "repeat_count": { "type": "integer", "default": 1 }, "needs_ack": { "type": "boolean", "default": true },
        "latching": { "type": "boolean", "default": false }, "reannunciate_min": { "type": "integer" },
        "quiets": { "enum": QUIETINGS.map(quieting_code) },
        "schedule": { "type": "object", "required": ["weekdays", "from_minute", "to_minute"], "properties": {
            "weekdays": { "type": "integer", "description": "Bit 0 is Monday; 127: every day" },
            "from_minute": { "type": "integer" }, "to_minute": { "type": "integer" },
            "holidays": { "enum": HOLIDAY_CHOICES.map(holidays_code) },
        }},
        "regions": { "oneOf": [{ "const": "all" }, { "type": "object", "properties": {
            "listed": { "type": "array", "items": { "type": "integer" } } } }] },
        "overrides": { "type": "object", "description": "By the number of the region", "additionalProperties": {
            "type": "object", "properties": {
                "thresholds": { "type": "array", "items": { "type": ["string", "null"] }, "description": "One per condition" },
                "severity": severity(), "is_left_out": { "type": "boolean" },
        }}},
        "rationale": { "type": "object", "properties": {
            "cause": text(MOST_TEXT_CHARS), "consequence": text(MOST_TEXT_CHARS), "response": text(MOST_TEXT_CHARS),
            "time_to_respond_min": { "type": "integer" }, "owner": text(MOST_NAME_CHARS),
            "review_on": { "type": ["string", "null"], "format": "date" },
        }},
    }})
}

pub fn schemas() -> Vec<(&'static str, Value)> {
    let fault = json!({ "type": "object", "properties": {
        "code": { "type": "string" }, "field": { "type": "string" }, "sentence": { "type": "string" }, "sentence_zh": { "type": "string" },
    }});
    let faults = json!({ "type": "array", "items": fault });
    vec![
        ("AlarmRuleDefinition", definition()),
        (
            "AlarmRule",
            json!({ "type": "object", "properties": {
                "rule_id": { "type": "integer" }, "tenant_id": { "type": ["integer", "null"] }, "code": { "type": ["string", "null"] },
                "version": { "type": "integer" }, "is_enabled": { "type": "boolean" }, "open_alarms": { "type": "integer" },
                "removed_at": { "type": ["string", "null"] }, "changed_at": { "type": "string" },
                "made_at": { "type": "string" }, "made_by": { "type": "string" },
                "sentence": { "type": "string" }, "sentence_zh": { "type": "string" },
                "definition": reference("AlarmRuleDefinition"), "versions": { "type": "array", "items": { "type": "object" } },
            }}),
        ),
        (
            "AlarmRules",
            json!({ "type": "object", "properties": {
                "time_zone": { "type": "string" }, "items": { "type": "array", "items": reference("AlarmRule") },
            }}),
        ),
        (
            "AlarmRuleCheck",
            json!({ "type": "object", "properties": {
                "may_be_enabled": { "type": "boolean" }, "faults": faults.clone(),
                "sentence": { "type": "string" }, "sentence_zh": { "type": "string" },
            }}),
        ),
        (
            "AlarmRuleRefused",
            json!({ "type": "object", "properties": { "error": { "type": "object", "properties": {
                "status": { "type": "integer" }, "reason": { "type": "string" }, "message": { "type": "string" },
                "request_id": { "type": "string" }, "faults": faults,
            }}}}),
        ),
    ]
}

fn read(summary: &str, schema: &str) -> Value {
    json!({ "summary": summary, "responses": answers(schema) })
}

fn write(summary: &str, body: &Value, schema: &str, is_versioned: bool) -> Value {
    let mut responses = answers(schema);
    responses["422"] =
        answer("The rule makes no sense: error.faults says why, each with a code, the field and a sentence", "AlarmRuleRefused");
    if is_versioned {
        responses["409"] = answer("Somebody else changed it: error.by, error.at, error.version", "AlarmRuleRefused");
    }
    json!({ "summary": summary, "responses": responses,
            "requestBody": { "required": true, "content": { "application/json": { "schema": body } } } })
}

fn with_id(mut operation: Value) -> Value {
    operation["parameters"] =
        json!([{ "name": "id", "in": "path", "required": true, "schema": { "type": "integer", "format": "int64" } }]);
    operation["responses"]["404"] = answer("No such rule of the token's tenant", "Error");
    operation
}

fn answers(schema: &str) -> Value {
    json!({
        "200": answer("As it is now", schema),
        "400": answer("A body or parameter that cannot be used", "Error"),
        "401": answer("No token, or one that is not good (any more)", "Error"),
        "403": answer("The token has not this right, or not for these regions", "Error"),
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
