//! The interface for programs: lists, one contract, making and changing it, what is refused.

use domain::access::Preset;
use serde_json::{Value, json};

use crate::land::{body, count, post, tariffs};
use crate::support::{Reach, Town};

#[tokio::test]
async fn programs_make_change_and_list_contracts() {
    let town = Town::new().await;
    tariffs(&town).await;
    let (token, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    let made = post(&town, &token, "/api/v1/contracts", &body(3, "shop", "1_10kv")).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    assert_eq!((made["version"].as_i64(), made["billing_day"].as_i64(), made["region_id"].as_i64()), (Some(1), Some(1), Some(2)));
    assert_eq!(made["terms"][0]["terms"]["interval_min"], 15, "what was left out is as usual");
    let id = made["contract_id"].as_i64().expect("a number");
    let address = format!("/api/v1/contracts/{id}");
    // what is given can be sent back
    let mut changed = town.bearer(&address, &token).await.json();
    changed["billing_day"] = 5.into();
    changed["note"] = "moved".into();
    let reply = post(&town, &token, &address, &changed).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!((reply.json()["version"].as_i64(), reply.json()["billing_day"].as_i64()), (Some(2), Some(5)));
    let late = post(&town, &token, &address, &changed).await;
    assert_eq!((late.status.as_u16(), late.json()["error"]["reason"].as_str()), (409, Some("changed")));
    let list = town.bearer("/api/v1/contracts?q=3", &token).await.json();
    assert_eq!((list["total"].as_i64(), list["contracts"][0]["contract_id"].as_i64()), (Some(1), Some(id)));
    assert_eq!(list["contracts"][0]["cannot_bill"], Value::Null);
    assert_eq!(town.bearer("/api/v1/contracts?region_id=1", &token).await.json()["total"], 0);
    assert_eq!(town.bearer("/api/v1/contracts?fault=other", &token).await.status, 400);
    let without = json!({ "user_id": 1, "terms": [{ "valid_from": "2016-01-01", "terms": { "voltage": "below_1kv" } }] });
    assert_eq!(post(&town, &token, "/api/v1/contracts", &without).await.status, 201, "a tariff can come later");
    let faulty = town.bearer("/api/v1/contracts?fault=no_tariff", &token).await.json();
    assert_eq!((faulty["total"].as_i64(), faulty["contracts"][0]["user_id"].as_i64()), (Some(1), Some(1)));
    let page = town.bearer("/api/v1/contracts?limit=1", &token).await.json();
    let after = page["next_after"].as_i64().expect("there is more");
    let rest = town.bearer(&format!("/api/v1/contracts?after={after}"), &token).await.json();
    assert_eq!((rest["contracts"].as_array().map(Vec::len), rest["next_after"].as_i64()), (Some(1), None));
    assert_eq!(town.recorded("contract.change").await, 1);
}

#[tokio::test]
async fn faults_have_codes_and_sentences() {
    let town = Town::new().await;
    tariffs(&town).await;
    let (token, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    let refused = post(&town, &token, "/api/v1/contracts", &body(3, "shop", "below_1kv")).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    let fault = &refused.json()["error"]["faults"][0];
    assert_eq!((fault["code"].as_str(), fault["field"].as_str()), (Some("not_for_voltage"), Some("voltage")));
    assert!(fault["sentence_zh"].as_str().is_some_and(|sentence| sentence.contains("shop")), "{fault}");
    let warned = post(&town, &token, "/api/v1/contracts", &body(1, "bare", "below_1kv")).await;
    assert_eq!(warned.status, 201, "{}", warned.text);
    assert_eq!(warned.json()["warnings"][0]["code"], "no_prices");
    assert_eq!(town.bearer("/api/v1/contracts?fault=no_prices", &token).await.json()["total"], 1);
    for broken in [
        json!({ "user_id": 3 }),
        json!({ "user_id": 3, "terms": [], "billing": 1 }),
        json!({ "user_id": 3, "terms": [{ "valid_from": "x", "terms": { "voltage": "1_10kv" } }] }),
        json!({ "user_id": 3, "terms": [{ "valid_from": "2016-01-01", "terms": { "voltage": "1_10kv", "typo": 1 } }] }),
    ] {
        assert_eq!(post(&town, &token, "/api/v1/contracts", &broken).await.status, 400, "{broken}");
    }
    assert_eq!(post(&town, &token, "/api/v1/contracts", &json!({ "user_id": 3, "terms": [] })).await.status, 422);
    assert_eq!(count(&town, "select count(*) from contracts").await, 1);
}

#[tokio::test]
async fn tokens_see_and_keep_only_their_regions() {
    let town = Town::new().await;
    tariffs(&town).await;
    let (whole, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    let (east, _) = town.token(Preset::BillingClerk, None, Reach::Some(&[1])).await;
    let (auditor, _) = town.token(Preset::BillingAuditor, None, Reach::All).await;
    let made = post(&town, &whole, "/api/v1/contracts", &body(3, "shop", "1_10kv")).await.json();
    let address = format!("/api/v1/contracts/{}", made["contract_id"]);
    assert_eq!(town.bearer(&address, &east).await.status, 404);
    assert_eq!(town.bearer("/api/v1/contracts", &east).await.json()["total"], 0);
    let mut change = made.clone();
    change["billing_day"] = 9.into();
    assert_eq!(post(&town, &east, &address, &change).await.status, 404);
    assert_eq!(post(&town, &auditor, &address, &change).await.status, 403);
    assert_eq!(town.bearer(&address, &auditor).await.status, 200);
    let outside = post(&town, &east, "/api/v1/contracts", &body(3, "shop", "1_10kv")).await;
    assert_eq!(outside.json()["error"]["faults"][0]["code"], "unknown_customer");
    let csv = town.bearer("/exports/contracts.csv", &east).await;
    assert_eq!((csv.status.as_u16(), csv.text.lines().count()), (200, 1), "the head alone: {}", csv.text);
}
