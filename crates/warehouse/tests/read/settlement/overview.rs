//! Sums of a month by region, runs, and how far settlement is.

use warehouse::read::settlement::overview::{self, RegionMonth, Risk};

use super::{january, seeing, settled, yuan};
use domain::Fixed2;
use domain::settlement::Month;

fn of(rows: &[RegionMonth], region: i32) -> RegionMonth {
    *rows.iter().find(|row| row.region_id == region).expect("a row")
}

#[tokio::test]
async fn a_month_is_the_sum_of_its_days_by_the_name_of_the_period() {
    let warehouse = settled().await;
    let rows = overview::regions(&warehouse, january()).await.expect("rows");
    assert_eq!(rows.iter().map(|row| row.region_id).collect::<Vec<_>>(), [2, 3, 5]);
    let two = of(&rows, 2);
    assert_eq!((two.energy_kwh, two.amount, two.estimated_kwh), (yuan(340), yuan(170), yuan(50)));
    assert_eq!((two.days, two.complete_days, two.restated_days, two.contracts), (3, 2, 1, 2));
    assert_eq!(two.bands_kwh, [Fixed2(0), yuan(85), yuan(255), Fixed2(0), Fixed2(0)]);
    let total = overview::total(&rows);
    assert_eq!((total.energy_kwh, total.amount, total.days), (yuan(1_400), yuan(700), 5));
    let december = overview::regions(&warehouse, january().previous()).await.expect("rows");
    assert_eq!((december.len(), december[0].energy_kwh), (1, yuan(7)));
}

#[tokio::test]
async fn every_day_is_at_risk_once_and_adjustments_whatever_their_sign() {
    let warehouse = settled().await;
    let rows = overview::regions(&warehouse, january()).await.expect("rows");
    // 2001: 100 yuan of a provisional day of which a quarter is estimated; 2002: 20 yuan undecided; −9 carried by the draft
    let expected = Risk { provisional: yuan(75), estimated: yuan(25), undecided: yuan(20), adjustments: yuan(9) };
    assert_eq!(of(&rows, 2).risk, expected);
    assert_eq!(of(&rows, 3).risk, Risk { provisional: yuan(30), ..Risk::default() });
    assert_eq!(of(&rows, 5).risk, Risk { adjustments: yuan(25), ..Risk::default() });
    assert_eq!(overview::total(&rows).risk.total(), yuan(75 + 25 + 20 + 9 + 30 + 25));
}

#[tokio::test]
async fn statements_are_counted_by_state_and_void_ones_add_nothing() {
    let warehouse = settled().await;
    let rows = overview::regions(&warehouse, january()).await.expect("rows");
    let two = of(&rows, 2).statements;
    assert_eq!((two.draft, two.checked, two.frozen, two.void, two.with_exceptions), (1, 1, 0, 1, 1));
    assert_eq!((two.amount, two.live()), (yuan(190), 2));
    let total = overview::total(&rows).statements;
    assert_eq!((total.frozen_amount, total.amount), (yuan(500), yuan(190 - 12 + 500)));
}

#[tokio::test]
async fn people_see_the_sums_and_runs_of_their_own_regions() {
    let warehouse = settled().await;
    let rows = overview::regions(&seeing(&warehouse, &[3]), january()).await.expect("rows");
    assert_eq!(rows.iter().map(|row| row.region_id).collect::<Vec<_>>(), [3]);
    assert!(overview::regions(&seeing(&warehouse, &[9]), january()).await.expect("rows").is_empty());
    let runs = async |regions: &[i32]| {
        let found = overview::runs(&seeing(&warehouse, regions), None, None, 9).await.expect("runs");
        found.iter().map(|run| (run.state.clone(), run.done)).collect::<Vec<_>>()
    };
    let whole = overview::runs(&warehouse, Some(january()), None, 9).await.expect("runs");
    assert_eq!((whole.len(), whole[0].is_open(), whole[2].is_open()), (3, true, false), "newest first");
    assert_eq!(runs(&[2, 3]).await, [("running".to_owned(), 1)]);
    assert!(runs(&[2]).await.is_empty(), "it was made for another region too");
    assert!(overview::runs(&warehouse, january().next().into(), None, 9).await.expect("runs").is_empty());
    assert_eq!(runs(&[4, 5]).await, [("waiting".to_owned(), 0)], "of the organisation whose region is seen");
}

#[tokio::test]
async fn why_a_run_failed_is_told_to_whoever_sees_all_of_it() {
    let warehouse = settled().await;
    let fail = "begin read write; set local role none; update settlement_runs set state = 'failed', problem = 'contract 9 of customer 3001'; commit";
    sqlx::raw_sql(fail).execute(&mut *warehouse.acquire().await.expect("a connection")).await.expect("rows");
    let problems = async |regions: &[i32]| {
        let found = overview::runs(&seeing(&warehouse, regions), None, None, 9).await.expect("runs");
        found.into_iter().map(|run| run.problem.expect("it failed")).collect::<Vec<_>>()
    };
    let told = "contract 9 of customer 3001".to_owned();
    assert_eq!(problems(&[2, 3]).await, std::slice::from_ref(&told));
    assert_eq!(problems(&[4]).await, [String::new()], "it is of the organisation, and may be about another of its regions");
    let whole = overview::runs(&warehouse, None, None, 9).await.expect("runs");
    assert!(whole.iter().all(|run| run.problem.as_ref() == Some(&told)));
}

#[tokio::test]
async fn progress_says_what_a_new_installation_lacks() {
    let warehouse = settled().await;
    let progress = overview::progress(&warehouse).await.expect("a row");
    assert_eq!((progress.revision, progress.commits_behind, progress.requests), (5, 3, 0));
    assert!(progress.has_tariffs && progress.has_contracts && progress.settled_at.is_some());
    assert_eq!((progress.newest, progress.oldest), (Some(january()), Month::parse("2015-12")));
    let elsewhere = overview::progress(&seeing(&warehouse, &[4])).await.expect("a row");
    assert!(
        !elsewhere.has_contracts && elsewhere.newest.is_none() && elsewhere.has_tariffs,
        "the operator's plan is everybody's"
    );
    let new = crate::empty().await;
    let progress = overview::progress(&new).await.expect("a row");
    assert!(!progress.has_tariffs && !progress.has_contracts && progress.newest.is_none() && progress.settled_at.is_none());
}
