//! What a clerk is told while settlement is at his statements, and when it cannot rate them.

use domain::access::Preset;
use warehouse::settlement::changes::Cause;
use warehouse::settlement::statements::lock_contracts;

use crate::support::{Reach, Town};
use crate::world::World;

#[tokio::test]
async fn an_act_does_not_wait_long_for_a_statement_that_is_being_rated() {
    let town = Town::new().await;
    let world = World::over(town.pool.clone(), town.access.clone()).await;
    let contract = world.contract(1, "2026-01-01", Some("flat")).await;
    world.meter(contract, "2026-01-10", 100).await;
    world.generate("2026-01").await;
    town.person("wei", Preset::BillingClerk, None, Reach::All).await;
    let mut wei = town.signed_in("wei").await;
    let draft = world.live(contract, "2026-01").await;
    let (page, edit) = (format!("/settlement/statements/{}/check", draft.statement_id), draft.edit_no.to_string());
    let mut worker = world.pool.begin().await.unwrap();
    sqlx::raw_sql("select from settlement_statements for update").execute(&mut *worker).await.unwrap();
    for (lang, sentence) in [("zh", "账单正在重新计费"), ("en", "is being rated anew")] {
        let reply = wei.post(&format!("{page}?lang={lang}"), &[("edit_no", &edit)]).await;
        assert_eq!(reply.status, 503, "{}", reply.text);
        assert!(reply.text.contains(sentence), "{}", reply.text);
    }
    assert_eq!(world.live(contract, "2026-01").await.status, "draft");
    worker.rollback().await.unwrap();
    let reply = wei.post(&page, &[("edit_no", &edit)]).await;
    assert_eq!(reply.status, 303, "{}", reply.text);
    assert_eq!(world.live(contract, "2026-01").await.status, "checked");
}

#[tokio::test]
async fn a_contract_is_not_removed_while_it_is_being_rated() {
    let town = Town::new().await;
    let world = World::over(town.pool.clone(), town.access.clone()).await;
    let contract = world.contract(1, "2026-01-01", Some("flat")).await;
    town.person("wei", Preset::BillingClerk, None, Reach::All).await;
    let mut wei = town.signed_in("wei").await;
    let mut worker = world.pool.begin().await.unwrap();
    lock_contracts(&mut worker, &[contract]).await.unwrap();
    let page = format!("/settlement/contracts/{contract}/remove");
    let version = world.text(&format!("select version::text from contracts where contract_id = {contract}")).await;
    let reply = wei.post(&format!("{page}?lang=en"), &[("version", &version)]).await;
    assert_eq!(reply.status, 503, "{}", reply.text);
    assert!(reply.text.contains("is being rated anew"), "{}", reply.text);
    worker.rollback().await.unwrap();
    let reply = wei.post(&page, &[("version", &version)]).await;
    assert_eq!(reply.status, 303, "{}", reply.text);
}

#[tokio::test]
async fn a_frozen_statement_tells_that_its_adjustments_cannot_be_computed() {
    let town = Town::new().await;
    let world = World::over(town.pool.clone(), town.access.clone()).await;
    let contract = world.contract(1, "2026-01-01", Some("flat")).await;
    world.meter(contract, "2026-01-10", 100).await;
    world.generate("2026-01").await;
    let frozen = world.freeze(contract, "2026-01").await;
    world.meter(contract, "2026-01-10", 120).await;
    let pending = world.adjustments(contract).await;
    assert_eq!(pending.len(), 1);
    town.person("wei", Preset::BillingClerk, None, Reach::All).await;
    let mut wei = town.signed_in("wei").await;
    let page = format!("/settlement/statements/{}", frozen.statement_id);
    let stale = "stale-adjustments";
    assert!(!wei.get(&page).await.text.contains(stale));
    // the contract loses its tariff, twice looked at
    world.terms(contract, "2026-01-01", None).await;
    for _ in 0..2 {
        world.changed(contract, &["2026-01"], Cause::Contract, "terms").await;
    }
    assert_eq!(world.adjustments(contract).await, pending, "it stays as it was");
    for (lang, title, fault) in [
        ("zh", "退补目前无法计算", "没有指定电价"),
        ("en", "Adjustments cannot be computed at present", "names no tariff from 2026-01-01"),
    ] {
        let reply = wei.get(&format!("{page}?lang={lang}")).await;
        assert!(reply.text.contains(title) && reply.text.contains(fault), "{}", reply.text);
        assert!(!reply.text.contains("no_tariff"), "what is kept for programs is not shown");
    }
    let told = "select string_agg(event, ' ' order by event_id) from settlement_events where event like '%rate%'";
    assert_eq!(world.text(told).await, "cannot_rate", "said once");
    world.terms(contract, "2026-01-01", Some("flat")).await;
    world.changed(contract, &["2026-01"], Cause::Contract, "terms").await;
    assert_eq!(world.text(told).await, "cannot_rate rates_again");
    assert!(!wei.get(&page).await.text.contains(stale));
    assert_eq!(world.live(contract, "2026-01").await.hash, frozen.hash, "the statement itself never changes");
}
