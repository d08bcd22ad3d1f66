//! 退补: what comes after freezing is one pending adjustment, carried by the next draft, settled when that is frozen.

use domain::settlement::LineKind;
use domain::settlement::lifecycle::{Refusal, StatementAct};
use serde_json::json;
use warehouse::settlement::changes::Cause;

use super::world::{World, because, person};

fn rows(rows: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
    rows.iter().map(|(month, state, amount)| ((*month).to_owned(), (*state).to_owned(), (*amount).to_owned())).collect()
}

#[tokio::test]
async fn a_correction_is_pending_then_attached_then_settled_and_the_next_one_is_another() {
    let world = World::new().await;
    let contract = world.contract(1, "2026-01-01", Some("flat")).await;
    world.meter(contract, "2026-01-10", 100).await;
    world.meter(contract, "2026-02-10", 40).await;
    world.generate("2026-01").await;
    world.freeze(contract, "2026-01").await;
    let touched = world.meter(contract, "2026-01-10", 120).await;
    assert_eq!((touched.drafts, touched.adjustments), (0, 1));
    assert_eq!(world.adjustments(contract).await, rows(&[("2026-01", "pending", "10.00")]));
    world.meter(contract, "2026-01-10", 130).await;
    assert_eq!(world.adjustments(contract).await, rows(&[("2026-01", "pending", "15.00")]), "one, whatever comes");
    assert_eq!(world.text("select cause || ' ' || cause_text from settlement_adjustments").await, "readings 2026-01-10");
    world.generate("2026-02").await;
    let draft = world.live(contract, "2026-02").await;
    assert_eq!((draft.total.as_str(), draft.adjustment.as_str()), ("35.00", "15.00"));
    let document = draft.document();
    let last = document.bill.lines.last().unwrap();
    assert_eq!((last.kind, last.name.as_deref()), (LineKind::Adjustment, Some("2026-01")));
    assert_eq!(document.bill.energy_kwh().to_string(), "40.00", "outside of the energy of the month");
    let deltas = &document.adjustments[0].adjustment.deltas;
    assert_eq!((deltas.len(), deltas[0].quantity_after.to_string().as_str()), (1, "130.00"), "line by line");
    assert_eq!(world.adjustments(contract).await, rows(&[("2026-01", "attached", "15.00")]));
    // it goes on changing while it is carried
    world.meter(contract, "2026-01-10", 90).await;
    assert_eq!(world.live(contract, "2026-02").await.total, "15.00");
    assert_eq!(world.adjustments(contract).await, rows(&[("2026-01", "attached", "-5.00")]));
    world.freeze(contract, "2026-02").await;
    assert_eq!(world.adjustments(contract).await, rows(&[("2026-01", "settled", "-5.00")]));
    world.meter(contract, "2026-01-10", 100).await;
    assert_eq!(
        world.adjustments(contract).await,
        rows(&[("2026-01", "settled", "-5.00"), ("2026-01", "pending", "5.00")]),
        "what was already adjusted counts"
    );
    world.meter(contract, "2026-01-10", 90).await;
    assert_eq!(world.adjustments(contract).await, rows(&[("2026-01", "settled", "-5.00")]), "nothing is left to adjust");
}

#[tokio::test]
async fn a_correction_larger_than_the_month_makes_a_refund() {
    let world = World::new().await;
    let contract = world.contract(1, "2026-01-01", Some("flat")).await;
    world.meter(contract, "2026-01-10", 1_000).await;
    world.meter(contract, "2026-02-10", 40).await;
    world.generate("2026-01").await;
    world.freeze(contract, "2026-01").await;
    world.meter(contract, "2026-01-10", 100).await;
    world.generate("2026-02").await;
    let draft = world.live(contract, "2026-02").await;
    assert_eq!(draft.total, "-430.00");
    assert!(draft.exceptions.contains(&"negative".to_owned()), "{:?}", draft.exceptions);
    assert_eq!(world.freeze(contract, "2026-02").await.status, "frozen");
}

