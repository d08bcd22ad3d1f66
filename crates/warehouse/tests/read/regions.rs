//! What the page of a region shows.

use warehouse::read::regions::{DayFigures, composition, curves, day_curve, expected_meters, head, silent_meters, tree};
use warehouse::read::{rollups, windows};

use super::{at, day, empty, kwh, now, two_days};

#[tokio::test]
async fn the_tree_has_names_parents_and_the_limit_in_force() {
    let pool = two_days().await;
    let tree = tree(&pool, now()).await.expect("a tree");
    let names: Vec<_> = tree.regions.iter().map(|r| (r.region_id, r.region_name.as_str(), r.parent_id)).collect();
    assert_eq!(names, [(0, "未知地区", None), (1, "东区", Some(10)), (2, "西区", Some(10)), (10, "全市", None)]);
    assert_eq!(tree.find(1).and_then(|r| r.limit_kw), Some(kwh(40)), "neither the old limit nor the coming one");
    assert_eq!(tree.members(10), [1, 2, 10]);
}

#[tokio::test]
async fn a_parent_shows_the_sums_of_its_leaves() {
    let pool = two_days().await;
    let parent = day_curve(&pool, &[1, 2, 10], day("2016-01-11")).await.expect("a curve");
    assert_eq!(parent.len(), 96);
    assert_eq!((parent[0].energy_kwh, parent[0].users), (kwh(6), 3));
    let peak = parent.iter().find(|p| p.start == at("2016-01-11 18:15:00")).expect("the quarter-hour");
    assert_eq!((peak.energy_kwh, peak.load_kw()), (kwh(12), kwh(48)));
    let head = head(&pool, &[1, 2, 10], now()).await.expect("a head");
    assert_eq!((head.registered, head.reporting_today), (4, 3));
}

#[tokio::test]
async fn the_figures_of_a_running_day() {
    let pool = two_days().await;
    let points = day_curve(&pool, &[1, 2, 10], day("2016-01-12")).await.expect("a curve");
    let expected = expected_meters(&pool, &[1, 2, 10], day("2016-01-12"), now()).await.expect("a count");
    assert_eq!((expected.all_meters, expected.quarterly), (3, 3));
    let figures = DayFigures::of(&points, expected.quarterly, now()).expect("figures");
    assert_eq!((figures.energy_kwh, figures.cost_yuan), (kwh(36), kwh(18)));
    assert_eq!((figures.max_kw, figures.max_at), (kwh(36), at("2016-01-12 00:00:00")));
    assert_eq!(figures.min, Some((kwh(36), at("2016-01-12 00:00:00"))), "later quarter-hours lack user 201");
}

#[tokio::test]
async fn slow_meters_are_not_expected_in_each_quarter_hour_and_returning_ones_are_counted() {
    let pool = two_days().await;
    // 102 reports hourly (every fourth quarter-hour); 201 stays away from 10:00 to 11:00
    sqlx::raw_sql(
        "update dws_user_day set quarter_lo = x'111111111111'::bigint, quarter_hi = x'111111111111'::bigint
          where user_id = 102 and stat_day = '2016-01-11';
         update dws_user_day set quarter_lo = quarter_lo & ~(15::bigint << 40) where user_id = 201 and stat_day = '2016-01-11'",
    )
    .execute(pool.pool())
    .await
    .expect("an update");
    let days = [domain::Day::from_date(day("2016-01-11"))];
    let at = domain::LocalMs::from_naive(now());
    let drawn = curves(&pool, &[1, 2, 10], &days, at).await.expect("curves");
    assert_eq!(drawn[0].curve.expected, 2);
    let returning: Vec<_> = (0..96).filter(|q| drawn[0].curve.quarters[*q].is_some_and(|v| v.returning_meters > 0)).collect();
    assert_eq!(returning, [44], "201 comes back at 11:00");
    assert_eq!(drawn[0].curve.quarters[73].map(|q| q.energy_kwh), Some(domain::Fixed2(1200)));
}

