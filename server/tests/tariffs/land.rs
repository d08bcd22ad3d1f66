//! Short ways to tariffs: documents, requests of programs, what is stored.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::site::Reply;
use crate::support::Town;

pub const TARIFFS: &str = "/api/v1/tariffs";

/// A single-rate tariff from a day on.
pub fn tariff(code: &str, from: &str, price: &str) -> Value {
    json!({
        "code": code, "name": "测试电价", "province": "湖北", "valid_from": from,
        "notice": { "number": "测试〔2026〕1号", "is_checked": true },
        "for_whom": {}, "calendar": { "flat_fills": true, "rules": [] },
        "prices": { "bands": { "flat": price } },
    })
}

/// The document with other values at the top.
pub fn with(document: &Value, changes: Value) -> Value {
    let (Value::Object(mut all), Value::Object(changes)) = (document.clone(), changes) else { panic!("two objects") };
    all.extend(changes);
    Value::Object(all)
}

pub fn file(plans: &[Value]) -> Value {
    json!({ "format": "loadline-tariffs/1", "plans": plans })
}

pub async fn post(town: &Town, path: &str, token: &str, body: &Value) -> Reply {
    let request = Request::builder().method(Method::POST).uri(path).header("authorization", format!("Bearer {token}"));
    let request = request.header("content-type", "application/json").body(Body::from(body.to_string()));
    town.send(request.expect("a request"), "198.51.100.7".parse().expect("an address")).await
}

/// Posts and expects this status; the body.
pub async fn posted(town: &Town, path: &str, token: &str, body: &Value, status: u16) -> Value {
    let reply = post(town, path, token, body).await;
    assert_eq!(reply.status.as_u16(), status, "{path}: {}", reply.text);
    json_of(&reply)
}

pub async fn got(town: &Town, path: &str, token: &str, status: u16) -> Value {
    let reply = town.bearer(path, token).await;
    assert_eq!(reply.status.as_u16(), status, "{path}: {}", reply.text);
    json_of(&reply)
}

pub fn json_of(reply: &Reply) -> Value {
    serde_json::from_str(&reply.text).unwrap_or_else(|error| panic!("{error}: {}", reply.text))
}

pub fn reason(body: &Value) -> &str {
    body["error"]["reason"].as_str().unwrap_or_default()
}

/// One column of texts.
pub async fn column(pool: &PgPool, sql: &str) -> Vec<String> {
    sqlx::query_scalar(sql).fetch_all(pool).await.unwrap_or_else(|error| panic!("{error}: {sql}"))
}

pub async fn run(pool: &PgPool, sql: &str) {
    sqlx::raw_sql(sql).execute(pool).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
}

/// Days that are to be settled again, oldest request first.
pub const REQUESTS: &str = "select concat_ws(' ', cause, cause_text, '|', tariff_code, from_day, to_day)
    from settlement_requests order by request_id";

/// A contract of customer 1 with this tariff.
pub async fn contract(pool: &PgPool, tariff: &str) {
    let sql = format!(
        "with made as (insert into contracts (user_id, starts_on, changed_by) values (1, '2026-01-01', 'tests') returning contract_id)
         insert into contract_terms (contract_id, valid_from, tariff_code, definition, made_by)
         select contract_id, '2026-01-01', '{tariff}', '{{}}', 'tests' from made"
    );
    run(pool, &sql).await;
}
