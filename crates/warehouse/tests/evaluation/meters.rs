//! What the meters tell is what the pages show: no second definition of load or silence.

use domain::LocalMs;
use domain::access::Scope;
use domain::alarms::{Point, PointKey, Subject};
use warehouse::Store;
use warehouse::alarms::evaluation::{Snapshot, save};
use warehouse::read::ReadPool;

use crate::build::{at, region_point, rule, run};

/// Meter 1 reports every 5 minutes, meter 2 once an hour, meter 3 every 15 minutes with a gap before 11:40, meter 4 fell
/// silent at 09:00. The user days say so too.
async fn meters() -> (Store, String) {
    let url = testkit::warehouse_db().await;
    let store = Store::new(warehouse::connect(&url, 5).await.unwrap());
    run(
        &store,
        "select loadline_ensure_day('2016-01-11'), loadline_ensure_day('2016-01-12');
         create table reading as
         select 1 as user_id, 1 as region_id, t, 0.5 as kwh from generate_series(timestamp '2016-01-11 00:01', '2016-01-11 11:59', interval '5 min') t
         union all select 2, 1, t, 6 from generate_series(timestamp '2016-01-11 00:32', '2016-01-11 11:59', interval '60 min') t
         union all select 3, 2, t, 1.5 from generate_series(timestamp '2016-01-11 00:10', '2016-01-11 10:40', interval '15 min') t
         union all select 3, 2, timestamp '2016-01-11 11:40:30', 9
         union all select 3, 2, timestamp '2016-01-11 11:55', 1.25
         union all select 4, 2, t, 1 from generate_series(timestamp '2016-01-11 00:05', '2016-01-11 09:00', interval '15 min') t;
         insert into dwd_power_consumption_detail (consumption_id, user_id, user_name, consumption_amount, consumption_cost,
                consumption_date, region_id, region_name, usage_type, known_user, commit_lsn)
         select row_number() over (), user_id, 'u', kwh, 0, t, region_id, 'r', '居民', true, '0/1' from reading;
         insert into dws_user_day (stat_day, region_id, user_id, user_name, usage_type, record_count, total_consumption, total_cost,
                last_consumption_id, quarter_lo, quarter_hi)
         select t::date, region_id, user_id, 'u', '居民', count(*), sum(kwh), 0, 1,
                coalesce(bit_or(1::bigint << q) filter (where q < 48), 0), coalesce(bit_or(1::bigint << (q - 48)) filter (where q >= 48), 0)
           from (select *, (extract(epoch from t - t::date) / 900)::numeric::int4 as raw,
                        floor(extract(epoch from t - date_trunc('day', t)) / 900)::int as q from reading) r
          group by 1, 2, 3;
         insert into dws_region_daily_stats (region_id, region_name, stat_date, total_consumption, total_cost, user_count,
                avg_consumption, max_consumption, min_consumption, record_count)
         select region_id, 'r', date_bin('5 seconds', t, timestamp '2016-01-01'), sum(kwh), 0, 1, 0, 0, 0, count(*)
           from reading group by 1, 3;
         insert into dws_region_rollup (region_id, grain, period_start, region_name, total_consumption, total_cost, record_count,
                user_count, avg_consumption, max_consumption, min_consumption, last_consumption_id)
         select region_id, g.grain, date_bin(g.length, t, timestamp '2016-01-01'), 'r', sum(kwh), 0, 1, 1, 0, 0, 0, 1
           from reading, (values ('15min', interval '15 min'), ('year', interval '366 days')) g(grain, length) group by 1, 2, 3",
    )
    .await;
    (store, url)
}

fn minute(text: &str) -> LocalMs {
    at(&format!("2016-01-11 {text}"))
}

