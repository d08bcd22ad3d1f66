//! Short ways to rules: the fields of a form, bodies of programs, what is stored.

use axum::body::Body;
use axum::http::{Method, Request};
use domain::alarms::RuleDefinition;
use serde_json::{Value, json};

use crate::site::Reply;
use crate::support::Town;

/// Rules that the people and programs of a test have made.
pub const OWN_RULES: &str = "select count(*) from alarm_rules where rule_id in
    (select rule_id from alarm_rule_versions where made_by in ('eva', 'max', 'wei', 'test'))";

/// A form that may be enabled.
pub fn fields() -> Vec<(&'static str, &'static str)> {
    vec![
        ("name_zh", "越限"),
        ("severity", "high"),
        ("join", "all"),
        ("c0_metric", "load_now_percent"),
        ("c0_comparison", ">="),
        ("c0_threshold", "100"),
        ("c0_deadband", "5"),
        ("c0_span", ""),
        ("c1_metric", ""),
        ("c1_comparison", ">"),
        ("c1_threshold", ""),
        ("on_delay_s", "60"),
        ("off_delay_s", "0"),
        ("repeat_count", "1"),
        ("needs_ack", "1"),
        ("quiets", "nothing"),
        ("weekday", "0"),
        ("weekday", "1"),
        ("weekday", "2"),
        ("weekday", "3"),
        ("weekday", "4"),
        ("weekday", "5"),
        ("weekday", "6"),
        ("from_time", "00:00"),
        ("to_time", "24:00"),
        ("holidays", "as_usual"),
        ("regions", "all"),
        ("cause", "Growth"),
        ("consequence", "Overheating"),
        ("response", "Shed load"),
        ("time_to_respond_min", "10"),
        ("owner", "Dispatch"),
    ]
}

/// The form with other values in some fields.
pub fn with<'f>(changes: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let kept = fields().into_iter().filter(|(name, _)| !changes.iter().any(|(other, _)| other == name));
    kept.chain(changes.iter().copied()).collect()
}

pub fn definition() -> Value {
    json!({
        "name_en": "Too much", "severity": "high",
        "conditions": [{ "metric": "hour_kwh", "comparison": ">", "threshold": "5.00" }],
        "rationale": { "cause": "c", "consequence": "d", "response": "e", "time_to_respond_min": 5, "owner": "f" },
    })
}

pub fn read(definition: &Value) -> RuleDefinition {
    serde_json::from_value(definition.clone()).expect("a definition")
}

/// What a program sends.
pub async fn post(town: &Town, path: &str, token: &str, body: &Value) -> Reply {
    let request = Request::builder().method(Method::POST).uri(path).header("authorization", format!("Bearer {token}"));
    let request = request.header("content-type", "application/json").body(Body::from(body.to_string()));
    town.send(request.expect("a request"), "198.51.100.7".parse().expect("an address")).await
}

pub fn json_of(reply: &Reply) -> Value {
    serde_json::from_str(&reply.text).unwrap_or_else(|error| panic!("{error}: {}", reply.text))
}

/// The number in the address that a form leads to.
pub fn number_in(reply: &Reply) -> i64 {
    let digits: String =
        reply.header("location").chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("{} {}: {}", reply.status, reply.header("location"), reply.text))
}

pub async fn count(town: &Town, query: &str) -> i64 {
    sqlx::query_scalar(query).fetch_one(&town.pool).await.unwrap_or_else(|error| panic!("{query}: {error}"))
}

pub async fn run(town: &Town, sql: &str) {
    sqlx::raw_sql(sql).execute(&town.pool).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}
