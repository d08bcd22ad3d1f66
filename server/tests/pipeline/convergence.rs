//! Inserts, updates, deletes, late rows, unknown users: the end is always the same.

use crate::harness::World;
use testkit::simulator::{Mix, Simulator, execute};

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_and_the_stream_behind_it_converge() {
    let world = World::new().await;
    let mut simulator = Simulator::new(1, Mix::default());
    execute(&world.source, &simulator.register_users()).await;
    simulator.run(&world.source, 60).await;
    simulator.model_mut().book_as_snapshot();
    let running = world.start().await;
    world.quiet(&running).await;
    world.assert_matches(&simulator).await;
    simulator.run(&world.source, 150).await;
    world.quiet(&running).await;
    world.assert_matches(&simulator).await;
    assert!(world.count("select count(*) from dead_letters where status = 'open'").await > 0, "the mix holds invalid rows");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_during_the_copy_lose_and_double_nothing() {
    let world = World::new().await;
    let mut simulator = Simulator::new(2, Mix { user_delete: 0.0, user_change: 0.0, ..Mix::default() });
    execute(&world.source, &simulator.register_users()).await;
    simulator.run(&world.source, 100).await;
    let running = world.start().await;
    simulator.run(&world.source, 200).await;
    world.quiet(&running).await;
    world.assert_converged().await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_at_any_point_change_nothing() {
    let world = World::new().await;
    let mut simulator = Simulator::new(3, Mix::default());
    let running = world.start().await;
    world.quiet(&running).await;
    execute(&world.source, &simulator.register_users()).await;
    running.kill().await;
    for round in 0..26 {
        simulator.run(&world.source, 12).await;
        let running = world.start().await;
        let before = running.watch.commits();
        if round % 3 > 0 {
            testkit::wait_until("some commits", crate::harness::DEADLINE, async || running.watch.commits() >= before + round % 3)
                .await;
        }
        running.kill().await;
    }
    let running = world.start().await;
    world.quiet(&running).await;
    world.assert_matches(&simulator).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_readings_are_booked_again_when_their_users_arrive() {
    let world = World::new().await;
    let running = world.start().await;
    world.quiet(&running).await;
    world
        .at_source(
            "insert into power_consumption (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date)
             select g, g % 7, g % 90, 1, timestamp '2026-03-01 10:00:00' + g * interval '37 second' from generate_series(1, 5000) g",
        )
        .await;
    world.quiet(&running).await;
    assert_eq!(world.count("select count(*) from dwd_power_consumption_detail where region_id = 0").await, 5000);
    world
        .at_source(
            "insert into power_user (user_id, user_name, usage_type, region_id, region_name)
             select g, '用户' || g, '居民', 1 + g % 3, '区' || (1 + g % 3) from generate_series(0, 6) g",
        )
        .await;
    world.quiet(&running).await;
    world.assert_converged().await;
    assert_eq!(world.count("select count(*) from dwd_power_consumption_detail where region_id = 0").await, 0);
    assert_eq!(world.count("select count(*) from dws_region_daily_stats where region_id = 0").await, 0);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_truncate_retracts_everything_and_what_follows_counts() {
    let world = World::new().await;
    let mut simulator = Simulator::new(4, Mix::default());
    execute(&world.source, &simulator.register_users()).await;
    simulator.run(&world.source, 40).await;
    let running = world.start().await;
    world.quiet(&running).await;
    world
        .at_source(
            "begin; truncate power_consumption;
             insert into power_consumption (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date)
             values (1, 1, 5, 3, '2016-02-01 00:00:00'), (2, 1, 7, 3, '2016-02-09 00:00:01'); commit",
        )
        .await;
    world.quiet(&running).await;
    world.assert_converged().await;
    assert_eq!(world.count("select count(*) from dwd_power_consumption_detail").await, 2);
    assert_eq!(world.count("select count(*) from dead_letters where status = 'open'").await, 0);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_large_transaction_is_one_commit() {
    let world = World::new().await;
    let running = world.start_with(|pipeline| pipeline.commit_rows_max = 500).await;
    world.quiet(&running).await;
    let commits = world.count("select commit_no from progress").await;
    world
        .at_source(
            "insert into power_consumption (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date)
             select g, g % 50, g % 90, 1, timestamp '2026-03-01 10:00:00' + g * interval '100 ms' from generate_series(1, 20000) g",
        )
        .await;
    testkit::wait_until("rows", crate::harness::DEADLINE, async || {
        let rows = world.count("select count(*) from dwd_power_consumption_detail").await;
        assert!(rows == 0 || rows == 20_000, "a transaction is seen whole or not at all, not {rows} rows");
        rows > 0
    })
    .await;
    assert_eq!(world.count("select count(*) from dwd_power_consumption_detail").await, 20_000);
    assert!(world.count("select commit_no from progress").await > commits);
    world.quiet(&running).await;
    world.assert_converged().await;
    running.stop().await;
}
