//! What the engine says, what it rejected, and whether the layers agree.

use chrono::{DateTime, Utc};
use domain::status::StreamState;
use rust_decimal::Decimal;
use warehouse::read::{layers, pipeline};

use super::{at, day, empty, kwh, now, two_days};

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

#[tokio::test]
async fn the_report_and_the_position() {
    let pool = two_days().await;
    let report = pipeline::report(&pool).await.expect("an answer").expect("a report");
    assert_eq!((report.status.state, report.status.commits), (StreamState::Streaming, 12));
    let position = pipeline::position(&pool).await.expect("a position");
    assert_eq!((position.lsn.as_str(), position.commit_no), ("0/1234567", 7));
    assert_eq!(position.watermark, Some(at("2016-01-12 01:07:32")));
    let events = pipeline::events(&pool, 1).await.expect("events");
    assert_eq!((events.len(), events[0].kind.as_str(), events[0].duration_ms), (1, "reconnect", Some(3400)));
}

#[tokio::test]
async fn a_report_of_another_version_is_no_failure() {
    let pool = two_days().await;
    sqlx::query("update pipeline_status set status = '[1]'").execute(pool.pool()).await.unwrap();
    let report = pipeline::report(&pool).await.expect("an answer").expect("a report");
    assert_eq!(report.status.state, StreamState::Starting);
}

#[tokio::test]
async fn counters_of_an_hour_add_up_over_regions() {
    let pool = two_days().await;
    let hours = pipeline::quality_hours(&pool, now(), 24).await.expect("hours");
    assert_eq!((hours.len(), hours[0].hour, hours[1].rows), (2, at("2016-01-12 01:00:00"), 12));
    assert_eq!((hours[1].late, hours[1].late_kwh, hours[1].retracted), (3, kwh(9), 1));
}

#[tokio::test]
async fn rejections_by_reason_and_the_newest_open_ones() {
    let pool = two_days().await;
    let counts = pipeline::rejected(&pool, utc("2016-01-11T16:00:00Z")).await.expect("counts");
    let found: Vec<_> = counts.iter().map(|c| (c.reason.as_str(), c.open, c.open_today, c.all)).collect();
    assert_eq!(found, [("missing_key", 1, 1, 1), ("negative_amount", 1, 0, 2)]);
    let newest = pipeline::open_dead_letters(&pool, None, 10).await.expect("letters");
    assert_eq!(newest.iter().map(|l| l.reason.as_str()).collect::<Vec<_>>(), ["missing_key", "negative_amount"]);
    assert!(newest[0].raw.contains("<script>"), "escaping is the page's business");
    let one = pipeline::open_dead_letters(&pool, Some("negative_amount"), 10).await.expect("letters");
    assert_eq!((one.len(), one[0].source_key.as_deref()), (1, Some("5001")));
}

#[tokio::test]
async fn layers_agree_and_a_difference_is_seen() {
    let pool = two_days().await;
    let check = layers::check(&pool, day("2016-01-12")).await.expect("a check");
    let found: Vec<_> = check.layers.iter().map(|l| (l.name.as_str(), l.rows, l.energy_kwh)).collect();
    // 13 readings with 41 kWh and one rejected row of that day; 8 windows; roll-ups: 10 quarter-hours, 4 hours, 3 days
    assert_eq!(
        found,
        [
            ("ods", 14, kwh(41)),
            ("dwd", 13, kwh(41)),
            ("dws_window", 8, kwh(41)),
            ("dws_rollup", 15, kwh(41)),
            ("ads_window", 8, kwh(41)),
            ("ads_day", 3, kwh(41)),
        ]
    );
    assert!(check.agrees(), "{check:?}");
    sqlx::query("update dws_region_rollup set total_consumption = total_consumption - 1 where grain = 'day' and region_id = 1")
        .execute(pool.pool())
        .await
        .unwrap();
    let check = layers::check(&pool, day("2016-01-12")).await.expect("a check");
    assert_eq!(check.layers[3].difference_kwh, Some(kwh(1)));
    assert_eq!(check.layers[5].difference_kwh, Some(Decimal::NEGATIVE_ONE));
    assert!(!check.agrees());
}

#[tokio::test]
async fn readings_of_open_windows_are_no_difference() {
    let pool = two_days().await;
    sqlx::query("update progress set watermark = '2016-01-12 01:03:04'").execute(pool.pool()).await.unwrap();
    sqlx::query("delete from dws_region_daily_stats where stat_date = '2016-01-12 01:03:00'").execute(pool.pool()).await.unwrap();
    sqlx::query("delete from ads_power_dashboard where stat_date = '2016-01-12 01:03:00'").execute(pool.pool()).await.unwrap();
    let check = layers::check(&pool, day("2016-01-12")).await.expect("a check");
    assert!(check.agrees(), "{check:?}");
}

#[tokio::test]
async fn the_store_knows_its_days() {
    let pool = two_days().await;
    let store = pipeline::store(&pool, day("2016-01-12")).await.expect("sizes");
    assert_eq!(store.tables.len(), 4);
    for table in &store.tables {
        assert_eq!((table.days, table.oldest, table.newest), (2, Some(day("2016-01-11")), Some(day("2016-01-12"))));
        assert!(table.bytes > 0 && table.bytes_per_day.is_some_and(|b| b > 0 && b < table.bytes));
    }
    assert!(store.database_bytes > 1_000_000);
}

#[tokio::test]
async fn before_the_first_start_there_is_nothing_to_say() {
    let pool = empty().await;
    assert_eq!(pipeline::report(&pool).await.expect("an answer"), None);
    assert_eq!(pipeline::position(&pool).await.expect("a position").watermark, None);
    let check = layers::check(&pool, day("2016-01-12")).await.expect("a check");
    assert!(check.agrees() && check.layers.iter().all(|l| l.rows == 0));
    assert_eq!(pipeline::store(&pool, day("2016-01-12")).await.expect("sizes").tables[0].bytes, 0);
}
