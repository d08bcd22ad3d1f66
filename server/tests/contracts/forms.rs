//! Forms: making and changing a contract, who may, what is refused, what is recorded and told to the worker.

use domain::access::Preset;

use crate::land::{count, fields, shop, tariffs, with};
use crate::support::{Reach, Town};

async fn town() -> Town {
    let town = Town::new().await;
    tariffs(&town).await;
    town.person("wei", Preset::BillingClerk, None, Reach::All).await;
    town
}

#[tokio::test]
async fn a_contract_is_made_recorded_and_told_to_the_worker() {
    let town = town().await;
    let mut wei = town.signed_in("wei").await;
    let id = shop(&mut wei).await;
    assert_eq!(count(&town, "select region_id::bigint from contracts").await, 2);
    assert_eq!(town.recorded("contract.add").await, 1);
    let requests = "select count(*) from settlement_requests where cause = 'contract' and contract_id = (select max(contract_id) from contracts)
                      and from_day = '2016-01-01' and to_day is null";
    assert_eq!(count(&town, requests).await, 1);
    assert!(count(&town, "select rules_revision from settlement_progress").await > 0);
    let page = wei.get(&format!("/settlement/contracts/{id}")).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("shop") && page.text.contains("new supply"), "{}", page.text);
    assert!(!page.text.contains("<script>alert"), "names are text");
    // the same once more is refused, and a second one overlaps
    for changes in [&[][..], &[("valid_from", "2016-03-01")][..], &[("capacity_kva", "60")][..]] {
        let again = wei.post("/settlement/contracts", &with(fields("3", "shop", "1_10kv"), changes)).await;
        assert!(again.status == 409 || again.status == 422, "{} {changes:?}", again.status);
    }
    assert_eq!(count(&town, "select count(*) from contracts").await, 1);
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_the_form_and_nothing_is_written() {
    let town = town().await;
    let mut wei = town.signed_in("wei").await;
    let cases: [(&[(&str, &str)], &str); 6] = [
        (&[("voltage", "below_1kv")], "电价 shop 不适用于"),
        (&[("tariff", "none")], "没有代码为 none 的电价"),
        (&[("is_metered_behind_transformer", "1")], "高供低计"),
        (&[("interval_min", "7")], "计量间隔 7 分钟无效"),
        (&[("billing_day", "29")], "抄表例日 29 无效"),
        (&[("user_id", "99")], "没有此用户"),
    ];
    for (changes, sentence) in cases {
        let reply = wei.post("/settlement/contracts", &with(fields("3", "shop", "1_10kv"), changes)).await;
        assert_eq!(reply.status, 422, "{changes:?}");
        assert!(reply.text.contains(sentence), "{changes:?}: {}", reply.text);
        assert!(reply.text.contains("value=\"50\""), "what was entered stays");
    }
    for (name, value) in [("capacity_kva", "x"), ("multiplier", "1e3"), ("valid_from", "tomorrow"), ("direction", "up")] {
        let reply = wei.post("/settlement/contracts", &with(fields("3", "shop", "1_10kv"), &[(name, value)])).await;
        assert_eq!(reply.status, 422, "{name}");
    }
    assert_eq!(count(&town, "select count(*) from contracts").await, 0);
    assert_eq!(count(&town, "select count(*) from settlement_requests").await, 0);
}

