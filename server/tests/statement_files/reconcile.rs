//! The grid company's bill is pasted on the page and kept with its result.

use domain::access::Preset;

use crate::support::{Reach, Town};
use crate::world::{REGION, World};

#[tokio::test]
async fn a_pasted_bill_is_compared_kept_and_recorded() {
    let town = Town::new().await;
    let world = World::over(town.pool.clone(), town.access.clone()).await;
    let contract = world.contract(1, "2026-01-01", Some("flat")).await;
    world.meter(contract, "2026-01-10", 1_000).await;
    world.generate("2026-01").await;
    town.person("wei", Preset::BillingClerk, None, Reach::All).await;
    town.person("far", Preset::BillingClerk, None, Reach::Some(&[REGION + 1])).await;
    let id = world.live(contract, "2026-01").await.statement_id;
    let page = format!("/settlement/statements/{id}/reconcile");
    let fields = |bill: &'static str| {
        [("bill", bill), ("source", "九月纸质账单 <b>"), ("tolerance_kwh", "1.00"), ("tolerance_yuan", "0.10")]
    };
    let mut wei = town.signed_in("wei").await;
    let empty = wei.get(&page).await;
    assert_eq!(empty.status, 200, "{}", empty.text);
    assert!(empty.text.contains("还没有核对过"), "{}", empty.text);

    let bad = wei.post(&page, &fields("平段电量电费\t1000\t0.5\t500\n什么")).await;
    assert_eq!(bad.status, 422);
    assert!(bad.text.contains("第 2 行没有金额") && bad.text.contains("平段电量电费"), "{}", bad.text);

    let reply = wei.post(&page, &fields("平段电量电费\t1000\t0.5\t500\n合计\t500")).await;
    assert_eq!(reply.header("location"), format!("{page}?done=reconciled"), "{}", reply.text);
    assert!(wei.get(&page).await.text.contains("在允差内一致"));
    wei.post(&page, &fields("平段电量电费\t1200\t0.5\t600\n合计\t600")).await;
    let shown = wei.get(&page).await.text;
    for part in ["可能是读数", "+200.00", "+100.00", "九月纸质账单 &lt;b&gt;", "较早的核对"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let english = wei.get(&format!("{page}?lang=en")).await.text;
    assert!(english.contains("Energy differs and prices do not"), "{english}");
    assert_eq!(town.recorded("statement.reconcile").await, 2);

    let mut far = town.signed_in("far").await;
    assert_eq!(far.get(&page).await.status, 404);
    assert_eq!(far.post(&page, &fields("平 1000 0.5 500")).await.status, 404);
    assert_eq!(town.recorded("statement.reconcile").await, 2);
}
