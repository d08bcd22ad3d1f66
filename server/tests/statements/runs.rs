//! Monthly runs: killed, cancelled, run twice and side by side.

use domain::access::Scope;
use tokio_util::sync::CancellationToken;
use warehouse::settlement::runs::{self as rows, RunError, RunMaker, RunState};

use super::world::{World, person};

async fn many(world: &World, count: i64) {
    for user in 1..=count {
        let contract = world.contract(user, "2026-01-01", Some("flat")).await;
        world.meter(contract, "2026-01-10", user * 10).await;
    }
}

#[tokio::test]
async fn a_run_that_is_killed_between_and_within_batches_leaves_nothing_out_and_repeats_nothing() {
    let mut world = World::new().await;
    world.runs.batch = 3;
    many(&world, 30).await;
    world.generate("2026-01").await;
    let straight = world.everything().await;
    assert_eq!(straight.len(), 30);
    world.exec("delete from settlement_events; delete from settlement_statements; delete from settlement_runs").await;
    let run_id = world.ask("2026-01").await;
    // killed after some batches: what was committed stays, what was not is undone; even if each kill comes too late, more is to be done
    for steps in [1, 2, 1] {
        let mut rater = None;
        for _ in 0..steps {
            world.runs.step(run_id, &mut rater).await.unwrap();
        }
        let killed = tokio::time::timeout(std::time::Duration::from_millis(3), world.runs.step(run_id, &mut rater)).await;
        drop(killed);
    }
    let half = world.run(run_id).await;
    assert_eq!(half.state, RunState::Running);
    assert_eq!(world.count("select count(*) from settlement_statements").await, half.done_count, "counted as they are drafted");
    world.runs.work_off(&CancellationToken::new()).await.unwrap();
    let done = world.run(run_id).await;
    assert_eq!((done.state, done.done_count, done.total_count), (RunState::Done, 30, 30));
    assert_eq!(world.everything().await, straight, "the same statements");
}

#[tokio::test]
async fn two_workers_at_one_run_draft_each_statement_once() {
    let mut world = World::new().await;
    world.runs.batch = 2;
    many(&world, 9).await;
    let run_id = world.ask("2026-01").await;
    let cancel = CancellationToken::new();
    let (one, other) = tokio::join!(world.runs.complete(run_id, &cancel), world.runs.complete(run_id, &cancel));
    one.unwrap();
    other.unwrap();
    assert_eq!(world.run(run_id).await.done_count, 9);
    assert_eq!(world.everything().await.len(), 9);
    assert_eq!(world.count("select count(*) from settlement_events").await, 9);
}

#[tokio::test]
async fn a_cancelled_run_stops_and_keeps_what_is_done() {
    let mut world = World::new().await;
    world.runs.batch = 4;
    many(&world, 9).await;
    let run_id = world.ask("2026-01").await;
    let mut rater = None;
    for _ in 0..2 {
        world.runs.step(run_id, &mut rater).await.unwrap();
    }
    let author = person(1, "clerk");
    let maker = RunMaker { author: &author, scope: &Scope::Whole, tenant_id: None };
    let other = RunMaker { scope: &Scope::of([7]), ..maker };
    assert!(matches!(rows::cancel(&world.access, other, run_id).await, Err(RunError::Access(_))), "a run of all regions");
    rows::cancel(&world.access, maker, run_id).await.unwrap();
    world.runs.work_off(&CancellationToken::new()).await.unwrap();
    let run = world.run(run_id).await;
    assert_eq!((run.state, run.done_count), (RunState::Cancelled, 4));
    assert_eq!(world.everything().await.len(), 4);
    assert!(matches!(rows::cancel(&world.access, maker, run_id).await, Err(RunError::Over)));
}

#[tokio::test]
async fn a_second_run_brings_drafts_up_to_date_and_leaves_the_others() {
    let world = World::new().await;
    many(&world, 3).await;
    world.generate("2026-01").await;
    let before = world.everything().await;
    world.generate("2026-01").await;
    assert_eq!(world.everything().await, before, "nothing changed");
    assert_eq!(world.count("select max(edit_no)::bigint from settlement_statements").await, 1);
    // the name of a customer is no reading: it comes with the next run
    world.exec("update ods_power_user set user_name = 'renamed' where user_id = 2").await;
    world.generate("2026-01").await;
    assert_eq!(world.count("select count(*) from settlement_statements where user_name = 'renamed' and edit_no = 2").await, 1);
}

#[tokio::test]
async fn customers_with_readings_and_without_a_contract_are_counted() {
    let world = World::new().await;
    many(&world, 1).await;
    world
        .exec("insert into dws_user_month (stat_month, region_id, user_id, day_count) values ('2026-01-01', 7, 1, 1), ('2026-01-01', 7, 2, 1), ('2026-01-01', 8, 3, 1), ('2026-02-01', 7, 4, 1)")
        .await;
    assert_eq!(world.generate("2026-01").await.no_contract_count, 2);
}

#[tokio::test]
async fn a_contract_that_leaves_days_with_readings_out_blocks_its_statement() {
    let world = World::new().await;
    let contract = world.contract(1, "2026-01-10", Some("flat")).await;
    world.meter(contract, "2026-01-12", 10).await;
    let columns = "insert into dws_user_day (stat_day, region_id, user_id, user_name, usage_type, record_count, total_consumption, total_cost, last_consumption_id, quarter_lo, quarter_hi)";
    world.exec(&format!("{columns} values ('2026-01-10', 7, 1, 'x', 'x', 1, 5, 1, 1, 1, 1)")).await;
    world.generate("2026-01").await;
    assert!(world.live(contract, "2026-01").await.exceptions.is_empty());
    world.exec(&format!("{columns} values ('2026-01-09', 7, 1, 'x', 'x', 1, 5, 1, 1, 1, 1)")).await;
    world.generate("2026-01").await;
    assert_eq!(world.live(contract, "2026-01").await.exceptions, ["no_contract"]);
}

#[tokio::test]
async fn waiting_runs_of_one_tenant_do_not_keep_others_from_asking() {
    let world = World::new().await;
    world.exec("insert into access.tenants (tenant_id, code, name) overriding system value values (91, 'one', 'one'), (92, 'two', 'two')").await;
    let author = person(1, "clerk");
    let ask = async |tenant_id: Option<i32>| {
        let maker = RunMaker { author: &author, scope: &Scope::Whole, tenant_id };
        let new = rows::NewRun { month: super::world::month("2026-01"), regions: None, contracts: None };
        rows::add(&world.access, maker, &new).await
    };
    for _ in 0..20 {
        ask(Some(91)).await.unwrap();
    }
    assert!(matches!(ask(Some(91)).await, Err(RunError::Busy)));
    ask(Some(92)).await.unwrap();
    ask(None).await.unwrap();
    world.exec("update settlement_runs set state = 'done' where run_id = (select min(run_id) from settlement_runs)").await;
    ask(Some(91)).await.unwrap();
}
