//! When the peaks are.

use warehouse::read::peaks;

use super::{at, day, empty, kwh, two_days};

#[tokio::test]
async fn the_sum_has_its_own_peak() {
    let pool = two_days().await;
    let regions = peaks::of_day(&pool, day("2016-01-11")).await.expect("peaks");
    let found: Vec<_> = regions.iter().map(|p| (p.region_id, p.peak_hour, p.peak_quarter, p.peak_kw)).collect();
    assert_eq!(found, [(2, 18, at("2016-01-11 18:15:00"), kwh(36)), (1, 0, at("2016-01-11 00:00:00"), kwh(12))]);
    let totals = peaks::of_total(&pool, day("2016-01-11"), day("2016-01-12")).await.expect("peaks");
    assert_eq!(totals.len(), 2);
    assert_eq!((totals[0].peak_hour, totals[0].peak_hour_kwh), (18, kwh(30)));
    assert_eq!((totals[0].peak_quarter, totals[0].peak_quarter_kwh), (at("2016-01-11 18:15:00"), kwh(12)));
    assert_eq!(peaks::coincidence_percent(&totals[0], &regions), Some(kwh(100)));
    // today: east 6 at 00:00, west 3 at 00:00, unknown 5 at 00:30; the sum is 11 at 00:30
    let today = peaks::of_day(&pool, day("2016-01-12")).await.expect("peaks");
    assert_eq!(totals[1].peak_quarter_kwh, kwh(11));
    assert_eq!(peaks::coincidence_percent(&totals[1], &today).map(|p| p.to_string()), Some("78.6".to_owned()));
}

#[tokio::test]
async fn the_heat_map_has_a_cell_per_region_and_hour() {
    let pool = two_days().await;
    let cells = peaks::heat(&pool, day("2016-01-11")).await.expect("cells");
    assert_eq!(cells.len(), 48);
    let evening = cells.iter().find(|c| c.region_id == 2 && c.hour == 18).expect("the cell");
    assert_eq!((evening.energy_kwh, evening.users), (kwh(18), 1));
    assert_eq!(peaks::expected_by_region(&pool, day("2016-01-12")).await.expect("counts"), [(0, 1), (1, 2), (2, 1)]);
}

#[tokio::test]
async fn peak_hours_are_counted_and_shifts_measured() {
    let pool = two_days().await;
    let days = peaks::distribution(&pool, day("2016-01-06"), day("2016-01-12")).await.expect("counts");
    let found: Vec<_> = days.iter().map(|d| (d.region_id, d.hour, d.days)).collect();
    assert_eq!(found, [(0, 0, 1), (1, 0, 2), (2, 0, 1), (2, 18, 1)]);
    let shifts = peaks::shifts(&pool, day("2016-01-12")).await.expect("shifts");
    let west = shifts.iter().find(|s| s.region_id == 2).expect("the region");
    assert_eq!(west.today, Some(at("2016-01-12 00:00:00").time()));
    assert_eq!(west.yesterday, Some(at("2016-01-11 18:15:00").time()));
    assert_eq!((west.last_week, west.median, west.median_days), (None, west.yesterday, 1));
}

#[tokio::test]
async fn an_empty_warehouse_has_no_peaks() {
    let pool = empty().await;
    let (from, to) = (day("2016-01-01"), day("2016-01-12"));
    assert!(peaks::of_day(&pool, to).await.expect("peaks").is_empty());
    assert!(peaks::of_total(&pool, from, to).await.expect("peaks").is_empty());
    assert!(peaks::heat(&pool, to).await.expect("cells").is_empty());
    assert!(peaks::distribution(&pool, from, to).await.expect("counts").is_empty());
    assert!(peaks::shifts(&pool, to).await.expect("shifts").is_empty());
}
