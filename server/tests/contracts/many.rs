//! Very many at once: a tariff for every customer of a kind, and files of thousands.

use std::fmt::Write;

use domain::access::Preset;

use crate::land::{count, fields, send, shop, tariffs, with};
use crate::support::{Reach, Town};

const HOMES: i64 = 2_500;

async fn town() -> Town {
    let town = Town::new().await;
    tariffs(&town).await;
    sqlx::query(
        "insert into ods_power_user (user_id, user_name, usage_type, region_id, region_name)
         select 1000 + n, 'home ' || n, '居民', 1 + n % 2, 'r' from generate_series(1, $1) n",
    )
    .bind(HOMES)
    .execute(&town.pool)
    .await
    .expect("customers");
    town.person("wei", Preset::BillingClerk, None, Reach::All).await;
    town.person("zhou", Preset::BillingClerk, None, Reach::Some(&[2])).await;
    town
}

/// What the form of the bulk assignment sends.
fn assignment<'f>(changes: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let base = with(fields("", "home", "below_1kv"), &[("usage_type", "居民"), ("region", "")]);
    with(base, changes)
}

#[tokio::test]
async fn a_tariff_is_given_to_every_customer_without_a_contract() {
    let town = town().await;
    let mut zhou = town.signed_in("zhou").await;
    let list = zhou.get("/settlement/contracts?fault=no_contract").await;
    assert_eq!(list.status, 200, "{}", list.text);
    assert!(list.text.contains("1250"), "homes of his region: {}", list.text);
    let tried = zhou.post("/settlement/contracts/assign", &assignment(&[])).await;
    assert_eq!(tried.status, 200, "{}", tried.text);
    assert!(tried.text.contains("将新建 1250 份合同"), "{}", tried.text);
    assert_eq!(count(&town, "select count(*) from contracts").await, 0, "a preview");
    let other = zhou.post("/settlement/contracts/assign", &assignment(&[("do", "1"), ("count", "1249")])).await;
    assert_eq!(other.status, 409, "another number than was seen");
    let done = zhou.post("/settlement/contracts/assign", &assignment(&[("do", "1"), ("count", "1250")])).await;
    assert_eq!(done.header("location"), "/settlement/contracts?done=contracts-assigned", "{}", done.text);
    assert_eq!(count(&town, "select count(*) from contracts where region_id = 2").await, 1_250);
    assert_eq!(count(&town, "select count(*) from contracts").await, 1_250, "not the other region's");
    assert_eq!(town.recorded("contract.import").await, 3, "some hundreds to an entry");
    // one word to the worker for all of them
    assert_eq!(count(&town, "select count(*) from settlement_requests where contract_id is null").await, 1);
    assert_eq!(count(&town, "select count(*) from settlement_requests").await, 1);
    // whoever has one keeps it
    let mut wei = town.signed_in("wei").await;
    let shop = shop(&mut wei).await;
    let tried = wei
        .post("/settlement/contracts/assign", &assignment(&[("usage_type", "商业"), ("tariff", "shop"), ("voltage", "1_10kv")]))
        .await;
    assert!(tried.text.contains("将新建 0 份合同"), "{}", tried.text);
    assert!(shop > 1_250);
    let refused = wei.post("/settlement/contracts/assign", &assignment(&[("voltage", "220kv"), ("region", "1")])).await;
    assert!(refused.text.contains("电价 home 不适用于"), "{}", refused.text);
}

#[tokio::test]
async fn thousands_of_a_file_are_one_transaction_and_wholly_recorded() {
    let town = town().await;
    let (token, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    let mut file = "user_id,valid_from,tariff,voltage\r\n".to_owned();
    for user in 1_001..=1_000 + HOMES {
        write!(file, "{user},2016-01-01,home,below_1kv\r\n").expect("a text");
    }
    let broken = format!("{file}7,2016-01-01,home,below_1kv\r\n");
    let refused = send(&town, &token, "/api/v1/contracts/import", "text/csv", broken).await;
    assert_eq!((refused.status.as_u16(), refused.json()["refused"].as_i64()), (422, Some(1)));
    assert_eq!(count(&town, "select count(*) from contracts").await, 0);
    let taken = send(&town, &token, "/api/v1/contracts/import", "text/csv", file.clone()).await;
    assert_eq!(taken.json()["added"], HOMES, "{}", taken.text);
    let recorded = "select count(*) from access.audit_log, json_object_keys(after) where action = 'contract.import'";
    assert_eq!(count(&town, recorded).await, HOMES, "each is in the record");
    let changed = file.replace("home,below", "bare,below");
    let taken = send(&town, &token, "/api/v1/contracts/import", "text/csv", changed).await;
    assert_eq!(
        (taken.json()["changed"].as_i64(), taken.json()["warned"].as_i64()),
        (Some(HOMES), Some(HOMES)),
        "{}",
        taken.status
    );
    let listed = taken.json()["warned_lines"].as_array().map(Vec::len);
    assert_eq!(listed, Some(500), "lists are cut, counts are not");
    let is_listed = count(&town, "select count(*) from contract_terms where tariff_code = 'bare'").await;
    assert_eq!(is_listed, HOMES);
    let before = "select count(*) from access.audit_log, json_each(before) e where action = 'contract.import' and e.value->>'tariff 2016-01-01' = 'home'";
    assert_eq!(count(&town, before).await, HOMES);
}

#[tokio::test]
async fn two_people_who_add_the_same_contract_at_once_make_one() {
    let town = town().await;
    let (mut one, mut other) = (town.signed_in("wei").await, town.signed_in("wei").await);
    let form = fields("3", "shop", "1_10kv");
    let later = with(form.clone(), &[("valid_from", "2016-02-01")]);
    let (first, second) = tokio::join!(one.post("/settlement/contracts", &form), other.post("/settlement/contracts", &later));
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
    assert_eq!(count(&town, "select count(*) from contracts").await, 1);
}

#[tokio::test]
async fn a_contract_follows_its_customer_to_another_region() {
    let town = town().await;
    let id = shop(&mut town.signed_in("wei").await).await;
    sqlx::query("update ods_power_user set region_id = 1 where user_id = 3").execute(&town.pool).await.expect("moved");
    assert_eq!(count(&town, "select region_id::bigint from contracts").await, 1);
    let mut zhou = town.signed_in("zhou").await;
    assert_eq!(zhou.get(&format!("/settlement/contracts/{id}")).await.status, 404, "it left his region");
}