#[tokio::test]
async fn load_less_what_is_no_load_is_the_load_of_the_pages() {
    let (store, url) = meters().await;
    let pages = ReadPool::open(&url, 2).unwrap().seen_by(&Scope::Whole);
    let mut snapshot = Snapshot::begin(&store).await.unwrap();
    for to in ["11:45:00", "11:59:55", "12:00:00", "11:47:20"] {
        let to = minute(to);
        let page = warehouse::read::load_now::load_at(&pages, to).await.unwrap();
        let since = to.plus_ms(-900_000);
        let not_load = snapshot.not_load(to, 90).await.unwrap();
        // minutes are whole ones of the clock: they add up to the page's where the 15 minutes are
        if to.0 % 60_000 != 0 {
            continue;
        }
        for region in [1, 2] {
            let windows = snapshot.windows_between(since, to).await.unwrap();
            let all: i64 = windows.iter().filter(|sum| sum.region_id == region).map(|sum| sum.energy_kwh.unwrap().0).sum();
            let less: i64 = not_load
                .iter()
                .filter(|minute| minute.region_id == region && minute.minute >= since && minute.minute < to)
                .map(|minute| minute.energy_kwh.0)
                .sum();
            assert_eq!(page.load_kw(region).map(|kw| kw.0), Some((all - less) * 4), "{to} {region}");
        }
    }
    let at_noon = snapshot.not_load(minute("11:59:55"), 90).await.unwrap();
    let lines: Vec<_> =
        at_noon.iter().map(|m| format!("{} {} {}", m.region_id, &m.minute.to_string()[11..16], m.energy_kwh)).collect();
    assert_eq!(lines, ["1 10:32 6.00", "1 11:32 6.00", "2 11:40 9.00"]);
}

#[tokio::test]
async fn completeness_of_a_quarter_hour_counts_meters_that_report_so_often() {
    let (store, _) = meters().await;
    let mut snapshot = Snapshot::begin(&store).await.unwrap();
    let found = snapshot.completeness(minute("11:15:00")).await.unwrap();
    let counts: Vec<_> = found.iter().map(|region| (region.region_id, region.reported, region.expected)).collect();
    assert_eq!(counts, [(1, 1, 1), (2, 0, 2)]);
    assert!(found.iter().all(|region| region.quarter == minute("11:15:00")));
}

#[tokio::test]
async fn silence_of_meters_and_regions() {
    let (store, _) = meters().await;
    let mut snapshot = Snapshot::begin(&store).await.unwrap();
    let silent = snapshot.silent_meters(&[1, 2], minute("12:00:00")).await.unwrap();
    let silent: Vec<_> = silent.iter().map(|meter| (meter.user_id, meter.region_id, meter.newest)).collect();
    assert_eq!(silent, [(4, 2, minute("08:50:00"))]);
    let newest = snapshot.newest_readings(minute("12:00:00")).await.unwrap();
    assert_eq!(newest, [(1, minute("11:56:00")), (2, minute("11:55:00"))]);
    // days later the quarter-hour is near enough
    let later = snapshot.newest_readings(at("2016-02-11 00:00:00")).await.unwrap();
    assert_eq!(later, [(1, minute("11:45:00")), (2, minute("11:45:00"))]);
}

#[tokio::test]
async fn a_meter_that_is_silent_for_long_is_not_taken_for_heard() {
    let (store, _) = meters().await;
    let rule = rule(&store).await;
    let mut conn = store.pool().acquire().await.unwrap();
    let users = [(4, true), (3, false), (1, true)].map(|(user_id, is_active)| {
        let key = PointKey { rule_id: rule, subject: Subject::User { user_id, region_id: 2 } };
        Point { key, is_active, ..region_point(rule, 2) }
    });
    save(&mut conn, &users, &[], 1).await.unwrap();
    let mut snapshot = Snapshot::begin(&store).await.unwrap();
    let later = at("2016-01-20 00:00:00");
    assert_eq!(snapshot.silent_meters(&[2], later).await.unwrap(), [], "nobody looks back so far");
    let long = snapshot.long_silent(&[rule], &[2], later).await.unwrap();
    let long: Vec<_> = long.iter().map(|meter| (meter.user_id, meter.region_id, meter.newest)).collect();
    assert_eq!(long, [(4, 2, at("2016-01-12 00:00:00"))], "those of region 2 with an alarm");
    assert_eq!(snapshot.long_silent(&[rule + 1], &[2], later).await.unwrap(), []);
    assert_eq!(snapshot.long_silent(&[rule], &[2], at("2016-01-19 23:59:59")).await.unwrap(), [], "listed anyway");
}
