//! Roll-ups, days and months: written and asked for again.

use domain::effect::{Aggregates, Grain, RegionDay, RollupKey, RollupResult, UserDay};
use domain::loaded::{GroupKeys, UserMonthKey};
use domain::quarter::QuarterSet;
use domain::{Fixed2, RegionId};
use warehouse::Store;

use crate::build::{at, commit, count, day, lines, store, totals, user};

async fn write(store: &Store, aggregates: Aggregates) {
    let mut work = store.begin().await.expect("the warehouse answers");
    work.write_aggregates(&aggregates).await.expect("the warehouse answers");
    commit(store, work).await;
}

fn rollup(region_id: RegionId, grain: Grain, start: &str, amended: bool, hundredths: i64) -> RollupResult {
    let key = RollupKey { region_id, grain, start: at(start) };
    RollupResult { key, amended, content: (hundredths > 0).then(|| (totals(region_id, hundredths), 2)) }
}

fn user_day(hundredths: i64) -> UserDay {
    let mut quarters = QuarterSet::default();
    [0, 47, 48, 95].into_iter().for_each(|quarter| quarters.insert(quarter));
    UserDay {
        user_name: "张三".into(),
        usage_type: "居民".into(),
        records: 4,
        energy_kwh: Fixed2(hundredths),
        cost_yuan: Fixed2(1),
        last_consumption_id: 12,
        quarters,
    }
}

#[tokio::test]
async fn rollups_answer_for_their_periods() {
    let store = store().await;
    let rollups = vec![
        rollup(1, Grain::Quarter, "2016-01-31 00:00:00", false, 100),
        rollup(1, Grain::Quarter, "2016-01-31 23:45:00", false, 101),
        rollup(1, Grain::Quarter, "2016-02-01 00:00:00", false, 102),
        rollup(2, Grain::Quarter, "2016-01-31 00:00:00", false, 103),
        rollup(1, Grain::Hour, "2016-01-31 00:00:00", false, 104),
        rollup(1, Grain::Day, "2016-01-31", false, 105),
        rollup(1, Grain::Day, "2016-02-01", false, 106),
        rollup(1, Grain::Month, "2016-01-01", false, 107),
        rollup(1, Grain::Month, "2016-12-01", false, 108),
        rollup(1, Grain::Month, "2017-01-01", false, 109),
    ];
    write(&store, Aggregates { rollups, ..Default::default() }).await;
    let mut work = store.begin().await.unwrap();
    let keys = GroupKeys {
        region_days: vec![(1, day("2016-01-31")), (1, day("2016-01-31")), (9, day("2016-01-31"))],
        months: vec![(1, day("2016-01-01"))],
        years: vec![(1, day("2016-01-01"))],
        ..Default::default()
    };
    let mut groups = work.load_groups(&keys).await.unwrap();
    groups.quarters.sort_by_key(|row| row.1);
    groups.year_months.sort_by_key(|row| row.1);
    let quarters = [(1, at("2016-01-31 00:00:00"), totals(1, 100)), (1, at("2016-01-31 23:45:00"), totals(1, 101))];
    assert_eq!(groups.quarters, quarters);
    assert_eq!(groups.month_days, [(1, day("2016-01-31"), totals(1, 105))]);
    assert_eq!(groups.year_months, [(1, day("2016-01-01"), totals(1, 107)), (1, day("2016-12-01"), totals(1, 108))]);
}

