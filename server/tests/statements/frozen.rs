//! What is frozen stays, byte for byte, whoever tries to change it and whatever happens to what it was rated from.

use domain::settlement::lifecycle::StatementAct;
use serde_json::json;
use warehouse::settlement::changes::Cause;
use warehouse::settlement::statements::document_hash;

use super::world::{REGION, Row, World, because, person};

const BYTES: &str =
    "select md5(string_agg(s::text, '|' order by statement_id)) || md5((select string_agg(i::text, '|' order by line_no)
                        from settlement_statement_items i)) from settlement_statements s where statement_month = '2026-01-01'";

async fn frozen(world: &World) -> (i64, Row) {
    let contract = world.contract(1, "2026-01-01", Some("flat")).await;
    world.meter(contract, "2026-01-10", 100).await;
    world.generate("2026-01").await;
    let row = world.freeze(contract, "2026-01").await;
    (contract, row)
}

#[tokio::test]
async fn readings_tariffs_holidays_and_contracts_do_not_change_it() {
    let world = World::new().await;
    let (contract, statement) = frozen(&world).await;
    let bytes = world.text(BYTES).await;
    let stays = async |what: &str| {
        assert_eq!(world.text(BYTES).await, bytes, "{what}");
        let now = world.live(contract, "2026-01").await;
        assert_eq!(now.hash, Some(document_hash(&now.document)), "{what}");
    };
    world.meter(contract, "2026-01-10", 140).await;
    stays("a corrected reading").await;
    world.tariff("flat", 2, "0.600000", json!({})).await;
    world.changed(contract, &["2026-01"], Cause::Tariff, "flat v2").await;
    stays("a tariff").await;
    world.exec("insert into calendar_days (day, kind, name, changed_by) values ('2026-01-10', 'holiday', '元旦', 'x')").await;
    world.changed(contract, &["2026-01"], Cause::Calendar, "2026-01-10 元旦").await;
    stays("a holiday").await;
    world.exec(&format!("update contracts set closed_on = '2026-01-05' where contract_id = {contract}")).await;
    world.changed(contract, &["2026-01"], Cause::Contract, "closed").await;
    stays("a contract that was closed before").await;
    world.exec("update ods_power_user set user_name = 'other', region_id = 8").await;
    world.meter(contract, "2026-01-11", 1).await;
    stays("another name and region").await;
    world.exec(&format!("update contracts set removed_at = now() where contract_id = {contract}")).await;
    world.changed(contract, &["2026-01"], Cause::Contract, "removed").await;
    stays("a contract that was removed").await;
    world.generate("2026-01").await;
    stays("another run").await;
    assert_eq!(statement.hash, world.live(contract, "2026-01").await.hash);
}

#[tokio::test]
async fn the_database_refuses_whoever_tries() {
    let world = World::new().await;
    let (contract, statement) = frozen(&world).await;
    let bytes = world.text(BYTES).await;
    for change in [
        "update settlement_statements set document = document || '{\"x\": 1}'",
        "update settlement_statements set total_amount = 0",
        "update settlement_statements set snapshot_hash = repeat('0', 64), document_hash = repeat('0', 64)",
        "update settlement_statements set snapshot_hash = null",
        "update settlement_statements set status = 'draft'",
        "update settlement_statements set frozen_by = 'somebody else'",
        "update settlement_statements set status = 'void', total_amount = 1",
        "delete from settlement_statements",
        "update settlement_statement_items set amount = 0",
        "delete from settlement_statement_items",
        "insert into settlement_statement_items (statement_id, line_no, kind, quantity, unit, amount, definition)
         select statement_id, 9, 'energy', 1, 'kWh', 1, '{}' from settlement_statements",
    ] {
        let refused = world.try_exec(change).await;
        assert!(refused.as_ref().is_err_and(|error| error.contains("frozen")), "{change}: {refused:?}");
    }
    assert_eq!(world.text(BYTES).await, bytes);
    world.void(&statement).await;
    let refused = world.try_exec("update settlement_statements set total_amount = 0").await;
    assert!(refused.is_err(), "also when it is void");
    let again = world.act(&because(&person(1, "clerk"), "x"), StatementAct::Void, &world.statements(contract).await[0].1).await;
    assert!(again.is_err());
}

#[tokio::test]
async fn a_customer_who_moves_is_shown_and_billed_once() {
    let world = World::new().await;
    let contract = world.contract(1, "2026-01-01", Some("flat")).await;
    world.meter(contract, "2026-01-10", 10).await;
    world.meter_with(contract, "2026-01-20", 20, |day| day.region_id = REGION + 1).await;
    world.generate("2026-01").await;
    let draft = world.live(contract, "2026-01").await;
    assert_eq!((draft.total.as_str(), draft.exceptions.as_slice()), ("15.00", ["moved".to_owned()].as_slice()));
    let region = world.count("select region_id::bigint from settlement_statements").await;
    assert_eq!(region, i64::from(REGION + 1), "the region at the last day");
}

#[tokio::test]
async fn a_tariff_that_changes_in_mid_month_is_billed_by_its_days() {
    let world = World::new().await;
    let contract = world.contract(1, "2026-01-01", Some("flat")).await;
    world.meter(contract, "2026-01-10", 10).await;
    world.meter_with(contract, "2026-01-20", 20, |day| day.tariff = Some(("flat".to_owned(), 2))).await;
    world.tariff("flat", 2, "0.800000", json!({ "valid_from": "2026-01-16" })).await;
    world.generate("2026-01").await;
    let document = world.live(contract, "2026-01").await.document();
    let lines: Vec<String> = document
        .bill
        .lines
        .iter()
        .map(|line| format!("{} {} {}", line.from.to_date(), line.quantity.value(), line.amount))
        .collect();
    assert_eq!(lines, ["2026-01-01 10.00 5.00", "2026-01-16 20.00 16.00"]);
    let used: Vec<i32> = document.tariffs.iter().map(|used| used.version).collect();
    assert_eq!(used, [1, 2]);
}
