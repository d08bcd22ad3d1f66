//! Alarms to act on: rules and points as the evaluation stores them.

use axum::body::Body;
use axum::http::{Request, header};
use domain::Fixed2;
use domain::alarms::point::AlarmId;
use domain::alarms::{Event, Point, PointKey, RuleDefinition, RuleId, Severity, State, Subject, Transition};
use serde_json::Value;
use sqlx::PgPool;
use warehouse::alarms::evaluation::{announce, hold, save};

use crate::site::Reply;
use crate::support::Town;

/// An enabled rule of the operator.
pub async fn rule(pool: &PgPool, change: impl FnOnce(&mut RuleDefinition)) -> RuleId {
    let mut definition: RuleDefinition = serde_json::from_str(
        r#"{"name_zh":"负荷超限","name_en":"Over the limit","severity":"high",
            "conditions":[{"metric":"load_now_percent","comparison":">=","threshold":"100.00"}]}"#,
    )
    .expect("a definition");
    change(&mut definition);
    let rule_id = sqlx::query_scalar("insert into alarm_rules (version, is_enabled) values (1, true) returning rule_id")
        .fetch_one(pool)
        .await
        .expect("a rule");
    sqlx::query("insert into alarm_rule_versions (rule_id, version, definition, made_by) values ($1, 1, $2, 'tests')")
        .bind(rule_id)
        .bind(serde_json::to_value(definition).expect("JSON"))
        .execute(pool)
        .await
        .expect("a version");
    rule_id
}

/// One alarm, raised just now.
pub async fn alarm(town: &Town, rule_id: RuleId, subject: Subject, change: impl FnOnce(&mut Point)) -> AlarmId {
    let mut point = active(town, rule_id, subject);
    change(&mut point);
    raise(town, vec![point]).await[0]
}

/// Active and not acknowledged.
pub fn active(town: &Town, rule_id: RuleId, subject: Subject) -> Point {
    let now_ms = town.now().timestamp_millis();
    Point {
        state: State::Unack,
        state_since_ms: now_ms,
        is_active: true,
        occurrence: 1,
        value: Some(Fixed2(10_520)),
        threshold: Some(Fixed2(10_000)),
        annunciated_ms: Some(now_ms),
        version: 1,
        ..Point::new(PointKey { rule_id, subject }, 1, Severity::High)
    }
}

/// In one change, as one step of the evaluation.
pub async fn raise(town: &Town, points: Vec<Point>) -> Vec<AlarmId> {
    let now_ms = town.now().timestamp_millis();
    let transitions: Vec<Transition> = points.iter().map(|point| raised(point, now_ms)).collect();
    let mut tx = town.pool.begin().await.expect("a transaction");
    let revision = hold(&mut tx).await.expect("held").revision + 1;
    let saved = save(&mut tx, &points, &transitions, revision).await.expect("saved");
    announce(&mut tx, revision).await.expect("announced");
    tx.commit().await.expect("committed");
    saved.transitions.iter().map(|stored| stored.alarm_id).collect()
}

fn raised(point: &Point, now_ms: i64) -> Transition {
    Transition {
        key: point.key,
        event: Event::Raised,
        from: State::Norm,
        to: point.state,
        severity: point.severity,
        at_ms: now_ms,
        event_time: None,
        occurrence: point.occurrence,
        value: point.value,
        threshold: point.threshold,
        is_annunciated: true,
        is_retrospective: false,
        actor: None,
        reason: None,
    }
}

/// A program's JSON.
pub async fn post(town: &Town, path: &str, token: &str, body: &Value) -> Reply {
    send(town, path, token, "application/json", body.to_string()).await
}

pub async fn send(town: &Town, path: &str, token: &str, kind: &str, body: String) -> Reply {
    let request = Request::post(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, kind)
        .body(Body::from(body));
    town.send(request.expect("a request"), "198.51.100.7".parse().expect("an address")).await
}

pub async fn state_of(town: &Town, alarm_id: AlarmId) -> (String, i32) {
    sqlx::query_as("select state, version from alarms where alarm_id = $1")
        .bind(alarm_id)
        .fetch_one(&town.pool)
        .await
        .expect("an alarm")
}
