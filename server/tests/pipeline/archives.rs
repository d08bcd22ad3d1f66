//! Operators who archive old source rows, numbers beyond any meter, and backlogs of large transactions.

use crate::harness::{DEADLINE, Running, World};
use domain::LocalMs;

const INSERT: &str =
    "insert into power_consumption (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date) values";

async fn start_keeping(world: &World) -> Running {
    world.start_with(|pipeline| pipeline.settings.keep_deleted_before = LocalMs::parse(b"2026-02-15")).await
}

async fn readings(world: &World) -> String {
    world
        .text(
            "select string_agg(consumption_id || '=' || consumption_amount, ' ' order by consumption_id)
               from dwd_power_consumption_detail",
        )
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn archived_rows_stay_also_through_a_new_copy_and_may_be_put_back() {
    let world = World::new().await;
    let running = start_keeping(&world).await;
    world.quiet(&running).await;
    world.at_source(&format!("{INSERT} (1, 1, 1, 1, '2026-02-01 10:00:00'), (2, 1, 1, 1, '2026-03-01 10:00:00')")).await;
    world.at_source("delete from power_consumption").await;
    world.quiet(&running).await;
    assert_eq!(readings(&world).await, "1=1.00", "an old delete is archiving, a new one a retraction");
    world.at_source(&format!("{INSERT} (1, 1, 5, 1, '2026-02-01 10:00:00')")).await;
    world.quiet(&running).await;
    assert_eq!(readings(&world).await, "1=5.00");
    world.at_source("delete from power_consumption").await;
    world.quiet(&running).await;
    running.stop().await;
    let slot = world.config.slot.clone();
    testkit::wait_until("the slot is free", DEADLINE, async || {
        let drop = format!("select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = '{slot}'");
        sqlx::raw_sql(&drop).execute(&world.source).await.is_ok()
    })
    .await;
    let running = start_keeping(&world).await;
    testkit::wait_until("a second copy", DEADLINE, async || {
        world.count("select count(*) from pipeline_events where kind = 'snapshot'").await == 2
    })
    .await;
    assert_eq!(readings(&world).await, "1=5.00");
    assert_eq!(testkit::oracle::diff(&world.warehouse, 3).await, Vec::<String>::new());
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn registers_beyond_any_meter_do_not_stop_the_stream() {
    let world = World::new().await;
    world
        .at_source(
            "alter table power_consumption alter meter_reading_before type numeric, alter meter_reading_after type numeric",
        )
        .await;
    let running = world.start().await;
    world.quiet(&running).await;
    for (id, register) in [(1, "90000000000000000"), (2, "1e30"), (3, "'NaN'")] {
        world
            .at_source(&format!(
                "insert into power_consumption values ({id}, 1, 1, 1, '2026-03-01 10:00:00', {register}, {register}, null)"
            ))
            .await;
    }
    world.quiet(&running).await;
    assert_eq!(readings(&world).await, "1=1.00 2=1.00 3=1.00");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backlog_of_large_transactions_is_committed_as_it_is_read() {
    let world = World::new().await;
    let running = world.start().await;
    world.quiet(&running).await;
    running.stop().await;
    for first in (0..40).map(|number| number * 120) {
        world
            .at_source(&format!(
                "insert into power_consumption (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date)
                 select {first} + g, g % 9, 1, 1, timestamp '2026-03-01 10:00:00' + ({first} + g) * interval '1 s' from generate_series(1, 120) g"
            ))
            .await;
    }
    let running = world.start().await;
    world.quiet(&running).await;
    assert!(running.watch.commits() >= 10, "{} commits for forty transactions of three chunks", running.watch.commits());
    world.assert_converged().await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_truncate_is_in_the_diary() {
    let world = World::new().await;
    let running = world.start().await;
    world.quiet(&running).await;
    world.at_source("truncate power_consumption").await;
    testkit::wait_until("the diary", DEADLINE, async || {
        world.text("select string_agg(detail, ' ') from pipeline_events where kind = 'truncate'").await == "power_consumption"
    })
    .await;
    running.stop().await;
}