#[tokio::test]
async fn terms_follow_each_other_and_are_corrected() {
    let town = town().await;
    let mut wei = town.signed_in("wei").await;
    let id = shop(&mut wei).await;
    let page = format!("/settlement/contracts/{id}");
    let put = |from: &'static str, kva: &'static str, version: &'static str| {
        with(fields("3", "shop", "1_10kv"), &[("valid_from", from), ("capacity_kva", kva), ("version", version)])
    };
    let reply = wei.post(&format!("{page}/terms"), &put("2016-03-01", "80", "1")).await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, &*format!("{page}?done=terms-saved")), "{}", reply.text);
    let late = wei.post(&format!("{page}/terms"), &put("2016-03-01", "90", "1")).await;
    assert_eq!(late.status, 409, "somebody else was first");
    let reply = wei.post(&format!("{page}/terms"), &put("2016-03-01", "90", "2")).await;
    assert_eq!(reply.status, 303, "{}", reply.text);
    assert_eq!(count(&town, "select count(*) from contract_terms").await, 2);
    let days = "select count(*) from settlement_requests where from_day = '2016-03-01' and cause_text like '%capacity_kva%'";
    assert_eq!(count(&town, days).await, 2);
    // terms before the first ones make the contract begin earlier
    let reply = wei.post(&format!("{page}/terms"), &put("2016-01-05", "70", "3")).await;
    assert_eq!(reply.status, 303);
    let removed = wei.post(&format!("{page}/terms?remove=2016-01-01"), &[("version", "4")]).await;
    assert_eq!(removed.status, 303, "{}", removed.text);
    assert_eq!(count(&town, "select count(*) from contracts where starts_on = '2016-01-05' and version = 5").await, 1);
    let nothing = wei.post(&format!("{page}/terms?remove=2016-02-02"), &[("version", "5")]).await;
    assert_eq!(nothing.status, 404);
    for day in ["2016-01-05", "2016-03-01"] {
        let version = if day == "2016-01-05" { "5" } else { "6" };
        let reply = wei.post(&format!("{page}/terms?remove={day}"), &[("version", version)]).await;
        assert_eq!(reply.status == 303, day == "2016-01-05", "the last terms stay: {day}");
    }
    let history = wei.get(&page).await.text;
    assert!(history.contains("80.00 → 90.00"), "{history}");
}

#[tokio::test]
async fn a_contract_is_closed_opened_exchanged_and_removed() {
    let town = town().await;
    let mut wei = town.signed_in("wei").await;
    let id = shop(&mut wei).await;
    let page = format!("/settlement/contracts/{id}");
    let exchange = [("version", "1"), ("at", "2016-01-11T10:00"), ("final_register", "1200.50"), ("initial_register", "0")];
    let reply = wei.post(&format!("{page}/exchange"), &exchange).await;
    assert_eq!(reply.status, 303, "{}", reply.text);
    let before = [("version", "2"), ("at", "2015-01-11T10:00"), ("final_register", "1"), ("initial_register", "0")];
    assert_eq!(wei.post(&format!("{page}/exchange"), &before).await.status, 422, "before the contract");
    let address = format!("{page}/exchange?remove=2016-01-11+10%3A00%3A00");
    assert_eq!(wei.post(&address, &[("version", "2")]).await.status, 303);
    assert_eq!(count(&town, "select count(*) from meter_exchanges").await, 0);
    let closed = wei.post(&format!("{page}/close"), &[("version", "3"), ("closed_on", "2016-02-01")]).await;
    assert_eq!(closed.header("location"), format!("{page}?done=contract-closed"), "{}", closed.text);
    // the next customer contract begins where it ended
    let next = wei.post("/settlement/contracts", &with(fields("3", "shop", "1_10kv"), &[("valid_from", "2016-02-01")])).await;
    assert_eq!(next.status, 303, "{}", next.text);
    assert_eq!(wei.post(&format!("{page}/close"), &[("version", "4")]).await.status, 422, "it would overlap the next one");
    sqlx::query(
        "insert into settlement_statements (contract_id, user_id, user_name, usage_type, statement_month, period_from, period_to,
                                            status, version, total_energy_kwh, total_amount, document, document_hash)
         values ($1, 3, 'x', '商业', '2016-01-01', '2016-01-01', '2016-02-01', 'draft', 1, 0, 0, '{}', '')",
    )
    .bind(id)
    .execute(&town.pool)
    .await
    .expect("a statement");
    let kept = wei.post(&format!("{page}/remove"), &[("version", "4")]).await;
    assert_eq!(kept.status, 409);
    assert!(kept.text.contains("未作废的账单"), "{}", kept.text);
    sqlx::query("update settlement_statements set status = 'void'").execute(&town.pool).await.expect("void");
    assert_eq!(wei.post(&format!("{page}/remove"), &[("version", "4")]).await.status, 303);
    assert_eq!(wei.get(&page).await.status, 404);
    assert_eq!(town.recorded("contract.remove").await, 1);
}

