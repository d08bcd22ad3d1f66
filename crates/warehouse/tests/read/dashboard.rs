//! Loads, curves and the running day of the dashboard.

use domain::{Day, Fixed2, LocalMs};
use warehouse::read::dashboard::{loads, recent};
use warehouse::read::day_curve::{day_curves, record_load};
use warehouse::read::load_now::load_at;

use super::{Warehouse, empty, kwh, two_days};

fn moment(text: &str) -> LocalMs {
    LocalMs::parse(text.as_bytes()).expect("a time")
}

fn now() -> LocalMs {
    moment("2016-01-12 01:07:30")
}

fn kw(whole: i64) -> Option<Fixed2> {
    Some(Fixed2(whole * 100))
}

async fn change(pool: &Warehouse, statements: &str) {
    sqlx::raw_sql(statements).execute(pool.pool()).await.expect("a change that fits the fixture");
}

#[tokio::test]
async fn load_now_is_the_last_15_minutes_times_four() {
    let load = load_at(&*two_days().await, now()).await.expect("a load");
    // one reading each of 101 (4 kWh) and 102 (2 kWh) since 00:52:30; 201 and the unknown one are silent
    assert_eq!((load.load_kw(1), load.load_kw(2)), (kw(24), None));
    assert_eq!(load.total_kw(0), kw(24));
    assert_eq!(load.total_kw(15), kw(24), "the reading of 00:48");
    assert_eq!(load.coverage(), (2, 3));
    assert_eq!(load.slow_meters(), 1, "the unknown one reported once, long ago");
}

#[tokio::test]
async fn windows_that_end_at_the_moment_count_and_later_ones_do_not() {
    let pool = two_days().await;
    let before = load_at(&pool, moment("2016-01-12 01:03:00")).await.expect("a load");
    assert_eq!(before.total_kw(0), kw(24), "the reading of 00:48, not the one of 01:03:00");
    let after = load_at(&pool, moment("2016-01-12 01:03:05")).await.expect("a load");
    assert_eq!(after.total_kw(0), kw(24), "the reading of 01:03:00, no longer the one of 00:48");
    assert_eq!(load_at(&pool, moment("2016-01-12 01:18:05")).await.expect("a load").total_kw(0), None);
}

#[tokio::test]
async fn energy_of_a_missed_interval_is_not_load() {
    let pool = two_days().await;
    change(
        &pool,
        "delete from dwd_power_consumption_detail where user_id = 102
             and consumption_date in ('2016-01-12 00:33:00', '2016-01-12 00:48:00');
         update dws_user_day set quarter_lo = 19 where user_id = 102 and stat_day = '2016-01-12';",
    )
    .await;
    let load = load_at(&pool, now()).await.expect("a load");
    assert_eq!((load.total_kw(0), load.catch_up_kwh()), (kw(16), Fixed2(200)), "the 2 kWh came after 45 minutes");
    assert_eq!(load.coverage(), (2, 3), "the meter itself is heard");
    let curves = day_curves(&pool, &[Day::from_date(super::day("2016-01-12"))], now()).await.expect("curves");
    assert_eq!(curves[0].quarters[4].expect("a quarter").returning_meters, 1);
}

#[tokio::test]
async fn meters_slower_than_a_quarter_hour_are_left_out_and_counted() {
    let pool = two_days().await;
    change(
        &pool,
        "update dws_user_day set quarter_lo = x'111111111111'::bit(48)::bigint, quarter_hi = x'111111111111'::bit(48)::bigint
          where user_id = 101 and stat_day = '2016-01-11';
         update dws_user_day set quarter_lo = 17 where user_id = 101 and stat_day = '2016-01-12';",
    )
    .await;
    let load = load_at(&pool, now()).await.expect("a load");
    assert_eq!((load.total_kw(0), load.slow_meters()), (kw(8), 2), "only 102 is left: 2 kWh");
    assert_eq!(load.coverage(), (1, 2));
}

