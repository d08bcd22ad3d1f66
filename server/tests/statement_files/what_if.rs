//! What a contract would have cost otherwise, from its settled days.

use domain::access::Preset;
use serde_json::json;

use crate::support::{Reach, Town};
use crate::world::{REGION, World};

#[tokio::test]
async fn a_study_rates_settled_days_again_is_kept_and_recorded() {
    let town = Town::new().await;
    let world = World::over(town.pool.clone(), town.access.clone()).await;
    let bands = json!({ "prices": { "bands": { "peak": "1.2", "flat": "0.5", "valley": "0.2" } } });
    world.tariff("bands", 1, "0.5", bands).await;
    let contract = world.contract(1, "2026-01-01", Some("bands")).await;
    for day in ["2026-01-10", "2026-02-10"] {
        let peak = |energy: &mut domain::settlement::DayEnergy| {
            (energy.energy.peak, energy.energy.flat) = (energy.energy.flat, energy.energy.peak);
        };
        world.meter_with(contract, day, 1_000, peak).await;
    }
    town.person("wei", Preset::BillingClerk, None, Reach::All).await;
    town.person("far", Preset::BillingClerk, None, Reach::Some(&[REGION + 1])).await;
    let mut wei = town.signed_in("wei").await;
    let id = contract.to_string();
    assert!(wei.get(&format!("/settlement/what-if?contract={id}")).await.text.contains("还没有测算"));
    let fields = [("contract", id.as_str()), ("shift", "10"), ("demand", "")];
    let reply = wei.post("/settlement/what-if", &fields).await;
    let location = reply.header("location").to_owned();
    assert!(location.starts_with("/settlement/what-if/") && location.ends_with("?done=studied"), "{location} {}", reply.text);
    let page = wei.get(&location).await.text;
    // two days of 1,000 kWh at 1.2; a tenth of it costs 1.0 less
    for part in ["2,400.00", "−200.00", "−36,500.00", "2026-01", "2026-02", "不足一年", "移动电量 200.00 kWh"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(wei.get("/settlement/what-if").await.text.contains("测算 1"));
    assert_eq!(town.recorded("contract.what_if").await, 1);
    for wrong in [("contract", "999"), ("shift", "101"), ("demand", "x")] {
        let fields = fields.map(|field| if field.0 == wrong.0 { wrong } else { field });
        assert_eq!(wei.post("/settlement/what-if", &fields).await.status, 422, "{wrong:?}");
    }
    let mut far = town.signed_in("far").await;
    assert_eq!(far.get("/settlement/what-if/1").await.status, 404);
    assert_eq!(far.post("/settlement/what-if", &fields).await.status, 422, "the contract is not there for him");
    assert_eq!(town.recorded("contract.what_if").await, 1);
}
