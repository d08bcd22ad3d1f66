//! What people do between two evaluations counts in the next.

use domain::alarms::{Act, Person};
use warehouse::alarms::evaluation::{announce, announce_rules, hold, points_after, save};

use super::script::reading;
use super::world::{DEADLINE, World};

/// A window of region 2 far over its limit, and the row that lets it close.
async fn alarm(world: &World, minute: i64, kwh: &str) {
    world.at_source(&reading(100 + minute, 21, minute, "00:00:02", kwh)).await;
    world.at_source(&reading(200 + minute, 21, minute, "00:00:20", "1")).await;
    world.everything_is_evaluated().await;
}

async fn state(world: &World) -> String {
    world.text("select coalesce((select state from alarms join alarm_rules using (rule_id) where code = 'window'), 'none')").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledgement_between_two_evaluations_counts_in_the_next() {
    let mut world = World::new().await;
    world.start();
    world.first_copy_is_complete().await;
    alarm(&world, 0, "600").await;
    assert_eq!(state(&world).await, "RTNUN", "the next window was an ordinary one");
    // the load stands: the limits are far below
    for minute in 1..4 {
        world.at_source(&reading(300 + minute, 21, minute, "00:00:02", "1")).await;
    }
    world.everything_is_evaluated().await;
    let load = "select state from alarms join alarm_rules using (rule_id) where code = 'load' and region_id = 2";
    assert_eq!(world.text(load).await, "DSUPR", "the region above is over its limit as well");
    let mut tx = world.warehouse.begin().await.unwrap();
    let seen = hold(&mut tx).await.unwrap();
    let points = points_after(&mut tx, -1).await.unwrap();
    let rule: serde_json::Value =
        sqlx::query_scalar("select definition from alarm_rules join alarm_rule_versions using (rule_id) where code = 'load'")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    let definition = serde_json::from_value(rule).unwrap();
    let above = points.iter().find(|point| point.key.subject.region_id() == Some(1)).unwrap();
    let by = Person { account_id: Some(1), name: "zhang".to_owned() };
    let (acked, transitions) =
        engine::alarms::act(above, &definition, &Act::Acknowledge { comment: None }, &by, false, above.state_since_ms).unwrap();
    save(&mut tx, &[acked], &transitions, seen.revision + 1).await.unwrap();
    announce(&mut tx, seen.revision + 1).await.unwrap();
    tx.commit().await.unwrap();
    // twenty minutes later the load is gone
    world.at_source(&reading(400, 21, 24, "00:00:02", "1")).await;
    world.at_source(&reading(401, 21, 28, "00:00:02", "1")).await;
    world.everything_is_evaluated().await;
    let above = "select concat_ws(' ', state, is_active, acknowledged_by) from alarms where region_id = 1";
    assert_eq!(world.text(above).await, "NORM f zhang", "acknowledged before it returned");
    assert_eq!(state(&world).await, "RTNUN", "nobody has acknowledged the other one");
}

#[tokio::test(flavor = "multi_thread")]
async fn alarms_of_a_rule_that_is_switched_off_return_at_once() {
    let mut world = World::new().await;
    world.start();
    world.first_copy_is_complete().await;
    alarm(&world, 0, "600").await;
    assert_eq!(state(&world).await, "RTNUN");
    let mut tx = world.warehouse.begin().await.unwrap();
    sqlx::query("update alarm_rules set is_enabled = false where code = 'window'").execute(&mut *tx).await.unwrap();
    announce_rules(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    testkit::wait_until("the alarm returns", DEADLINE, async || state(&world).await == "NORM").await;
    let last =
        "select concat_ws(' ', event, from_state, to_state, reason) from alarm_transitions order by transition_id desc limit 1";
    assert_eq!(world.text(last).await, "rule_changed RTNUN NORM rule_gone");
    alarm(&world, 30, "600").await;
    assert_eq!(state(&world).await, "NORM", "nobody looks any more");
}
