//! Reactive energy comes through the log like the readings, and its days are settled again.

use server::settlement::runs::Runs;
use server::settlement::settings::SettlementSettings;
use warehouse::Store;
use warehouse::access::AccessPool;

use super::land::{Land, readings};
use super::world::World;

const STORED: &str =
    "select coalesce(string_agg(user_id || ' ' || interval_end || ' ' || kvarh, ', ' order by user_id, interval_end), '')
                        from dwd_power_reactive";

impl Land {
    /// The accepted rows are those of the source, but for the rejected ones.
    async fn assert_same_as_source(&self) {
        let good = STORED.replace("dwd_power_reactive", "power_reactive where kvarh <> 'NaN' and abs(kvarh) < 1000000");
        let source: String = sqlx::query_scalar(&good).fetch_one(&self.source).await.unwrap();
        assert_eq!(self.text(STORED).await, source);
    }
}

#[tokio::test]
async fn reactive_energy_follows_the_source_and_its_days_are_settled_again() {
    let mut land = Land::with_contracts(1).await;
    land.start_worker().await;
    land.at_source(&readings(1, 2, "true")).await;
    land.at_source(
        "insert into power_reactive select 1, timestamp '2016-01-11' + q * interval '15 min', (q % 7 - 3) * 1.5
           from generate_series(1, 96) q",
    )
    .await;
    land.settled().await;
    land.assert_same_as_source().await;
    let kvarh = "select definition ->> 'kvarh' || ' ' || (definition ->> 'kvarh_intervals') from settlements_day where day_start = '2016-01-11'";
    let sum = "select sum(abs((q % 7 - 3) * 1.5))::numeric(14, 2)::text from generate_series(1, 96) q";
    assert_eq!(land.text(kvarh).await, format!("{} 96", land.text(sum).await));
    // the interval that ends at midnight belongs to the day that it ends
    land.at_source(
        "update power_reactive set kvarh = 100 where interval_end = '2016-01-12';
         delete from power_reactive where interval_end = '2016-01-11 00:15';
         update power_reactive set kvarh = 'NaN' where interval_end = '2016-01-11 00:30';
         insert into power_reactive values (1, '2016-01-11 00:40', null)",
    )
    .await;
    land.at_source("delete from power_reactive where interval_end = '2016-01-11 00:40'").await;
    land.settled().await;
    land.assert_same_as_source().await;
    assert_eq!(
        land.number("select (definition ->> 'kvarh_intervals')::bigint from settlements_day where day_start = '2016-01-11'")
            .await,
        94
    );
    let letters = "select string_agg(reason || ' ' || status, ', ' order by reason) from dead_letters where source_table = 'power_reactive'";
    assert_eq!(land.text(letters).await, "missing_amount cleared, not_finite open");
    land.at_source("truncate power_reactive").await;
    land.settled().await;
    assert_eq!(land.text(STORED).await, "");
    assert_eq!(land.number("select count(*) from settlements_day where (definition ->> 'kvarh_intervals')::bigint > 0").await, 0);
    assert_eq!(land.differences("0.50").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_new_copy_changes_only_what_differs() {
    let mut land = Land::with_contracts(1).await;
    land.start_worker().await;
    land.at_source(
        "insert into power_reactive values (1, '2016-01-11 00:15', 1), (1, '2016-01-11 00:30', 2), (2, '2016-01-11 00:30', 3)",
    )
    .await;
    land.at_source(&readings(1, 1, "true")).await;
    land.settled().await;
    let version = land.number("select version::bigint from settlements_day where day_start = '2016-01-11'").await;
    land.copy_again("delete from power_reactive where user_id = 2; update power_reactive set kvarh = 5 where interval_end = '2016-01-11 00:30'").await;
    land.settled().await;
    land.assert_same_as_source().await;
    assert_eq!(land.text("select definition ->> 'kvarh' from settlements_day where day_start = '2016-01-11'").await, "6.00");
    assert_eq!(land.number("select version::bigint from settlements_day where day_start = '2016-01-11'").await, version + 1);
}

/// With a power factor: 0.90 is the standard, and reactive energy changes the bill alone.
async fn frozen_with_power_factor() -> (Land, World) {
    let mut land = Land::with_contracts(1).await;
    land.at_warehouse(
        r#"update tariff_versions set definition = definition || '{"power_factor": true}' where made_by = 'test';
           update contract_terms set definition = definition || '{"power_factor_standard": "0.90", "capacity_kva": "315.00"}';
           update settlement_progress set rules_revision = rules_revision + 1"#,
    )
    .await;
    land.start_worker().await;
    land.at_source(&readings(1, 24, "true")).await;
    land.at_source(
        "insert into power_reactive select 1, timestamp '2016-01-11' + q * interval '15 min', 0.10 from generate_series(1, 2016) q",
    )
    .await;
    land.settled().await;
    let store = Store::new(land.warehouse.clone());
    let access = AccessPool::open(&land.warehouse_url, 2).unwrap();
    let world = World { pool: land.warehouse.clone(), access, runs: Runs::new(store, SettlementSettings::default()) };
    world.generate("2016-01").await;
    let contract = land.number("select max(contract_id) from contracts").await;
    world.freeze(contract, "2016-01").await;
    (land, world)
}

#[tokio::test]
async fn an_adjustment_for_reactive_energy_says_that_it_was_reactive_energy() {
    let (land, world) = frozen_with_power_factor().await;
    let cause = "select cause || ' ' || cause_text from settlement_adjustments";
    land.at_source("update power_reactive set kvarh = 40 where interval_end > '2016-01-14' and interval_end <= '2016-01-15'")
        .await;
    land.settled().await;
    assert_eq!(world.text(cause).await, "reactive 2016-01-14");
    // both at once: the readings are the reason that is told
    land.at_source(
        "begin; update power_reactive set kvarh = 45 where interval_end > '2016-01-14' and interval_end <= '2016-01-15';
         update power_consumption set consumption_amount = consumption_amount + 5, meter_reading_after = null
          where consumption_id = 1000300; commit",
    )
    .await;
    land.settled().await;
    assert!(world.text(cause).await.starts_with("readings "), "{}", world.text(cause).await);
}
