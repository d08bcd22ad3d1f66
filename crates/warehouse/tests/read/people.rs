//! One customer, and how customers are found.

use warehouse::read::periods::RankingGrain;
use warehouse::read::search::{Query, find};
use warehouse::read::users;

use super::{at, day, empty, kwh, now, two_days};

#[tokio::test]
async fn customers_are_known_from_the_source_or_from_their_readings() {
    let pool = two_days().await;
    let known = users::head(&pool, 102).await.expect("an answer").expect("a customer");
    assert_eq!((known.user_name.as_str(), known.usage_type.as_str()), ("O'Neil <script>", "商业"));
    assert_eq!((known.region_id, known.registered), (1, true));
    let blank = users::head(&pool, 7).await.expect("an answer").expect("a customer");
    assert_eq!(
        (blank.user_name.as_str(), blank.usage_type.as_str(), blank.region_name.as_str()),
        ("未知用户", "未知", "未知地区")
    );
    let unknown = users::head(&pool, 999).await.expect("an answer").expect("a customer");
    assert_eq!((unknown.region_id, unknown.region_name.as_str(), unknown.registered), (0, "未知地区", false));
    assert_eq!(users::head(&pool, 123_456).await.expect("an answer"), None);
}

#[tokio::test]
async fn the_day_of_a_customer() {
    let pool = two_days().await;
    let curve = users::day_curve(&pool, 201, day("2016-01-11")).await.expect("a curve");
    assert_eq!(curve.len(), 96);
    assert_eq!((curve[73].start, curve[73].energy_kwh), (at("2016-01-11 18:15:00"), kwh(9)));
    let page = users::readings(&pool, 101, day("2016-01-12"), 1, 2).await.expect("readings");
    assert_eq!((page.total, page.readings.len()), (5, 2));
    let reading = &page.readings[0];
    assert_eq!((reading.at, reading.energy_kwh), (at("2016-01-12 00:18:00"), kwh(4)));
    assert_eq!((reading.register_before_kwh, reading.register_after_kwh), (Some(kwh(10)), Some(kwh(15))));
    assert_eq!(
        (reading.remark.as_deref(), reading.quality.as_slice()),
        (Some("<b>看</b>"), &["register_mismatch".to_owned()][..])
    );
    assert!(page.readings[1].quality.is_empty());
}

#[tokio::test]
async fn places_and_totals_of_today_and_the_month() {
    let pool = two_days().await;
    let today = users::total(&pool, 102, RankingGrain::Day, now(), now()).await.expect("a total");
    // 101: 20, 102: 10, 201: 6, 999: 5
    let place = today.place.expect("a place");
    assert_eq!((place.in_all, place.of_all, place.in_region, place.of_region), (2, 4, 2, 2));
    assert_eq!((today.energy_kwh, today.records, today.before_kwh), (kwh(10), 5, Some(kwh(10))));
    let month = users::total(&pool, 102, RankingGrain::Month, now(), now()).await.expect("a total");
    // 101: 116, 102: 202, 201: 300
    assert_eq!((month.energy_kwh, month.place.map(|p| (p.in_all, p.in_region))), (kwh(202), Some((2, 1))));
    assert_eq!(month.before_kwh, None, "there is no December");
    let nobody = users::total(&pool, 7, RankingGrain::Day, now(), now()).await.expect("a total");
    assert_eq!((nobody.place, nobody.records), (None, 0));
}

#[tokio::test]
async fn quality_counts_closed_quarter_hours_only() {
    let pool = two_days().await;
    let full = users::quality(&pool, 101, day("2016-01-12"), now()).await.expect("quality");
    assert_eq!((full.quarters_received, full.quarters_due, full.register_mismatches), (4, 4, 1));
    assert_eq!(full.last_reading, Some(at("2016-01-12 01:03:00")));
    let silent = users::quality(&pool, 201, day("2016-01-12"), now()).await.expect("quality");
    assert_eq!((silent.quarters_received, silent.quarters_due), (2, 4));
    let past = users::quality(&pool, 201, day("2016-01-11"), now()).await.expect("quality");
    assert_eq!((past.quarters_received, past.quarters_due, past.gaps), (96, 96, 0));
}

#[tokio::test]
async fn customers_are_found_by_number_and_by_the_beginning_of_the_name() {
    let pool = two_days().await;
    let ids = async |text: &str| {
        find(&pool, &Query::parse(text), 10).await.expect("hits").iter().map(|hit| hit.user_id).collect::<Vec<_>>()
    };
    assert_eq!(ids("101").await, [101, 1015]);
    assert_eq!(ids("1").await, [101, 102, 1015]);
    assert_eq!(ids("999").await, [999], "only readings carry this number");
    assert_eq!(ids("张").await, [101]);
    assert_eq!(ids("O'N").await, [102]);
    assert_eq!(ids("50%_").await, [1015], "signs of patterns are text");
    assert!(ids("%%").await.is_empty());
    assert!(ids("").await.is_empty());
    assert_eq!(find(&pool, &Query::parse("1"), 2).await.expect("hits").len(), 2);
}

#[tokio::test]
async fn nobody_is_found_in_an_empty_warehouse() {
    let pool = empty().await;
    assert!(find(&pool, &Query::parse("12"), 5).await.expect("hits").is_empty());
    assert_eq!(users::head(&pool, 1).await.expect("an answer"), None);
    let quality = users::quality(&pool, 1, day("2016-01-12"), now()).await.expect("quality");
    assert_eq!((quality.last_reading, quality.quarters_received), (None, 0));
}