#[tokio::test]
async fn an_outage_makes_no_meter_slow() {
    let pool = two_days().await;
    // ten hours of silence yesterday
    change(&pool, "update dws_user_day set quarter_lo = quarter_lo & 255 where user_id = 101 and stat_day = '2016-01-11'").await;
    assert_eq!(load_at(&pool, now()).await.expect("a load").slow_meters(), 1);
}

#[tokio::test]
async fn comparisons_stand_at_the_same_time_of_other_days() {
    let loads = loads(&*two_days().await, now()).await.expect("loads");
    assert_eq!((loads.yesterday.total_kw(0), loads.yesterday.coverage()), (kw(24), (3, 3)));
    assert_eq!((loads.yesterday.load_kw(1), loads.yesterday.load_kw(2)), (kw(12), kw(12)));
    assert_eq!((loads.last_week.total_kw(0), loads.last_week.coverage()), (None, (0, 0)));
    let [today, yesterday, last_week] = loads.curves.as_slice() else { panic!("three curves") };
    let shown: Vec<_> = today.closed(now()).map(|(q, quarter)| (q, quarter.load_kw().0 / 100, quarter.users)).collect();
    assert_eq!(shown, [(0, 36, 3), (1, 36, 3), (2, 44, 3), (3, 24, 2)], "the fifth quarter-hour is open");
    assert_eq!(today.expected, 3);
    assert_eq!(today.maximum(now()).map(|(q, _)| q), Some(2));
    assert_eq!(today.minimum(now()).map(|(q, _)| q), Some(0), "the fourth lacks a meter");
    assert_eq!(yesterday.closed(now()).count(), 96);
    assert_eq!(last_week.closed(now()).count(), 0);
}

#[tokio::test]
async fn customers_move_against_the_same_part_of_yesterday() {
    let pool = two_days().await;
    let top = loads(&pool, now()).await.expect("loads").top_users;
    let ranks: Vec<_> = top.rows.iter().map(|user| (user.user_id, user.energy_kwh, user.place_before)).collect();
    // yesterday until 01:07:30: 201 with 15, 102 with 10, 101 with 5
    assert_eq!(ranks, [(101, kwh(20), Some(3)), (102, kwh(10), Some(2)), (201, kwh(6), Some(1)), (999, kwh(5), None)]);
    change(&pool, "update dws_user_day set total_consumption = 9999 where user_id = 101 and stat_day = '2016-01-11'").await;
    let top = loads(&pool, now()).await.expect("loads").top_users;
    assert_eq!(top.rows[0].place_before, Some(3), "the rest of yesterday does not count");
    assert!(top.compared && top.movers.is_empty());
}

#[tokio::test]
async fn running_sums_compare_with_the_same_part_of_yesterday() {
    let recent = recent(&*two_days().await, now(), 0).await.expect("an answer");
    let sums = recent.sums;
    assert_eq!((sums.today_kwh, sums.yesterday_kwh), (kw(41), kw(30)));
    assert_eq!((sums.today_cost, sums.yesterday_cost), (Some(Fixed2(2050)), Some(Fixed2(1500))));
    assert_eq!(sums.month_kwh, kw(623));
    let regions: Vec<_> = recent.regions.iter().map(|region| (region.region_id, region.energy_kwh, region.limit_kw)).collect();
    assert_eq!(regions, [(0, kw(5), None), (1, kw(30), kw(40)), (2, kw(6), None)]);
    let windows: Vec<_> = recent.windows.iter().map(|window| (window.start, window.energy_kwh, window.records)).collect();
    assert_eq!(windows, [(moment("2016-01-12 01:03:00"), Fixed2(600), 2)]);
    assert_eq!(recent.quality.records_last_minute, 0);
    let heard: Vec<_> = recent.troubles.last_heard.into_iter().collect();
    let quarter = |clock: &str| moment(&format!("2016-01-12 {clock}:00"));
    assert_eq!(heard, [(0, quarter("00:30")), (1, quarter("01:00")), (2, quarter("00:15"))]);
}

