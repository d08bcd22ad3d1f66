//! One stored document that cannot be read: whoever it belongs to is named and left as he is, everybody else goes on.

use domain::settlement::lifecycle::{Refusal, StatementAct};
use domain::settlement::{ContractId, ExceptionKind};
use serde_json::{Value, json};
use warehouse::settlement::changes::Cause;

use super::world::{TARIFF, World, day, person};

const SPOILT: &str = r#"{"spoilt": true}"#;

/// Two contracts with 10 kWh on the first of January; the first is the one that is spoilt.
async fn pair() -> (World, ContractId, ContractId) {
    let world = World::new().await;
    let (one, other) = (world.contract(1, "2026-01-01", Some(TARIFF)).await, world.contract(2, "2026-01-01", Some(TARIFF)).await);
    for contract in [one, other] {
        world.meter(contract, "2026-01-01", 10).await;
    }
    (world, one, other)
}

impl World {
    async fn spoil(&self, table: &str, column: &str, which: &str) {
        self.exec(&format!("set session_replication_role = replica; update {table} set {column} = '{SPOILT}' where {which}; set session_replication_role = origin")).await;
        assert!(self.count(&format!("select count(*) from {table} where {column} = '{SPOILT}'")).await > 0, "{which}");
    }
}

fn faults(document: &Value) -> Vec<&str> {
    document["bill"]["faults"].as_array().unwrap().iter().map(|fault| fault["fault"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_settled_day_that_cannot_be_read_is_not_billed_as_if_it_were_not_there() {
    let (world, one, other) = pair().await;
    world.meter(one, "2026-01-02", 20).await;
    world.spoil("settlements_day", "definition", &format!("contract_id = {one} and day_start = '2026-01-01'")).await;
    let run = world.generate("2026-01").await;
    assert_eq!((run.done_count, run.fault_count), (2, 1));
    assert_eq!(world.live(other, "2026-01").await.total, "5.00");
    let draft = world.live(one, "2026-01").await;
    assert_eq!(draft.document["bill"]["faults"], json!([{ "fault": "unreadable_day", "day": day("2026-01-01") }]));
    assert_eq!(
        world.act(&person(1, "clerk"), StatementAct::Check, &draft).await,
        Err(Refusal::Blocked { exceptions: vec![ExceptionKind::CannotBill] })
    );
    // settled anew, it is whole again
    world.meter(one, "2026-01-01", 10).await;
    let draft = world.live(one, "2026-01").await;
    assert_eq!((faults(&draft.document), draft.total.as_str()), (vec![], "15.00"));
}

#[tokio::test]
async fn a_frozen_bill_is_not_credited_for_a_day_that_cannot_be_read() {
    let (world, one, other) = pair().await;
    world.generate("2026-01").await;
    for contract in [one, other] {
        world.freeze(contract, "2026-01").await;
    }
    world.spoil("settlements_day", "definition", &format!("contract_id = {one}")).await;
    for contract in [one, other] {
        world.meter(contract, "2026-01-02", 2).await;
    }
    assert_eq!(world.adjustments(one).await, []);
    assert_eq!(world.adjustments(other).await, [("2026-01".into(), "pending".into(), "1.00".into())]);
}

#[tokio::test]
async fn terms_that_cannot_be_read_leave_the_contract_as_it_is() {
    let (world, one, other) = pair().await;
    world.generate("2026-01").await;
    let before = world.live(one, "2026-01").await;
    world.spoil("contract_terms", "definition", &format!("contract_id = {one}")).await;
    for contract in [one, other] {
        world.meter(contract, "2026-01-02", 2).await;
    }
    assert_eq!(world.live(one, "2026-01").await, before, "neither void nor drafted anew");
    assert_eq!(world.live(other, "2026-01").await.total, "6.00");
    let run = world.generate("2026-02").await;
    assert_eq!((run.done_count, run.fault_count), (2, 1), "{:?}", run.problem);
    assert_eq!((world.statements(one).await.len(), world.statements(other).await.len()), (1, 2));
    // one that was removed loses its draft all the same
    world.exec(&format!("update contracts set removed_at = now() where contract_id = {one}")).await;
    world.changed(one, &["2026-01"], Cause::Contract, "removed").await;
    assert_eq!(world.statements(one).await[0].1.status, "void");
}

#[tokio::test]
async fn nothing_is_adjusted_about_a_frozen_document_that_cannot_be_read() {
    let (world, one, other) = pair().await;
    world.generate("2026-01").await;
    for contract in [one, other] {
        world.freeze(contract, "2026-01").await;
    }
    world.spoil("settlement_statements", "document", &format!("contract_id = {one}")).await;
    let before = world.live(one, "2026-01").await;
    for contract in [one, other] {
        world.meter(contract, "2026-01-02", 2).await;
    }
    assert_eq!((world.adjustments(one).await, world.live(one, "2026-01").await), (vec![], before));
    assert_eq!(world.adjustments(other).await, [("2026-01".into(), "pending".into(), "1.00".into())]);
    world.generate("2026-02").await;
    assert_eq!((world.statements(one).await.len(), world.statements(other).await.len()), (2, 2));
}

#[tokio::test]
async fn what_was_carried_by_a_document_that_cannot_be_read_is_not_forgotten() {
    let world = World::new().await;
    world.tariff("whole", 1, "0.500000", json!({ "whole_kwh": true })).await;
    let contract = world.contract(1, "2026-01-01", Some("whole")).await;
    world.meter(contract, "2026-01-01", 10).await;
    world.generate("2026-01").await;
    world.freeze(contract, "2026-01").await;
    world.generate("2026-02").await;
    assert_eq!(faults(&world.live(contract, "2026-02").await.document), Vec::<&str>::new());
    world.spoil("settlement_statements", "document", "status = 'frozen'").await;
    world.generate("2026-02").await;
    assert_eq!(faults(&world.live(contract, "2026-02").await.document), ["unreadable_carried"]);
}

#[tokio::test]
async fn a_draft_that_cannot_be_read_is_drafted_anew_and_not_checked() {
    let (world, one, other) = pair().await;
    world.generate("2026-01").await;
    let (whole, untouched) = (world.live(one, "2026-01").await, world.live(other, "2026-01").await);
    world.spoil("settlement_statements", "document", &format!("contract_id = {one}")).await;
    let spoilt = world.live(one, "2026-01").await;
    assert_eq!(
        world.act(&person(1, "clerk"), StatementAct::Check, &spoilt).await,
        Err(Refusal::Blocked { exceptions: vec![ExceptionKind::CannotBill] })
    );
    world.generate("2026-01").await;
    assert_eq!(world.live(one, "2026-01").await.document, whole.document);
    assert_eq!(world.live(other, "2026-01").await, untouched);
}

#[tokio::test]
async fn no_draft_is_made_without_an_adjustment_that_cannot_be_read() {
    let (world, one, other) = pair().await;
    world.generate("2026-01").await;
    for contract in [one, other] {
        world.freeze(contract, "2026-01").await;
        world.meter(contract, "2026-01-02", 2).await;
    }
    world.spoil("settlement_adjustments", "definition", &format!("contract_id = {one}")).await;
    let run = world.generate("2026-02").await;
    assert_eq!((run.done_count, run.fault_count, world.statements(one).await.len()), (2, 1, 1));
    assert_eq!(world.live(other, "2026-02").await.adjustment, "1.00");
    // whatever touches the month computes it anew
    world.changed(one, &["2026-01"], Cause::Contract, "looked at").await;
    assert_eq!(world.adjustments(one).await, [("2026-01".into(), "pending".into(), "1.00".into())]);
    world.generate("2026-02").await;
    assert_eq!(world.live(one, "2026-02").await.adjustment, "1.00");
}

#[tokio::test]
async fn a_tariff_or_rules_that_cannot_be_read_are_not_in_force() {
    let (world, one, other) = pair().await;
    world.tariff("second", 1, "0.400000", json!({})).await;
    world.tariff("second", 2, "0.300000", json!({})).await;
    world.terms(one, "2026-01-01", Some("second")).await;
    world.spoil("tariff_versions", "definition", "version = 2").await;
    let run = world.generate("2026-01").await;
    assert_eq!((run.fault_count, world.live(other, "2026-01").await.total.as_str()), (1, "5.00"));
    assert_eq!(faults(&world.live(one, "2026-01").await.document), ["not_valid"], "an older version is no substitute");
    // national rules: those before do not go on in the place of what cannot be read
    world
        .exec(&format!(
            "insert into settlement_rules (valid_from, definition, made_by) select v.day, v.definition::jsonb, 'test'
           from (values (date '2020-01-01', (select definition from settlement_rules order by valid_from limit 1)::text),
                        (date '2025-06-01', '{SPOILT}')) as v (day, definition) where v.definition is not null
         on conflict (valid_from) do update set definition = excluded.definition"
        ))
        .await;
    let run = world.generate("2026-02").await;
    assert_eq!((run.done_count, run.problem), (2, None));
    let mut conn = world.pool.acquire().await.unwrap();
    let parts = warehouse::settlement::book::load(&mut conn).await.unwrap();
    assert_eq!(parts.unreadable_rules, [day("2025-06-01")]);
}
