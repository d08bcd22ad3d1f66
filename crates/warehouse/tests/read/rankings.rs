//! Places and movements.

use warehouse::read::ReadPool;
use warehouse::read::periods::{Period, RankingGrain};
use warehouse::read::rankings::{Ranking, RankingQuery, ranking};

use super::{at, empty, kwh, now, two_days};

fn query(grain: RankingGrain, when: &str) -> RankingQuery {
    RankingQuery {
        period: Period::holding(grain, at(when)),
        regions: vec![0, 1, 2, 10],
        usage_type: None,
        text: None,
        offset: 0,
        limit: 50,
        mover_places: 1,
    }
}

async fn ask(pool: &ReadPool, query: RankingQuery) -> Ranking {
    ranking(pool, &query, now()).await.expect("a ranking")
}

fn places(ranking: &Ranking) -> Vec<(i64, i64, Option<i64>)> {
    ranking.rows.iter().map(|row| (row.place, row.user_id, row.movement())).collect()
}

#[tokio::test]
async fn today_moves_against_the_same_hours_of_yesterday() {
    let pool = two_days().await;
    let today = ask(&pool, query(RankingGrain::Day, "2016-01-12 00:00:00")).await;
    // yesterday until 01:07:30: 201 with 15, 102 with 10, 101 with 5
    assert_eq!(places(&today), [(1, 101, Some(2)), (2, 102, Some(0)), (3, 201, Some(-2)), (4, 999, None)]);
    assert_eq!((today.total, today.quarters_due, today.compared, today.largest_kwh), (4, 4, true, kwh(20)));
    assert_eq!(today.rows[0].share_percent.map(|p| p.to_string()), Some("66.7".to_owned()), "20 of 30 in its region");
    assert_eq!((today.rows[0].quarters, today.rows[0].quarters_before), (4, Some(4)), "closed quarter-hours only");
    assert_eq!((today.rows[2].quarters, today.rows[2].records), (2, 2));
}

#[tokio::test]
async fn sudden_movers_are_complete_in_both_periods() {
    let pool = two_days().await;
    let today = ask(&pool, query(RankingGrain::Day, "2016-01-12 00:00:00")).await;
    let movers: Vec<_> = today.movers.iter().map(|m| m.user_id).collect();
    assert_eq!(movers, [101], "201 lost two places but lacks readings");
    let far = ask(&pool, RankingQuery { mover_places: 3, ..query(RankingGrain::Day, "2016-01-12 00:00:00") }).await;
    assert!(far.movers.is_empty());
}

#[tokio::test]
async fn a_past_day_counts_whole_days() {
    let pool = two_days().await;
    let past = ask(&pool, query(RankingGrain::Day, "2016-01-11 00:00:00")).await;
    assert_eq!(places(&past), [(1, 201, None), (2, 102, None), (3, 101, None)]);
    assert_eq!((past.quarters_due, past.compared), (96, false));
    assert_eq!((past.rows[0].energy_kwh, past.rows[0].cost_yuan, past.rows[0].quarters), (kwh(294), kwh(147), 96));
}

#[tokio::test]
async fn month_and_hour() {
    let pool = two_days().await;
    let month = ask(&pool, query(RankingGrain::Month, "2016-01-12 00:00:00")).await;
    assert_eq!(places(&month), [(1, 201, None), (2, 102, None), (3, 101, None), (4, 999, None)]);
    assert_eq!((month.rows[0].energy_kwh, month.quarters_due), (kwh(300), 100), "readings began on the 11th");
    let hour = ask(&pool, query(RankingGrain::Hour, "2016-01-12 01:00:00")).await;
    // the hour before, until 00:07:30: 101 with 4, 201 with 3, 102 with 2
    assert_eq!(places(&hour), [(1, 101, Some(0)), (2, 102, Some(1))]);
    let full = ask(&pool, query(RankingGrain::Hour, "2016-01-11 18:00:00")).await;
    assert_eq!((full.rows[0].energy_kwh, full.rows[0].quarters, full.quarters_due), (kwh(18), 4, 4));
}

#[tokio::test]
async fn a_window_ranks_those_who_reported_in_it() {
    let pool = two_days().await;
    let window = ask(&pool, query(RankingGrain::Window, "2016-01-12 00:03:02")).await;
    assert_eq!(places(&window), [(1, 101, None), (2, 201, None), (3, 102, None)]);
    assert_eq!(window.rows[1].usage_type, "居民");
    let only = RankingQuery { usage_type: Some("商业".to_owned()), ..query(RankingGrain::Window, "2016-01-12 00:03:00") };
    assert_eq!(places(&ask(&pool, only).await), [(1, 102, None)]);
}

#[tokio::test]
async fn filters_choose_the_field_and_the_text_only_the_rows() {
    let pool = two_days().await;
    let base = || query(RankingGrain::Day, "2016-01-12 00:00:00");
    let east = ask(&pool, RankingQuery { regions: vec![1], ..base() }).await;
    assert_eq!(places(&east), [(1, 101, Some(1)), (2, 102, Some(-1))]);
    let homes = ask(&pool, RankingQuery { usage_type: Some("居民".to_owned()), ..base() }).await;
    assert_eq!(places(&homes), [(1, 101, Some(1)), (2, 201, Some(-1))]);
    assert_eq!(homes.rows[0].share_percent.map(|p| p.to_string()), Some("66.7".to_owned()), "still of the whole region");
    let number = ask(&pool, RankingQuery { text: Some("20".to_owned()), ..base() }).await;
    assert_eq!((places(&number), number.total), (vec![(3, 201, Some(-2))], 1));
    let name = ask(&pool, RankingQuery { text: Some("Neil".to_owned()), ..base() }).await;
    assert_eq!(places(&name), [(2, 102, Some(0))]);
    let none = ask(&pool, RankingQuery { text: Some("%".to_owned()), ..base() }).await;
    assert!(none.rows.is_empty());
    let second = ask(&pool, RankingQuery { offset: 1, limit: 2, ..base() }).await;
    assert_eq!((places(&second).iter().map(|p| p.0).collect::<Vec<_>>(), second.total), (vec![2, 3], 4));
}

#[tokio::test]
async fn equal_energy_is_ordered_by_the_smaller_number() {
    let pool = two_days().await;
    let both = ask(&pool, query(RankingGrain::Hour, "2016-01-11 03:00:00")).await;
    assert_eq!(both.rows.iter().map(|r| r.user_id).collect::<Vec<_>>(), [201, 102, 101]);
    sqlx::query("update dws_user_day set total_consumption = 10 where stat_day = '2016-01-12'")
        .execute(pool.pool())
        .await
        .unwrap();
    let tied = ask(&pool, query(RankingGrain::Day, "2016-01-12 00:00:00")).await;
    assert_eq!(tied.rows.iter().map(|r| r.user_id).collect::<Vec<_>>(), [101, 102, 201, 999]);
}

#[tokio::test]
async fn nothing_is_ranked_in_an_empty_warehouse() {
    let pool = empty().await;
    for grain in RankingGrain::ALL {
        let ranking = ask(&pool, query(grain, "2016-01-12 00:00:00")).await;
        assert!(ranking.rows.is_empty() && ranking.movers.is_empty() && !ranking.compared);
    }
}
