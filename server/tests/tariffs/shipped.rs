//! The tariffs that the product brings along are written once, and never again.

use domain::access::Preset;
use serde_json::json;
use server::settlement::shipped::{file, write_once};
use warehouse::Store;

use crate::land::{TARIFFS, column, got, posted};
use crate::support::{Reach, Town};

#[tokio::test]
async fn examples_are_written_once_by_the_program() {
    let town = Town::new().await;
    let store = Store::new(town.pool.clone());
    write_once(&store).await.expect("examples");
    let (token, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    let listed = got(&town, TARIFFS, &token, 200).await;
    let items = listed["items"].as_array().expect("items");
    assert_eq!(items.len(), file().plans.len());
    let is_example = |item: &serde_json::Value| {
        item["is_shipped"] == true
            && item["shown"]["made_by"] == "loadline"
            && item["shown"]["definition"]["notice"]["is_checked"] == false
    };
    assert!(items.iter().all(is_example), "{listed}");
    assert_eq!(town.recorded("tariff.ship").await, 1);
    let author = column(&town.pool, "select actor_kind from access.audit_log where action = 'tariff.ship'").await;
    assert_eq!(author, ["system"]);
    // somebody removes one and takes a day away: the next start does not bring them back
    posted(&town, &format!("{TARIFFS}/liaoning-tou/remove"), &token, &json!({ "version": 1 }), 200).await;
    posted(&town, "/api/v1/calendar", &token, &json!({ "day": "2026-10-01", "kind": "none", "version": 1 }), 200).await;
    write_once(&store).await.expect("nothing to do");
    assert_eq!(got(&town, TARIFFS, &token, 200).await["items"].as_array().map(Vec::len), Some(items.len() - 1));
    assert_eq!(column(&town.pool, "select name from calendar_days where day = '2026-10-01'").await, [] as [&str; 0]);
    let mut connection = town.pool.acquire().await.expect("a connection");
    let parts = warehouse::settlement::book::load(&mut connection).await.expect("the book");
    assert_eq!((parts.rules, parts.tariffs.len()), (domain::settlement::shipped::national_rules(), items.len() - 1));
}

#[tokio::test]
async fn what_somebody_entered_before_is_kept() {
    let town = Town::new().await;
    let (token, _) = town.token(Preset::BillingClerk, None, Reach::All).await;
    let own = crate::land::tariff("liaoning-tou", "2026-01-01", "0.5");
    posted(&town, TARIFFS, &token, &json!({ "definition": own }), 201).await;
    write_once(&Store::new(town.pool.clone())).await.expect("examples");
    let read = got(&town, &format!("{TARIFFS}/liaoning-tou"), &token, 200).await;
    assert_eq!((read["is_shipped"].as_bool(), read["version"].as_i64()), (Some(false), Some(1)), "{read}");
}
