//! How long a run takes; for a machine with nothing else to do: `cargo test --release --test statements -- --ignored`.

use std::time::Instant;

use super::world::World;

const CONTRACTS: i64 = 5_000;

#[tokio::test]
#[ignore = "a measurement"]
async fn a_run_drafts_hundreds_of_statements_a_second() {
    let world = World::new().await;
    world
        .exec(&format!(
            "insert into ods_power_user (user_id, user_name, usage_type, region_id) select n, 'customer ' || n, '居民', 7 from generate_series(1, {CONTRACTS}) n;
             insert into contracts (user_id, starts_on, changed_by) select n, '2026-01-01', 'x' from generate_series(1, {CONTRACTS}) n;
             insert into contract_terms (contract_id, valid_from, tariff_code, definition, made_by)
             select contract_id, '2026-01-01', 'flat', '{{\"voltage\":\"below_1kv\",\"tariff\":\"flat\"}}', 'x' from contracts"
        ))
        .await;
    let first = world.count("select min(contract_id) from contracts").await;
    world.meter(first, "2026-01-01", 10).await;
    world
        .exec(
            "insert into settlements_day (contract_id, user_id, day_start, region_id, statement_month, energy_kwh, flat_kwh, status, definition)
             select c.contract_id, c.user_id, d::date, 7, '2026-01-01', 10, 10, 'complete',
                    jsonb_set(s.definition, '{day}', to_jsonb(to_char(d, 'YYYY-MM-DD')))
               from contracts c cross join generate_series('2026-01-01'::date, '2026-01-31', '1 day') d
               cross join (select definition from settlements_day limit 1) s on conflict do nothing; analyze",
        )
        .await;
    let started = Instant::now();
    let run = world.generate("2026-01").await;
    let seconds = started.elapsed().as_secs_f64();
    assert_eq!(run.done_count, CONTRACTS);
    let rate = CONTRACTS as f64 / seconds;
    println!("{CONTRACTS} statements in {seconds:.1} s, {rate:.0} a second");
    assert!(rate > 333.0, "100,000 in five minutes: {rate:.0} a second");
}