#[tokio::test]
async fn composition_compares_with_the_same_hours_of_yesterday() {
    let pool = two_days().await;
    let shares = composition(&pool, &[1, 2, 10], day("2016-01-12"), now()).await.expect("shares");
    let rows: Vec<_> = shares.iter().map(|s| (s.usage_type.as_str(), s.users, s.energy_kwh, s.before_kwh)).collect();
    // until 01:07:30 yesterday: five readings of each; 101 and 201 are residential
    assert_eq!(rows, [("居民", 2, kwh(26), Some(kwh(20))), ("商业", 1, kwh(10), Some(kwh(10)))]);
    let first = composition(&pool, &[1], day("2016-01-11"), now()).await.expect("shares");
    assert!(first.iter().all(|s| s.before_kwh.is_none()), "there is no day before: {first:?}");
}

#[tokio::test]
async fn a_meter_is_silent_after_two_of_its_intervals() {
    let pool = two_days().await;
    let list = silent_meters(&pool, &[1, 2, 10], now(), 10).await.expect("a list");
    assert_eq!((list.total, list.meters.len()), (1, 1));
    let meter = &list.meters[0];
    assert_eq!((meter.user_id, meter.last_reading, meter.interval_minutes), (201, at("2016-01-12 00:18:00"), 15));
    assert_eq!(meter.usual_kwh_per_day, kwh(294));
    let earlier = silent_meters(&pool, &[1, 2], at("2016-01-12 00:48:00"), 10).await.expect("a list");
    assert_eq!(earlier.total, 0, "exactly two intervals are not yet too long");
    let all = silent_meters(&pool, &[0, 1, 2], at("2016-01-12 03:00:00"), 2).await.expect("a list");
    assert_eq!((all.total, all.meters.len()), (4, 2), "the list is bounded, the number is not");
}

#[tokio::test]
async fn rollups_come_newest_first_with_the_change_of_users() {
    let pool = two_days().await;
    let days = rollups::series(&pool, &[1, 2, 10], "day", now(), 10).await.expect("rows");
    assert_eq!(days.len(), 2);
    assert_eq!((days[0].period_start, days[0].energy_kwh, days[0].records), (at("2016-01-12 00:00:00"), kwh(36), 12));
    assert_eq!((days[0].users, days[0].users_before), (3, Some(3)));
    assert_eq!(days[0].users_change_percent(), Some(kwh(0)));
    assert_eq!((days[1].users_before, days[1].users_change_percent()), (None, None));
    assert_eq!((days[0].mean_kwh, days[0].largest_kwh, days[0].smallest_kwh), (kwh(3), kwh(4), kwh(2)));
    let quarters = rollups::series(&pool, &[2], "15min", now(), 2).await.expect("rows");
    assert_eq!(
        quarters.iter().map(|q| q.period_start).collect::<Vec<_>>(),
        [at("2016-01-12 00:15:00"), at("2016-01-12 00:00:00")]
    );
    assert_eq!(quarters[1].users_before, Some(1), "the quarter-hour before midnight, beyond the limit");
    let unknown = rollups::series(&pool, &[0], "15min", now(), 9).await.expect("rows");
    assert_eq!((unknown.len(), unknown[0].users_before), (1, None));
}

#[tokio::test]
async fn windows_come_newest_first_and_add_up_for_a_parent() {
    let pool = two_days().await;
    let rows = windows::latest(&pool, &[1, 2, 10], now(), 120).await.expect("rows");
    assert_eq!(rows.len(), 101, "one window per quarter-hour in which somebody reported");
    assert_eq!((rows[0].start, rows[0].energy_kwh, rows[0].users), (at("2016-01-12 01:03:00"), kwh(6), 2));
    let first = rows.iter().find(|r| r.start == at("2016-01-12 00:03:00")).expect("the window");
    assert_eq!((first.energy_kwh, first.records, first.users, first.largest_kwh), (kwh(9), 3, 3, kwh(4)));
    assert_eq!(windows::latest(&pool, &[1], now(), 3).await.expect("rows").len(), 3);
}

#[tokio::test]
async fn an_empty_warehouse_has_empty_answers() {
    let pool = empty().await;
    assert!(tree(&pool, now()).await.expect("a tree").regions.is_empty());
    assert!(day_curve(&pool, &[1], day("2016-01-12")).await.expect("a curve").is_empty());
    assert!(composition(&pool, &[1], day("2016-01-12"), now()).await.expect("shares").is_empty());
    assert_eq!(silent_meters(&pool, &[1], now(), 5).await.expect("a list").total, 0);
    assert!(rollups::series(&pool, &[1], "year", now(), 5).await.expect("rows").is_empty());
    assert!(windows::latest(&pool, &[1], now(), 5).await.expect("rows").is_empty());
}
