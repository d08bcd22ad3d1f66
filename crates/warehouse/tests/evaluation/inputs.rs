//! Windows and periods of a step, revised ones, running sums, ranks: found and no more than that.

use chrono::{DateTime, TimeDelta, Utc};
use domain::Fixed2;
use domain::LocalMs;
use domain::effect::Grain;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use warehouse::Store;
use warehouse::alarms::evaluation::{Snapshot, Span};

use crate::build::{NOW_MS, at, run, store};

fn written(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(NOW_MS).unwrap() + TimeDelta::seconds(seconds)
}

async fn window(store: &Store, region: i32, start: &str, kwh: &str, written_s: i64) {
    run(
        store,
        &format!(
            "select loadline_ensure_day('{start}'::date);
             insert into dws_region_daily_stats (region_id, region_name, stat_date, total_consumption, total_cost, user_count,
                    avg_consumption, max_consumption, min_consumption, record_count, update_time)
             values ({region}, 'r', '{start}', {kwh}, 0, 1, 0, 0, 0, 1, '{}')
             on conflict (region_id, stat_date) do update
                set total_consumption = excluded.total_consumption, update_time = excluded.update_time",
            written(written_s)
        ),
    )
    .await;
}

async fn period(store: &Store, region: i32, grain: &str, start: &str, kwh: &str, written_s: i64) {
    run(
        store,
        &format!(
            "insert into dws_region_rollup (region_id, grain, period_start, region_name, total_consumption, total_cost,
                    record_count, user_count, avg_consumption, max_consumption, min_consumption, last_consumption_id, update_time)
             values ({region}, '{grain}', '{start}', 'r', {kwh}, 0, 1, 1, 0, 0, 0, 1, '{}')
             on conflict (region_id, grain, period_start) do update
                set total_consumption = excluded.total_consumption, update_time = excluded.update_time",
            written(written_s)
        ),
    )
    .await;
}

fn span(from: &str, to: &str, revised_s: Option<i64>) -> Span {
    Span { from: at(from), to: at(to), revised_since: revised_s.map(written) }
}

fn short(at: LocalMs) -> String {
    at.to_string()[11..19].to_owned()
}

async fn windows(store: &Store, span: Span, held_minutes: u16) -> (Vec<String>, i64) {
    let mut snapshot = Snapshot::begin(store).await.unwrap();
    let found = snapshot.windows(span, held_minutes).await.unwrap();
    let line = |sum: &domain::alarms::inputs::WindowSum| {
        format!("{} {} {}", sum.region_id, short(sum.start), sum.energy_kwh.map_or("gone".to_owned(), |kwh| kwh.to_string()))
    };
    (found.sums.iter().map(line).collect(), found.held)
}

#[tokio::test]
async fn windows_of_the_step_and_older_ones_that_were_written_since() {
    let store = store().await;
    window(&store, 1, "2016-01-11 09:54:55", "1", 0).await;
    window(&store, 1, "2016-01-11 09:55:00", "2.5", 0).await;
    window(&store, 2, "2016-01-11 09:59:55", "3", 0).await;
    window(&store, 1, "2016-01-11 10:00:00", "4", 0).await;
    window(&store, 1, "2016-01-11 10:00:05", "-5.25", 0).await;
    let step = span("2016-01-11 10:00:00", "2016-01-11 10:00:05", Some(0));
    assert_eq!(windows(&store, step, 5).await, (vec!["1 10:00:00 4.00".to_owned()], 3), "the end of the step is not in it");
    // a late row, and one before what is held
    window(&store, 1, "2016-01-11 09:55:00", "9", 7).await;
    window(&store, 1, "2016-01-11 09:54:55", "9", 7).await;
    // a late row where there was no window
    window(&store, 3, "2016-01-11 09:58:00", "6", 7).await;
    let revised = windows(&store, step, 5).await;
    assert_eq!(revised, (["1 09:55:00 9.00", "3 09:58:00 6.00", "1 10:00:00 4.00"].map(str::to_owned).to_vec(), 4));
    assert_eq!(windows(&store, span("2016-01-11 10:00:00", "2016-01-11 10:00:05", Some(7)), 5).await.0.len(), 1, "seen already");
    // a step without time still finds what was revised
    let still = windows(&store, span("2016-01-11 10:00:05", "2016-01-11 10:00:05", Some(0)), 10).await;
    assert_eq!(still.0, ["1 09:54:55 9.00", "1 09:55:00 9.00", "3 09:58:00 6.00"]);
    run(&store, "delete from dws_region_daily_stats where region_id = 3").await;
    assert_eq!(windows(&store, step, 5).await.1, 3, "a window that is gone is missing in the number");
}

