//! What programs ask and do.

use axum::body::Body;
use axum::http::{Method, Request};
use domain::access::Preset;
use serde_json::{Value, json};
use warehouse::settlement::statements::document_hash;

use crate::site::Reply;
use crate::support::{Reach, Town};
use crate::world::{REGION, World};

async fn post(town: &Town, path: &str, token: &str, body: &Value) -> Reply {
    let request = Request::builder().method(Method::POST).uri(path).header("authorization", format!("Bearer {token}"));
    let request = request.header("content-type", "application/json").body(Body::from(body.to_string()));
    town.send(request.unwrap(), "198.51.100.7".parse().unwrap()).await
}

fn body(reply: &Reply) -> Value {
    serde_json::from_str(&reply.text).unwrap_or_else(|error| panic!("{error}: {}", reply.text))
}

#[tokio::test]
async fn statements_are_generated_read_checked_frozen_and_void() {
    let town = Town::new().await;
    let world = World::over(town.pool.clone(), town.access.clone()).await;
    let contract = world.contract(1, "2026-01-01", Some("flat")).await;
    world.meter(contract, "2026-01-10", 100).await;
    let (clerk, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    let (admin, _) = town.token(Preset::Admin, None, Reach::All).await;
    let reply = post(&town, "/api/v1/statements/generate", &clerk, &json!({ "month": "2026-13" })).await;
    assert_eq!(reply.status, 400);
    let reply = post(&town, "/api/v1/statements/generate", &clerk, &json!({ "month": "2026-01" })).await;
    assert_eq!(reply.status, 202, "{}", reply.text);
    let run = body(&reply)["run"]["run_id"].as_i64().unwrap();
    world.runs.work_off(&Default::default()).await.unwrap();
    let reply = town.bearer(&format!("/api/v1/statements/runs/{run}"), &clerk).await;
    assert_eq!((body(&reply)["state"].as_str(), body(&reply)["done"].as_i64()), (Some("done"), Some(1)), "{}", reply.text);
    let list = body(&town.bearer("/api/v1/statements?month=2026-01", &clerk).await);
    assert_eq!((list["total"].as_i64(), list["items"][0]["total_amount"].as_str()), (Some(1), Some("50.00")), "{list}");
    let path = format!("/api/v1/statements/{}", list["items"][0]["statement_id"]);
    let freeze = format!("{path}/freeze");
    let early = post(&town, &freeze, &clerk, &json!({})).await;
    assert_eq!((early.status.as_u16(), body(&early)["error"]["reason"].as_str()), (409, Some("wrong_state")));
    assert_eq!(body(&early)["error"]["details"]["state"], "draft");
    assert_eq!(post(&town, &format!("{path}/check"), &clerk, &json!({ "edit_no": 1 })).await.status, 200);
    let frozen = post(&town, &freeze, &clerk, &json!({ "edit_no": 2 })).await;
    assert_eq!(frozen.status, 200, "{}", frozen.text);
    let frozen = body(&frozen);
    assert_eq!(frozen["snapshot_hash"].as_str().unwrap(), document_hash(&frozen["document"]), "whoever reads it can prove it");
    let void = format!("{path}/void");
    assert_eq!(post(&town, &void, &clerk, &json!({ "reason": "x" })).await.status, 403);
    assert_eq!(post(&town, &void, &admin, &json!({})).await.status, 422);
    assert_eq!(post(&town, &void, &admin, &json!({ "reason": "x" })).await.status, 200);
    assert_eq!(town.bearer("/api/v1/statements/999", &clerk).await.status, 404);
}

#[tokio::test]
async fn settled_days_are_listed_page_by_page_and_as_a_file_within_ones_regions() {
    let town = Town::new().await;
    let world = World::over(town.pool.clone(), town.access.clone()).await;
    for user in 1..=3 {
        let contract = world.contract(user, "2026-01-01", Some("flat")).await;
        world.meter(contract, "2026-01-10", user * 10).await;
        world.meter(contract, "2026-01-11", user).await;
    }
    let (clerk, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    let (far, _) = town.token(Preset::BillingClerk, None, Reach::Some(&[REGION + 1])).await;
    let newest = body(&town.bearer("/api/v1/settlements", &clerk).await);
    assert_eq!((newest["from"].as_str(), newest["items"].as_array().map(Vec::len)), (Some("2026-01-11"), Some(3)), "{newest}");
    let mut seen = Vec::new();
    let mut after = String::new();
    for _ in 0..4 {
        let page = body(&town.bearer(&format!("/api/v1/settlements?from=2026-01-01&limit=2{after}"), &clerk).await);
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["energy_kwh"].as_str().unwrap().to_owned()));
        match page["next_after"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["10.00", "20.00", "30.00", "1.00", "2.00", "3.00"]);
    let one = body(&town.bearer("/api/v1/settlements?from=2026-01-01&to=2026-01-11&user=2", &clerk).await);
    assert_eq!(one["items"].as_array().map(Vec::len), Some(1), "{one}");
    assert_eq!(body(&town.bearer("/api/v1/settlements?from=2026-01-01", &far).await)["items"], json!([]));
    assert_eq!(town.bearer("/api/v1/settlements?from=yesterday", &clerk).await.status, 400);
    let file = town.bearer("/api/v1/exports/settlements.csv?from=2026-01-01&bom=0", &clerk).await;
    assert_eq!(file.text.lines().count(), 7, "{}", file.text);
    assert!(file.text.starts_with("day,contract_id,user_id,user_name"), "{}", file.text);
    let first = file.text.lines().nth(1).unwrap();
    assert!(first.starts_with("2026-01-10,1,1,") && first.contains(",居民,7,2026-01,10.00,"), "{first}");
    let none = town.bearer("/api/v1/exports/settlements.csv?from=2026-01-01&bom=0", &far).await;
    assert_eq!(none.text.lines().count(), 1);
}