#[tokio::test]
async fn nobody_keeps_contracts_of_regions_that_he_does_not_see() {
    let town = town().await;
    let tenant = town.tenant("west", &[2]).await;
    town.person("zhou", Preset::BillingClerk, None, Reach::Some(&[1])).await;
    town.person("bea", Preset::BillingClerk, Some(tenant), Reach::All).await;
    town.person("ann", Preset::BillingAuditor, None, Reach::All).await;
    let id = shop(&mut town.signed_in("wei").await).await;
    let page = format!("/settlement/contracts/{id}");
    let mut zhou = town.signed_in("zhou").await;
    assert_eq!(zhou.get(&page).await.status, 404);
    assert!(!zhou.get("/settlement/contracts").await.text.contains("alert(1)"));
    assert_eq!(zhou.post(&format!("{page}/close"), &[("version", "1"), ("closed_on", "2016-02-01")]).await.status, 404);
    assert_eq!(zhou.post(&format!("{page}/remove"), &[("version", "1")]).await.status, 404);
    let outside = zhou.post("/settlement/contracts", &with(fields("3", "shop", "1_10kv"), &[("valid_from", "2015-01-01")])).await;
    let nowhere = zhou.post("/settlement/contracts", &with(fields("99", "shop", "1_10kv"), &[])).await;
    assert_eq!((outside.status.as_u16(), nowhere.status.as_u16()), (422, 422));
    assert!(outside.text.contains("没有此用户") && nowhere.text.contains("没有此用户"), "both look the same");
    // the tenant's own clerk may, an auditor may look only
    let mut bea = town.signed_in("bea").await;
    assert_eq!(bea.get(&page).await.status, 200);
    assert_eq!(bea.post(&format!("{page}/close"), &[("version", "1"), ("closed_on", "2016-05-01")]).await.status, 303);
    let mut ann = town.signed_in("ann").await;
    let seen = ann.get(&page).await;
    assert_eq!(seen.status, 200);
    assert!(!seen.text.contains("<form method=\"post\" action=\"/settlement/contracts"), "nothing to change");
    assert_eq!(ann.post(&format!("{page}/close"), &[("version", "2")]).await.status, 403);
    assert_eq!(ann.get("/settlement/contracts/new").await.status, 403);
}

#[tokio::test]
async fn another_tenants_tariff_does_not_exist() {
    let town = town().await;
    let (west, east) = (town.tenant("west", &[2]).await, town.tenant("east", &[1]).await);
    let plan = |code: &str| {
        serde_json::json!({ "code": code, "name": code, "province": "湖北", "valid_from": "2016-01-01",
            "notice": { "number": "1" }, "for_whom": {}, "calendar": { "flat_fills": true } })
    };
    crate::land::plan_of(&town, Some(east), plan("easts")).await;
    crate::land::plan_of(&town, Some(west), plan("wests")).await;
    town.person("bea", Preset::BillingClerk, Some(west), Reach::All).await;
    let mut bea = town.signed_in("bea").await;
    let foreign = bea.post("/settlement/contracts", &fields("3", "easts", "1_10kv")).await;
    assert_eq!(foreign.status, 422);
    assert!(foreign.text.contains("没有代码为 easts 的电价"), "{}", foreign.text);
    assert!(!bea.get("/settlement/contracts/new").await.text.contains("easts"));
    assert_eq!(bea.post("/settlement/contracts", &fields("3", "wests", "1_10kv")).await.status, 303);
}

#[tokio::test]
async fn a_region_has_one_supply_meter() {
    let town = town().await;
    town.person("zhou", Preset::BillingClerk, None, Reach::Some(&[1])).await;
    let (mut wei, mut zhou) = (town.signed_in("wei").await, town.signed_in("zhou").await);
    let put = |region: &'static str, user: &'static str| [("region_id", region), ("user_id", user)];
    assert_eq!(zhou.post("/settlement/supply-meters", &put("2", "3")).await.status, 422, "not his region");
    assert_eq!(zhou.post("/settlement/supply-meters", &put("1", "3")).await.status, 422, "not his customer");
    assert_eq!(
        wei.post("/settlement/supply-meters", &put("2", "3")).await.header("location"),
        "/settlement/loss?done=supply-saved"
    );
    assert_eq!(count(&town, "select user_id from region_supply_meters where region_id = 2").await, 3);
    assert_eq!(
        wei.post("/settlement/supply-meters", &put("2", "")).await.header("location"),
        "/settlement/loss?done=supply-removed"
    );
    assert_eq!((town.recorded("supply_meter.put").await, town.recorded("supply_meter.remove").await), (1, 1));
}