#[tokio::test]
async fn a_tariff_corrected_later_adjusts_with_its_name_and_checked_statements_fall_back() {
    let world = World::new().await;
    let contract = world.contract(1, "2026-01-01", Some("flat")).await;
    world.meter(contract, "2026-01-10", 100).await;
    world.meter(contract, "2026-02-10", 100).await;
    world.generate("2026-01").await;
    world.freeze(contract, "2026-01").await;
    world.generate("2026-02").await;
    let clerk = because(&person(1, "clerk"), "x");
    world.act(&clerk, StatementAct::Check, &world.live(contract, "2026-02").await).await.unwrap();
    world.tariff("flat", 2, "0.550000", json!({})).await;
    let touched = world.changed(contract, &["2026-01", "2026-02"], Cause::Tariff, "flat v2").await;
    assert_eq!((touched.drafts, touched.adjustments), (1, 1));
    assert_eq!(world.text("select cause || ' ' || cause_text from settlement_adjustments").await, "tariff flat v2");
    let february = world.live(contract, "2026-02").await;
    assert_eq!(february.status, "draft", "what was checked is something else now");
    assert_eq!(february.total, "55.00", "a checked statement takes nothing new until it is drafted again");
    world.generate("2026-02").await;
    assert_eq!(world.live(contract, "2026-02").await.total, "60.00");
}

#[tokio::test]
async fn yearly_tiers_adjust_every_later_month_of_the_year() {
    let world = World::new().await;
    let tiers = json!({ "by": { "period": "year", "start_month": 1, "start_day": 1 }, "seasons": [{ "upto_kwh": [150, 250] }],
                        "pricing": { "mode": "surcharge", "per_kwh": ["0.100000", "0.300000"] } });
    world.tariff("home", 1, "0.500000", json!({ "tiers": tiers })).await;
    let contract = world.contract(1, "2026-01-01", Some("home")).await;
    for (at, kwh) in [("2026-01-10", 100), ("2026-02-10", 100), ("2026-03-10", 100)] {
        world.meter(contract, at, kwh).await;
    }
    for at in ["2026-01", "2026-02"] {
        world.generate(at).await;
        world.freeze(contract, at).await;
    }
    world.generate("2026-03").await;
    assert_eq!(world.live(contract, "2026-02").await.total, "55.00", "50 kWh in the second tier");
    assert_eq!(world.live(contract, "2026-03").await.total, "70.00", "50 kWh in the second, 50 in the third");
    world.meter(contract, "2026-01-10", 120).await;
    // January: 20 kWh more; February: 20 kWh more in tier 2; March (a draft): all but 30 kWh in tier 3, and both adjustments
    assert_eq!(
        world.adjustments(contract).await,
        rows(&[("2026-01", "attached", "10.00"), ("2026-02", "attached", "2.00")]),
        "one each, with the draft that is there"
    );
    assert_eq!(world.live(contract, "2026-03").await.total, "86.00", "50 + 3 + 21 + 10 + 2");
}

#[tokio::test]
async fn a_closed_contract_gets_a_statement_of_its_adjustments_alone() {
    let world = World::new().await;
    let contract = world.contract(1, "2026-01-01", Some("flat")).await;
    world.meter(contract, "2026-01-10", 100).await;
    world.exec(&format!("update contracts set closed_on = '2026-01-20' where contract_id = {contract}")).await;
    world.generate("2026-01").await;
    world.freeze(contract, "2026-01").await;
    assert_eq!(world.generate("2026-02").await.total_count, 0, "nothing to bill");
    world.meter(contract, "2026-01-10", 80).await;
    assert_eq!(world.generate("2026-03").await.total_count, 1);
    let draft = world.live(contract, "2026-03").await;
    assert_eq!((draft.total.as_str(), draft.exceptions.as_slice()), ("-10.00", ["negative".to_owned()].as_slice()));
    let document = draft.document();
    assert_eq!((document.bill.lines.len(), document.days.len()), (1, 0));
    // the correction is corrected: there is nothing to bill any more
    world.meter(contract, "2026-01-10", 100).await;
    assert_eq!(world.adjustments(contract).await, []);
    let (_, row) = world.statements(contract).await.remove(1);
    assert_eq!(row.status, "void");
}