#[tokio::test]
async fn the_month_compares_with_the_same_part_of_the_one_before() {
    let pool = two_days().await;
    let month_before = async || recent(&pool, now(), 0).await.expect("an answer").sums.month_before_kwh;
    assert_eq!(month_before().await, None, "no reading in December");
    // a day inside, one after the same moment, a quarter-hour before it and one after
    let rows =
        [("day", "12-05 00:00", 100), ("day", "12-12 00:00", 900), ("15min", "12-12 00:30", 7), ("15min", "12-12 01:00", 50)];
    let insert = |(grain, start, kwh)| {
        format!(
            "insert into dws_region_rollup select (jsonb_populate_record(r, jsonb_build_object('grain', '{grain}',
                 'period_start', '2015-{start}', 'total_consumption', {kwh}))).* from dws_region_rollup r limit 1;"
        )
    };
    change(&pool, &rows.map(insert).concat()).await;
    assert_eq!(month_before().await, None, "data begin within December");
    change(&pool, &insert(("day", "12-01 00:00", 10))).await;
    assert_eq!(month_before().await, kw(117), "two days and the closed quarter-hour");
}

#[tokio::test]
async fn runs_over_the_limit_and_of_missing_meters_have_a_beginning() {
    let pool = two_days().await;
    let since = async || {
        let since = loads(&pool, now()).await.expect("loads").since;
        since.into_iter().map(|(id, since)| (id, since.over_limit, since.heavy, since.partial)).collect::<Vec<_>>()
    };
    let clock = |text: &str| Some(moment(&format!("2016-01-12 {text}:00")));
    let calm = since().await;
    assert_eq!(calm.iter().find(|row| row.0 == 1), Some(&(1, None, None, None)), "24 of 40 kW, all meters");
    // 24 kW a quarter-hour: over 20 kW since midnight, but for the second
    let limit = "update ods_region_profile set limit_kw = 20 where region_id = 1;";
    change(
        &pool,
        &format!(
            "{limit} update dws_region_rollup set total_consumption = 4.5, user_count = 1
          where region_id = 1 and grain = '15min' and period_start = '2016-01-12 00:15'"
        ),
    )
    .await;
    assert_eq!(since().await.iter().find(|row| row.0 == 1), Some(&(1, clock("00:30"), clock("00:00"), None)));
    change(
        &pool,
        "update dws_region_rollup set user_count = 1
          where region_id = 1 and grain = '15min' and period_start >= '2016-01-12 00:30'",
    )
    .await;
    assert_eq!(since().await.iter().find(|row| row.0 == 1).and_then(|row| row.3), clock("00:15"));
    change(&pool, "delete from dws_region_rollup where region_id = 1 and grain = '15min' and period_start = '2016-01-12 00:30'")
        .await;
    assert_eq!(since().await.iter().find(|row| row.0 == 1), Some(&(1, clock("00:45"), clock("00:45"), clock("00:15"))));
}

#[tokio::test]
async fn the_record_comes_from_complete_quarter_hours() {
    let pool = two_days().await;
    let midnight = moment("2016-01-12 00:00:00");
    assert_eq!(record_load(&pool, midnight).await.expect("a record"), Some((moment("2016-01-11 18:15:00"), Fixed2(4800))));
    change(&pool, "update dws_region_rollup set user_count = 0 where grain = '15min' and period_start = '2016-01-11 18:15:00'")
        .await;
    let next = record_load(&pool, midnight).await.expect("a record");
    assert_eq!(next, Some((moment("2016-01-11 00:00:00"), Fixed2(2400))), "the highest lacks its meters");
}

#[tokio::test]
async fn an_empty_warehouse_answers_with_nothing() {
    let pool = empty().await;
    let recent = recent(&pool, now(), 0).await.expect("an answer");
    assert!(recent.regions.is_empty() && recent.windows.is_empty());
    assert_eq!((recent.sums.today_kwh, recent.sums.month_kwh), (None, None));
    let loads = loads(&pool, now()).await.expect("an answer");
    assert_eq!((loads.now.total_kw(0), loads.top_users.rows.len()), (None, 0));
    assert_eq!(record_load(&pool, now()).await.expect("an answer"), None);
}
