//! An installation with tariffs, and short ways to contracts.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::site::Reply;
use crate::support::{Browser, Town};

/// Single-rate for businesses at 1–10 kV, another for homes, a two-part one without prices; valid from 2016.
pub async fn tariffs(town: &Town) {
    tariffs_in(&town.pool).await;
}

pub async fn tariffs_in(pool: &PgPool) {
    let flat = |code: &str, voltage: &str, category: &str, prices: Value, basic: Value| {
        let mut plan = json!({
            "code": code, "name": code, "province": "湖北", "valid_from": "2016-01-01", "notice": { "number": "鄂 77" },
            "for_whom": { "categories": [category], "voltages": [voltage] }, "calendar": { "flat_fills": true },
        });
        if !prices.is_null() {
            plan["prices"] = prices;
        }
        if !basic.is_null() {
            plan["basic"] = basic;
        }
        plan
    };
    let price = || json!({ "bands": { "flat": "0.600000" } });
    for plan in [
        flat("shop", "1_10kv", "商业", price(), Value::Null),
        flat("works", "1_10kv", "工业", price(), json!({ "capacity_price": "20.000000", "demand_price": "30.000000" })),
        flat("home", "below_1kv", "居民", price(), Value::Null),
        flat("bare", "below_1kv", "居民", Value::Null, Value::Null),
    ] {
        put_plan(pool, None, plan).await;
    }
}

pub async fn plan_of(town: &Town, tenant_id: Option<i32>, plan: Value) {
    put_plan(&town.pool, tenant_id, plan).await;
}

async fn put_plan(pool: &PgPool, tenant_id: Option<i32>, plan: Value) {
    let code = plan["code"].as_str().expect("a code").to_owned();
    sqlx::query(
        "with made as (insert into tariff_plans (tenant_id, code, version) values ($1, $2, 1) returning plan_id)
         insert into tariff_versions (plan_id, version, valid_from, definition, made_by)
         select plan_id, 1, ($3->>'valid_from')::date, $3, 'tests' from made",
    )
    .bind(tenant_id)
    .bind(code)
    .bind(plan)
    .execute(pool)
    .await
    .expect("a tariff");
}

/// What a form of a new contract sends.
pub fn fields<'f>(user: &'f str, tariff: &'f str, voltage: &'f str) -> Vec<(&'f str, &'f str)> {
    vec![
        ("user_id", user),
        ("valid_from", "2016-01-01"),
        ("billing_day", "1"),
        ("direction", "import"),
        ("tariff", tariff),
        ("voltage", voltage),
        ("capacity_kva", "50"),
        ("demand_mode", "capacity"),
        ("contract_demand_kw", ""),
        ("power_factor_standard", ""),
        ("interval_min", "15"),
        ("reading_time_is", ""),
        ("multiplier", "1"),
        ("register_max", ""),
        ("reason", "new supply"),
    ]
}

/// The form with other values in some fields.
pub fn with<'f>(fields: Vec<(&'f str, &'f str)>, changes: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let kept = fields.into_iter().filter(|(name, _)| !changes.iter().any(|(other, _)| other == name));
    kept.chain(changes.iter().copied()).collect()
}

/// The shop of customer 3 in region 2; its number.
pub async fn shop(browser: &mut Browser<'_>) -> i64 {
    let reply = browser.post("/settlement/contracts", &fields("3", "shop", "1_10kv")).await;
    assert_eq!(reply.status, 303, "{}", reply.text);
    let address = reply.header("location");
    let id = address.strip_prefix("/settlement/contracts/").and_then(|rest| rest.split('?').next());
    id.and_then(|id| id.parse().ok()).expect(address)
}

pub fn body(user_id: i64, tariff: &str, voltage: &str) -> Value {
    json!({ "user_id": user_id, "terms": [{ "valid_from": "2016-01-01", "terms": { "tariff": tariff, "voltage": voltage } }] })
}

pub async fn send(town: &Town, token: &str, path: &str, kind: &str, body: impl Into<Body>) -> Reply {
    let request = Request::builder().method(Method::POST).uri(path).header("content-type", kind);
    let request = request.header("authorization", format!("Bearer {token}")).body(body.into()).expect("a request");
    town.send(request, "198.51.100.7".parse().expect("an address")).await
}

pub async fn post(town: &Town, token: &str, path: &str, body: &Value) -> Reply {
    send(town, token, path, "application/json", body.to_string()).await
}

pub async fn count(town: &Town, sql: &str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&town.pool).await.expect("a number")
}
