//! Each dead-letter rule from end to end, and how a dead letter is cleared.

use crate::harness::World;

const INSERT: &str =
    "insert into power_consumption (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date) values";

#[tokio::test(flavor = "multi_thread")]
async fn every_rule_makes_its_dead_letter_and_the_stream_goes_on() {
    let world = World::new().await;
    world.at_source("alter table power_consumption alter column consumption_amount type numeric").await;
    let running = world.start().await;
    world.quiet(&running).await;
    world
        .at_source(&format!(
            "{INSERT} (1, 1, 1, 1, localtimestamp - interval '1 day'),
                (2, null, 1, 1, localtimestamp), (3, 1, null, 1, localtimestamp), (4, 1, 1, null, localtimestamp),
                (5, 1, 1, 1, null), (6, 1, 'NaN', 1, localtimestamp), (7, 1, 1, 1, 'infinity'), (8, 1, -1, 1, localtimestamp),
                (9, 1, 1, -1, localtimestamp), (10, 1, 1000000.01, 1, localtimestamp), (11, 1, 1, 1, localtimestamp + interval '3 days'),
                (12, 1, 1, 1, localtimestamp - interval '402 days'), (13, 1, 1, 1, localtimestamp - interval '1 day')"
        ))
        .await;
    world.quiet(&running).await;
    let reasons =
        world.text("select string_agg(reason, ' ' order by source_key::int) from dead_letters where status = 'open'").await;
    assert_eq!(
        reasons,
        "missing_user_id missing_amount missing_cost missing_date not_finite not_finite negative_amount negative_cost \
         amount_too_large future_date beyond_retention"
    );
    assert_eq!(world.text("select string_agg(consumption_id::text, ' ') from dwd_power_consumption_detail").await, "1 13");
    assert_eq!(world.count("select count(*) from ods_power_consumption").await, 13, "accepted readings and open dead letters");
    assert_eq!(world.text("select raw ->> 'consumption_amount' from dead_letters where source_key = '6'").await, "NaN");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn updates_and_deletes_clear_and_make_dead_letters() {
    let world = World::new().await;
    let running = world.start().await;
    world.quiet(&running).await;
    world.at_source(&format!("{INSERT} (1, 1, -1, 1, '2026-03-01 10:00:00'), (2, 1, -1, 1, '2026-03-01 10:00:00'), (3, 1, 1, 1, '2026-03-01 10:00:00')")).await;
    world.at_source("update power_consumption set consumption_amount = 5 where consumption_id = 1").await;
    world.at_source("delete from power_consumption where consumption_id = 2").await;
    world.at_source("update power_consumption set consumption_amount = -3 where consumption_id = 3").await;
    world.quiet(&running).await;
    world.assert_converged().await;
    assert_eq!(
        world.text("select string_agg(source_key || ':' || status, ' ' order by dead_letter_id) from dead_letters").await,
        "1:cleared 2:cleared 3:open"
    );
    assert_eq!(world.text("select string_agg(consumption_id::text, ' ') from dwd_power_consumption_detail").await, "1");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_an_expired_row_changes_nothing_and_is_recorded() {
    let world = World::new().await;
    let running = world.start().await;
    world.quiet(&running).await;
    world.at_source(&format!("{INSERT} (1, 1, 1, 1, '2024-01-01 10:00:00'), (2, 1, 1, 1, '2026-03-01 10:00:00')")).await;
    world.quiet(&running).await;
    sqlx::raw_sql("delete from dwd_power_consumption_detail where consumption_id = 1").execute(&world.warehouse).await.unwrap();
    world.at_source("update power_consumption set consumption_amount = 9 where consumption_id = 1").await;
    world.at_source("delete from power_consumption where consumption_id = 1").await;
    world.quiet(&running).await;
    assert_eq!(
        world.text("select string_agg(reason || ':' || status, ' ') from dead_letters").await,
        "expired:discarded expired:discarded"
    );
    running.stop().await;
}
