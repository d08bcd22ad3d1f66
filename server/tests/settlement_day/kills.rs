//! Whoever is killed when, the same days are settled.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::land::{DEADLINE, Land, readings};

const SEED: u64 = 20_160_111;
/// Longest time from the start of a worker to its death.
const LIFE_MS: u64 = 60;
const KILLS_PER_STEP: usize = 4;

fn steps() -> Vec<String> {
    let user = |user_id| readings(user_id, 3, "q <> 140 and q < 260");
    vec![
        (1..=4).map(user).collect::<Vec<_>>().join(";"),
        readings(1, 3, "q = 140"),
        "update power_consumption set consumption_amount = consumption_amount + 1.01 where consumption_id % 1000000 = 30".into(),
        "delete from power_consumption where consumption_id % 1000000 in (50, 51, 200)".into(),
        (1..=3).map(|user_id| readings(user_id, 4, "q >= 260")).collect::<Vec<_>>().join(";"),
    ]
}

async fn play(has_kills: bool) -> Vec<String> {
    let mut random = StdRng::seed_from_u64(SEED);
    let mut land = Land::with_contracts(4).await;
    land.start_worker().await;
    for (number, step) in steps().into_iter().enumerate() {
        if has_kills && number == 2 {
            land.kill_pipeline().await;
        }
        land.at_source(&step).await;
        for _ in 0..if has_kills { KILLS_PER_STEP } else { 0 } {
            // no wait for anything: any moment is as good as another to die at
            tokio::time::sleep(Duration::from_millis(random.random_range(0..LIFE_MS))).await;
            land.kill_worker().await;
            land.start_worker().await;
        }
        land.settled().await;
    }
    assert_eq!(land.differences("0.50").await, Vec::<String>::new());
    land.rows().await
}

#[tokio::test]
async fn kills_change_nothing() {
    let (whole, killed) = tokio::join!(play(false), play(true));
    assert!(!whole.is_empty());
    assert_eq!(whole, killed);
}

/// Each place at which a transaction writes something fails once.
#[tokio::test]
async fn a_failure_at_any_place_of_the_transaction_is_made_good() {
    let mut land = Land::with_contracts(2).await;
    land.at_warehouse(
        "create table fault (place text primary key);
         create sequence fault_hits;
         create function fail_once() returns trigger language plpgsql as $$
         begin
             if exists (select from fault where place = tg_table_name) and nextval('fault_hits') = 1 then
                 raise exception 'a fault' using errcode = '40001';
             end if;
             return coalesce(new, old);
         end
         $$;
         create trigger fail before insert or update on settlements_day for each row execute function fail_once();
         create trigger fail before delete on settlement_changes for each row execute function fail_once();
         create trigger fail before update on settlement_progress for each row when (old.settled_at is distinct from new.settled_at)
             execute function fail_once();
         create trigger fail before delete on settlement_requests for each row execute function fail_once()",
    )
    .await;
    land.start_worker().await;
    let places = ["settlement_requests", "settlements_day", "settlement_changes", "settlement_progress"];
    for (number, place) in (1..).zip(places) {
        land.at_warehouse(&format!(
            "delete from fault; select setval('fault_hits', 1, false); insert into fault values ('{place}')"
        ))
        .await;
        land.at_source(&readings(1, 5, &format!("q / 96 = {number} - 1"))).await;
        land.put_tariff(number + 1, &format!("{{{number}}}"), "0.50").await;
        testkit::wait_until("the fault was met", DEADLINE, async || {
            land.number("select case when is_called then last_value else 0 end from fault_hits").await > 0
        })
        .await;
        land.settled().await;
        assert_eq!(land.differences("0.50").await, Vec::<String>::new(), "{place}");
    }
}

#[tokio::test]
async fn of_two_workers_one_settles() {
    let mut land = Land::with_contracts(2).await;
    land.start_worker().await;
    land.at_source(&readings(1, 1, "true")).await;
    land.settled().await;
    let first = land.worker.take().unwrap();
    let epoch = land.number("select epoch from settlement_progress").await;
    land.start_worker().await;
    testkit::wait_until("the second takes over", DEADLINE, async || {
        land.number("select epoch from settlement_progress").await > epoch
    })
    .await;
    land.at_source(&readings(2, 2, "true")).await;
    land.settled().await;
    assert_eq!(land.differences("0.50").await, Vec::<String>::new());
    assert_eq!(land.number("select count(*) from settlements_day where version > 3").await, 0, "nobody settles the same twice");
    first.abort();
}
