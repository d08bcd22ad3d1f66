//! Cut connections, restarted servers, a source that changes its mind: nothing is lost, and one sentence says what is wrong.

use crate::harness::{DEADLINE, World};
use domain::status::StreamState;
use testkit::simulator::{Mix, Simulator, execute};

#[tokio::test(flavor = "multi_thread")]
async fn cut_connections_are_opened_again() {
    let world = World::new().await;
    let mut simulator = Simulator::new(21, Mix::default());
    let running = world.start().await;
    world.quiet(&running).await;
    execute(&world.source, &simulator.register_users()).await;
    for round in 0..6 {
        simulator.run(&world.source, 20).await;
        let databases = if round % 2 == 0 { &world.source } else { &world.warehouse };
        let cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
                    and application_name like 'loadline%'";
        sqlx::raw_sql(cut).execute(databases).await.unwrap();
    }
    world.quiet(&running).await;
    world.assert_matches(&simulator).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_restart_is_survived() {
    let cluster = testkit::TestCluster::own(&[]).await;
    let world = World::on(cluster.operational_db().await, cluster.warehouse_db().await).await;
    let mut simulator = Simulator::new(22, Mix::default());
    let running = world.start().await;
    world.quiet(&running).await;
    execute(&world.source, &simulator.register_users()).await;
    simulator.run(&world.source, 30).await;
    cluster.restart().await;
    testkit::wait_until("the server answers", DEADLINE, async || sqlx::raw_sql("select 1").execute(&world.source).await.is_ok())
        .await;
    simulator.run(&world.source, 30).await;
    world.quiet(&running).await;
    world.assert_matches(&simulator).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_column_stops_with_a_sentence_and_goes_on_when_it_is_back() {
    let world = World::new().await;
    let running = world.start().await;
    world.quiet(&running).await;
    let insert = |id: i32, column: &str| {
        format!(
            "insert into power_consumption (consumption_id, user_id, {column}, consumption_cost, consumption_date)
             values ({id}, 1, 2, 1, '2026-03-01 10:00:00')"
        )
    };
    world.at_source(&insert(1, "consumption_amount")).await;
    world.quiet(&running).await;
    world.at_source("alter table power_consumption rename column consumption_amount to amount").await;
    world.at_source(&insert(2, "amount")).await;
    testkit::wait_until("the stream stops", DEADLINE, async || running.watch.status(0).state == StreamState::Stopped).await;
    let problem = running.watch.status(0).problem_en.unwrap_or_default();
    assert!(problem.contains("consumption_amount"), "{problem}");
    assert_eq!(world.count("select count(*) from dead_letters").await, 0, "never a flood of dead letters");
    assert!(!running.task.is_finished(), "it waits for the repair");
    world.at_source("alter table power_consumption rename column amount to consumption_amount").await;
    world.quiet(&running).await;
    world.assert_converged().await;
    assert_eq!(world.count("select count(*) from dwd_power_consumption_detail").await, 2, "nothing is lost");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_engine_ends_the_first() {
    let world = World::new().await;
    let first = world.start().await;
    world.quiet(&first).await;
    sqlx::raw_sql("update progress set epoch = epoch + 1").execute(&world.warehouse).await.unwrap();
    world
        .at_source(
            "insert into power_consumption (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date)
             values (1, 1, 2, 1, '2026-03-01 10:00:00')",
        )
        .await;
    let problem = first.task.await.unwrap().unwrap_err();
    assert!(problem.is_final(), "{problem}");
    assert_eq!(world.count("select count(*) from dwd_power_consumption_detail").await, 0, "the forgotten engine wrote nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_source_lets_go_of_its_log() {
    let world = World::new().await;
    let running = world.start().await;
    world.quiet(&running).await;
    let before = source::slot_state(&world.config).await.unwrap().confirmed_flush;
    source::heartbeat(&world.config).await.unwrap();
    testkit::wait_until("the slot moves", DEADLINE, async || {
        source::slot_state(&world.config).await.unwrap().confirmed_flush > before
    })
    .await;
    running.stop().await;
}