#[tokio::test]
async fn periods_are_found_once_when_their_grace_is_over_and_again_when_revised() {
    let store = store().await;
    period(&store, 1, "hour", "2016-01-11 08:00", "80", 0).await;
    period(&store, 1, "hour", "2016-01-11 09:00", "90", 0).await;
    period(&store, 1, "hour", "2016-01-11 10:00", "100", 0).await;
    period(&store, 1, "15min", "2016-01-11 09:45", "22", 0).await;
    let starts = async |grain, from: &str, to: &str, revised_s| {
        let mut snapshot = Snapshot::begin(&store).await.unwrap();
        let found = snapshot.periods(grain, span(from, to, revised_s), 60_000).await.unwrap();
        found.iter().map(|sum| format!("{} {}", short(sum.start), sum.energy_kwh.unwrap())).collect::<Vec<_>>()
    };
    assert_eq!(starts(Grain::Hour, "2016-01-11 10:00:00", "2016-01-11 10:00:55", Some(0)).await, [""; 0]);
    assert_eq!(starts(Grain::Hour, "2016-01-11 10:00:55", "2016-01-11 10:01:00", Some(0)).await, ["09:00:00 90.00"]);
    assert_eq!(starts(Grain::Hour, "2016-01-11 10:01:00", "2016-01-11 11:00:00", Some(0)).await, [""; 0], "once");
    assert_eq!(starts(Grain::Quarter, "2016-01-11 10:00:00", "2016-01-11 10:01:00", None).await, ["09:45:00 22.00"]);
    period(&store, 2, "hour", "2016-01-11 08:00", "7", 0).await;
    period(&store, 1, "hour", "2016-01-11 08:00", "81", 5).await;
    period(&store, 1, "hour", "2016-01-11 10:00", "101", 5).await;
    let revised = starts(Grain::Hour, "2016-01-11 10:01:00", "2016-01-11 10:02:00", Some(0)).await;
    assert_eq!(revised, ["08:00:00 81.00", "08:00:00 7.00"], "whole; and what still runs is not closed");
    assert_eq!(starts(Grain::Hour, "2016-01-11 10:01:00", "2016-01-11 10:02:00", None).await, [""; 0]);
}

#[tokio::test]
async fn running_sums_say_the_same_however_late_they_are_asked_for() {
    let store = store().await;
    // days 9 and 10, hours 0 to 9 of the 11th, quarters and windows around 10:20
    period(&store, 1, "day", "2015-12-31", "7000000", 0).await;
    period(&store, 1, "day", "2016-01-09", "1000000", 0).await;
    period(&store, 1, "day", "2016-01-10", "2000000", 0).await;
    period(&store, 1, "day", "2016-01-11", "9000000", 0).await;
    period(&store, 1, "hour", "2016-01-11 00:00", "10000", 0).await;
    period(&store, 1, "hour", "2016-01-11 09:00", "20000", 0).await;
    period(&store, 1, "hour", "2016-01-11 10:00", "900000", 0).await;
    period(&store, 1, "15min", "2016-01-11 10:00", "300", 0).await;
    period(&store, 1, "15min", "2016-01-11 10:15", "9000", 0).await;
    for (start, kwh) in [("10:14:55", "50"), ("10:15:00", "1"), ("10:19:55", "2"), ("10:20:00", "4"), ("10:29:55", "8")] {
        window(&store, 1, &format!("2016-01-11 {start}"), kwh, 0).await;
    }
    let running = async |grain, to: &str| {
        let mut snapshot = Snapshot::begin(&store).await.unwrap();
        let found = snapshot.running(grain, at(to)).await.unwrap();
        assert!(found.iter().all(|sum| sum.grain == grain));
        found.iter().map(|sum| (sum.start.to_string()[..16].to_owned(), sum.energy_kwh.unwrap())).collect::<Vec<_>>()
    };
    let expected = |start: &str, kwh: i64| vec![(start.to_owned(), Fixed2(kwh * 100))];
    assert_eq!(running(Grain::Hour, "2016-01-11 10:20:00").await, expected("2016-01-11 10:00", 303));
    assert_eq!(running(Grain::Day, "2016-01-11 10:20:00").await, expected("2016-01-11 00:00", 30_303));
    assert_eq!(running(Grain::Month, "2016-01-11 10:20:00").await, expected("2016-01-01 00:00", 3_030_303));
    assert_eq!(running(Grain::Hour, "2016-01-11 10:30:00").await, expected("2016-01-11 10:00", 315), "the quarter is not over");
    assert_eq!(running(Grain::Day, "2016-01-11 00:00:00").await, expected("2016-01-10 00:00", 0).split_off(1), "nothing in it");
}

