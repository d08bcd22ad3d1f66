//! What comes late, is corrected or taken back after a day was complete.

use super::land::{Land, readings};

const SECOND_DAY: &str = "from settlements_day where user_id = 1 and day_start = '2016-01-12'";

async fn complete() -> Land {
    let mut land = Land::with_contracts(1).await;
    land.start_worker().await;
    // one reading of the second day, at 10:15, does not come
    land.at_source(&readings(1, 4, "q <> 96 + 41")).await;
    land.settled().await;
    land
}

#[tokio::test]
async fn a_late_reading_takes_the_place_of_what_was_estimated() {
    let land = complete().await;
    // the registers around the gap tell its energy: only its shape was estimated
    let estimated = land.text(&format!("select array_to_string(marks, '+') || ' ' || (shaped_kwh > 0)::text {SECOND_DAY}")).await;
    assert!(estimated.contains("true"), "{estimated}");
    let version = land.number(&format!("select version::bigint {SECOND_DAY}")).await;
    land.at_source(&readings(1, 4, "q = 96 + 41")).await;
    land.settled().await;
    assert_eq!(land.differences("0.50").await, Vec::<String>::new());
    assert_eq!(land.text(&format!("select array_to_string(marks, '+') || status {SECOND_DAY}")).await, "complete");
    assert!(land.number(&format!("select version::bigint {SECOND_DAY}")).await > version);
}

#[tokio::test]
async fn corrections_and_deletions_restate_the_day_and_move_those_behind_it() {
    let land = complete().await;
    land.at_source(&readings(1, 4, "q = 96 + 41")).await;
    land.settled().await;
    let later = "select string_agg(version::text, ' ' order by day_start) from settlements_day where day_start > '2016-01-12'";
    let before = land.text(later).await;
    land.at_source("update power_consumption set consumption_amount = consumption_amount + 7.77 where consumption_id = 1000150")
        .await;
    land.settled().await;
    assert_eq!(land.differences("0.50").await, Vec::<String>::new());
    let moved = land.number("select count(*) from settlements_day where 'moved' = any(marks)").await;
    let now = land.text(later).await;
    assert_eq!(moved > 0, now != before, "a day whose amount moved is marked: {before} {now}");
    let energy = land.text(&format!("select energy_kwh::text {SECOND_DAY}")).await;
    land.at_source("delete from power_consumption where consumption_id = 1000120").await;
    land.settled().await;
    let marked = land.text(&format!("select array_to_string(marks, '+') {SECOND_DAY}")).await;
    assert!(marked.contains("shape_estimated"), "the registers know the energy, not when: {marked}");
    assert_eq!(land.text(&format!("select energy_kwh::text {SECOND_DAY}")).await, energy);
    assert_eq!(land.differences("0.50").await, Vec::<String>::new(), "the other days stay");
    land.at_source("truncate power_consumption").await;
    land.settled().await;
    assert_eq!(land.number("select count(*) from settlements_day where energy_kwh <> 0 or amount <> 0").await, 0);
}