#[tokio::test]
async fn voiding_what_carried_an_adjustment_makes_it_pending_again() {
    let world = World::new().await;
    let contract = world.contract(1, "2026-01-01", Some("flat")).await;
    world.meter(contract, "2026-01-10", 100).await;
    world.meter(contract, "2026-02-10", 40).await;
    world.generate("2026-01").await;
    let january = world.freeze(contract, "2026-01").await;
    world.meter(contract, "2026-01-10", 120).await;
    world.generate("2026-02").await;
    let february = world.freeze(contract, "2026-02").await;
    world.meter(contract, "2026-01-10", 150).await;
    let refusal = world.act(&because(&person(9, "administrator"), "x"), StatementAct::Void, &january).await;
    assert_eq!(refusal, Err(Refusal::AdjustedIn { statement_id: february.statement_id }), "its adjustment was billed");
    world.void(&february).await;
    let requests = world.text("select string_agg(from_day || ' ' || to_day, ';') from settlement_requests").await;
    assert_eq!(requests, "2026-01-01 2026-03-01", "the worker draws together what is pending twice");
    world.changed(contract, &["2026-01", "2026-02"], Cause::Contract, "").await;
    assert_eq!(world.adjustments(contract).await, rows(&[("2026-01", "void", "10.00"), ("2026-01", "pending", "25.00")]));
    world.generate("2026-02").await;
    let again = world.live(contract, "2026-02").await;
    assert_eq!((again.version, again.total.as_str()), (2, "45.00"));
    world.void(&again).await;
    let january = world.live(contract, "2026-01").await;
    world.void(&january).await;
    assert!(world.adjustments(contract).await.iter().all(|(_, state, _)| state == "void"));
}

#[tokio::test]
async fn a_draft_stops_billing_an_adjustment_when_what_it_is_about_becomes_void() {
    let world = World::new().await;
    let contract = world.contract(1, "2026-01-01", Some("flat")).await;
    for at in ["2026-01", "2026-02", "2026-03", "2026-04"] {
        world.meter(contract, &format!("{at}-10"), 100).await;
        world.generate(at).await;
        if at != "2026-04" {
            world.freeze(contract, at).await;
        }
    }
    world.meter(contract, "2026-01-10", 120).await;
    let clerk = because(&person(1, "clerk"), "x");
    world.act(&clerk, StatementAct::Check, &world.live(contract, "2026-04").await).await.unwrap();
    let april = world.live(contract, "2026-04").await;
    assert_eq!((april.total.as_str(), april.adjustment.as_str()), ("60.00", "10.00"));
    world.void(&world.live(contract, "2026-01").await).await;
    let refused = world.act(&clerk, StatementAct::Freeze, &april).await;
    assert!(matches!(refused, Err(Refusal::Changed { .. })), "version 2 of January will have it: {refused:?}");
    let requests = world.text("select string_agg(from_day || ' ' || to_day, ';') from settlement_requests").await;
    assert_eq!(requests, "2026-01-01 2026-05-01", "up to the draft that carried it");
    world.changed(contract, &["2026-01", "2026-02", "2026-03", "2026-04"], Cause::Contract, "").await;
    assert_eq!(world.live(contract, "2026-04").await.total, "50.00");
    world.generate("2026-01").await;
    assert_eq!(world.live(contract, "2026-01").await.total, "60.00");
    assert_eq!(world.freeze(contract, "2026-04").await.total, "50.00");
}