#[tokio::test]
async fn rank_changes_are_those_of_naive_ranking() {
    let store = store().await;
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let mut rows = Vec::new();
    for id in 1..=2_000 {
        let (user, minute) = (random.random_range(1..=60), random.random_range(0..150));
        let kwh = random.random_range(0..40);
        rows.push(format!(
            "({id}, {user}, 'u', {kwh}, 0, timestamp '2016-01-11 08:30' + interval '{minute} minutes', {}, 'r', '居民', true, '0/1')",
            user % 3
        ));
    }
    let rows = rows.join(",");
    run(
        &store,
        &format!(
            "select loadline_ensure_day('2016-01-11');
             insert into dwd_power_consumption_detail (consumption_id, user_id, user_name, consumption_amount, consumption_cost,
                    consumption_date, region_id, region_name, usage_type, known_user, commit_lsn) values {rows}"
        ),
    )
    .await;
    let naive: Vec<(i64, i32, i64, i64)> = sqlx::query_as(
        "select n.user_id, n.region_id, n.place, b.place
           from (select user_id, region_id, rank() over (partition by region_id order by sum(consumption_amount) desc, user_id) as place
                   from dwd_power_consumption_detail where date_trunc('hour', consumption_date) = '2016-01-11 10:00'
                  group by 1, 2) n
           join (select user_id, region_id, rank() over (partition by region_id order by sum(consumption_amount) desc, user_id) as place
                   from dwd_power_consumption_detail where date_trunc('hour', consumption_date) = '2016-01-11 09:00'
                  group by 1, 2) b using (user_id, region_id)
          where region_id in (1, 2) and (n.place <= 20 or b.place <= 20 or user_id = 59) order by 2, 1",
    )
    .fetch_all(store.pool())
    .await
    .unwrap();
    let mut snapshot = Snapshot::begin(&store).await.unwrap();
    let found = snapshot.rank_changes(at("2016-01-11 10:00:00"), &[1, 2], &[59]).await.unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|change| (change.user_id, change.region_id, i64::from(change.rank), i64::from(change.rank_before)))
        .collect();
    assert_eq!(found, naive);
    assert!(found.iter().any(|change| change.2 != change.3));
}

#[tokio::test]
async fn refused_changes_of_the_last_hour_by_region() {
    let store = store().await;
    let letter = |minutes: i64, user: i64| {
        format!(
            "insert into dead_letters (received_at, commit_lsn, source_table, raw, reason, reason_text)
             values ('{}', '0/1', 'power_consumption', '{{\"user_id\": \"{user}\"}}', 'x', 'x')",
            written(-60 * minutes)
        )
    };
    run(&store, "insert into ods_power_user (user_id, region_id) values (7, 3)").await;
    for (minutes, user) in [(1, 7), (59, 7), (61, 7), (5, 8)] {
        run(&store, &letter(minutes, user)).await;
    }
    let mut snapshot = Snapshot::begin(&store).await.unwrap();
    assert_eq!(snapshot.dead_letters(written(0)).await.unwrap(), [(Some(3), 2), (None, 1)]);
}
