//! Numbers of the overview and of a run restate by themselves; forms stay.

use domain::access::{Preset, Scope};

use crate::scene::{Scene, assert_has, assert_lacks};

fn of<'a>(blocks: &'a [(String, String)], id: &str) -> &'a str {
    &blocks.iter().find(|(own, _)| own == id).unwrap().1
}

#[tokio::test]
async fn a_settled_day_changes_the_sums_that_are_sent() {
    let scene = Scene::settled().await;
    let blocks = scene.live("/settlement?month=2016-01", Preset::BillingClerk, Scope::Whole).await;
    assert_has(of(&blocks, "settlement-figures"), &["1,400.00 kWh"]);
    assert!(blocks.iter().all(|(id, _)| id != "settlement-make" && id != "month"), "what somebody types stays");
    scene.later("update settlements_day set energy_kwh = 160 where user_id = 3001; update settlement_progress set revision = revision + 1").await;
    let blocks = scene.live("/settlement?month=2016-01", Preset::BillingClerk, Scope::Whole).await;
    assert_has(of(&blocks, "settlement-figures"), &["1,500.00 kWh"]);
    // sums of one month do not stand in for another, nor those of one scope for another
    let december = scene.live("/settlement?month=2015-12", Preset::BillingClerk, Scope::Whole).await;
    assert_has(of(&december, "settlement-figures"), &["7.00 kWh"]);
    let part = scene.live("/settlement?month=2016-01", Preset::BillingClerk, Scope::of([3])).await;
    assert_has(of(&part, "settlement-figures"), &["160.00 kWh"]);
}

#[tokio::test]
async fn a_runs_progress_is_sent_and_its_button_is_not() {
    let scene = Scene::settled().await;
    scene.run("update settlement_runs set done_count = 2 where run_id = 2").await;
    let blocks = scene.live("/settlement/runs/2", Preset::BillingClerk, Scope::Whole).await;
    assert_has(of(&blocks, "run"), &["2 of 3 contracts"]);
    assert_lacks(&blocks.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>().join(" "), &["run-cancel"]);
}
