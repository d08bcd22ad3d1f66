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
    assert!(!page.contains("不能计费"), "{page}");
    let unused = world.contract(2, "2026-01-01", Some("bands")).await.to_string();
    let (unused_zh, unused_en) =
        (format!("合同 {unused} 还没有已结算的日"), format!("Contract {unused} has no settled days yet"));
    for (wrong, zh, en) in [
        (("contract", "999"), "没有合同 999", "There is no contract 999"),
        (("contract", "seven"), "请填写合同号", "Enter the number of a contract"),
        (("contract", unused.as_str()), unused_zh.as_str(), unused_en.as_str()),
        (("shift", "101"), "0 到 100 的整数", "a whole number from 0 to 100"),
        (("demand", "x"), "大于 0 的数", "a number above 0"),
        (("demand", "300.001"), "最多两位小数", "at most two decimals"),
    ] {
        let fields = fields.map(|field| if field.0 == wrong.0 { wrong } else { field });
        for (lang, sentence) in [("zh", zh), ("en", en)] {
            let reply = wei.post(&format!("/settlement/what-if?lang={lang}"), &fields).await;
            assert_eq!((reply.status.as_u16(), reply.text.contains(sentence)), (422, true), "{wrong:?}: {}", reply.text);
        }
    }
    let mut far = town.signed_in("far").await;
    assert_eq!(far.get("/settlement/what-if/1").await.status, 404);
    let refused = far.post("/settlement/what-if", &fields).await;
    assert!(
        refused.status == 422 && refused.text.contains(&format!("没有合同 {id}")),
        "it is not there for him: {}",
        refused.text
    );
    assert_eq!(town.recorded("contract.what_if").await, 1);
}

#[tokio::test]
async fn a_study_of_what_cannot_be_billed_says_which_month_and_what_is_missing() {
    let town = Town::new().await;
    let world = World::over(town.pool.clone(), town.access.clone()).await;
    // the tariff has a price of 平 alone
    let contract = world.contract(1, "2026-01-01", Some(crate::world::TARIFF)).await;
    world.meter(contract, "2026-01-10", 10).await;
    let peak = |energy: &mut domain::settlement::DayEnergy| {
        (energy.energy.peak, energy.energy.flat) = (energy.energy.flat, energy.energy.peak);
    };
    world.meter_with(contract, "2026-02-10", 10, peak).await;
    town.person("wei", Preset::BillingClerk, None, Reach::All).await;
    let mut wei = town.signed_in("wei").await;
    let asked = wei.post("/settlement/what-if", &[("contract", &*contract.to_string()), ("shift", "100"), ("demand", "")]).await;
    let address = asked.header("location").to_owned();
    for (lang, parts) in [
        ("zh", ["现状（2026-02，共 1 天）", "电价 flat 没有峰时段的价格"]),
        ("en", ["As it is (2026-02, settled days: 1)", "Tariff flat has no price for the band Peak"]),
    ] {
        let page = wei.get(&format!("{address}&lang={lang}")).await.text;
        assert!(parts.iter().all(|part| page.contains(part)) && page.contains("href=\"/settlement/tariffs/flat\""), "{page}");
    }
}