#[tokio::test]
async fn a_closed_rollup_counts_changes_and_an_empty_one_goes() {
    let store = store().await;
    for (amended, hundredths) in [(false, 100), (false, 200), (true, 300), (true, 300), (true, 301)] {
        write(
            &store,
            Aggregates { rollups: vec![rollup(1, Grain::Day, "2016-01-11", amended, hundredths)], ..Default::default() },
        )
        .await;
    }
    let query = "select total_consumption, user_count, avg_consumption, revision from dws_region_rollup";
    assert_eq!(lines(&store, query).await, [r#"{"total_consumption":3.01,"user_count":2,"avg_consumption":1.00,"revision":2}"#]);
    write(&store, Aggregates { rollups: vec![rollup(1, Grain::Day, "2016-01-11", true, 0)], ..Default::default() }).await;
    assert_eq!(count(&store, "dws_region_rollup").await, 0);
}

#[tokio::test]
async fn user_days_round_trip_and_go() {
    let store = store().await;
    let today = day("2016-01-11");
    let rows = vec![(today, 1, 5, Some(user_day(700))), (today, 1, 6, Some(user_day(800))), (today, 2, 5, Some(user_day(900)))];
    write(&store, Aggregates { user_days: rows, ..Default::default() }).await;
    let changes = vec![(today, 1, 5, Some(user_day(701))), (today, 1, 6, None)];
    write(&store, Aggregates { user_days: changes, ..Default::default() }).await;
    let mut work = store.begin().await.unwrap();
    let keys = GroupKeys { region_days: vec![(1, today)], ..Default::default() };
    assert_eq!(work.load_groups(&keys).await.unwrap().user_days, [(1, today, 5, user_day(701))]);
}

#[tokio::test]
async fn months_count_distinct_users() {
    let store = store().await;
    let (january, december, next) = (day("2016-01-01"), day("2016-12-01"), day("2017-01-01"));
    let rows = vec![
        (january, 1, 5, 3),
        (december, 1, 5, 1),
        (december, 1, 6, 1),
        (next, 1, 7, 1),
        (january, 2, 5, 2),
        (january, 1, 8, 1),
    ];
    write(&store, Aggregates { user_months: rows, ..Default::default() }).await;
    write(&store, Aggregates { user_months: vec![(january, 1, 5, 4), (january, 1, 8, 0)], ..Default::default() }).await;
    let mut work = store.begin().await.unwrap();
    let key = |month| UserMonthKey { region_id: 1, user_id: 5, month };
    let mut months = work.load_user_months(&[key(december), key(day("2016-06-01"))]).await.unwrap();
    months.sort_unstable();
    assert_eq!(months, [(key(january), 4), (key(december), 1)]);
    let keys = GroupKeys { months: vec![(1, december), (1, day("2016-02-01"))], years: vec![(1, january)], ..Default::default() };
    let groups = work.load_groups(&keys).await.unwrap();
    assert_eq!(groups.month_users, [(1, december, 2)]);
    assert_eq!(groups.year_users, [(1, january, 2)], "user 5 counts once although two months hold him");
}

#[tokio::test]
async fn region_days_are_replaced_and_deleted() {
    let store = store().await;
    let row = |factor| RegionDay {
        region_name: "华东".into(),
        energy_kwh: Fixed2(1000),
        cost_yuan: Fixed2(500),
        peak_hour: 23,
        peak_hour_kwh: Fixed2(400),
        peak_quarter: at("2016-01-11 23:45:00"),
        peak_quarter_kwh: Fixed2(100),
        mean_kw: Fixed2(42),
        peak_kw: Fixed2(400),
        load_factor_e4: factor,
        top_user: user(5, 300),
    };
    let today = day("2016-01-11");
    write(
        &store,
        Aggregates { region_days: vec![(1, today, Some(row(Some(1050)))), (2, today, Some(row(None)))], ..Default::default() },
    )
    .await;
    let query = "select region_id, peak_hour, peak_quarter, mean_kw, load_factor, top_user_name from ads_region_day order by 1";
    assert_eq!(
        lines(&store, query).await,
        [
            r#"{"region_id":1,"peak_hour":23,"peak_quarter":"2016-01-11T23:45:00","mean_kw":0.42,"load_factor":0.1050,"top_user_name":"用户5"}"#,
            r#"{"region_id":2,"peak_hour":23,"peak_quarter":"2016-01-11T23:45:00","mean_kw":0.42,"load_factor":null,"top_user_name":"用户5"}"#,
        ]
    );
    write(&store, Aggregates { region_days: vec![(1, today, None), (2, today, Some(row(Some(1))))], ..Default::default() }).await;
    assert_eq!(
        lines(&store, "select region_id, load_factor from ads_region_day").await,
        [r#"{"region_id":2,"load_factor":0.0001}"#]
    );
}
