//! Closed windows and what an amendment does to them.

use domain::effect::{Aggregates, WindowResult};
use warehouse::Store;

use crate::build::{at, commit, count, day, lines, store, window};

const STATS: &str = "select region_id, stat_date, total_consumption, total_cost, user_count, avg_consumption, record_count, revision \
                     from dws_region_daily_stats order by stat_date, region_id";
const RANKING: &str =
    "select stat_date, user_id, ranking, total_consumption from dws_user_ranking order by stat_date, region_id, ranking";

async fn write(store: &Store, windows: Vec<WindowResult>) {
    store.ensure_days(&[day("2016-01-11"), day("2016-01-12")]).await.expect("the warehouse answers");
    let mut work = store.begin().await.expect("the warehouse answers");
    work.write_aggregates(&Aggregates { windows, ..Default::default() }).await.expect("the warehouse answers");
    commit(store, work).await;
}

#[tokio::test]
async fn a_window_fills_its_three_tables() {
    let store = store().await;
    write(&store, vec![window(3, at("2016-01-11 09:59:55"), false, &[(8, 1000), (9, 7)])]).await;
    assert_eq!(
        lines(&store, STATS).await,
        [
            r#"{"region_id":3,"stat_date":"2016-01-11T09:59:55","total_consumption":10.07,"total_cost":5.03,"user_count":2,"avg_consumption":3.36,"record_count":3,"revision":0}"#
        ]
    );
    let dashboard = "select dashboard_id, peak_hour, peak_consumption, top_user_id, top_user_name, top_user_consumption from ads_power_dashboard";
    assert_eq!(
        lines(&store, dashboard).await,
        [
            r#"{"dashboard_id":"DASHBOARD_3_2016-01-11 09:59:55.000","peak_hour":9,"peak_consumption":10.07,"top_user_id":8,"top_user_name":"用户8","top_user_consumption":10.00}"#
        ]
    );
    let by_database = "select dashboard_id = 'DASHBOARD_' || region_id || '_' || to_char(stat_date, 'YYYY-MM-DD HH24:MI:SS.MS') as same from ads_power_dashboard";
    assert_eq!(lines(&store, by_database).await, [r#"{"same":true}"#]);
    assert_eq!(
        lines(&store, RANKING).await,
        [
            r#"{"stat_date":"2016-01-11T09:59:55","user_id":8,"ranking":1,"total_consumption":10.00}"#,
            r#"{"stat_date":"2016-01-11T09:59:55","user_id":9,"ranking":2,"total_consumption":0.07}"#,
        ]
    );
}

#[tokio::test]
async fn an_amended_window_counts_a_revision_and_forgets_other_users() {
    let store = store().await;
    let (first, second) = (at("2016-01-11 23:59:55"), at("2016-01-12 00:00:00"));
    write(&store, vec![window(1, first, false, &[(1, 20), (2, 10)]), window(1, second, false, &[(1, 20), (2, 10)])]).await;
    write(&store, vec![window(1, first, true, &[(3, 25), (1, 20)]), window(1, second, true, &[(1, 20), (2, 10)])]).await;
    assert_eq!(
        lines(&store, RANKING).await,
        [
            r#"{"stat_date":"2016-01-11T23:59:55","user_id":3,"ranking":1,"total_consumption":0.25}"#,
            r#"{"stat_date":"2016-01-11T23:59:55","user_id":1,"ranking":2,"total_consumption":0.20}"#,
            r#"{"stat_date":"2016-01-12T00:00:00","user_id":1,"ranking":1,"total_consumption":0.20}"#,
            r#"{"stat_date":"2016-01-12T00:00:00","user_id":2,"ranking":2,"total_consumption":0.10}"#,
        ]
    );
    let revisions = "select revision, update_time > first_written as changed from dws_region_daily_stats order by stat_date";
    let rows = lines(&store, revisions).await;
    assert_eq!(rows, [r#"{"revision":1,"changed":true}"#, r#"{"revision":0,"changed":false}"#], "an equal row is no revision");
}

#[tokio::test]
async fn an_emptied_window_leaves_all_tables() {
    let store = store().await;
    let (first, second) = (at("2016-01-11 10:00:00"), at("2016-01-12 10:00:00"));
    write(
        &store,
        vec![window(1, first, false, &[(1, 20)]), window(1, second, false, &[(1, 20)]), window(2, first, false, &[(1, 20)])],
    )
    .await;
    let gone = WindowResult { content: None, ..window(1, first, true, &[]) };
    write(&store, vec![gone]).await;
    for table in ["dws_region_daily_stats", "dws_user_ranking", "ads_power_dashboard"] {
        assert_eq!(count(&store, table).await, 2, "{table}");
        assert_eq!(count(&store, &format!("{table} where region_id = 1 and stat_date < '2016-01-12'")).await, 0, "{table}");
    }
}

#[tokio::test]
async fn a_window_without_ranking_is_refused() {
    let store = store().await;
    let mut work = store.begin().await.unwrap();
    let windows = vec![window(1, at("2016-01-11 10:00:00"), false, &[])];
    let refused = work.write_aggregates(&Aggregates { windows, ..Default::default() }).await;
    assert_eq!(refused.unwrap_err().kind(), domain::FailureKind::Bug);
}
