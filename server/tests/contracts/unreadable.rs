//! A contract whose stored terms cannot be read: it is listed and says so, nothing but new terms is taken, and it is whole again.

use domain::access::Preset;

use crate::land::{count, fields, post, shop, tariffs, with};
use crate::support::{Reach, Town};

const SAID: &str = "条款内容无法读取";

async fn town() -> Town {
    let town = Town::new().await;
    tariffs(&town).await;
    town.person("wei", Preset::BillingClerk, None, Reach::All).await;
    town
}

async fn spoil(town: &Town, id: i64) {
    let spoilt = r#"update contract_terms set definition = '{"voltage": "none"}' where contract_id = "#;
    sqlx::raw_sql(&format!("{spoilt}{id}")).execute(&town.pool).await.expect("spoilt");
}

#[tokio::test]
async fn it_is_listed_with_the_others_and_says_so_on_its_page() {
    let town = town().await;
    let mut wei = town.signed_in("wei").await;
    let id = shop(&mut wei).await;
    let other = wei.post("/settlement/contracts", &fields("1", "home", "below_1kv")).await;
    assert_eq!(other.status, 303, "{}", other.text);
    assert!(!wei.get("/settlement/contracts").await.text.contains(SAID));
    spoil(&town, id).await;
    let list = wei.get("/settlement/contracts").await;
    assert_eq!(list.status, 200, "{}", list.text);
    assert_eq!(list.text.matches(SAID).count(), 1);
    assert!(
        list.text.contains(&format!("href=\"/settlement/contracts/{id}\"")) && list.text.contains("/settlement/tariffs/home")
    );
    let page = wei.get(&format!("/settlement/contracts/{id}")).await;
    assert!(page.status == 200 && page.text.contains(SAID), "{}", page.text);
    let (token, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    let listed = town.bearer("/api/v1/contracts", &token).await.json();
    let told: Vec<_> = listed["contracts"].as_array().expect("contracts").iter().map(|one| one["cannot_bill"].clone()).collect();
    assert_eq!(told, ["unreadable_terms".into(), serde_json::Value::Null]);
    let one = town.bearer(&format!("/api/v1/contracts/{id}"), &token).await.json();
    assert_eq!(one["warnings"][0]["code"], "unreadable_terms", "{one}");
    // what stands in the place of its terms is not taken back
    let reply = post(&town, &token, &format!("/api/v1/contracts/{id}"), &one).await;
    assert_eq!(reply.status, 422, "{}", reply.text);
    assert_eq!(wei.get("/exports/contracts.csv").await.status, 200);
}

#[tokio::test]
async fn only_new_terms_are_taken_and_everything_from_its_start_is_settled_anew() {
    let town = town().await;
    let mut wei = town.signed_in("wei").await;
    let id = shop(&mut wei).await;
    let page = format!("/settlement/contracts/{id}");
    let later = with(fields("3", "shop", "1_10kv"), &[("valid_from", "2016-03-01"), ("capacity_kva", "80"), ("version", "1")]);
    assert_eq!(wei.post(&format!("{page}/terms"), &later).await.status, 303);
    sqlx::raw_sql(
        "update contract_terms set definition = '[1]' where valid_from = '2016-03-01'; delete from settlement_requests",
    )
    .execute(&town.pool)
    .await
    .expect("spoilt");
    assert!(wei.get("/settlement/contracts").await.text.contains(SAID), "whichever of its terms it is");
    let spoilt = "select count(*) from contract_terms where definition = '[1]'";
    let refused = wei.post(&page, &[("billing_day", "5"), ("version", "2")]).await;
    assert!(refused.status != 303 && refused.text.contains(SAID), "{}", refused.text);
    let beside = wei.post("/settlement/contracts", &with(fields("3", "shop", "1_10kv"), &[("valid_from", "2016-05-01")])).await;
    assert!(beside.status != 303, "no second contract comes beside it");
    assert_eq!(count(&town, spoilt).await, 1, "it is left as it is");
    let mended = with(later, &[("version", "2")]);
    let reply = wei.post(&format!("{page}/terms"), &mended).await;
    assert_eq!(reply.status, 303, "{}", reply.text);
    assert_eq!(count(&town, spoilt).await, 0);
    assert!(!wei.get(&page).await.text.contains(SAID));
    let from_start = "select count(*) from settlement_requests where from_day = '2016-01-01'";
    assert_eq!(count(&town, from_start).await, 1, "what came meanwhile was passed over");
}
