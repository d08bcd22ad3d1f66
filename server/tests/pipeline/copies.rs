//! Gaps are closed by a new copy over what is there; a kill in mid-copy starts it again.

use crate::harness::{DEADLINE, World};
use testkit::simulator::{Mix, Simulator, execute};

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_slot_is_closed_by_a_new_copy() {
    let world = World::new().await;
    let mut simulator = Simulator::new(11, Mix { user_change: 0.0, user_delete: 0.0, ..Mix::default() });
    execute(&world.source, &simulator.register_users()).await;
    simulator.run(&world.source, 60).await;
    let running = world.start().await;
    world.quiet(&running).await;
    running.stop().await;
    let slot = world.config.slot.clone();
    testkit::wait_until("the slot is free", DEADLINE, async || {
        let dropped = format!("select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = '{slot}'");
        sqlx::raw_sql(&dropped).execute(&world.source).await.is_ok()
    })
    .await;
    simulator.run(&world.source, 60).await;
    let running = world.start().await;
    testkit::wait_until("the gap is in the diary", DEADLINE, async || {
        world.count("select count(*) from pipeline_events where kind = 'gap'").await > 0
    })
    .await;
    world.quiet(&running).await;
    world.assert_converged().await;
    simulator.run(&world.source, 30).await;
    world.quiet(&running).await;
    world.assert_converged().await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_mid_copy_starts_it_again() {
    let world = World::new().await;
    world
        .at_source(
            "insert into power_user (user_id, user_name, region_id, region_name) select g, 'u', g % 4, 'r' from generate_series(1, 40) g;
             insert into power_consumption (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date)
             select g, g % 50, g % 90, 1, timestamp '2026-03-01 10:00:00' + g * interval '1 second' from generate_series(1, 6000) g",
        )
        .await;
    let running = world.start().await;
    testkit::wait_until("a part is copied", DEADLINE, async || {
        world.count("select count(*) from dwd_power_consumption_detail").await > 500
    })
    .await;
    running.kill().await;
    assert_eq!(world.text("select snapshot_state from progress").await, "copying");
    world
        .at_source(
            "delete from power_consumption where consumption_id <= 300;
             update power_consumption set consumption_amount = 1000 where consumption_id between 301 and 310",
        )
        .await;
    let running = world.start().await;
    world.quiet(&running).await;
    world.assert_converged().await;
    assert_eq!(world.count("select count(*) from dwd_power_consumption_detail").await, 5700);
    assert_eq!(world.count("select count(*) from snapshot_seen").await, 0);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn copied_rows_are_never_late() {
    let world = World::new().await;
    world
        .at_source(
            "insert into power_consumption (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date)
             select g, 1, 1, 1, timestamp '2026-03-01 10:00:00' - g * interval '1 hour' from generate_series(1, 300) g",
        )
        .await;
    let running = world.start().await;
    world.quiet(&running).await;
    assert_eq!(world.count("select coalesce(sum(late_count), 0)::bigint from quality_hour").await, 0);
    world
        .at_source(
            "insert into power_consumption (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date)
             values (1000, 1, 2.5, 1, '2026-02-28 10:00:00')",
        )
        .await;
    world.quiet(&running).await;
    assert_eq!(world.count("select sum(late_count)::bigint from quality_hour").await, 1);
    assert_eq!(world.text("select sum(late_consumption)::text from quality_hour").await, "2.50");
    assert_eq!(
        world.count("select max(revision)::bigint from dws_region_daily_stats").await,
        1,
        "the late row amended its window"
    );
    running.stop().await;
}
